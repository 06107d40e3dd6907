"""Checks of a commit: check runs and commit statuses, the newest of each name."""

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.protection import RequiredChecks, required_checks
from hotfix.adapters.github.troubles import tolerating, understood
from hotfix.ports.pull_requests import Check, CheckState

_UNREADABLE = frozenset({403, 404})
_PASSED = frozenset({"success", "neutral", "skipped"})
_FAILED = frozenset(
    {"failure", "cancelled", "timed_out", "action_required", "startup_failure", "stale"}
)
_STATUSES = {
    "success": CheckState.PASSED,
    "failure": CheckState.FAILED,
    "error": CheckState.FAILED,
}
UNNAMED = "further checks, which may yet appear"
UNREAD = "check runs, which the token may not read"


def checks_of(client: GithubClient, path: str, sha: str, base: str) -> tuple[Check, ...]:
    """Return the checks of commit ``sha`` (full), and mark those that branch ``base`` requires."""
    required = required_checks(client, path, base)
    found = _statuses(client, path, sha)
    runs = _check_runs(client, path, sha)
    if runs is None:
        runs = _jobs(client, path, sha)
    found |= runs or {}
    if runs is None and not required.is_all:
        # Neither the checks nor all that is required can be read: that is no reason to go on.
        found[UNREAD] = (CheckState.PENDING, "")
    for name in required.names:
        found.setdefault(name, (CheckState.PENDING, ""))
    checks = [_check(name, state, url, required) for name, (state, url) in sorted(found.items())]
    if not required.is_all and UNREAD not in found:
        # Right after a push, checks that nobody names may not have begun.
        guess = Check(UNNAMED, CheckState.PENDING, "", is_required=True, is_guess=True)
        checks.append(guess)
    return tuple(checks)


def _check(name: str, state: CheckState, url: str, required: RequiredChecks) -> Check:
    is_known = name in required.names
    is_assumed = not is_known and not required.is_all
    return Check(name, state, url, is_required=is_known or is_assumed, is_assumed=is_assumed)


def _check_runs(
    client: GithubClient, path: str, sha: str
) -> dict[str, tuple[CheckState, str]] | None:
    """Return the newest run of each name, or None where the token may not read them."""
    with tolerating(*_UNREADABLE):
        listed = client.read_list(f"{path}/commits/{sha}/check-runs", "check_runs", filter="latest")
        return _newest(listed)
    return None


def _jobs(client: GithubClient, path: str, sha: str) -> dict[str, tuple[CheckState, str]] | None:
    """Return the jobs of the commit's workflow runs, which are check runs under another right.

    Fine-grained tokens cannot have the right to read check runs, but that to read Actions.
    """
    with tolerating(*_UNREADABLE):
        runs = client.read_list(f"{path}/actions/runs", "workflow_runs", pages=1, head_sha=sha)
        with understood(f"the workflow runs of {sha[:8]}"):
            numbers = [int(run["id"]) for run in runs if run["head_sha"] == sha]
        jobs = [
            job
            for number in numbers
            for job in client.read_list(f"{path}/actions/runs/{number}/jobs", "jobs")
        ]
        return _newest(jobs)
    return None


def _newest(listed: list[Json]) -> dict[str, tuple[CheckState, str]]:
    with understood("the checks"):
        # Numbers grow: a check that was run again has a new one.
        ordered = sorted(listed, key=lambda run: int(run["id"]))
        return {
            str(run["name"]): (_state(run), str(run["html_url"] or run.get("details_url") or ""))
            for run in ordered
        }


def _statuses(client: GithubClient, path: str, sha: str) -> dict[str, tuple[CheckState, str]]:
    listed: list[Json] = []
    with tolerating(*_UNREADABLE):
        listed = client.read_list(f"{path}/commits/{sha}/status", "statuses")
    with understood("the commit statuses"):
        return {
            str(status["context"]): (
                _STATUSES.get(str(status["state"]), CheckState.PENDING),
                str(status.get("target_url") or ""),
            )
            for status in listed
        }


def _state(run: Json) -> CheckState:
    if run["status"] != "completed":
        return CheckState.PENDING
    if run["conclusion"] in _PASSED:
        return CheckState.PASSED
    return CheckState.FAILED if run["conclusion"] in _FAILED else CheckState.PENDING
