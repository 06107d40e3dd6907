"""What the hotfix will need of GitHub, looked at before it is needed."""

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from urllib.parse import quote

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.labels import missing_labels
from hotfix.adapters.github.remote_needs import remote_needs
from hotfix.adapters.github.repository_needs import (
    MEND_REPOSITORY,
    base_needs,
    check_needs,
    merge_into_needs,
    merge_method_needs,
    protection_needs,
    repository_needs,
)
from hotfix.adapters.github.reviews import may_write
from hotfix.adapters.github.troubles import (
    ForeignAnswerError,
    RefusedError,
    tolerating,
    understood,
)
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.readiness import Finding, Need, not_asked

_AREA = "github"
_NOT_FOUND, _FORBIDDEN = 404, 403
_AT_ONCE = 6


def needs(
    client: GithubClient,
    repository: str,
    *,
    base: str,
    merge_into: str,
    merge_method: str,
    labels: Sequence[str],
    reviewer: str,
    workflow: str,
    second_reviewer: str = "",
    logins: Sequence[str] = (),
    pushes_to: str = "",
) -> tuple[Need, ...]:
    """Return every need of GitHub with its finding; what cannot be read is a warning.

    Hotfixes are cut from ``base``. The reviewers are logins or ``org/team``, empty for nobody;
    ``logins`` are those of further people, who may be asked to review;
    ``workflow`` is a file's name, empty for none; ``pushes_to`` is the address that git pushes to,
    compared with the repository unless it is empty.

    Raises:
        ProblemError: GitHub does not take the token at all.
        TemporaryTroubleError: GitHub is out of reach.
    """
    path = f"/repos/{repository}"
    # Whoever asks for the needs asks again, where that may help.
    client = client.another()
    login = _login(client)
    who = Need(_AREA, "token", Finding.OK, f"signed in as {login}")
    try:
        data = client.read(path)
    except RefusedError as error:
        # Single sign-on, an IP allow list, a missing right: GitHub's own words know the way out.
        saw, mend = error.problem.why, error.problem.next_command
        if error.status != _FORBIDDEN:
            mend = MEND_REPOSITORY if mend == "hotfix doctor" else f"{mend}; or: {MEND_REPOSITORY}"
        return who, Need(_AREA, "repository", Finding.FAILED, saw, mend, error.problem.code)
    looks: list[tuple[str, Callable[[GithubClient], Iterator[Need]]]] = [
        ("repository", lambda _: repository_needs(data, repository)),
        ("remote", lambda it: remote_needs(it, data, pushes_to)),
        ("merge method", lambda _: merge_method_needs(data, merge_method)),
        ("base", lambda it: base_needs(it, path, base)),
        ("merge into", lambda it: merge_into_needs(it, path, merge_into, base)),
        ("branch protection", lambda it: protection_needs(it, path, merge_into)),
        ("checks", lambda it: check_needs(it, path, base)),
        ("labels", lambda it: _labels(it, path, labels)),
        ("reviewer", lambda it: _reviewer(it, path, reviewer, login)),
        ("second reviewer", lambda it: _second_reviewer(it, path, second_reviewer, login)),
        ("workflow", lambda it: _workflow(it, path, workflow, merge_into)),
    ]
    return who, *_side_by_side(client, looks), *_logins(client, path, logins)


def _side_by_side(
    client: GithubClient, looks: Sequence[tuple[str, Callable[[GithubClient], Iterator[Need]]]]
) -> Iterator[Need]:
    """Make all looks at once: one after the other they take seconds. Raises what a look raises."""
    found: dict[str, list[Need]] = {}
    trouble: list[BaseException] = []

    def make(name: str, look: Callable[[GithubClient], Iterator[Need]]) -> None:
        try:
            # Connections of its own: a client asks one thing at a time.
            with client.another() as own:
                found[name] = _told(name, partial(look, own))
        except BaseException as error:  # noqa: BLE001 - it would be lost with the thread
            trouble.append(error)

    # Daemons: a look that hangs must not keep the command from ending.
    threads = [threading.Thread(target=make, args=each, daemon=True) for each in looks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in trouble:
        raise error
    return (need for name, _ in looks for need in found[name])


def _told(name: str, look: Callable[[], Iterator[Need]]) -> list[Need]:
    """Make one look; that it cannot be made is a warning, and no reason to skip the others."""
    try:
        with understood(f"the {name}"):
            return list(look())
    except ProblemError as error:
        problem = error.problem
        saw = f"cannot be read: {problem.why}"
        return [Need(_AREA, name, Finding.WARNING, saw, problem.next_command, problem.code)]
    except TemporaryTroubleError as trouble:
        return [not_asked(_AREA, name, Finding.WARNING, trouble)]


def _login(client: GithubClient) -> str:
    try:
        data = client.read("/user")
    except RefusedError as error:
        # The token of a GitHub App or of a workflow belongs to no user, and is good enough.
        if error.status == _FORBIDDEN:
            return "an app"
        # Whoever is signed in is there on every GitHub: nothing else answers "not found".
        if error.status == _NOT_FOUND:
            raise ProblemError(_no_api(client)) from error
        raise
    except ForeignAnswerError as error:
        if error.status == _NOT_FOUND:
            raise ProblemError(_no_api(client)) from error
        raise
    with understood("the user"):
        return str(data["login"])


def _no_api(client: GithubClient) -> Problem:
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"There is no API of GitHub at {client.api_url}",
        why="An Enterprise server has it below /api/v3.",
        next_command=f'Set [github] api_url to "https://{client.web_host}/api/v3", '
        "then: hotfix doctor",
    )


def _labels(client: GithubClient, path: str, labels: Sequence[str]) -> Iterator[Need]:
    if not labels:
        yield Need(_AREA, "labels", Finding.NOT_CONFIGURED, "none")
        return
    missing = missing_labels(client, path, labels)
    if missing:
        saw = f"{', '.join(missing)} will be created"
        mend = "; ".join(f"gh label create {label}" for label in missing)
        yield Need(_AREA, "labels", Finding.WARNING, saw, mend)
    else:
        yield Need(_AREA, "labels", Finding.OK, ", ".join(labels))


def _reviewer(client: GithubClient, path: str, reviewer: str, login: str) -> Iterator[Need]:
    if not reviewer:
        yield Need(_AREA, "reviewer", Finding.NOT_CONFIGURED, "nobody will be asked")
        return
    mend = "Correct [github] reviewer in hotfix.toml"
    found = _may_review(client, path, reviewer, login, mend)
    yield Need(_AREA, "reviewer", *found)


def _second_reviewer(client: GithubClient, path: str, who: str, login: str) -> Iterator[Need]:
    if not who:
        return
    mend = "Correct [review] second in hotfix.toml"
    finding, saw, instead = _may_review(client, path, who, login, mend)
    # The run goes on without them.
    is_failed = finding is Finding.FAILED
    yield Need(_AREA, "second reviewer", Finding.WARNING if is_failed else finding, saw, instead)


def _may_review(
    client: GithubClient, path: str, who: str, login: str, mend: str
) -> tuple[Finding, str, str]:
    """Return whether ``who`` can be asked and their approval will count, in words, and the mend."""
    organization, _, team = who.partition("/")
    if who.lower() == login.lower():
        saw = f"{who} is you, and nobody can review their own pull request"
        return Finding.WARNING, saw, "hotfix start ... --reviewer LOGIN"
    try:
        if team:
            client.read(f"/orgs/{quote(organization)}/teams/{quote(team)}")
        else:
            client.probe(f"{path}/collaborators/{quote(who)}")
    except RefusedError as error:
        if error.status != _NOT_FOUND:
            raise
        return Finding.FAILED, f"{who} cannot be asked: no collaborator of this repository", mend
    if not team and may_write(client, path, who) is False:
        saw = f"{who} can be asked, and may not write: their approval would not count"
        return Finding.WARNING, saw, f"Give {who} write access, or: {mend}"
    return Finding.OK, f"{who} can be asked", ""


def _logins(client: GithubClient, path: str, logins: Sequence[str]) -> Iterator[Need]:
    """Tell who of the people that are named for their addresses cannot be asked to review."""
    each_once = list(dict.fromkeys(logins))
    # As many at once as a reader of many waits for, and no more: a limit of GitHub's is near.
    parts = [each_once[first::_AT_ONCE] for first in range(min(_AT_ONCE, len(each_once)))]
    strangers: list[str] = []

    def look(part: Sequence[str], it: GithubClient) -> Iterator[Need]:
        for login in part:
            with tolerating(_NOT_FOUND):
                it.probe(f"{path}/collaborators/{quote(login)}")
                continue
            strangers.append(login)
        return iter(())

    looks = [(f"logins {number}", partial(look, part)) for number, part in enumerate(parts)]
    troubles = list(_side_by_side(client, looks))
    yield from troubles[:1]
    if strangers:
        saw = f"cannot be asked: {', '.join(sorted(strangers))}; no collaborator of this repository"
        mend = "Correct [review] logins in hotfix.toml"
        yield Need(_AREA, "logins", Finding.WARNING, saw, mend)
    elif logins and not troubles:
        yield Need(_AREA, "logins", Finding.OK, ", ".join(each_once))


def _workflow(client: GithubClient, path: str, workflow: str, merge_into: str) -> Iterator[Need]:
    if not workflow:
        yield Need(_AREA, "workflow", Finding.NOT_CONFIGURED, "no deploy workflow is watched")
        return
    name = workflow.rpartition("/")[2]
    try:
        data = client.read(f"{path}/actions/workflows/{quote(name)}")
    except RefusedError as error:
        if error.status != _NOT_FOUND:
            raise
        saw = f"there is no workflow {name}, or Actions may not be read"
        mend = "Correct [github] workflow in hotfix.toml"
        yield Need(_AREA, "workflow", Finding.FAILED, saw, mend)
        return
    if data.get("state") == "active":
        yield Need(_AREA, "workflow", Finding.OK, f"{name} is active; watched on {merge_into}")
    else:
        saw, mend = f"{name} is {data.get('state')}", f"gh workflow enable {name}"
        yield Need(_AREA, "workflow", Finding.FAILED, saw, mend)
