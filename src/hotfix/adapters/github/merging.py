"""Merging on GitHub: pinned to a commit, sent once, and the refusals told apart."""

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.refusals import by_state, by_words
from hotfix.adapters.github.troubles import RefusedError, understood
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.pull_requests import Merged, MergeRefusal, NotMerged

_NOT_ALLOWED, _CONFLICT = 405, 409


def merge(client: GithubClient, path: str, sha: str, method: str, title: str) -> Merged | NotMerged:
    """Merge the pull request at ``path``, ``/repos/owner/name/pulls/7``, if its head is ``sha``.

    After a refusal the pull request is read again: GitHub answers 405 to a repeated merge, too. The
    ``method`` is ``merge``, ``squash`` or ``rebase``, which makes no commit for the ``title``.

    Raises:
        TemporaryTroubleError: the answer was lost, or GitHub has not computed the merge yet.
    """
    asked = {"sha": sha, "merge_method": method}
    if method != "rebase":
        asked["commit_title"] = title
    try:
        answer = client.write("PUT", f"{path}/merge", asked)
    except RefusedError as error:
        if error.status not in {_NOT_ALLOWED, _CONFLICT}:
            raise
        return _judged(_read_again(client, path), sha, error.message)
    with understood("the merge"):
        if answer["merged"] is not True:
            raise ValueError(answer["merged"])
        return Merged(str(answer["sha"]))


def _read_again(client: GithubClient, path: str) -> Json:
    """Return the pull request; where it cannot be read, an earlier request may have merged it."""
    try:
        return client.read(path)
    except ProblemError as error:
        saying = f"GitHub refused the merge, and then to say how it stands: {error.problem.what}"
        raise TemporaryTroubleError(saying) from error


def _judged(pull_request: Json, sha: str, message: str) -> Merged | NotMerged:
    """Tell what a refusal meant, from the pull request as it is now."""
    with understood("the refused merge"):
        head = str(pull_request["head"]["sha"])
        if pull_request["merged_at"] is not None and head == sha:
            return Merged(str(pull_request["merge_commit_sha"]))
        is_open = pull_request["state"] == "open"
        mergeable = pull_request.get("mergeable")
        state = str(pull_request.get("mergeable_state") or "")
    if head != sha:
        return NotMerged(MergeRefusal.HEAD_MOVED, message)
    if "merge already in progress" in message.lower():
        raise TemporaryTroubleError("GitHub is merging it already", 2.0)
    refusal = by_state(by_words(message), state)
    if refusal is None and is_open and mergeable is None:
        raise TemporaryTroubleError("GitHub is still working out whether it merges", 2.0)
    if refusal is None:
        is_conflict = is_open and (mergeable is False or state == "dirty")
        refusal = MergeRefusal.CONFLICT if is_conflict else MergeRefusal.PROTECTION
    return NotMerged(refusal, message)
