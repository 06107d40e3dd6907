"""The screen of a drill: what the run shows, what the player is to remember, and what was typed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hotfix.cli.counted_screen import CountedScreen, WrongTurns
from hotfix.cli.screens import JsonLines
from hotfix.domain.event import Event
from hotfix.domain.event_data import DecisionNeeded, StepStarted, StepWaiting
from hotfix.domain.foreign_text import json_line
from hotfix.domain.leaving import IN_A_DRILL, THE_DRILL, Leave
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.scorecard import Scorecard
from hotfix.runs.screen import OwnScreen
from hotfix.view.scorecard_lines import scorecard_lines

if TYPE_CHECKING:
    from hotfix.simulators.scenarios import Cue
    from hotfix.simulators.world import World

# In a cue, the folder that the player works in.
CLONE = "CLONE"


class DrillScreen(CountedScreen):
    """Shows a run on another screen, and counts what is typed there.

    ``at`` is called with each event, before anything is asked. Unless it ``goes_on``, the end of
    the walk is the end of the drill, and the world goes with it; ``goes_on_after_trouble`` is for
    a walk that failed, and ``ends_with_ctrl_c`` for one that whoever looks on breaks off.
    ``once_more`` is the command that it was begun with.
    """

    def __init__(
        self,
        inner: OwnScreen,
        wrong_turns: WrongTurns,
        at: Callable[[Event], None] | None = None,
    ) -> None:
        super().__init__(inner, wrong_turns)
        self._at = at
        self._breaks_off_in = ""
        self.has_broken_off = False
        self.goes_on = self.goes_on_after_trouble = False
        self.ends_with_ctrl_c = self.has_said_over = False
        self.once_more = "hotfix drill"

    @property
    def leave(self) -> Leave:
        """What becomes of the run: it may be all of the drill."""
        return IN_A_DRILL if self.goes_on and not self.ends_with_ctrl_c else THE_DRILL

    @contextmanager
    def breaking_off(self, step: str) -> Iterator[None]:
        """Let the played operator press Ctrl-C once ``step`` waits; never, where it is empty."""
        self._breaks_off_in = step
        try:
            yield
        finally:
            self._breaks_off_in = ""

    def show(self, event: Event, progress: Progress) -> None:
        """Show one event; what a player is to remember of a question stands before it, whole."""
        self._inner.leave = self.leave
        is_question = isinstance(event.said, DecisionNeeded)
        if self._at is not None and is_question:
            self._at(event)
        self._inner.show(event, progress)
        if self._at is not None and not is_question:
            self._at(event)
        is_there = event.step == self._breaks_off_in and isinstance(event.said, StepWaiting)
        if self._breaks_off_in and is_there:
            self.has_broken_off = True
            raise KeyboardInterrupt

    def end(self, progress: Progress) -> None:
        """Show how the walk ended; where the drill ends with it, name nothing that is gone."""
        asked, problem = progress.pending, progress.problem
        is_left = progress.state is RunState.INTERRUPTED
        is_to_be_mended = problem is not None and self.goes_on_after_trouble
        is_ended = is_left and self.ends_with_ctrl_c and not self.has_broken_off
        goes_on = (self.goes_on and not is_ended) or is_to_be_mended
        if progress.state.is_over or goes_on:
            self._inner.end(progress)
            return
        if problem is not None:
            self._inner.lines([problem.what], "failed")
            self._inner.lines([problem.why])
        elif asked is not None:
            self._inner.lines([f"{'Not answered' if is_left else 'Nobody answered'}: {asked.text}"])
        self.say_over(progress.run)

    def say_over(self, run: str) -> None:
        """Say what is left of a drill that ends before its run: nothing."""
        self.has_said_over = True
        self._inner.lines(
            [
                f"The drill is over, and its world is gone with run {run}: nothing of it goes on.",
                f"Once more: {self.once_more}; a world that stays: {self.once_more} --serve",
            ],
            "title",
        )

    def score(self, card: Scorecard, earlier: Sequence[Scorecard]) -> None:
        """Show the scorecard; a program gets it as one more object."""
        if isinstance(self._inner, JsonLines):
            print(json_line(card.as_event(earlier)), flush=True)
        self._inner.lines(["", *scorecard_lines(card, earlier)])


class Cues:
    """What a player is to remember, and what others do, once the run is so far.

    Args:
        world: in which others do what is theirs.
        cues: of the scenario.
        say: tells the player.
    """

    def __init__(self, world: "World", cues: "Sequence[Cue]", say: Callable[[str], None]) -> None:
        self._world = world
        self._left = list(cues)
        self._say = say

    def at(self, event: Event) -> None:
        """Look whether one is due with ``event``; each comes once."""
        for cue in self._left:
            due = DecisionNeeded if cue.asks else StepStarted
            if event.step == cue.step and isinstance(event.said, due):
                self._left.remove(cue)
                cue.do(self._world)
                self._say(f"Your part: {self._in_words(cue)}")
                return

    def _in_words(self, cue: "Cue") -> str:
        is_placed = CLONE in cue.say
        return cue.say.replace(CLONE, str(self._world.clone)) if is_placed else cue.say
