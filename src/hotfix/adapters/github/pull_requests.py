"""Pull requests of a GitHub repository."""

from collections.abc import Sequence
from urllib.parse import quote

from hotfix.adapters.github.causes import causes_of
from hotfix.adapters.github.checks import checks_of
from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.handing_over import (
    enable_auto_merge,
    enqueue,
    handed_over,
    review_decision,
    take_back,
)
from hotfix.adapters.github.labels import create_missing_labels
from hotfix.adapters.github.merging import merge
from hotfix.adapters.github.protection import merge_rules
from hotfix.adapters.github.pull_request_answer import pull_request_of
from hotfix.adapters.github.reviews import reviews_of
from hotfix.adapters.github.troubles import RefusedError, tolerating, understood
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.pull_requests import (
    Check,
    HandedOver,
    Merged,
    MergeRules,
    NotMerged,
    PullRequest,
    Review,
    ReviewDecision,
)

_NOT_FOUND, _UNPROCESSABLE = 404, 422


class GithubPullRequests:
    """Implements ``ports.pull_requests.PullRequests`` for a repository ``owner/name``."""

    def __init__(self, client: GithubClient, repository: str) -> None:
        self._client = client
        self._owner = repository.partition("/")[0]
        self._repository = repository
        self._path = f"/repos/{repository}"

    def find(self, head: str, base: str) -> PullRequest | None:
        """Return the newest pull request from branch ``head`` into ``base``, open or merged."""
        listed = self._client.read_list(
            f"{self._path}/pulls",
            pages=1,
            state="all",
            head=f"{self._owner}:{head}",
            base=base,
            sort="created",
            direction="desc",
        )
        found = [pull_request_of(data, self._owner) for data in listed]
        # A redirect after a rename loses the filters, so what came is compared again.
        ours = [pull for pull in found if (pull.head, pull.base) == (head, base)]
        alive = [pull for pull in ours if pull.is_open or pull.is_merged]
        return max(alive, key=lambda pull: pull.number, default=None)

    def get(self, number: int) -> PullRequest:
        """Return the pull request as it is now."""
        data = self._client.read(f"{self._path}/pulls/{number}")
        return pull_request_of(data, self._owner, number)

    def open(self, title: str, body: str, head: str, base: str) -> PullRequest:
        """Open a pull request.

        Raises:
            ProblemError: refused (nothing to merge, no rights).
            TemporaryTroubleError: the answer was lost, or one is there already: ``find`` tells
                whether it is there, and whether its commit is ours.
        """
        asked = {"title": title, "body": body, "head": head, "base": base}
        try:
            data = self._client.write("POST", f"{self._path}/pulls", asked)
        except RefusedError as error:
            if error.status != _UNPROCESSABLE:
                raise
            if "already exists" in error.message:
                saying = f"there is a pull request from {head} into {base} already"
                raise TemporaryTroubleError(saying, 1.0) from error
            raise ProblemError(_not_opened(head, base, error.message)) from error
        return pull_request_of(data, self._owner)

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Put ``labels`` on the pull request, creating those that the repository lacks."""
        if not labels:
            return
        create_missing_labels(self._client, self._path, labels)
        asked = {"labels": list(labels)}
        self._client.write("POST", f"{self._path}/issues/{number}/labels", asked)

    def request_review(self, number: int, reviewer: str) -> None:
        """Ask ``reviewer`` (a login, or ``org/team``); raises ProblemError where refused."""
        team = reviewer.partition("/")[2]
        asked = {"team_reviewers": [team]} if team else {"reviewers": [reviewer]}
        try:
            self._client.write("POST", f"{self._path}/pulls/{number}/requested_reviewers", asked)
        except RefusedError as error:
            if error.status != _UNPROCESSABLE:
                raise
            raise ProblemError(
                Problem(
                    ProblemCode.CONFIGURATION,
                    what=f"GitHub does not let {reviewer} be asked for a review.",
                    why=error.message,
                    next_command="Correct [github] reviewer or ask somebody on the page, "
                    "then: hotfix resume",
                )
            ) from error

    def reviews(self, number: int) -> tuple[Review, ...]:
        """Return each reviewer's last verdict."""
        return reviews_of(self._client, self._path, number)

    def checks(self, sha: str, base: str) -> tuple[Check, ...]:
        """Return the checks of the commit, the newest run of each.

        Those that ``base`` requires are marked; one that has not reported is pending. Where what
        it requires cannot be read, every check counts as required.
        """
        return checks_of(self._client, self._path, sha, base)

    def causes(self, failed: Sequence[Check]) -> tuple[tuple[str, ...], ...]:
        """Return of each failed check why it failed; what cannot be read is said in its place."""
        return causes_of(self._client, self._path, failed)

    def merge(self, number: int, sha: str, method: str, title: str) -> Merged | NotMerged:
        """Merge if the head is still ``sha``; after a lost answer, ``get`` tells whether it is."""
        return merge(self._client, f"{self._path}/pulls/{number}", sha, method, title)

    def merge_rules(self, base: str) -> MergeRules:
        """Return what merges into ``base`` must obey, as far as it can be read."""
        return merge_rules(self._client, self._path, base)

    def review_decision(self, number: int) -> ReviewDecision:
        """Return how GitHub judges the reviews; each question costs a point."""
        return review_decision(self._client, self._repository, number)

    def hand_over(
        self, number: int, sha: str, how: MergeHow, method: str, title: str
    ) -> HandedOver | Merged | NotMerged:
        """Put it into the merge queue or turn auto-merge on, if the head is still ``sha``."""
        if how is MergeHow.QUEUE:
            return enqueue(self._client, self._repository, number, sha)
        left = enable_auto_merge(self._client, self._repository, number, sha, method, title)
        # GitHub leaves nothing to later that could be merged now.
        return left or self.merge(number, sha, method, title)

    def handed_over(self, number: int) -> HandedOver | None:
        """Return where GitHub is with it; None where it is in no queue, or no more."""
        return handed_over(self._client, self._repository, number)

    def take_back(self, number: int) -> None:
        """Take it out of the merge queue, or turn auto-merge off; does nothing where neither is."""
        take_back(self._client, self._repository, number)

    def close(self, number: int) -> None:
        """Close without merging; does nothing where it is closed."""
        if self.get(number).is_open:
            self._client.write("PATCH", f"{self._path}/pulls/{number}", {"state": "closed"})

    def ensure_branch(self, branch: str, sha: str) -> str:
        """Create ``branch`` at ``sha`` on the server unless it exists; returns its commit."""
        existing = self.branch_commit(branch)
        if existing is not None:
            return existing
        asked = {"ref": f"refs/heads/{branch}", "sha": sha}
        try:
            self._client.write("POST", f"{self._path}/git/refs", asked)
        except RefusedError as error:
            existing = self.branch_commit(branch) if error.status == _UNPROCESSABLE else None
            if existing is None:
                raise
            return existing
        return sha

    def branch_commit(self, branch: str) -> str | None:
        """Return the server's commit of ``branch``, or None where there is none."""
        with tolerating(_NOT_FOUND):
            data = self._client.read(f"{self._path}/git/ref/heads/{quote(branch)}")
            with understood(f"branch {branch}"):
                return str(data["object"]["sha"])
        return None


def _not_opened(head: str, base: str, message: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"GitHub did not open a pull request from {head} into {base}.",
        why=message,
        next_command=f"Check that {head} is pushed and has commits that {base} lacks, "
        "then: hotfix resume",
    )
