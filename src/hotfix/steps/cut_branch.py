"""Cut the hotfix branch from the base (procedure, step 1: ``git checkout -b hotfix/...``)."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import BASE_SHA, BRANCH, FOLDER, LIVE_SHA, START_FROM
from hotfix.domain.facts import Facts
from hotfix.domain.figures import some_of
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import StartFrom
from hotfix.domain.outcome import Done, Evidence, Failed, NotDone, Outcome, Unknown
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.ports.bundle import Ports


@frozen
class CutBranch:
    """Reports ``branch`` and ``folder``, where the engineer works on it.

    Reports ``base_sha`` again: where it was cut from, which may be what runs now.

    What is written in the work tree before it is cut is the fix, begun early: it goes along where
    that changes none of it, and is shown before it is committed.

    Effect: creates the branch and checks it out.
    """

    branch: str
    beside: bool
    start: str = ""  #: full SHA of what was named to cut it from; empty for the base
    name: str = "cut_branch"
    reads: ClassVar[Declared] = (BASE_SHA, *maybe(LIVE_SHA, START_FROM))
    reports: ClassVar[Declared] = (BASE_SHA, BRANCH, FOLDER)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Create and check out the branch."""
        start = self._start(facts)
        try:
            folder = ports.repository.cut_branch(self.branch, start, beside=self.beside)
        except ProblemError as error:
            # A branch of that name that was there before must not be taken for ours later.
            is_there = ports.repository.branch_commit(self.branch) is not None
            return Failed(error.problem, nothing_happened=is_there)
        begun = () if self.beside else ports.repository.work_tree(folder).uncommitted
        return self._done(str(folder), start, begun)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """A branch of that name is the one that we cut: the name was free when the run began.

        By now it may carry the fix, which stays.
        """
        commit, start = ports.repository.branch_commit(self.branch), self._start(facts)
        if commit is None:
            return NotDone()
        if commit != start and not ports.repository.comes_from(commit, start):
            why = f"It is at {commit[:8]}, which does not come from {start[:8]}."
            return Unknown(self._unclear(why, f"git branch -m {self.branch} {self.branch}-before"))
        folder = ports.repository.folder_of(self.branch)
        if folder is None:
            return Unknown(self._unclear("No folder has it.", f"git checkout {self.branch}"))
        return self._done(str(folder), start)

    def _unclear(self, why: str, mend: str) -> Problem:
        return Problem(
            ProblemCode.FAILED,
            what=f"The branch {self.branch} is there, but cannot be gone on with as it is.",
            why=f"{why} The last try was broken off before it could be written down.",
            next_command=f"git log {self.branch}; then: {mend}; then: hotfix resume",
        )

    def _done(self, folder: str, start: str, begun: Sequence[str] = ()) -> Done:
        found = (BRANCH(self.branch), FOLDER(folder), BASE_SHA(start))
        rest = f" What is not committed there went along: {some_of(begun)}." if begun else ""
        return Done(f"Cut {self.branch}.{rest}", found)

    def _start(self, facts: Facts) -> str:
        if facts.get(START_FROM) is StartFrom.LIVE:
            return facts[LIVE_SHA]
        return self.start or facts[BASE_SHA]
