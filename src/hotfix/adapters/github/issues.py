"""Issues of a GitHub repository."""

from collections.abc import Sequence

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.troubles import tolerating, understood
from hotfix.ports.tickets import Ticket

_NOT_FOUND, _GONE = 404, 410
_PAGES_SEARCHED = 3


class GithubIssues:
    """Implements ``ports.tickets.Tickets`` for a repository ``owner/name``."""

    def __init__(self, client: GithubClient, repository: str) -> None:
        self._client = client
        self._path = f"/repos/{repository}/issues"

    def get(self, number: int) -> Ticket | None:
        """Return the issue, or None where there is none."""
        with tolerating(_NOT_FOUND, _GONE):
            return _ticket(self._client.read(f"{self._path}/{number}"))
        return None

    def find(self, marker: str) -> Ticket | None:
        """Return the newest issue whose body holds ``marker``, or None.

        The list is read, not the search: the search index lags behind by up to minutes.
        """
        listed = self._client.read_list(
            self._path, pages=_PAGES_SEARCHED, state="all", sort="created", direction="desc"
        )
        for data in listed:
            if "pull_request" not in data and marker in (data.get("body") or ""):
                return _ticket(data)
        return None

    def open(self, title: str, body: str, labels: Sequence[str]) -> Ticket:
        """Open an issue. After a lost answer, ``find`` tells whether it is there."""
        asked = {"title": title, "body": body, "labels": list(labels)}
        return _ticket(self._client.write("POST", self._path, asked))

    def comment(self, number: int, text: str) -> None:
        """Write under an issue or a pull request; after a lost answer, ``comments`` tells."""
        self._client.write("POST", f"{self._path}/{number}/comments", {"body": text})

    def comments(self, number: int) -> Sequence[str]:
        """Return the texts of the comments under an issue or a pull request, oldest first."""
        listed = self._client.read_list(f"{self._path}/{number}/comments")
        return tuple(str(data.get("body") or "") for data in listed)


def _ticket(data: Json) -> Ticket:
    with understood("an issue"):
        return Ticket(
            number=int(data["number"]),
            url=str(data["html_url"]),
            title=str(data["title"]),
            is_open=data["state"] == "open",
        )
