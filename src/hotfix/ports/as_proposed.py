"""Whether a pull request is still what this run proposed: not closed, and into its branch.

People and bots close pull requests, and point them at other branches. What a step is about to wait
for, approve or merge was looked at for one branch alone.
"""

from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.pull_requests import PullRequest


def no_longer(pull_request: PullRequest, merge_into: str) -> Problem | None:
    """Return what has become of the pull request into ``merge_into``; None where it is as it was.

    One that somebody merged into it is what was proposed: the steps take it, or ask about it.
    """
    if not (pull_request.is_open or pull_request.is_merged):
        return _closed(pull_request)
    return retargeted(pull_request, merge_into)


def retargeted(pull_request: PullRequest, merge_into: str) -> Problem | None:
    """Return what there is to say where it goes, or went, into another branch; None where not."""
    number, base = pull_request.number, pull_request.base
    if base == merge_into:
        return None
    if pull_request.is_merged:
        return Problem(
            ProblemCode.FAILED,
            what=f"Pull request {number} was merged into {base}, and not into {merge_into}.",
            why=f"Somebody pointed it at {base}: {merge_into} does not have the fix.",
            next_command=f"gh pr create --base {merge_into} --head {pull_request.head}, to be "
            f"merged by hand; then, to end this run: hotfix abort (what is on {base}: "
            f"{pull_request.url})",
        )
    return Problem(
        ProblemCode.FAILED,
        what=f"Pull request {number} goes into {base} now, and not into {merge_into}.",
        why=f"Somebody changed its base. Its checks and reviews were looked at for {merge_into}.",
        next_command=f"gh pr edit {number} --base {merge_into}, then: hotfix resume; "
        f"to give it up: hotfix abort (it is {pull_request.url})",
    )


def _closed(pull_request: PullRequest) -> Problem:
    number = pull_request.number
    return Problem(
        ProblemCode.FAILED,
        what=f"Pull request {number} is closed, and this run did not do it.",
        why="A person or a bot closed it without merging; its page says who, and perhaps why.",
        next_command=f"gh pr reopen {number}, then: hotfix resume; to give it up: hotfix abort "
        f"(where GitHub does not reopen it, {pull_request.head} or {pull_request.base} was "
        f"deleted: push it again first; it is {pull_request.url})",
    )
