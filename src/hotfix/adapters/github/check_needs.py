"""Whether the token may read the checks that the review waits for."""

from collections.abc import Iterator
from urllib.parse import quote

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.troubles import RefusedError
from hotfix.domain.problem import ProblemCode
from hotfix.ports.readiness import Finding, Need

_AREA, _NAME = "github", "checks"
_UNREADABLE, _NO_SUCH_BRANCH = frozenset({403, 404}), 422


def check_needs(client: GithubClient, path: str, base: str) -> Iterator[Need]:
    """Tell whether checks can be read; fine-grained tokens cannot have that right."""
    if _may_read(client, f"{path}/commits/{quote(base)}/check-runs"):
        yield Need(_AREA, _NAME, Finding.OK, "can be read")
    elif _may_read(client, f"{path}/actions/runs"):
        saw = "the token may not read check runs: only those of Actions are seen, as its jobs"
        mend = f"gh auth login --hostname {client.web_host}, where other apps report checks"
        yield Need(_AREA, _NAME, Finding.WARNING, saw, mend, ProblemCode.RIGHTS)
    else:
        saw = "the token may read neither check runs nor Actions: the review would wait for ever"
        login = f"gh auth login --hostname {client.web_host}"
        mend = f"Give the token the permission actions=read, or: {login}"
        yield Need(_AREA, _NAME, Finding.FAILED, saw, mend, ProblemCode.RIGHTS)


def _may_read(client: GithubClient, path: str) -> bool:
    try:
        client.read(path, per_page=1)
    except RefusedError as error:
        if error.status not in {*_UNREADABLE, _NO_SUCH_BRANCH}:
            raise
        # That the base is missing is told elsewhere; who is told so may read.
        return error.status == _NO_SUCH_BRANCH
    return True
