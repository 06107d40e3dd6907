"""What a pull request says: that of the fix (procedure, steps 4 and 5), and that of its revert."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from hotfix.domain import ride_along
from hotfix.domain.checklist import Section, checklist
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonObject

REVIEWER_CHECKLIST = (
    "Fix addresses the issue",
    "No unrelated changes",
    "Tests pass",
    "No security concerns",
)
_LONGEST_TITLE = 200


@dataclass(frozen=True)
class PullRequestText:
    """The title, and the description from what is known when it is opened."""

    title: str
    body: Callable[[Facts], str]


def of_the_fix(incident: Incident) -> PullRequestText:
    """Return what proposes the fix."""
    return PullRequestText(title(incident), partial(_body_of_the_fix, incident))


def of_the_revert(incident: Incident, merge_into: str) -> PullRequestText:
    """Return what proposes to undo the fix on the deploy branch ``merge_into``."""
    return PullRequestText(f'Revert "{title(incident)}"', partial(_body_of_the_revert, merge_into))


def title(incident: Incident) -> str:
    """Return the title: ``[HOTFIX] Brief description``."""
    return f"[HOTFIX] {incident.description}"[:_LONGEST_TITLE]


def marker(run: str) -> str:
    """Return the line by which a pull request or an issue of the run is found again."""
    return f"<!-- hotfix-run: {run} -->"


def markdown(section: Section) -> str:
    """Return one section of a checklist as markdown."""
    lines = [
        f"- [{'x' if item.is_ticked else ' '}] {item.text}"
        + (f" ({item.remark})" if item.remark else "")
        for item in section.items
    ]
    return f"### {section.title}\n" + "\n".join(lines)


def _body_of_the_fix(incident: Incident, facts: Facts) -> str:
    reviewer = "\n".join(f"- [ ] {line}" for line in REVIEWER_CHECKLIST)
    sections = "\n\n".join(markdown(section) for section in checklist(facts))
    parts = [
        f"**Issue:** {_issue(facts)}",
        f"**Root cause:** {incident.root_cause or 'not known yet'}",
        f"**Fix summary:** {incident.fix_summary or incident.description}",
        f"**How it was tested:** {_tested(facts)}",
        f"**Why a hotfix:** {facts.text_or('eligibility', 'not recorded')}",
        _warnings(facts),
        _commits("Rides along (not in what runs now)", facts.objects("ride_along")),
        _commits("Left behind (cut from what runs now)", facts.objects("left_behind")),
        _picked(facts),
        f"## Reviewer checklist\n{reviewer}",
        f"## Hotfix checklist\n\n{sections}",
        marker(facts.run),
    ]
    return _paragraphs(parts)


def _body_of_the_revert(merge_into: str, facts: Facts) -> str:
    workflow = facts.text_or("workflow_run_url")
    merged_by = facts.text_or("pull_request_url", "a hotfix")
    why = (
        f"Until this is merged, `{merge_into}` carries what was rolled back, and its "
        "next deployment would ship it again. Merging this deploys the code without it."
    )
    parts = [
        f"Reverts {facts.text('merge_sha')}, merged by {merged_by}.",
        f"It was deployed and rolled back by `hotfix` run `{facts.run}` ({facts.operator}).",
        f"Its deployment: {workflow}" if workflow else "",
        why,
        marker(f"{facts.run} revert"),
    ]
    return _paragraphs(parts)


def _paragraphs(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _issue(facts: Facts) -> str:
    if "issue_number" in facts:
        return f"#{facts.text('issue_number')}"
    return facts.text_or("issue_url", "none named")


def _tested(facts: Facts) -> str:
    if "tests_overridden" in facts:
        return f"local tests did not pass; overridden: {facts.text('tests_overridden')}"
    suites = [
        f"{suite['name']} {suite['state']} in {suite['seconds']} s"
        for suite in facts.objects("suites")
    ]
    return ", ".join(suites) or "no local suite is configured"


def _commits(title: str, commits: Sequence[JsonObject]) -> str:
    return f"**{title}:**\n{ride_along.markdown(commits)}" if commits else ""


def _picked(facts: Facts) -> str:
    picked = ", ".join(str(sha) for sha in facts.items("picked"))
    return f"**Picked:** {picked}" if picked else ""


def _warnings(facts: Facts) -> str:
    lines = "\n".join(f"- {warning}" for warning in facts.items("guard_warnings"))
    return f"**Accepted although:**\n{lines}" if lines else ""
