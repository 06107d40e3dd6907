"""What a pull request says: that of the fix (procedure, steps 4 and 5), and that of its revert."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from hotfix.domain import drafted, fix_words, ride_along
from hotfix.domain.checklist import READS as CHECKLIST_READS
from hotfix.domain.checklist import Item, Section, checklist
from hotfix.domain.fact import Fact
from hotfix.domain.fact_names import (
    CHANGE,
    ELIGIBILITY,
    FIX_WORDS,
    GUARD_WARNINGS,
    ISSUE_NUMBER,
    ISSUE_URL,
    LEFT_BEHIND,
    MERGE_SHA,
    PICKED,
    PULL_REQUEST_URL,
    RIDE_ALONG,
    SUITES,
    TESTS_OVERRIDDEN,
    WORKFLOW_RUN_URL,
)
from hotfix.domain.fact_records import OtherCommit
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident

REVIEWER_CHECKLIST = (
    "Fix addresses the issue",
    "No unrelated changes",
    "Tests pass",
    "No security concerns",
)
_LONGEST_TITLE = 200
# Where the repository's own template may be (GitHub: "Creating a pull request template").
TEMPLATE_FOLDERS = (".github", "", "docs")
_TEMPLATE = re.compile(
    r"(?:(?:\.github|docs)/)?pull_request_template(?:\.(?:md|txt))?", re.IGNORECASE
)
# GitHub takes no more.
_LONGEST_BODY = 65_000


@frozen
class PullRequestText:
    """The title, the description from what is known when it is opened, and what that reads."""

    title: str
    body: Callable[[Facts], str]
    reads: tuple[Fact[Any], ...]


def of_the_fix(incident: Incident) -> PullRequestText:
    """Return what proposes the fix."""
    return PullRequestText(title(incident), partial(_body_of_the_fix, incident), _OF_THE_FIX)


def of_the_revert(incident: Incident, merge_into: str) -> PullRequestText:
    """Return what proposes to undo the fix on the deploy branch ``merge_into``."""
    body = partial(_body_of_the_revert, merge_into)
    return PullRequestText(f'Revert "{title(incident)}"', body, _OF_THE_REVERT)


def template_among(paths: Iterable[str]) -> str:
    """Return which of ``paths`` is the repository's template of a pull request, or nothing."""
    return next((path for path in paths if _TEMPLATE.fullmatch(path)), "")


def with_template(body: str, template: str) -> str:
    """Return the description with the repository's ``template`` after it, as it is there.

    After it, and not before: a comment that is left open in a template swallows the rest.
    """
    if not template.strip():
        return body
    return f"{body}\n---\n\n{template.strip()}\n"[:_LONGEST_BODY]


def title(incident: Incident) -> str:
    """Return the title: ``[HOTFIX] Brief description``."""
    return f"[HOTFIX] {incident.description}"[:_LONGEST_TITLE]


def marker(run: str) -> str:
    """Return the line by which a pull request or an issue of the run is found again."""
    return f"<!-- hotfix-run: {run} -->"


def markdown(section: Section) -> str:
    """Return one section of a checklist as markdown."""
    lines = [
        f"- [{_mark(item)}] {item.text}" + (f" ({item.remark})" if item.remark else "")
        for item in section.items
    ]
    return f"### {section.title}\n" + "\n".join(lines)


def _mark(item: Item) -> str:
    if item.is_needless:
        return "-"
    return "x" if item.is_ticked else " "


def root_cause(incident: Incident, facts: Facts) -> str:
    """Return the cause as somebody said it, else as the commits do; empty while nobody has."""
    draft = drafted.quoted(fix_words.drafted_root_cause(facts))
    said = fix_words.root_cause(incident, facts)
    return said or (f"{draft} (as the commits say)" if draft else "")


def _body_of_the_fix(incident: Incident, facts: Facts) -> str:
    reviewer = "\n".join(f"- [ ] {line}" for line in REVIEWER_CHECKLIST)
    sections = "\n\n".join(markdown(section) for section in checklist(facts))
    summary = fix_words.fix_summary(incident, facts) or _subjects(facts) or incident.description
    parts = [
        f"**Issue:** {_issue(facts)}",
        f"**Root cause:** {root_cause(incident, facts) or fix_words.NOT_KNOWN}",
        f"**Fix summary:** {summary}",
        f"**How it was tested:** {_tested(facts)}",
        f"**Why a hotfix:** {facts.get(ELIGIBILITY, 'not recorded')}",
        _warnings(facts),
        _commits("Rides along (not in what runs now)", facts.get(RIDE_ALONG, ())),
        _commits("Left behind (cut from what runs now)", facts.get(LEFT_BEHIND, ())),
        _picked(facts),
        f"## Reviewer checklist\n{reviewer}",
        f"## Hotfix checklist\n\n{sections}",
        marker(facts.run),
    ]
    return _paragraphs(parts)


def _body_of_the_revert(merge_into: str, facts: Facts) -> str:
    workflow = facts.get(WORKFLOW_RUN_URL, "")
    merged_by = facts.get(PULL_REQUEST_URL, "a hotfix")
    why = (
        f"Until this is merged, `{merge_into}` carries what was rolled back, and its "
        "next deployment would ship it again. Merging this deploys the code without it."
    )
    parts = [
        f"Reverts {facts[MERGE_SHA]}, merged by {merged_by}.",
        f"It was deployed and rolled back by `hotfix` run `{facts.run}` ({facts.operator}).",
        f"Its deployment: {workflow}" if workflow else "",
        why,
        marker(f"{facts.run} revert"),
    ]
    return _paragraphs(parts)


def _paragraphs(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _subjects(facts: Facts) -> str:
    """Return what the commits of the fix say of themselves, each once; they mention nobody."""
    subjects = facts[CHANGE].subjects if CHANGE in facts else ()
    return "; ".join(drafted.quoted(each) for each in dict.fromkeys(subjects) if each)


def _issue(facts: Facts) -> str:
    if ISSUE_NUMBER in facts:
        return f"#{facts[ISSUE_NUMBER]}"
    return facts.get(ISSUE_URL, "none named")


def _tested(facts: Facts) -> str:
    if TESTS_OVERRIDDEN in facts:
        return f"local tests did not pass; overridden: {facts[TESTS_OVERRIDDEN]}"
    suites = [f"{suite.name} {suite.state} in {suite.seconds} s" for suite in facts.get(SUITES, ())]
    return ", ".join(suites) or "no local suite is configured"


def _commits(title: str, commits: Sequence[OtherCommit]) -> str:
    return f"**{title}:**\n{ride_along.markdown(commits)}" if commits else ""


def _picked(facts: Facts) -> str:
    picked = ", ".join(facts.get(PICKED, ()))
    return f"**Picked:** {picked}" if picked else ""


def _warnings(facts: Facts) -> str:
    lines = "\n".join(f"- {warning}" for warning in facts.get(GUARD_WARNINGS, ()))
    return f"**Accepted although:**\n{lines}" if lines else ""


_OF_THE_FIX = (
    *CHECKLIST_READS,
    ELIGIBILITY,
    FIX_WORDS,
    ISSUE_NUMBER,
    LEFT_BEHIND,
    PICKED,
    RIDE_ALONG,
)
_OF_THE_REVERT = (MERGE_SHA, PULL_REQUEST_URL, WORKFLOW_RUN_URL)
