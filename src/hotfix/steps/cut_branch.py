"""Cut the hotfix branch from the base (procedure, step 1: ``git checkout -b hotfix/...``)."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import BASE_SHA, BRANCH, FOLDER, LIVE_SHA, START_FROM
from hotfix.domain.facts import Facts
from hotfix.domain.incident import StartFrom
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome, Unknown
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class CutBranch:
    """Reports ``branch`` and ``folder``, where the engineer works on it.

    Reports ``base_sha`` again: where it was cut from, which may be what runs now.

    Effect: creates the branch and checks it out.
    """

    branch: str
    beside: bool
    name: str = "cut_branch"
    reads: ClassVar[Declared] = (BASE_SHA, *maybe(LIVE_SHA, START_FROM))
    reports: ClassVar[Declared] = (BASE_SHA, BRANCH, FOLDER)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Create and check out the branch."""
        start = _start(facts)
        folder = ports.repository.cut_branch(self.branch, start, beside=self.beside)
        return self._done(str(folder), start)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """A branch that is checked out at the base's commit is the one that we cut."""
        commit = ports.repository.branch_commit(self.branch)
        if commit is None:
            return NotDone()
        folder = ports.repository.folder_of(self.branch)
        if commit == _start(facts) and folder is not None:
            return self._done(str(folder), commit)
        return Unknown(
            Problem(
                ProblemCode.FAILED,
                what=f"The branch {self.branch} exists, and it is not certain that it is ours.",
                why="The last try was broken off before it could be written down.",
                next_command=f"git log {self.branch}; if it may go: git branch -D {self.branch}",
            )
        )

    def _done(self, folder: str, start: str) -> Done:
        found = (BRANCH(self.branch), FOLDER(folder), BASE_SHA(start))
        return Done(f"Cut {self.branch}.", found)


def _start(facts: Facts) -> str:
    is_live = facts.get(START_FROM) is StartFrom.LIVE
    return facts[LIVE_SHA if is_live else BASE_SHA]
