"""Checks of a commit: check runs and commit statuses, and which of them the merge needs.

Two checks may share a name: of two workflows or events, of two apps, or a check run and a commit
status. A check is all of these together, and of each the newest run counts.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import quote

from hotfix.adapters.github.causes import cut, said_of_itself
from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.protection import RequiredCheck, RequiredChecks, required_checks
from hotfix.adapters.github.troubles import tolerating, understood
from hotfix.domain.frozen import frozen
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
_STATUS, _BOT = "commit status", "[bot]"
_ACTIONS = "github-actions"
_RUN_IN_LINK = re.compile(r"/actions/runs/(\d+)")
_JOB_IN_LINK = re.compile(r"/job/(\d+)")
# GitHub lists the check runs of the newest 1,000 check suites, and no others.
_MOST_SUITES = 1000
_NO_APP = -1
UNNAMED = "further checks, which may yet appear"
UNREAD = "check runs, which the token may not read"
UNSEEN = "further check runs, which GitHub does not list"


@frozen
class _Seen:
    """A check as it was reported, with what tells it from others of its name."""

    id: int
    name: str
    state: CheckState
    url: str
    app: int | None  #: GitHub's number of the app; ``_NO_APP`` for a person, None for not known
    app_name: str  #: empty where it is not known
    workflow: str = ""  #: what ran it, with the event; empty for what is no workflow
    suite: int | None = None  #: the number of the check suite
    run: int | None = None  #: the number of the workflow run, as far as it is told
    begun: str = ""  #: when, as GitHub writes it (UTC); empty where it does not say
    ended: str = ""  #: likewise
    is_skipped: bool = False
    said: tuple[str, ...] = ()  #: as in ``Check``
    notes: int = 0  #: likewise
    job: int = 0  #: likewise

    @property
    def whose(self) -> str:
        return self.workflow or self.app_name

    def is_what(self, required: RequiredCheck) -> bool:
        """Tell whether it is what the merge needs; one of an unknown app may be."""
        is_of_app = required.app is None or self.app is None or self.app == required.app
        return self.name == required.name and is_of_app


def checks_of(client: GithubClient, path: str, sha: str, base: str) -> tuple[Check, ...]:
    """Return the checks of commit ``sha`` (full), and mark those that branch ``base`` requires."""
    required = required_checks(client, path, base)
    unread: list[str] = []
    runs = _check_runs(client, path, sha, unread)
    if runs is None:
        runs = _jobs(client, path, sha)
    if runs is None and not required.is_all:
        # Neither the checks nor all that is required can be read: that is no reason to go on.
        unread.append(UNREAD)
    seen = [*_statuses(client, path, sha, required), *(runs or ())]
    checks = [*_reported(seen, required), *_missing(seen, required)]
    checks += [
        Check(name, CheckState.PENDING, "", is_required=True, is_assumed=not required.is_all)
        for name in unread
    ]
    if not required.is_all and UNREAD not in unread:
        # Right after a push, checks that nobody names may not have begun.
        guess = Check(UNNAMED, CheckState.PENDING, "", is_required=True, is_guess=True)
        checks.append(guess)
    return tuple(sorted(checks, key=lambda check: (check.is_guess, check.name)))


def _reported(seen: Sequence[_Seen], required: RequiredChecks) -> list[Check]:
    shared = Counter(each.name for each in seen)
    checks = []
    for each in seen:
        is_known = any(each.is_what(check) for check in required.known)
        is_assumed = not is_known and not required.is_all
        name = f"{each.name} ({each.whose})" if shared[each.name] > 1 else each.name
        checks.append(
            Check(
                name,
                each.state,
                each.url,
                is_known or is_assumed,
                is_assumed=is_assumed,
                said=each.said if each.state is CheckState.FAILED else (),
                number=each.id if each.app_name != _STATUS else 0,
                notes=each.notes,
                job=each.job,
            )
        )
    return checks


def _missing(seen: Sequence[_Seen], required: RequiredChecks) -> list[Check]:
    """Return what is required and has not been reported, or by another app alone."""
    missing = []
    for check in required.known:
        if any(each.is_what(check) for each in seen):
            continue
        others = sorted({each.whose for each in seen if each.name == check.name})
        missing.append(
            Check(
                check.name,
                CheckState.PENDING,
                "",
                is_required=True,
                is_reported=False,
                other_app=", ".join(others),
            )
        )
    return missing


def _check_runs(client: GithubClient, path: str, sha: str, unread: list[str]) -> list[_Seen] | None:
    """Return the newest run of each check, or None where the token may not read them.

    Where there are more than GitHub lists, ``unread`` is told.
    """
    with tolerating(*_UNREADABLE):
        at = f"{path}/commits/{sha}"
        listed, total = client.read_counted(f"{at}/check-runs", "check_runs", filter="latest")
        if total > len(listed) or (len(listed) >= _MOST_SUITES and _is_cut(client, at)):
            unread.append(UNSEEN)
        with understood("the checks"):
            found = [_run(run) for run in listed]
        return _newest(_with_workflows(client, path, sha, found))
    return None


def _is_cut(client: GithubClient, at: str) -> bool:
    """Tell whether the commit has more check suites than GitHub lists the runs of."""
    listed, total = client.read_counted(f"{at}/check-suites", "check_suites", pages=1)
    return max(total, len(listed)) > _MOST_SUITES


def _run(run: Json) -> _Seen:
    app = run.get("app") or {}
    suite = (run.get("check_suite") or {}).get("id")
    url = str(run.get("html_url") or run.get("details_url") or "")
    of_run, of_job = _RUN_IN_LINK.search(url), _JOB_IN_LINK.search(url)
    number, slug = int(run["id"]), str(app.get("slug") or app.get("name") or "")
    # A job of Actions is a check run of the same number.
    own_job = number if slug == _ACTIONS else 0
    output = run.get("output") or {}
    return _Seen(
        id=number,
        name=str(run["name"]),
        state=_state(run),
        url=url,
        app=int(app["id"]) if app.get("id") else None,
        app_name=slug,
        suite=int(suite) if suite else None,
        run=int(of_run[1]) if of_run else None,
        begun=str(run.get("started_at") or ""),
        ended=str(run.get("completed_at") or ""),
        is_skipped=run["conclusion"] == "skipped",
        said=said_of_itself(str(run["conclusion"] or ""), output),
        notes=int(output.get("annotations_count") or 0),
        job=int(of_job[1]) if of_job else own_job,
    )


def _with_workflows(
    client: GithubClient, path: str, sha: str, found: Sequence[_Seen]
) -> list[_Seen]:
    """Name the workflow of each check that shares name and app with one of another suite.

    GitHub does not say it at the check. Where the workflow runs do not tell, each suite of Actions
    counts as one of its own: that may say "failed" too often, and "passed" never.
    """
    places: dict[tuple[str, int | None], set[tuple[int | None, int | None]]] = defaultdict(set)
    for each in found:
        places[each.name, each.app].add((each.suite, each.run))
    shared = {which for which, of_one in places.items() if len(of_one) > 1}
    if not shared:
        return list(found)
    runs: list[Json] = []
    with tolerating(*_UNREADABLE):
        runs = _workflow_runs(client, path, sha)
    with understood("the workflow runs"):
        by_suite = {run.get("check_suite_id"): _workflow_of(run) for run in runs}
        by_run = {run["id"]: _workflow_of(run) for run in runs}
    return [
        replace(each, workflow=by_suite.get(each.suite) or by_run.get(each.run) or _alone(each))
        if (each.name, each.app) in shared
        else each
        for each in found
    ]


def _alone(seen: _Seen) -> str:
    """Return the place of a check whose workflow nobody tells; empty for what has none."""
    is_of_a_workflow = seen.app_name in {_ACTIONS, ""}
    return f"run {seen.run or seen.suite}" if is_of_a_workflow else ""


def _workflow_runs(client: GithubClient, path: str, sha: str) -> list[Json]:
    listed = client.read_list(f"{path}/actions/runs", "workflow_runs", head_sha=sha)
    with understood(f"the workflow runs of {sha[:8]}"):
        # A redirect after a rename loses the filter.
        return [run for run in listed if run["head_sha"] == sha]


def _workflow_of(run: Json) -> str:
    """Return what the check is called after: two events of one workflow are two checks."""
    file = str(run.get("path") or "").partition("@")[0].rpartition("/")[2]
    name = file or str(run.get("name") or run["workflow_id"])
    event = run.get("event")
    return f"{name}, {event}" if event else name


def _jobs(client: GithubClient, path: str, sha: str) -> list[_Seen] | None:
    """Return the jobs of the commit's workflow runs, which are check runs under another right.

    Fine-grained tokens cannot have the right to read check runs, but that to read Actions.
    """
    with tolerating(*_UNREADABLE):
        found = []
        for run in _workflow_runs(client, path, sha):
            with understood("a workflow run"):
                number, workflow = int(run["id"]), _workflow_of(run)
            jobs = client.read_list(f"{path}/actions/runs/{number}/jobs", "jobs")
            with understood(f"the jobs of run {number}"):
                found += [
                    replace(_run(job), workflow=workflow, run=number, job=int(job["id"]))
                    for job in jobs
                ]
        return _newest(found)
    return None


def _newest(found: Iterable[_Seen]) -> list[_Seen]:
    """Return the newest run of each check; of jobs of one name in one run, all."""
    kept: dict[tuple[str, int | None, str], list[_Seen]] = defaultdict(list)
    # Numbers grow: a check that was run again has a new one.
    for each in sorted(found, key=lambda each: each.id):
        of_one = kept[each.name, each.app, each.workflow]
        of_one[:] = [*(older for older in of_one if _is_beside(older, each)), each]
    return [each for of_one in kept.values() for each in of_one]


def _is_beside(older: _Seen, newer: _Seen) -> bool:
    """Tell whether two checks of one name are two jobs of one run, and no second try of one.

    A second try begins once the first is over, and is not skipped.
    """
    is_same_run = older.suite == newer.suite and older.run is not None and older.run == newer.run
    if not is_same_run:
        return False
    is_told = bool(older.ended and newer.begun)
    return newer.is_skipped or (is_told and newer.begun < older.ended)


def _statuses(client: GithubClient, path: str, sha: str, required: RequiredChecks) -> list[_Seen]:
    listed: list[Json] = []
    with tolerating(*_UNREADABLE):
        listed = client.read_list(f"{path}/commits/{sha}/status", "statuses")
    of_apps = {check.name for check in required.known if check.app is not None}
    with understood("the commit statuses"):
        return [
            _Seen(
                id=int(status["id"]),
                name=str(status["context"]),
                state=_STATUSES.get(str(status["state"]), CheckState.PENDING),
                url=str(status.get("target_url") or ""),
                app=_app_of(client, status) if status["context"] in of_apps else None,
                app_name=_STATUS,
                said=tuple(filter(None, [cut(str(status.get("description") or ""))])),
            )
            for status in listed
        ]


def _app_of(client: GithubClient, status: Json) -> int | None:
    """Return the number of the app that set a status, which GitHub says by its login alone."""
    login = str((status.get("creator") or {}).get("login") or "")
    if not login:
        return None
    if not login.endswith(_BOT):
        return _NO_APP
    with tolerating(*_UNREADABLE):
        return int(client.read(f"/apps/{quote(login.removesuffix(_BOT))}")["id"])
    return None


def _state(run: Json) -> CheckState:
    if run["status"] != "completed":
        return CheckState.PENDING
    if run["conclusion"] in _PASSED:
        return CheckState.PASSED
    return CheckState.FAILED if run["conclusion"] in _FAILED else CheckState.PENDING
