"""A pull request as GitHub describes it."""

from hotfix.adapters.github.client import Json
from hotfix.adapters.github.troubles import understood
from hotfix.ports.pull_requests import PullRequest


def pull_request_of(data: Json, owner: str, number: int | None = None) -> PullRequest:
    """Return the pull request that ``data`` describes, single or from a list.

    Teams are named with the repository's ``owner``; another ``number`` than that asked for is no
    answer.

    Raises:
        TemporaryTroubleError: fields are missing.
    """
    with understood("a pull request"):
        if number not in {None, data["number"]}:
            raise ValueError(data["number"])
        is_merged = data["merged_at"] is not None
        slugs = [team.get("slug") for team in data.get("requested_teams") or []]
        teams = [f"{owner}/{slug}" for slug in slugs if slug]
        return PullRequest(
            number=int(data["number"]),
            url=str(data["html_url"]),
            title=str(data["title"]),
            head_sha=str(data["head"]["sha"]),
            head=str(data["head"]["ref"]),
            base=str(data["base"]["ref"]),
            author=str((data["user"] or {}).get("login", "")),
            is_open=data["state"] == "open",
            is_merged=is_merged,
            # Before the merge, this field names a merge that GitHub only tries out.
            merge_sha=str(data.get("merge_commit_sha") or "") if is_merged else "",
            labels=tuple(str(label["name"]) for label in data.get("labels") or []),
            requested_reviewers=(
                *(str(user["login"]) for user in data.get("requested_reviewers") or []),
                *teams,
            ),
            # None as long as GitHub works it out; what else keeps it from being merged is no False.
            conflicts=data["state"] == "open" and data.get("mergeable") is False,
        )
