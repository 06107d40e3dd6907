"""What PagerDuty should have heard of a run by now: a pure function of its record."""

from collections.abc import Mapping
from enum import StrEnum

from hotfix.domain.ending import word
from hotfix.domain.fact_names import (
    ALERT_CLOSED,
    ISSUE_URL,
    MERGE_SHA,
    PULL_REQUEST_URL,
    ROLLED_BACK,
    ROLLOUT,
    WORKFLOW_RUN_URL,
)
from hotfix.domain.fix_stand import stand_in_words, was_called_off
from hotfix.domain.frozen import frozen
from hotfix.domain.heard import PAGE
from hotfix.domain.page_texts import PAGER, PERHAPS
from hotfix.domain.progress import Progress, RunState

#: the question whether those on call are paged, and the answer that they are
QUESTION, YES = "page", "page"
TRIGGER, RESOLVE = f"{PAGER}trigger", f"{PAGER}resolve"
ACKNOWLEDGE, NOTE = f"{PAGER}acknowledge", f"{PAGER}note"
DEPLOYED, BACK = f"{PAGER}deployed", f"{PAGER}rolled-back"


class Page(StrEnum):
    """When those on call are paged."""

    NEVER = "never"
    ASK = "ask"
    ALWAYS = "always"


class Kind(StrEnum):
    """What kind of thing PagerDuty is told."""

    TRIGGER = "trigger"
    RESOLVE = "resolve"
    CHANGE = "change"
    ACKNOWLEDGE = "acknowledge"
    NOTE = "note"


#: what goes to an integration; the rest is about an incident
SENT_BY_ROUTING_KEY = frozenset({Kind.TRIGGER, Kind.RESOLVE, Kind.CHANGE})


@frozen
class Call:
    """One thing to tell PagerDuty, once."""

    kind: Kind
    text: str  #: one line
    links: tuple[str, ...] = ()  #: addresses that go with it
    incident: str = ""  #: id of the incident that it is about; empty for what goes by the run's id


def calls(progress: Progress, page: Page) -> Mapping[str, Call]:
    """Return what PagerDuty is to be told by now, by key; what is on record as told is left out."""
    found = {**_alert(progress, page), **_incident(progress), **_changes(progress)}
    return {key: call for key, call in found.items() if key not in progress.told}


def is_page_decided(progress: Progress) -> bool:
    """Tell whether a person said that those on call are to be paged."""
    asked = [each.answer for each in progress.decisions if each.question.key == QUESTION]
    return bool(_noted(progress)) or (bool(asked) and asked[-1].choice == YES)


def leaves_open_alert(progress: Progress) -> bool:
    """Tell whether a run is over that opened an alert, which nobody is known to have resolved.

    Where the fix is verified it is resolved in the background: that failed, where it is left.
    """
    if not progress.state.is_over or progress.state is RunState.TAKEN_OVER:
        return False
    is_left = progress.state is not RunState.DONE or RESOLVE in progress.untold
    is_closed = RESOLVE in progress.told or ALERT_CLOSED in progress.facts
    return is_left and _is_perhaps_open(progress) and not is_closed


def _is_perhaps_open(progress: Progress) -> bool:
    return TRIGGER in progress.told or progress.untold.get(TRIGGER, "").startswith(PERHAPS)


def _noted(progress: Progress) -> str:
    """Return what a person noted for those on call, and who; empty where nobody did."""
    found = (it for it in progress.notes if it.heard and it.heard.source.startswith(PAGE))
    return next((f" ({it.by}: {it.text})" for it in found), "")


def _alert(progress: Progress, page: Page) -> dict[str, Call]:
    """Return the alert: opened for a run that has begun, resolved where the fix is verified.

    After a rollback production is as broken as before: that is no end of an alert.
    """
    # Whoever is called out of bed gets the link of the issue with it.
    begins = "read_the_issue" if progress.incident.issue else "claim_the_lock"
    # Whoever works on an incident has been paged already, by whatever opened it.
    is_theirs = bool(progress.incident.incident) and not _noted(progress)
    if is_theirs or not progress.has_passed(begins):
        return {}
    if _is_perhaps_open(progress) and progress.state is RunState.DONE:
        return {RESOLVE: Call(Kind.RESOLVE, stand_in_words(progress.facts))}
    is_wanted = page is Page.ALWAYS or is_page_decided(progress)
    # Nobody is called out of bed for what is over. Never after a resolve: that opens another one.
    if not is_wanted or progress.state.is_over or RESOLVE in progress.told:
        return {}
    text = f"Hotfix by {progress.operator}: {progress.incident.description}{_noted(progress)}"
    return {TRIGGER: Call(Kind.TRIGGER, text, _links(progress))}


def _incident(progress: Progress) -> dict[str, Call]:
    incident = progress.incident.incident
    if not incident or not progress.has_passed("claim_the_lock"):
        return {}
    text = f"{progress.operator} runs the hotfix {progress.run}: {progress.incident.description}"
    found = {
        ACKNOWLEDGE: Call(Kind.ACKNOWLEDGE, f"Acknowledge {incident}", incident=incident),
        NOTE: Call(Kind.NOTE, text, _links(progress), incident),
    }
    if progress.state.is_over and progress.state is not RunState.TAKEN_OVER:
        # What is owed by then changes, and a note that was sent is known by its words.
        state = "" if progress.state is RunState.DONE else f": {word(progress.state.value)}"
        ended = f"The hotfix {progress.run} is over{state}. {stand_in_words(progress.facts)}"
        key = f"{NOTE}:{progress.state.value}"
        found[key] = Call(Kind.NOTE, ended, _links(progress), incident)
    return found


def _changes(progress: Progress) -> dict[str, Call]:
    facts, found = progress.facts, {}
    if MERGE_SHA in facts and progress.has_passed("watch_rollout"):
        what = "deployed"
        if ROLLOUT not in facts:
            ran = "its deploy workflow ran; " if WORKFLOW_RUN_URL in facts else ""
            what = f"merged, {ran}that it is deployed was not seen"
        text = f"Hotfix {what}: {progress.incident.description} ({facts[MERGE_SHA][:8]})"
        found[DEPLOYED] = Call(Kind.CHANGE, text, _links(progress))
    # Where all was found as it was recorded, nothing in production has changed.
    if facts.get(ROLLED_BACK) and not was_called_off(facts):
        text = f"Hotfix rolled back: {', '.join(facts[ROLLED_BACK])}"
        found[BACK] = Call(Kind.CHANGE, text, _links(progress))
    return found


def _links(progress: Progress) -> tuple[str, ...]:
    facts = progress.facts
    named = (facts.get(fact, "") for fact in (ISSUE_URL, PULL_REQUEST_URL, WORKFLOW_RUN_URL))
    return tuple(each for each in named if each)
