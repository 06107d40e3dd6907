"""The pages of the simulated GitHub, for people who follow a link."""

import re
from collections.abc import Iterator

from hotfix.simulators.github.hosted_repository import HostedRepository
from hotfix.simulators.github.records import Issue, Pull, Run
from hotfix.simulators.pages import Page

_PULL_OR_ISSUE = re.compile(r".*/(?:pull|issues)/(\d+)")
_RUN = re.compile(r".*/actions/runs/(\d+)(?:/.*)?")


def page_of(hosted: HostedRepository, path: str) -> Page:
    """Return the page at ``path``: a pull request, an issue, a run, or the list of all."""
    if found := _PULL_OR_ISSUE.fullmatch(path):
        issue = hosted.issues.get(int(found[1]))
        if issue is not None:
            rows = [(text, "") for text in _talk(hosted, issue)]
            return Page(f"#{issue.number} {issue.title}", [*rows, _back(hosted)])
    if found := _RUN.fullmatch(path):
        run = next((each for each in hosted.runs if each.id == int(found[1])), None)
        if run is not None:
            rows = [(f"{job.name}: {job.conclusion or job.status}", "") for job in run.jobs]
            return Page(_run_in_words(run), [*rows, _back(hosted)])
    return Page(hosted.name, list(_everything(hosted)))


def _back(hosted: HostedRepository) -> tuple[str, str]:
    return hosted.name, f"/{hosted.name}"


def _everything(hosted: HostedRepository) -> Iterator[tuple[str, str]]:
    for issue in hosted.issues.values():
        kind = "pull" if issue.number in hosted.pulls else "issues"
        state = "open" if issue.is_open else "closed"
        to = f"/{hosted.name}/{kind}/{issue.number}"
        yield f"#{issue.number} {issue.title} ({state})", to
    for run in hosted.runs:
        yield _run_in_words(run), f"/{hosted.name}/actions/runs/{run.id}"


def _talk(hosted: HostedRepository, issue: Issue) -> Iterator[str]:
    pull = hosted.pulls.get(issue.number)
    yield _state(issue, pull)
    if issue.labels:
        yield f"Labels: {', '.join(issue.labels)}"
    yield issue.body
    said = [
        *(
            (each.at, each.login, each.state, each.body)
            for each in hosted.reviews
            if each.number == issue.number
        ),
        *(
            (each.at, each.author, "commented", each.body)
            for each in hosted.comments
            if each.number == issue.number
        ),
    ]
    for at, who, did, body in sorted(said):
        yield f"{at:%H:%M:%S} UTC {who} {did.lower().replace('_', ' ')} {body}".rstrip()


def _state(issue: Issue, pull: Pull | None) -> str:
    if pull is None:
        return "Open" if issue.is_open else "Closed"
    if pull.merged_at is not None:
        return f"Merged by {pull.merged_by} into {pull.base} as {pull.merge_sha[:8]}"
    state = "Open" if issue.is_open else "Closed"
    asked = ", ".join(pull.requested_reviewers)
    waits = f"; asked for a review: {asked}" if asked else ""
    return f"{state}: {pull.head} into {pull.base}{waits}"


def _run_in_words(run: Run) -> str:
    name = run.path.rpartition("/")[2]
    return f"{name} run {run.number}, {run.branch} at {run.sha[:8]}: {run.conclusion or run.status}"
