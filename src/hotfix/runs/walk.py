"""Walks a run to its stop: shows events, gets decisions, tells the team, keeps Ctrl-C safe."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from hotfix.domain.event import Event
from hotfix.domain.event_data import StepWaiting
from hotfix.domain.fold import after, fold
from hotfix.domain.plan_name import PlanName
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.question import Answer, Question
from hotfix.domain.step import Plan
from hotfix.domain.suite_state import SuiteState
from hotfix.engine import record, settle
from hotfix.engine.run import run
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal
from hotfix.ports.signals import Reply, Signal
from hotfix.runs.asker import Asker
from hotfix.runs.screen import Screen

if TYPE_CHECKING:
    from hotfix.engine.teller import Teller

_TELLING_SECONDS = 5.0
_COUNTDOWN_LOOK_SECONDS = 0.5


class Follower(Protocol):
    """What goes along with a run in the background: keeps its lock, mirrors its record."""

    def show(self, progress: Progress) -> None:
        """Take note of where the run stands; returns at once."""
        ...


class Walk:
    """One run, walked in this process; its journal is open for writing.

    ``plans`` returns the plan of a name; ``teller`` tells the team, or is None where no channel is
    configured; ``followers`` are shown every progress, too.
    """

    def __init__(
        self,
        journal: Journal,
        ports: Ports,
        plans: Callable[[str], Plan[Ports]],
        screen: Screen,
        asker: Asker,
        teller: "Teller | None" = None,
        followers: Sequence[Follower] = (),
    ) -> None:
        self._journal = journal
        self._ports = ports
        self._plans = plans
        self._screen = screen
        self._asker = asker
        self._teller = teller
        self._followers = followers
        self.progress = fold(journal.events())
        self._goes_back_by_itself = False

    def go(self) -> Progress:
        """Walk until the run is over, failed, waits for an answer nobody gives, or is interrupted.

        Returns:
            The progress at that point.
        """
        try:
            self._end_what_is_left()
            self._walk()
        except KeyboardInterrupt:
            self._show(record.interrupt(self._journal, "Ctrl-C"))
        finally:
            self._stop_the_suites()
            self._asker.stop_listening()
        self._clear_what_is_left()
        self._tell_the_rest()
        return self.progress

    def _end_what_is_left(self) -> None:
        """Begin to end what a killed process of this run left; its grace holds up nothing here."""
        left = self._ports.suites.end_what_is_left()
        if left:
            self._screen.aside(f"Ending what a killed process left running: {', '.join(left)}.")

    def _clear_what_is_left(self) -> None:
        """Remove folders at the end of the walk: nothing waits for them."""
        trouble = self._ports.leftovers.clear() if self._ports.leftovers is not None else ""
        if trouble:
            self._screen.aside(trouble)

    def _stop_the_suites(self) -> None:
        seen = self._ports.suites.look()
        running = [each.name for each in seen if each.state is SuiteState.RUNNING]
        if running:
            self._screen.aside(f"Ending {', '.join(running)}; Ctrl-C once more ends it at once.")
        try:
            self._ports.suites.stop()
        except KeyboardInterrupt:
            self._ports.suites.stop()  # that was the end of the grace, and is no news to the run

    def _walk(self) -> None:
        going_to = ""
        while not self.progress.state.is_over:
            before, going_to = going_to, self.progress.next_plan or self.progress.plan
            if going_to != before:
                self._settle(going_to)
            plan = self._plans(going_to)
            if not self._stretch(plan):
                return
            if self.progress.next_plan:
                continue
            question = self.progress.pending
            if question is None:
                return
            answer = self._answer(question, plan)
            if self.progress.pending is None:
                continue  # somebody answered from elsewhere meanwhile
            if answer is None:
                return
            for event in record.decide(self._journal, self.progress, plan, answer):
                self._show(event)

    def _settle(self, going_to: str) -> None:
        """Write down what became of what another plan has begun."""
        found = settle.look(self.progress, going_to, self._plans, self._ports)
        for event in settle.write_down(self._journal, found):
            self._show(event)

    def _answer(self, question: Question, plan: Plan[Ports]) -> Answer | None:
        """Return what somebody answers, or what the question answers itself in the end."""
        if question.by_itself and self._nobody_calls_it_off(question, plan):
            self._goes_back_by_itself = True
            return Answer(question.by_itself, f"by itself, after {question.by_itself_in:.0f} s")
        # What was decided by countdown needs no second yes; over others' changes it still does.
        if self._goes_back_by_itself and plan.name == PlanName.ROLLBACK and question.by_yes:
            return Answer(question.by_yes, "by itself")
        is_asked = self.progress.pending is not None
        return self._asker.ask(question, self.progress.pending_step) if is_asked else None

    def _nobody_calls_it_off(self, question: Question, plan: Plan[Ports]) -> bool:
        """Count down; any line at the terminal, and any note from elsewhere, calls it off."""
        self._asker.announce(question)
        clock, notes = self._ports.clock, len(self.progress.notes)
        begun = clock.monotonic()
        while clock.monotonic() - begun < question.by_itself_in:
            clock.wait(_COUNTDOWN_LOOK_SECONDS)
            self._take_signals(plan)
            is_answered = self.progress.pending is None
            if is_answered or self._asker.wants_to_answer() or len(self.progress.notes) > notes:
                return False
        return True

    def _stretch(self, plan: Plan[Ports]) -> bool:
        """Walk to the next stop; returns False where waiting on has no point."""
        events = run(plan, self._ports, self._journal)
        with self._screen.running_clock():
            for event in events:
                self._show(event)
                if isinstance(event.said, StepWaiting) and not self._listen(event.said):
                    events.close()
                    return False
                if self.progress.pending is None:
                    self._asker.stop_listening()
        self._asker.stop_listening()
        return True

    def _listen(self, said: StepWaiting) -> bool:
        question = self.progress.pending
        if question is None:
            return True
        return self._asker.listen(
            question, ready=said.ready, send=lambda it: self._send(question, it)
        )

    def _send(self, question: Question, answer: Answer) -> None:
        reply = Reply(question.key, answer.choice, answer.reason, answer.minutes)
        self._ports.signals.send(Signal(reply))

    def _show(self, event: Event) -> None:
        self.progress = after(self.progress, event)
        self._screen.show(event, self.progress)
        self._show_in_the_background()

    def _show_in_the_background(self) -> None:
        # After a takeover the team hears of the run from the other machine.
        if self._teller is not None and self.progress.state is not RunState.TAKEN_OVER:
            self._teller.show(self.progress)
        for follower in self._followers:
            follower.show(self.progress)

    def _tell_the_rest(self) -> None:
        """Give the messages a moment to arrive, and write down what became of them."""
        self._show_in_the_background()
        if self._teller is not None:
            self._teller.close(_TELLING_SECONDS)
        self._take_signals(self._plans(self.progress.plan))

    def _take_signals(self, plan: Plan[Ports]) -> None:
        """Write down what others had to say, each signal once."""
        on_record = record.signals_on_record(self._journal)
        new = {each.id: each for each in self._ports.signals.take() if each.id not in on_record}
        for event in record.take_signals(self._journal, self.progress, plan, new):
            self._show(event)
