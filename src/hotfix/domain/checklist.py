"""The procedure's Hotfix Checklist, ticked from the record."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.figures import counted

# The key of the message that tells the team how it ended.
SUMMARY = "summary"
# The line that an open follow-up issue ticks itself.
FOLLOW_UP = "Follow-up ticket created (if needed)"


@dataclass(frozen=True)
class Item:
    """One line: the procedure's words, whether it holds, and what there is to say about it."""

    text: str
    is_ticked: bool
    remark: str = ""


@dataclass(frozen=True)
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
        Section(title, tuple(_item(facts, told, text, name) for text, name in lines))
        for title, lines in _SECTIONS
    )


def open_items(facts: Facts, told: Collection[str] = ()) -> tuple[str, ...]:
    """Return the lines that do not hold yet."""
    return tuple(
        item.text
        for section in checklist(facts, told)
        for item in section.items
        if not item.is_ticked
    )


_SECTIONS = (
    (
        "Pre-Deployment",
        (
            ("Issue identified and documented", "issue_url"),
            ("Hotfix branch created from main", "branch"),
            ("Fix implemented with minimal changes", "change"),
            ("Local tests pass", "suites"),
            ("PR created with proper labels", "labels"),
            ("Code review approved (1 reviewer)", "approver"),
        ),
    ),
    (
        "Deployment",
        (
            ("Merged to hotfix branch", "merge_sha"),
            ("GitHub Actions triggered", "workflow_run_url"),
            ("Deployment successful", "rollout"),
            ("Health checks pass", "proof"),
        ),
    ),
    (
        "Post-Deployment",
        (
            ("Fix verified in production", "verified_by"),
            ("Status page updated (if needed)", "status_page"),
            ("Team notified", SUMMARY),
            ("Deployment logged", "log_entry"),
            (FOLLOW_UP, "follow_up"),
        ),
    ),
)


def _item(facts: Facts, told: Collection[str], text: str, name: str) -> Item:
    if name == SUMMARY:
        # The news of a rollback has the same key with a suffix.
        return Item(text, any(key.partition(":")[0] == SUMMARY for key in told))
    remark = _REMARKS[name](facts) if name in facts and name in _REMARKS else ""
    if name == "suites" and "tests_overridden" in facts:
        return Item(text, is_ticked=False, remark=f"overridden: {facts.text('tests_overridden')}")
    if name == "proof" and "unproven" in facts:
        return Item(text, is_ticked=False, remark=f"not proven for {_unproven(facts)}")
    if name == "approver" and "break_glass" in facts:
        return Item(text, is_ticked=False, remark=f"owed: {facts.text('break_glass')}")
    return Item(text, name in facts, remark)


def _unproven(facts: Facts) -> str:
    return ", ".join(f"{each['name']} ({each['because']})" for each in facts.objects("unproven"))


def _warnings(facts: Facts) -> str:
    count = len(facts.items("guard_warnings"))
    return f"{counted(count, 'warning')} accepted" if count else ""


_REMARKS: dict[str, Callable[[Facts], str]] = {
    "issue_url": lambda facts: facts.text("issue_url"),
    "branch": lambda facts: facts.text("branch"),
    "change": _warnings,
    "labels": lambda facts: ", ".join(str(label) for label in facts.items("labels")),
    "approver": lambda facts: facts.text("approver"),
    "merge_sha": lambda facts: facts.text("merge_sha")[:8],
    "workflow_run_url": lambda facts: facts.text("workflow_run_url"),
    "verified_by": lambda facts: facts.text("verified_by"),
    "status_page": lambda facts: facts.text("status_page"),
    "follow_up": lambda facts: facts.text("follow_up"),
}
