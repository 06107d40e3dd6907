"""The procedure's Hotfix Checklist, ticked from the record."""

from collections.abc import Collection
from typing import Any

from hotfix.domain import fact_names
from hotfix.domain.fact import Fact
from hotfix.domain.fact_names import (
    APPROVER,
    BRANCH,
    BREAK_GLASS,
    CHANGE,
    GUARD_WARNINGS,
    HEALTHY,
    ISSUE_URL,
    LABELS,
    LOG_ENTRY,
    MERGE_SHA,
    PROBES_AFTER,
    PROOF,
    RESTORATION,
    ROLLED_BACK,
    ROLLOUT,
    STATUS_PAGE,
    STATUS_PAGE_CHOICE,
    SUITES,
    TESTS_OVERRIDDEN,
    UNDER_WAY,
    UNPROVEN,
    VERIFIED_BY,
    WORKFLOW_RUN_URL,
)
from hotfix.domain.facts import Facts
from hotfix.domain.figures import counted
from hotfix.domain.fix_stand import fix_stand, left_in_production, not_green
from hotfix.domain.frozen import frozen
from hotfix.domain.page_texts import LEAVE

# The key of the message that tells the team how it ended.
SUMMARY = "summary"
# The line that no step stands behind: whoever tells the team does so beside the run.
TEAM_TOLD = "Team notified"
# The line that an open follow-up issue ticks itself.
FOLLOW_UP = "Follow-up ticket created (if needed)"


# What a fact begins with in the place of what a step would have made, where nobody asked for it.
NOT_NEEDED = "not needed"
# Likewise, where a person does it in its place: that it is done is not on record.
BY_HAND = "by hand"
# By line, what somebody does where it is open, and the steps that would have done it.
_TO_DO: dict[str, tuple[str, frozenset[str]]] = {
    "Issue identified and documented": ("document the issue", frozenset({"read_the_issue"})),
    "Hotfix branch created from main": ("write down which branch the fix was on", frozenset()),
    "Fix implemented with minimal changes": ("look through what was changed", frozenset()),
    "Local tests pass": ("run the tests on what was merged", frozenset()),
    "PR created with proper labels": ("label the pull request", frozenset({"label_pull_request"})),
    "Code review approved (1 reviewer)": (
        "have the fix reviewed",
        frozenset({"await_approval"}),
    ),
    "Merged to hotfix branch": ("see what was merged", frozenset()),
    "GitHub Actions triggered": ("see that the deployment ran", frozenset()),
    "Deployment successful": ("see that the fix is rolled out", frozenset()),
    "Health checks pass": ("see that what was deployed is healthy", frozenset()),
    "Fix verified in production": ("verify the fix in production", frozenset()),
    "Status page updated (if needed)": (
        "update the status page, if users noticed",
        frozenset({"tell_customers", "update_status_page"}),
    ),
    TEAM_TOLD: ("tell the team how it ended", frozenset()),
    "Deployment logged": ("log the deployment", frozenset({"log_the_deployment"})),
    FOLLOW_UP: ("create a follow-up ticket, if one is needed", frozenset({"open_follow_up"})),
}


@frozen
class Item:
    """One line: the procedure's words, whether it holds, and what there is to say about it."""

    text: str
    is_ticked: bool
    remark: str = ""
    is_needless: bool = False  #: whether nobody asked for it


@frozen
class Section:
    """One part of the checklist."""

    title: str
    items: tuple[Item, ...]


def checklist(facts: Facts, told: Collection[str] = ()) -> tuple[Section, ...]:
    """Return the checklist as it stands.

    Args:
        facts: of the run.
        told: keys of the messages that arrived.
    """
    return tuple(
        Section(title, tuple(_item(facts, told, text, fact) for text, fact in lines))
        for title, lines in _SECTIONS
    )


@frozen
class OpenItem:
    """A line that does not hold yet."""

    text: str
    to_do: str  #: what somebody does about it, in the imperative
    steps: frozenset[str]  #: that would have done it: what they left to do is the same


def open_items(facts: Facts, told: Collection[str] = ()) -> tuple[OpenItem, ...]:
    """Return the lines that do not hold yet."""
    return tuple(
        OpenItem(item.text, *_TO_DO[item.text])
        for section in checklist(facts, told)
        for item in section.items
        if not item.is_needless and not item.is_ticked
    )


# The lines that say what production has: no more after a rollback.
_OF_PRODUCTION = frozenset({ROLLOUT, PROOF, VERIFIED_BY})
# Those that are about the fix alone: what is open of them is not to be done after a rollback.
_OF_IT = frozenset({BRANCH, CHANGE, SUITES, LABELS, APPROVER, WORKFLOW_RUN_URL, *_OF_PRODUCTION})
_SECTIONS: tuple[tuple[str, tuple[tuple[str, Fact[Any] | None], ...]], ...] = (
    (
        "Pre-Deployment",
        (
            ("Issue identified and documented", ISSUE_URL),
            ("Hotfix branch created from main", BRANCH),
            ("Fix implemented with minimal changes", CHANGE),
            ("Local tests pass", SUITES),
            ("PR created with proper labels", LABELS),
            ("Code review approved (1 reviewer)", APPROVER),
        ),
    ),
    (
        "Deployment",
        (
            ("Merged to hotfix branch", MERGE_SHA),
            ("GitHub Actions triggered", WORKFLOW_RUN_URL),
            ("Deployment successful", ROLLOUT),
            ("Health checks pass", PROOF),
        ),
    ),
    (
        "Post-Deployment",
        (
            ("Fix verified in production", VERIFIED_BY),
            ("Status page updated (if needed)", STATUS_PAGE),
            (TEAM_TOLD, None),
            ("Deployment logged", LOG_ENTRY),
            (FOLLOW_UP, fact_names.FOLLOW_UP),
        ),
    ),
)


OF_THE_FIX = frozenset(text for _, lines in _SECTIONS for text, fact in lines if fact in _OF_IT)


def _item(facts: Facts, told: Collection[str], text: str, fact: Fact[Any] | None) -> Item:
    if fact is None:
        # The news of a rollback has the same key with a suffix.
        return Item(text, any(key.partition(":")[0] == SUMMARY for key in told))
    is_moot = fact in _OF_PRODUCTION and fix_stand(facts).is_back
    if spoilt := _spoilt(facts, fact):
        return Item(text, is_ticked=False, remark=spoilt, is_needless=is_moot)
    if fact is WORKFLOW_RUN_URL and fact not in facts and (seen := _seen_under_way(facts)):
        return Item(text, is_ticked=True, remark=seen)
    if fact is STATUS_PAGE and fact not in facts and facts.get(STATUS_PAGE_CHOICE) == LEAVE:
        return Item(text, is_ticked=False, remark=NOT_NEEDED, is_needless=True)
    remark = _remark(facts, fact)
    if remark.startswith(NOT_NEEDED):
        return Item(text, is_ticked=False, remark=remark, is_needless=True)
    return Item(text, fact in facts and not remark.startswith(BY_HAND), remark)


def _seen_under_way(facts: Facts) -> str:
    """Return which deployment of the fix a rollback found under way; empty where it found none."""
    found = [each.number for each in facts.get(UNDER_WAY, ()) if each.is_ours]
    return f"run {found[0]}, under way when it was rolled back" if found else ""


def _spoilt(facts: Facts, fact: Fact[Any]) -> str:
    """Return why a line does not hold whatever its own fact says; empty where nothing bars it."""
    if fact is SUITES and TESTS_OVERRIDDEN in facts:
        return f"overridden: {facts[TESTS_OVERRIDDEN]}"
    if fact in _OF_PRODUCTION and fix_stand(facts).is_back:
        return _rolled_back(facts, fact)
    if fact is PROOF and UNPROVEN in facts:
        return f"not proven for {_unproven(facts)}"
    if fact in {PROOF, VERIFIED_BY}:
        bad = [each.name for each in not_green(facts)]
        said = f"{facts[fact]} says so; " if fact is VERIFIED_BY and fact in facts else ""
        return f"{said}accepted without: {', '.join(bad)}" if bad else ""
    return f"owed: {facts[BREAK_GLASS]}" if fact is APPROVER and BREAK_GLASS in facts else ""


def _remark(facts: Facts, fact: Fact[Any]) -> str:
    if fact not in facts:
        return ""
    if fact is CHANGE:
        count = len(facts.get(GUARD_WARNINGS, ()))
        return f"{counted(count, 'warning')} accepted" if count else ""
    if fact is MERGE_SHA:
        return facts[MERGE_SHA][:8]
    if fact is LABELS:
        return ", ".join(facts[LABELS])
    return facts[fact] if fact.shape is str else ""


def _rolled_back(facts: Facts, fact: Fact[Any]) -> str:
    """Return what is true, after a rollback, of a line about what production has of the fix."""
    left = left_in_production(facts)
    words = f"rolled back: {', '.join(facts[ROLLED_BACK])}" if left else "rolled back"
    return f"by {facts[fact]}, then {words}" if fact is VERIFIED_BY and fact in facts else words


def _unproven(facts: Facts) -> str:
    return ", ".join(f"{each.name} ({each.because})" for each in facts[UNPROVEN])


# What the checklist is made of; any of it may be missing.
READS: tuple[Fact[Any], ...] = (
    *(fact for _, lines in _SECTIONS for _, fact in lines if fact is not None),
    BREAK_GLASS,
    GUARD_WARNINGS,
    HEALTHY,
    PROBES_AFTER,
    RESTORATION,
    ROLLED_BACK,
    STATUS_PAGE_CHOICE,
    TESTS_OVERRIDDEN,
    UNDER_WAY,
    UNPROVEN,
)
