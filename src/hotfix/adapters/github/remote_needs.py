"""Whether git pushes to the repository that the pull request is opened in, and not to a fork."""

from collections.abc import Iterator

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.troubles import tolerating, understood
from hotfix.domain.git_address import named_by
from hotfix.domain.problem import ProblemCode
from hotfix.ports.readiness import Finding, Need

_AREA = "github"
_UNSEEN = frozenset({403, 404})


def remote_needs(client: GithubClient, data: Json, address: str) -> Iterator[Need]:
    """Tell whether a branch pushed to ``address`` will be where the pull request looks for it.

    A folder, a mirror and an alias of ssh cannot be compared: nothing is said of them.
    """
    host, name = named_by(address)
    with understood("the repository"):
        wanted, clone_url = str(data["full_name"]), str(data["clone_url"])
    if host != client.web_host or not name:
        return
    if name.lower() == wanted.lower():
        yield Need(_AREA, "remote", Finding.OK, f"git pushes to {wanted}")
        return
    found, is_fork = name, False
    with tolerating(*_UNSEEN):
        other = client.read(f"/repos/{name}")
        with understood(f"the repository {name}"):
            found, parent = str(other["full_name"]), other.get("parent") or {}
            is_fork = str(parent.get("full_name", "")).lower() == wanted.lower()
    if found.lower() == wanted.lower():
        # It was renamed, and git is pointed on.
        yield Need(_AREA, "remote", Finding.OK, f"git pushes to {wanted} by a former name")
        return
    what = f"{found}, a fork of {wanted}" if is_fork else f"{found}, which is not {wanted}"
    saw = f"git pushes to {what}: a pull request would not find the branch"
    mend = f'git remote add upstream {clone_url}; then set [git] remote to "upstream"'
    yield Need(_AREA, "remote", Finding.FAILED, saw, mend, ProblemCode.CONFIGURATION)
