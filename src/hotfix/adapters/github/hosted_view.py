"""What GitHub says of a repository, as ``hotfix init`` asks: a look, and no reason to fail."""

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.protection import METHODS
from hotfix.detect.hosted import HostedView
from hotfix.domain.problem import ProblemError, TemporaryTroubleError


def hosted_view(client: GithubClient, repository: str) -> HostedView:
    """Return what is known of ``repository`` (owner/name)."""
    path = f"/repos/{repository}"
    try:
        data = client.read_once(path)
    except ProblemError as error:
        return HostedView(trouble=f"GitHub was asked: {error.problem.why}")
    except TemporaryTroubleError as error:
        return HostedView(trouble=f"GitHub was not asked: {error.saying}")
    parent = data.get("parent")
    known = parent.get("full_name") if isinstance(parent, dict) else ""
    methods = tuple(each for each, key in METHODS.items() if data.get(key) is True)
    labels, trouble = _labels(client, path)
    default = data.get("default_branch")
    return HostedView(
        default if isinstance(default, str) else "",
        methods,
        labels,
        known if isinstance(known, str) else "",
        trouble or ("" if methods else "GitHub does not say it to this token"),
    )


def _labels(client: GithubClient, path: str) -> tuple[tuple[str, ...] | None, str]:
    try:
        listed = client.read_list(f"{path}/labels", pages=3)
    except ProblemError as error:
        return None, f"GitHub was asked for labels: {error.problem.why}"
    except TemporaryTroubleError as trouble:
        return None, f"GitHub was not asked: {trouble.saying}"
    return tuple(each["name"] for each in listed if isinstance(each.get("name"), str)), ""
