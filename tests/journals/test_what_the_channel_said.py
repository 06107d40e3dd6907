"""The first line in the channel was true after every event of every journal on record."""

from dataclasses import dataclass, field

import pytest
from tests.journals.reading import NAMES, recorded

from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    DecisionMade,
    PhaseFinished,
    PhaseStarted,
    PlanChosen,
    RunFinished,
    RunResumed,
    RunStarted,
    WentBack,
)
from hotfix.domain.fold import after
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.question import Then
from hotfix.view.announcement import TeamAnnouncement

ANNOUNCE = TeamAnnouncement("@devops-lead", "@pm")


@dataclass
class Witness:
    """What happened so far, told by the events alone and not by the fold of them."""

    plan: str = ""
    phase: str = ""  # the one that is under way
    over: list[str] = field(default_factory=list)  # phases of the present plan, in order
    phases: tuple[str, ...] = ()  # those that the present plan has
    ended: RunState | None = None
    is_stopped: bool = False  # by a decision
    fixed: str = "fixed and verified"  # what is true of a fix that is all done

    def see(self, event: Event) -> None:
        match event.said:
            case RunStarted() | PlanChosen():
                layout = event.said.layout
                if layout.plan != self.plan:
                    self.over, self.phase = [], ""
                self.plan, self.ended = layout.plan, None
                self.phases = tuple(phase.name for phase in layout.phases)
            case PhaseStarted():
                self.phase = event.phase
            case PhaseFinished():
                self.over.append(event.phase)
                self.phase = ""
            case WentBack() as said:
                self.over = [name for name in self.over if name not in said.phases]
                self.phase = ""
            case RunFinished() as said:
                self.ended, self.phase = said.state, ""
            case RunResumed():
                self.ended = None
            case DecisionMade() as said:
                self.is_stopped |= said.question.option(said.choice).then is Then.STOP
            case _:
                pass

    def true_words(self) -> str:
        """Return the only words that are true now."""
        ends = {
            RunState.DONE: self.fixed,
            RunState.ROLLED_BACK: "rolled back",
            RunState.STOPPED: "stopped",
            RunState.ABORTED: "given up",
        }
        if self.ended is not None:
            return ends[self.ended]
        if set(self.phases) <= set(self.over):
            abort = "stopped" if self.is_stopped else "given up"
            at_the_end = {"hotfix": self.fixed, "rollback": "rolled back"}
            return at_the_end.get(self.plan, abort)
        where = self.phase or (f"{self.over[-1]} done" if self.over else "starting")
        if self.plan != "rollback":
            return where
        return f"{'rolled back' if 'rollback' in self.over else 'rolling back'} ({where})"


@pytest.mark.parametrize("name", NAMES)
def test_the_headline_is_true_after_every_event(name):
    witness, progress = Witness(), Progress()
    # Red probes were accepted there.
    if name == "unproven-accepted":
        witness.fixed = "fixed, says dana; not all is proven"
    for event in recorded(name).events:
        witness.see(event)
        progress = after(progress, event)
        headline = ANNOUNCE(progress).parent.text.splitlines()[0]
        said = headline.removeprefix(f"[HOTFIX] {progress.incident.description}: ")
        where = f"event {event.seq} ({event.type})"
        assert said == witness.true_words(), where
