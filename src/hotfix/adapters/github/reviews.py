"""Reviews of a pull request: each reviewer's last word, and whether it counts."""

from dataclasses import replace
from urllib.parse import quote

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.troubles import tolerating, understood
from hotfix.ports.pull_requests import Review, ReviewVerdict

_VERDICTS = {
    "APPROVED": ReviewVerdict.APPROVED,
    "CHANGES_REQUESTED": ReviewVerdict.CHANGES_REQUESTED,
    "COMMENTED": ReviewVerdict.COMMENTED,
    "DISMISSED": ReviewVerdict.DISMISSED,
}
_WEIGHTY = frozenset({ReviewVerdict.APPROVED, ReviewVerdict.CHANGES_REQUESTED})
_INSIDERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
_MAY_WRITE = frozenset({"admin", "maintain", "write"})
_FORBIDDEN, _NOT_FOUND = 403, 404


def reviews_of(client: GithubClient, path: str, number: int) -> tuple[Review, ...]:
    """Return each reviewer's last verdict.

    A comment does not take back an approval. What somebody who may not write to the repository
    approves or demands does not count, as branch protection has it.
    """
    last: dict[str, tuple[Review, Json]] = {}
    for data in client.read_list(f"{path}/pulls/{number}/reviews"):
        with understood(f"a review of pull request {number}"):
            verdict = _VERDICTS.get(str(data["state"]))
            if verdict is None or data.get("user") is None:  # not submitted yet, or an account gone
                continue
            login = str(data["user"]["login"])
            # No commit where a force-push removed it: an approval of nothing.
            review = Review(login, verdict, str(data["commit_id"] or ""))
        if verdict is not ReviewVerdict.COMMENTED or login not in last:
            last[login] = (review, data)
    return tuple(_weighed(client, path, review, data) for review, data in last.values())


def _weighed(client: GithubClient, path: str, review: Review, data: Json) -> Review:
    if review.verdict not in _WEIGHTY or _counts(client, path, review, data):
        return review
    return replace(review, counts=False)


def may_write(client: GithubClient, path: str, login: str) -> bool | None:
    """Tell whether somebody may write to the repository at ``path``; None where nobody tells."""
    with tolerating(_FORBIDDEN, _NOT_FOUND):
        found = client.read(f"{path}/collaborators/{quote(login)}/permission")
        with understood(f"the rights of {login}"):
            return found["permission"] in _MAY_WRITE
    return None


def _counts(client: GithubClient, path: str, review: Review, data: Json) -> bool:
    is_told = may_write(client, path, review.reviewer)
    return data.get("author_association") in _INSIDERS if is_told is None else is_told
