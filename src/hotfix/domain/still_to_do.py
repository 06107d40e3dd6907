"""What a run leaves to people: by its record, which does not know what was done elsewhere since."""

from collections.abc import Iterator
from dataclasses import replace

from hotfix.domain import fix_words
from hotfix.domain.bad_commit import bad_commit
from hotfix.domain.bring_back import bring_back
from hotfix.domain.checklist import BY_HAND, OF_THE_FIX, SUMMARY, TEAM_TOLD, open_items
from hotfix.domain.ending import ending
from hotfix.domain.fact_names import (
    APPROVER,
    BAD_COMMIT_SETTLED,
    BREAK_GLASS,
    MERGE_SHA,
    PULL_REQUEST_URL,
    REVERT,
    STATUS_PAGE,
)
from hotfix.domain.facts import Facts
from hotfix.domain.fix_stand import stand_in_words
from hotfix.domain.foreign_text import one_line
from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.not_everywhere import not_everywhere
from hotfix.domain.open_elsewhere import CLOSED, is_resolved, open_elsewhere
from hotfix.domain.open_tickets import open_tickets
from hotfix.domain.page_stage import is_published, stage
from hotfix.domain.page_texts import (
    NOTIFY,
    PAGE,
    PAGER,
    PERHAPS,
    TEAM,
    WEBHOOK,
    Stage,
    whom_of,
)
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.way_back import is_left_half_way, way_back

# First what brings production and its branches into order, and lets the next hotfix begin; then
# what somebody waits for; then the days after.
_ORDER = (
    "next",
    "unverified",
    "rolled-back",
    "branches",
    "bring-back",
    "held-lock",
    "review",
    "status-page",
    "alert",
    "message",
    "left",
    "root-cause",
    "post-mortem",
    "follow-up",
    "checklist",
)
# What a step has left stands where it would stand if the run itself had found it.
_STANDS_AS = {
    "name_what_is_not_recorded": "unverified",
    "record_the_verified_state": "unverified",
    "revert_the_merge": "rolled-back",
    "publish_the_revert": "rolled-back",
    "open_the_revert": "rolled-back",
    "label_the_revert": "rolled-back",
    "request_the_reverts_review": "rolled-back",
    "close_pull_request": "branches",
    "bring_to_other_branches": "branches",
    "bring_back_to_base": "bring-back",
    "release_the_lock": "held-lock",
    "tell_customers": "status-page",
    "update_status_page": "status-page",
    "name_the_on_call": "alert",
    "page_the_on_call": "alert",
    "remind_of_post_mortem": "post-mortem",
    "open_post_mortem": "post-mortem",
    "open_follow_up": "follow-up",
    "link_it_from_the_issue": "follow-up",
    "link_it_from_the_pull_request": "follow-up",
}
# What the first of them left is what the second leaves once more.
_LATER = {"tell_customers": "update_status_page"}


@frozen
class ToDo(JsonRecord):
    """One thing that somebody still has to do."""

    #: ``next`` of a run that is not over, ``left`` by a step, ``unverified``, ``review``,
    #: ``rolled-back``, ``branches``, ``bring-back``, ``root-cause``, ``follow-up``,
    #: ``post-mortem``, ``message``, ``alert``, ``status-page``, or ``checklist`` for an open line
    kind: str
    what: str  #: one sentence
    next_command: str  #: the command, or what a person does; empty where the sentence says it
    step: str = ""  #: that left it; empty for none


def still_to_do(progress: Progress) -> tuple[ToDo, ...]:
    """Return what is still to do, the most urgent first: one list for all who ask."""
    found = (_with_its_link(each, progress) for each in _found(progress))
    return tuple(sorted(found, key=_urgency))


def _with_its_link(each: ToDo, progress: Progress) -> ToDo:
    """Return it with the address of what it is about, where that is known and not said."""
    url = progress.told_urls.get(PAGE, "") if _stands_as(each) == "status-page" else ""
    if not url or url in f"{each.what} {each.next_command}":
        return each
    return replace(each, what=f"{each.what.removesuffix('.')}: {url}")


def _urgency(each: ToDo) -> int:
    return _ORDER.index(_stands_as(each))


def _stands_as(each: ToDo) -> str:
    return _STANDS_AS.get(each.step, each.kind)


def is_owed(progress: Progress) -> bool:
    """Tell whether a run that is over leaves something to people.

    That the team hears of its end comes right after it, as long as all that it was told arrived.
    """
    if not progress.state.is_over or progress.state is RunState.TAKEN_OVER:
        return False
    is_heard = not progress.untold and any(whom_of(key) == TEAM for key in progress.told)
    told = replace(progress, told=progress.told | {SUMMARY}) if is_heard else progress
    return any(_found(told))


def how_it_ended(progress: Progress) -> str:
    """Return how a run ended, such as ``over: rolled back, with something left to do``.

    One phrase for whoever says that a run is over; what production has of its fix is said beside
    it by ``fix_stand.stand_in_words``.
    """
    owed = is_owed(progress)
    words = ending(progress.state.value, is_owed=owed)
    return words if owed and progress.state is RunState.DONE else f"over: {words}"


def how_it_goes_on(progress: Progress) -> str:
    """Return what the operator does next in a run that goes on, or has failed."""
    if progress.problem is not None:
        return progress.problem.next_command
    if progress.pending is not None:
        return f"{progress.pending.text} hotfix resume {progress.run}"
    if progress.state is RunState.INTERRUPTED:
        return f"hotfix resume {progress.run}"
    return progress.saying or "wait"


def owed_review(facts: Facts) -> str:
    """Return why a review of what was merged is owed; empty where none is.

    What was rolled back and is undone in the code needs none any more.
    """
    is_undone = BAD_COMMIT_SETTLED in facts or facts.get(REVERT) == "not needed"
    if is_undone or MERGE_SHA not in facts:
        return ""
    if BREAK_GLASS in facts:
        return facts[BREAK_GLASS]
    is_approved = APPROVER in facts or PULL_REQUEST_URL not in facts
    return "" if is_approved else "no approval of what was merged is on record"


def _found(progress: Progress) -> Iterator[ToDo]:
    yield from _of_the_run(progress)
    yield from _of_the_code(progress)
    yield from _of_the_team(progress)


def _of_the_run(progress: Progress) -> Iterator[ToDo]:
    if not progress.state.is_over:
        what = progress.problem.what if progress.problem else f"The run is {progress.state}."
        yield ToDo("next", what, how_it_goes_on(progress))
        if back := way_back(progress):
            words = stand_in_words(progress.facts)
            yield ToDo("next", f"To go back: {words[:1].lower()}{words[1:].rstrip('.')}", back)
    if progress.state is RunState.TAKEN_OVER:
        yield ToDo("next", "It goes on on another machine.", "hotfix status --team")
    steps = {each.step for each in progress.left_to_do}
    for left in progress.left_to_do:
        if _LATER.get(left.step) in steps:
            continue
        yield ToDo("left", left.problem.what, left.problem.next_command, left.step)
    is_fixed = progress.state is RunState.DONE and MERGE_SHA in progress.facts
    if is_fixed and fix_words.is_unwritten(progress.incident, progress.facts):
        what = "The root cause is not written."
        yield ToDo("root-cause", what, f"hotfix note --run {progress.run} 'Root cause: ...'")


def _of_the_code(progress: Progress) -> Iterator[ToDo]:
    facts = progress.facts
    yield from _of_production(progress)
    owed = owed_review(facts)
    if owed:
        url = facts.get(PULL_REQUEST_URL, "")
        yield ToDo("review", f"The review of the fix is owed: {owed}", f"review {url}".strip())
    bad = bad_commit(progress)
    if bad is not None:
        yield ToDo("rolled-back", bad.danger, bad.command)
    lacking = not_everywhere(progress)
    if lacking is not None:
        yield ToDo("branches", lacking.where, lacking.mend)
    back = bring_back(progress)
    if back is not None:
        yield ToDo("bring-back", back.what, back.mend)


def _of_production(progress: Progress) -> Iterator[ToDo]:
    """Yield what is, or may be, in production of a run that was stopped, or given up."""
    facts, back = progress.facts, way_back(progress)
    if not back or progress.state not in {RunState.STOPPED, RunState.ABORTED}:
        return
    if is_left_half_way(progress):
        what = "A rollback was begun, and nobody has seen production after it."
    elif MERGE_SHA in facts:
        what = f"The fix was merged ({facts[MERGE_SHA][:8]}), and nobody has said that it works."
    else:
        what = stand_in_words(facts)
        url = facts.get(PULL_REQUEST_URL, "the pull request")
        back = f"look at {url}; where it is merged: {back}"
    yield ToDo("unverified", what, back)


def _of_the_team(progress: Progress) -> Iterator[ToDo]:
    facts = progress.facts
    for ticket in open_tickets(facts):
        yield ToDo(ticket.kind, ticket.what, ticket.mend)
    yield from _untold(progress)
    for each in open_elsewhere(progress):
        # That a fix is verified, and it was not told there, is said of the message.
        is_told = is_resolved(progress) and (each.key != PAGE or stage(progress) is Stage.RESOLVED)
        if each.key not in progress.untold or not is_told:
            yield ToDo(each.kind, each.what, each.mend)
    if progress.state.is_over and _is_written_by_hand(progress):
        what = f"Customers are told {facts[STATUS_PAGE]}."
        yield ToDo("status-page", what, "write on the status page how it ended")
    # Of a run that merged nothing, it is the list of what was not come to.
    is_ticked_off = progress.state.is_over and progress.state is not RunState.TAKEN_OVER
    if progress.state is RunState.DONE or (is_ticked_off and MERGE_SHA in facts):
        yield from _of_the_checklist(progress)


def _untold(progress: Progress) -> Iterator[ToDo]:
    # What is over there by now need not be told.
    closed = {key for key, fact in CLOSED.items() if fact in progress.facts}
    for key, text in progress.untold.items():
        if key in closed:
            continue
        first = one_line(text.partition("\n")[0])
        where = "the status page" if key == PAGE else "the channel"
        if key.startswith(PAGER):
            yield ToDo(
                "message",
                f"PagerDuty was not told: {first}",
                "look there, and do what is still needed by hand",
            )
        elif key.startswith(NOTIFY):
            is_answered = ":question:" in key and progress.pending is None
            if not is_answered:
                yield _not_notified(key, first)
        elif key.startswith(WEBHOOK):
            lacks = f"{whom_of(key)} lacks events"
            yield ToDo("message", lacks, f"hotfix resume {progress.run}")
        else:
            there = f" at {url}" if (url := progress.told_urls.get(key)) else ""
            by_hand = f"post it by hand{there}"
            yield ToDo("message", f"A message did not reach {where}: {first}", by_hand)


def _is_written_by_hand(progress: Progress) -> bool:
    """Tell whether a person writes on the status page, and no step has left it to them."""
    is_left = any(each.step == "update_status_page" for each in progress.left_to_do)
    return progress.facts.get(STATUS_PAGE, "").startswith(BY_HAND) and not is_left


def _of_the_checklist(progress: Progress) -> Iterator[ToDo]:
    """Yield its open lines but for those that are said otherwise."""
    facts, left = progress.facts, {each.step for each in progress.left_to_do}
    if owed_review(facts):
        left.add("await_approval")
    if _is_written_by_hand(progress) or is_published(facts):
        left.add("update_status_page")
    said = {TEAM_TOLD} if any(whom_of(key) == TEAM for key in progress.untold) else set()
    if progress.state is not RunState.DONE:
        # Whether it goes back, or is to be looked at, is one thing to do.
        said |= OF_THE_FIX
    for item in open_items(facts, progress.told):
        if not (item.steps & left or item.text in said):
            yield ToDo("checklist", f"On the checklist: {item.text}", item.to_do)


def _not_notified(key: str, first: str) -> ToDo:
    whom = whom_of(key)
    if first.startswith(PERHAPS):
        what = f"It is not known whether {whom} was told: {first.removeprefix(PERHAPS)}"
        return ToDo("message", what, "look there, and post it by hand where it is missing")
    return ToDo("message", f"{whom.capitalize()} was not told: {first}", "post it by hand")
