"""What a person does where a merge is refused, or will be: tried commands, which destroy no work.

By then the branch is published, and approved as it is: what is pushed to it is checked and approved
anew. Where its commits themselves have to change, the push refuses what others pushed meanwhile.
"""

from shlex import quote

from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.refspec import by_its_name
from hotfix.ports.pull_requests import MergeRefusal, PullRequest

# What is resolved goes into the merge, and no other work that is not committed: of the whole work
# tree, both of them.
_IN_CONFLICT = "diff -z --name-only --diff-filter=U"
_ADDED = "add --pathspec-from-file=- --pathspec-file-nul"


@frozen
class ProposedBranch:
    """A published branch, and the pull request that proposes it."""

    folder: str  #: the work tree that the branch is edited in
    remote: str  #: that it is published on
    cut_from: str  #: full SHA
    approved: str  #: the commit that is to be merged, full SHA
    pull_request: PullRequest

    def conflict(self) -> Problem:
        """Return what there is to say where the service knows of a conflict with the base."""
        number, base = self.pull_request.number, self.pull_request.base
        return Problem(
            ProblemCode.FAILED,
            what=f"Pull request {number} conflicts with {base}.",
            why=f"{base} has other changes of the same lines. As long as that is so, GitHub does "
            "not merge it, and may begin none of its checks.",
            next_command=f"{self.mend_of(MergeRefusal.CONFLICT)}; then: hotfix resume",
        )

    def mend_of(self, refusal: MergeRefusal) -> str:
        """Return what mends a refusal, as the beginning of a next command."""
        if refusal is MergeRefusal.CONFLICT:
            return self._with_their_commits()
        if refusal is MergeRefusal.SIGN_OFF:
            sign_off = "with [git] sign_off = true, what hotfix commits is signed off, reverts too"
            return f"{self._made_anew('--signoff')}; {sign_off}"
        if refusal is MergeRefusal.SIGNATURES:
            return self._made_anew(f"--exec {quote('git commit --amend --no-edit -S')}")
        return _MENDS.get(refusal, _MENDS[MergeRefusal.PROTECTION]).format(
            number=self.pull_request.number,
            url=self.pull_request.url,
            merge_into=self.pull_request.base,
        )

    def _with_their_commits(self) -> str:
        """Return how the branch gets what it conflicts with; a rebase could not be pushed."""
        git, remote = f"git -C {quote(self.folder)}", quote(self.remote)
        branch, base = quote(self.pull_request.head), quote(self.pull_request.base)
        push = by_its_name(self.pull_request.head)
        pull = f"pull --no-rebase --no-ff {remote} {base}"
        return (
            f"{git} switch {branch} && {git} {pull}; resolve what it names, and: "
            f"{git} {_IN_CONFLICT} | {git} {_ADDED} && {git} commit --no-edit && "
            f"{git} push {remote} {push} "
            "(which is checked and approved anew)"
        )

    def _made_anew(self, how: str) -> str:
        git, branch = f"git -C {quote(self.folder)}", quote(self.pull_request.head)
        lease = f"--force-with-lease={quote(f'{self.pull_request.head}:{self.approved}')}"
        return (
            f"{git} rebase {how} {self.cut_from[:12]} {branch} && "
            f"{git} push {lease} {quote(self.remote)} {by_its_name(self.pull_request.head)} "
            "(which is checked and approved anew)"
        )


_MENDS = {
    MergeRefusal.QUEUE_REQUIRED: 'Set [github] merge_how = "queue"',
    MergeRefusal.BEHIND: "gh pr update-branch {number} (checked and approved anew after it)",
    MergeRefusal.CONVERSATIONS: "Resolve the open conversations at {url}",
    MergeRefusal.OTHER_APP: "Let the app report the check that the rules of {merge_into} name "
    "(gh ruleset check {merge_into}), or correct the rules",
    MergeRefusal.DRAFT: "gh pr ready {number}",
    MergeRefusal.REVIEWS: "Ask for the review that is missing at {url}",
    MergeRefusal.CHECKS: "gh pr checks {number} shows what has not passed: let it pass",
    MergeRefusal.METHOD: "Set [github] merge_method to one that {merge_into} allows",
    MergeRefusal.NO_RIGHT: "Let somebody merge {url} who may, or be given the right",
    MergeRefusal.PROTECTION: "Meet what the protection asks for: {url} names it, and "
    "gh ruleset check {merge_into} does",
}
