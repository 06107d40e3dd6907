"""Pick commits that are there already onto the hotfix branch: all of them, or none."""

from typing import ClassVar

from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import BASE_SHA, BRANCH, PICKED
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Evidence, NotDone, Outcome, Unknown
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.repository import NotReplayed


@frozen
class PickTheCommits:
    """Reports ``picked``.

    Effect: moves the branch; once, when every commit applied.
    """

    picks: tuple[str, ...]  #: full SHAs, in order
    name: str = "pick_the_commits"
    reads: ClassVar[Declared] = (BASE_SHA, BRANCH)
    reports: ClassVar[Declared] = (PICKED,)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Pick, or say what does not apply and leave everything as it was."""
        if facts.answer("pick") is not None:
            return Done("Nothing was picked: it is done by hand.", (PICKED(()),))
        made = ports.repository.pick(facts[BRANCH], self.picks)
        return Ask(_question(made)) if isinstance(made, NotReplayed) else self._done()

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The branch has as many commits as were to be picked."""
        branch = facts[BRANCH]
        there = ports.repository.log_between(facts[BASE_SHA], f"refs/heads/{branch}")
        if not there:
            return NotDone()
        if len(there) >= len(self.picks):
            return self._done()
        return Unknown(
            Problem(
                ProblemCode.FAILED,
                what=f"{branch} has other commits than those that were to be picked.",
                why="The last try was broken off before it could be written down.",
                next_command=f"git log {branch}; then: hotfix abort, and start again",
            )
        )

    def _done(self) -> Done:
        shown = ", ".join(sha[:8] for sha in self.picks)
        return Done(f"Picked {shown}.", (PICKED(self.picks),))


def _question(made: NotReplayed) -> Question:
    short = made.sha[:8]
    reason = f"conflicts in {', '.join(made.conflicts)}" if made.conflicts else "is there already"
    return Question(
        key="pick",
        text=f"{short} {reason}. Nothing was picked. What now?",
        shown=(f"By hand, on the branch: git cherry-pick -x {made.sha[:12]}",),
        options=(
            Option(
                "by-hand",
                "Go on without them; I do it by hand",
                does="Nothing is picked; you do it on the hotfix branch, while the fix is awaited.",
            ),
            Option("stop", "Stop; the branch stays", then=Then.STOP),
        ),
        flag="hotfix resume, in a terminal",
    )
