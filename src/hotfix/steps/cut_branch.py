"""Cut the hotfix branch from the base (procedure, step 1: ``git checkout -b hotfix/...``)."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome, Unknown
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class CutBranch:
    """Reports ``branch`` and ``folder``, where the engineer works on it."""

    branch: str
    beside: bool
    name: str = "cut_branch"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Create and check out the branch."""
        start = facts.text("base_sha")
        folder = ports.repository.cut_branch(self.branch, start, beside=self.beside)
        return self._done(str(folder))

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """A branch that is checked out at the base's commit is the one that we cut."""
        commit = ports.repository.branch_commit(self.branch)
        if commit is None:
            return NotDone()
        folder = ports.repository.folder_of(self.branch)
        if commit == facts.text("base_sha") and folder is not None:
            return self._done(str(folder))
        return Unknown(
            Problem(
                ProblemCode.FAILED,
                what=f"The branch {self.branch} exists, and it is not certain that it is ours.",
                why="The last try was broken off before it could be written down.",
                next_command=f"git log {self.branch}; if it may go: git branch -D {self.branch}",
            )
        )

    def _done(self, folder: str) -> Done:
        return Done(f"Cut {self.branch}.", {"branch": self.branch, "folder": folder})
