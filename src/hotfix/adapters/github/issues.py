"""Issues of a GitHub repository."""

from collections.abc import Sequence

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.troubles import RefusedError, tolerating, understood
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.tickets import Ticket, TicketGoneError

_NOT_FOUND, _GONE = 404, 410
_PAGES_SEARCHED = 3


class GithubIssues:
    """Implements ``ports.tickets.Tickets`` for a repository ``owner/name``."""

    def __init__(self, client: GithubClient, repository: str) -> None:
        self._client = client
        self._path = f"/repos/{repository}/issues"

    def get(self, number: int) -> Ticket | None:
        """Return the issue, or None where there is none that may be read."""
        try:
            with tolerating(_NOT_FOUND):
                return _ticket(self._client.read(f"{self._path}/{number}"))
        except RefusedError as error:
            if error.status != _GONE:
                raise
            raise TicketGoneError(_gone(number, error.message)) from error
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


def _gone(number: int, message: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        f"Issue {number} is gone.",
        f"GitHub says {_GONE}: {message}",
        "Look into the repository's issues on GitHub",
    )


def _ticket(data: Json) -> Ticket:
    with understood("an issue"):
        return Ticket(
            number=int(data["number"]),
            url=str(data["html_url"]),
            title=str(data["title"]),
            is_open=data["state"] == "open",
        )
