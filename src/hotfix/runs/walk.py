"""Walks a run to its stop: shows events, gets decisions, tells the team, keeps Ctrl-C safe."""

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from hotfix.domain.event import Event
from hotfix.domain.event_data import DecisionNeeded, StepWaiting
from hotfix.domain.fold import after
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import Problem, ProblemError, TemporaryTroubleError, unforeseen
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.question import ITSELF, Answer, Question, Then
from hotfix.domain.rollout.one_yes import AS_CHOSEN, is_read
from hotfix.domain.step import Plan
from hotfix.domain.suite_state import SuiteState
from hotfix.engine import record, second_look, settle
from hotfix.engine.run import run
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal
from hotfix.ports.signals import Reply, Signal
from hotfix.runs.asker import Asker
from hotfix.runs.screen import Screen

# What is left to be told has so long at the end; where nothing but that was asked for, longer.
_TELLING_SECONDS, _ONLY_TELLING_SECONDS = 5.0, 60.0
_COUNTDOWN_LOOK_SECONDS = 0.5
# How often what is asked about is looked at meanwhile, and how long past the end of the countdown
# where it cannot be looked at.
_SECOND_LOOK_SECONDS, _UNSEEN_SECONDS = 2.0, 60.0


class Follower(Protocol):
    """What goes along with a run in the background: keeps its lock, mirrors its record."""

    def show(self, progress: Progress) -> None:
        """Take note of where the run stands; returns at once."""
        ...


class TellsPeople(Follower, Protocol):
    """What tells people of a run in the background, or hears what they say."""

    def close(self, timeout_seconds: float) -> bool:
        """Wait until all is told, at most ``timeout_seconds``, and end; tells whether it is."""
        ...


class Walk:
    """One run, walked in this process; its journal is open for writing.

    ``plans`` returns the plan of a name; ``tellers`` tell people, as far as channels are
    configured; ``senders`` hand on every event, what became of the telling included;
    ``followers`` are shown every progress, too.
    """

    def __init__(
        self,
        journal: Journal,
        ports: Ports,
        plans: Callable[[str], Plan[Ports]],
        screen: Screen,
        asker: Asker,
        tellers: Sequence[TellsPeople] = (),
        followers: Sequence[Follower] = (),
        senders: Sequence[TellsPeople] = (),
    ) -> None:
        self._journal = journal
        self._ports = ports
        self._plans = plans
        self._screen = screen
        self._asker = asker
        self._tellers = tellers
        self._senders = senders
        self._followers = followers
        self.progress = journal.progress()
        is_over = self.progress.state.is_over
        self._telling_seconds = _ONLY_TELLING_SECONDS if is_over else _TELLING_SECONDS
        self._goes_back_by_itself = False
        # Whether a person has chosen a rollback, and its own question has not come yet.
        self._goes_back_by_word = False
        self._stumbled: set[str] = set()

    def go(self) -> Progress:
        """Walk until the run is over, failed, waits for an answer nobody gives, or is interrupted.

        Returns:
            The progress at that point.

        Raises:
            ProblemError: the journal cannot be written, or what nobody foresaw outside of a step;
                what is on record is sound, and can be gone on from.
        """
        try:
            self._end_what_is_left()
            with self._screen.running_clock():
                self._walk()
        except KeyboardInterrupt:
            # Who has left at a question has decided nothing: it stays open.
            if not self._asker.has_left:
                self._show(record.interrupt(self._journal, "Ctrl-C"))
        except (ProblemError, TemporaryTroubleError, BrokenPipeError):
            raise
        except Exception as error:
            raise ProblemError(self._unforeseen("The walk of this run", error)) from error
        finally:
            self._stop_the_suites()
            self._asker.stop_listening()
        self._clear_what_is_left()
        self._tell_the_rest()
        return self.progress

    def break_off(self) -> Progress:
        """Return where the run stands once the end of its walk was broken off, too."""
        is_on_record = self._is_stopped or self.progress.state is RunState.INTERRUPTED
        if not (is_on_record or self._asker.has_left):
            self._show(record.interrupt(self._journal, "Ctrl-C"))
        return self.progress

    def let_go(self) -> None:
        """End what goes on in the background, whatever ended the walk; waits for nothing."""
        for each in (*self._tellers, *self._senders):
            each.close(0)

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
        if question.by_itself:
            counted_down = self._counted_down(question, plan)
            if counted_down is not None:
                self._goes_back_by_itself = True
                return counted_down
        # What was decided by countdown needs no second yes; over others' changes it still does.
        if self._goes_back_by_itself and plan.name == PlanName.ROLLBACK and question.by_yes:
            return Answer(question.by_yes, "by itself", by=ITSELF)
        if self.progress.pending is None or self._is_stopped:
            return None
        if plan.name == PlanName.ROLLBACK and self._goes_back_by_word:
            self._goes_back_by_word = False
            if is_read(question, self.progress.facts):
                return Answer(question.by_yes, AS_CHOSEN)
        asked_by = self.progress.pending_step
        answer = self._asker.ask(question, asked_by, lambda: self._still_stands(plan))
        is_back = answer is not None and question.option(answer.choice).then is Then.ROLL_BACK
        self._goes_back_by_word = is_back
        return answer

    def _still_stands(self, plan: Plan[Ports]) -> bool:
        """Hear what others have to say while a person thinks; tell whether it is asked still."""
        self._tell(self._tellers)
        self._take_signals(plan)
        return self.progress.pending is not None and not self._is_stopped

    @property
    def _is_stopped(self) -> bool:
        """Whether the lock was lost while a question was open: whoever holds it decides now."""
        return self.progress.state.is_over or self.progress.problem is not None

    def _counted_down(self, question: Question, plan: Plan[Ports]) -> Answer | None:
        """Count down, and look again all the while: only what is seen at the end is acted on.

        The option's word at the terminal ends the countdown at once. Anything else that is typed
        there, and any note from elsewhere, calls it off; so does a look that finds that there is
        nothing to ask any more, which goes back to the step that asked.

        Returns:
            What is done by itself, or by word of whoever is there; None where it is called off.
        """
        self._asker.announce(question)
        self._tell(self._tellers)
        clock, notes = self._ports.clock, self._notes()
        begun = looked = clock.monotonic()
        because = f"by itself, after {question.by_itself_in:.0f} s"
        done = Answer(question.by_itself, because, by=ITSELF)
        while True:
            clock.wait(_COUNTDOWN_LOOK_SECONDS)
            spent = clock.monotonic() - begun
            typed = self._asker.typed()
            meant = question.meant(typed) if typed else None
            if meant is not None and meant.key == question.by_itself:
                done, typed = Answer(meant.key), ""
            is_over, seen = done.by != ITSELF or spent >= question.by_itself_in, None
            if is_over or clock.monotonic() - looked >= _SECOND_LOOK_SECONDS:
                seen = second_look.look(plan, self.progress, self._ports)
                looked = clock.monotonic()
            self._take_signals(plan)
            is_answered = self._is_stopped or self.progress.pending is None
            if is_answered or typed or self._notes() > notes:
                return None
            if seen is not None and seen.stands is False:
                self._withdraw(seen.saying, plan)
                return None
            if is_over and seen is not None and seen.stands:
                return done
            if spent >= question.by_itself_in + _UNSEEN_SECONDS:
                self._screen.aside(f"It is not done by itself: {seen.saying if seen else ''}")
                return None

    def _notes(self) -> int:
        """Return how many notes people wrote: what is noted by itself calls off nothing."""
        return sum(note.is_a_persons for note in self.progress.notes)

    def _withdraw(self, saying: str, plan: Plan[Ports]) -> None:
        because = f"Looked again, and there is nothing to ask any more: {saying}"
        step = self.progress.pending_step
        self._show(record.go_back(self._journal, self.progress, plan, step, because))

    def _stretch(self, plan: Plan[Ports]) -> bool:
        """Walk to the next stop; returns False where waiting on has no point."""
        events = run(plan, self._ports, self._journal)
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
        # That a person is asked is told once one is waited for: a flag may answer at once.
        if not isinstance(event.said, DecisionNeeded):
            self._tell(self._tellers)
        self._tell(self._senders)
        for follower in self._followers:
            self._let_follow(follower)

    def _tell(self, people: Sequence[TellsPeople]) -> None:
        # After a takeover the team hears of the run from the other machine.
        if self.progress.state is not RunState.TAKEN_OVER:
            for each in people:
                self._let_follow(each)

    def _let_follow(self, follower: Follower) -> None:
        """Show where the run stands to one who must never hold it up, not even by a fault."""
        try:
            follower.show(self.progress)
        except Exception as error:  # noqa: BLE001 - as above; it is said, once, and kept
            who = type(follower).__name__
            if who not in self._stumbled:
                self._stumbled.add(who)
                problem = self._unforeseen(f"What goes along with the run ({who})", error)
                self._screen.aside(f"{problem.what} {problem.why}")

    def _unforeseen(self, doing: str, error: Exception) -> Problem:
        kept = self._journal.keep_traceback(error)
        return unforeseen(doing, kept.words, kept.file, f"hotfix resume {self._journal.run}")

    def _tell_the_rest(self) -> None:
        """Give the messages a moment to arrive, and write down what became of them."""
        for group in (self._tellers, self._senders):
            self._tell(group)
        plan = self._plans(self.progress.plan)
        # What became of the sending is an event, too: it is handed on after all the others.
        for group in (self._tellers, self._senders, self._senders):
            _close(group, self._telling_seconds)
            self._take_signals(plan)

    def _take_signals(self, plan: Plan[Ports]) -> None:
        """Write down what others had to say, each signal once."""
        on_record = record.signals_on_record(self._journal)
        new = {each.id: each for each in self._ports.signals.take() if each.id not in on_record}
        for event in record.take_signals(self._journal, self.progress, plan, new):
            self._show(event)


def _close(group: Sequence[TellsPeople], seconds: float) -> None:
    """Close all of them within the same time: each has been at it meanwhile."""
    closing = [threading.Thread(target=each.close, args=(seconds,)) for each in group]
    for thread in closing:
        thread.start()
    for thread in closing:
        thread.join()
