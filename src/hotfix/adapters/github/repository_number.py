"""What a repository keeps when it is renamed: its number."""

from hotfix.adapters.github.client import GithubClient
from hotfix.domain.problem import ProblemError, TemporaryTroubleError


def number_of(client: GithubClient, repository: str) -> int | None:
    """Return GitHub's number of ``repository`` (owner/name, a former name will do), by one try.

    None where it cannot be asked: whoever needs the repository says why.
    """
    try:
        found = client.read_once(f"/repos/{repository}").get("id")
    except (ProblemError, TemporaryTroubleError):
        return None
    return found if isinstance(found, int) else None
