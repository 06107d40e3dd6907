"""What the hotfix will need of the repository, its branches and their checks."""

from collections.abc import Iterator
from urllib.parse import quote

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.protection import METHODS, demands_of
from hotfix.adapters.github.troubles import RefusedError, tolerating, understood
from hotfix.domain.problem import ProblemCode
from hotfix.ports.readiness import Finding, Need

_AREA = "github"
_NOT_FOUND, _NO_SUCH_BRANCH = 404, 422
_UNREADABLE = frozenset({403, 404})
MEND_REPOSITORY = "Correct [github] repository in hotfix.toml, or ask for write access to it"


def repository_needs(data: Json, repository: str) -> Iterator[Need]:
    """Tell whether the repository is the configured one and can be pushed to."""
    with understood("the repository"):
        name, is_archived = str(data["full_name"]), bool(data.get("archived"))
        may_push = bool((data.get("permissions") or {}).get("push"))
    if name.lower() != repository.lower():
        saw = f"it is called {name} now"
        mend = f'Set [github] repository to "{name}"'
        yield Need(_AREA, "repository", Finding.FAILED, saw, mend)
    elif is_archived:
        mend = f"gh repo unarchive {name}"
        yield Need(_AREA, "repository", Finding.FAILED, f"{name} is archived", mend)
    elif not may_push:
        saw = f"{name} can be read, but not pushed to"
        mend = MEND_REPOSITORY
        yield Need(_AREA, "repository", Finding.FAILED, saw, mend, ProblemCode.RIGHTS)
    else:
        yield Need(_AREA, "repository", Finding.OK, f"{name} can be read and pushed to")


def merge_method_needs(data: Json, method: str) -> Iterator[Need]:
    """Tell whether the merge method is allowed."""
    allowed = [name for name, field in METHODS.items() if data.get(field)]
    if method in allowed:
        yield Need(_AREA, "merge method", Finding.OK, f"{method} is allowed")
    elif not any(field in data for field in METHODS.values()):
        saw = f"GitHub does not tell this token whether {method} is allowed"
        yield Need(_AREA, "merge method", Finding.WARNING, saw, "hotfix doctor")
    else:
        instead = f"{allowed[0]} will be used instead" if allowed else "nor is any other"
        mend = f'Set [github] merge_method to "{allowed[0]}"' if allowed else "Allow one"
        finding = Finding.WARNING if allowed else Finding.FAILED
        yield Need(_AREA, "merge method", finding, f"{method} is not allowed: {instead}", mend)


def _has_branch(client: GithubClient, path: str, branch: str) -> bool:
    with tolerating(_NOT_FOUND):
        client.read(f"{path}/branches/{quote(branch)}")
        return True
    return False


def base_needs(client: GithubClient, path: str, base: str) -> Iterator[Need]:
    """Tell whether the base is there."""
    if _has_branch(client, path, base):
        yield Need(_AREA, "base", Finding.OK, f"{base} is there")
    else:
        saw, mend = f"there is no branch {base}", "Correct [git] base in hotfix.toml"
        yield Need(_AREA, "base", Finding.FAILED, saw, mend)


def merge_into_needs(client: GithubClient, path: str, merge_into: str, base: str) -> Iterator[Need]:
    """Tell whether the branch that is merged into is there or will be."""
    if _has_branch(client, path, merge_into):
        yield Need(_AREA, "merge into", Finding.OK, f"{merge_into} is there")
    else:
        saw = f"{merge_into} is not there yet: the run will create it from {base}"
        mend = f"git push origin origin/{base}:refs/heads/{merge_into}"
        yield Need(_AREA, "merge into", Finding.WARNING, saw, mend)


def protection_needs(client: GithubClient, path: str, merge_into: str) -> Iterator[Need]:
    """Tell whether what the branch demands can be read."""
    if not _has_branch(client, path, merge_into):
        return
    demands = demands_of(client, path, merge_into)
    if demands.needs_queue:
        saw = f"merges into {merge_into} go through the merge queue; the run queues the fix"
        yield Need(_AREA, "merge queue", Finding.OK, saw)
    known = ", ".join(sorted(demands.checks.names)) or "none"
    if not demands.checks.is_all:
        saw = f"not all that {merge_into} requires can be read: every check will count as required"
        mend = f"gh auth refresh --hostname {client.web_host} --scopes repo"
        yield Need(_AREA, "branch protection", Finding.WARNING, saw, mend, code=ProblemCode.RIGHTS)
        return
    parts = [f"checks: {known}"]
    if demands.approvals is not None:
        parts.append(f"approvals: {demands.approvals}")
    saw = f"{merge_into} requires {'; '.join(parts)}"
    yield Need(_AREA, "branch protection", Finding.OK, saw)


def check_needs(client: GithubClient, path: str, base: str) -> Iterator[Need]:
    """Tell whether checks can be read; fine-grained tokens cannot have that right."""
    if _may_read(client, f"{path}/commits/{quote(base)}/check-runs"):
        yield Need(_AREA, "checks", Finding.OK, "can be read")
    elif _may_read(client, f"{path}/actions/runs"):
        saw = "the token may not read check runs: only those of Actions are seen, as its jobs"
        mend = f"gh auth login --hostname {client.web_host}, where other apps report checks"
        yield Need(_AREA, "checks", Finding.WARNING, saw, mend, ProblemCode.RIGHTS)
    else:
        saw = "the token may read neither check runs nor Actions: the review would wait for ever"
        login = f"gh auth login --hostname {client.web_host}"
        mend = f"Give the token the permission actions=read, or: {login}"
        yield Need(_AREA, "checks", Finding.FAILED, saw, mend, ProblemCode.RIGHTS)


def _may_read(client: GithubClient, path: str) -> bool:
    try:
        client.read(path, per_page=1)
    except RefusedError as error:
        if error.status not in {*_UNREADABLE, _NO_SUCH_BRANCH}:
            raise
        # That the base is missing is told elsewhere; who is told so may read.
        return error.status == _NO_SUCH_BRANCH
    return True
