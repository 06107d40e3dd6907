"""The push of one commit as a branch of the remote: the team's hook, the remote's rules."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.refusals import GitResult, mend_of_push, raise_refusal
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError


@frozen
class Publishing:
    """Pushes from the work tree ``root``, never by force."""

    git: GitCommand
    root: Path
    remote: str
    there: Callable[[str], str | None]  #: asks the remote for the commit of a branch

    def publish(self, branch: str, sha: str) -> None:
        """Make ``sha``, and no later commit, the remote's ``branch``; raises as the port does."""
        pushed = self._pushed(branch, sha)
        if pushed.code == 0:
            # A convenience: where the remote is not tracked, `git push` asks for it.
            self.git.read("branch", f"--set-upstream-to={self.remote}/{branch}", branch)
            return
        if "[rejected]" in pushed.errors:
            raise_refusal(
                f"{self.remote} has another {branch} than this clone.",
                pushed,
                f"git fetch {self.remote}; git log ..{self.remote}/{branch}, then: hotfix resume",
            )
        mend = mend_of_push(pushed, branch, self.remote)
        raise_refusal(f"{branch} could not be pushed.", pushed, mend)

    def _pushed(self, branch: str, sha: str) -> GitResult:
        """Push; a pre-push hook has its own time, after which it is seen what was pushed."""
        path = self.git.own_path("hooks/pre-push", self.root)
        hook = "pre-push" if os.access(path, os.X_OK) else ""
        words = ("push", "--quiet", self.remote, f"{sha}:refs/heads/{branch}")
        begun = time.monotonic()
        try:
            return self.git.network(*words, hook=hook)
        except ProblemError as error:
            if not hook or not self._is_there(branch, sha):
                raise error from None
        except TemporaryTroubleError as trouble:
            took = time.monotonic() - begun
            # The hook of a push that is tried again runs again.
            if not hook or took < self.git.network_timeout_seconds:
                raise
            if not self._is_there(branch, sha):
                raise ProblemError(_cut_off(trouble.saying, took)) from trouble
        return GitResult(0, "", "")

    def _is_there(self, branch: str, sha: str) -> bool:
        try:
            return self.there(branch) == sha
        except (ProblemError, TemporaryTroubleError):
            return False


def _cut_off(saying: str, took: float) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"The push was cut off after {took:.0f} s, in which the pre-push hook ran.",
        why=f"{saying}. The connection is open all that time; the other side may not wait so long.",
        next_command="hotfix resume, which runs the hook again; or make the hook shorter first",
    )
