"""The loop: walks a plan from where the journal stands, and yields every event once it is on disk.

The generator ends when the plan is through, when a person must decide, or when a step failed.
Whoever iterates shows the events, gets the decision, records it with ``record.decide``, and runs
again: a crash, Ctrl-C, a question and a colleague taking over are one path.
"""

import math
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from hotfix.domain import budget
from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    BudgetOverrun,
    BudgetWarning,
    DecisionNeeded,
    EventData,
    LockLost,
    PhaseFinished,
    PhaseStarted,
    PlanChosen,
    StepDone,
    StepFailed,
    StepSettled,
    StepStarted,
    StepTroubled,
    StepWaiting,
)
from hotfix.domain.fact import by_key
from hotfix.domain.figures import tenths
from hotfix.domain.fold import after
from hotfix.domain.outcome import (
    Ask,
    Done,
    Failed,
    GoBack,
    LeftToDo,
    NotDone,
    Outcome,
    Unknown,
    Waiting,
)
from hotfix.domain.problem import (
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
    leading_back,
    unforeseen,
)
from hotfix.domain.progress import BUDGET_STEP, Progress
from hotfix.domain.rollout.one_yes import with_the_way_back
from hotfix.domain.settlement import Settlement
from hotfix.domain.step import (
    CanBeDoneByHand,
    LeavesEvidence,
    Phase,
    Plan,
    Step,
    goes_on_alone,
    is_patient,
    leaves_evidence,
)
from hotfix.engine import budget_decision, record, settle
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal

_LONGEST_PAUSE_SECONDS = 15.0
# Where a step only watches, the end of the trouble is news that is waited for.
_LONGEST_PAUSE_OF_THE_PATIENT = 3.0
# So soon a note, an answer or a lost lock is heard of while something is waited for.
_SLICE_SECONDS = 2.0


def run(plan: Plan[Ports], ports: Ports, journal: Journal) -> Generator[Event, None, None]:
    """Walk ``plan``; each event is on disk before it is yielded.

    Args:
        plan: what to walk; another one than before is written down as chosen.
        ports: the outside world.
        journal: of a run that has begun (``record.begin``).

    Yields:
        Every event that this walk adds to the journal.
    """
    yield from _Walk(plan, ports, journal).events()


class _Walk:
    """One stretch of a run, in one process."""

    def __init__(self, plan: Plan[Ports], ports: Ports, journal: Journal) -> None:
        self._plan = plan
        self._ports = ports
        self._journal = journal
        self._progress: Progress = journal.progress()
        self._taken = record.signals_on_record(journal)
        self._halted = False
        self._troubled_at = 0.0
        self._looking_since: datetime | None = None

    def events(self) -> Iterator[Event]:
        if self._progress.plan != self._plan.name or self._progress.next_plan:
            yield self._append(PlanChosen(record.layout(self._plan)))
        while not self._halted:
            position = self._position()
            if position is None:
                yield from self._leave_phase(None)
                yield self._note(record.finish(self._journal, self._progress, self._plan))
                return
            phase, step = position
            yield from self._leave_phase(phase)
            yield from self._take(phase, step)

    def _position(self) -> tuple[Phase[Ports], Step[Ports]] | None:
        for phase in self._plan.phases:
            for step in phase.steps:
                if not self._progress.is_done(step.name):
                    return phase, step
        return None

    def _leave_phase(self, entered: Phase[Ports] | None) -> Iterator[Event]:
        """Close the phase that is over and open the one that begins, where they differ."""
        present = self._progress.phase
        if entered is not None and present == entered.name:
            return
        if present:
            yield self._append(PhaseFinished(), present)
        if entered is not None:
            yield self._append(PhaseStarted(), entered.name)

    def _take(self, phase: Phase[Ports], step: Step[Ports]) -> Iterator[Event]:
        """Bring one step to its end, or to where the run must stop."""
        is_begun = (self._plan.name, step.name) in self._progress.begun
        look_first = (is_begun or self._progress.is_taken_over) and leaves_evidence(step)
        saying, troubled_since, pause = "", None, 0.0
        said_at = -math.inf
        self._looking_since = self._ports.clock.now()
        while True:
            yield from self._take_signals()
            # What was begun is settled before the clock has its say: "stop" may come too late.
            if not (look_first or self._is_answered_otherwise(step)):
                yield from self._mind_the_budget(step)
            if self._is_answered_otherwise(step):
                return
            yield from self._intend(phase, step)
            try:
                outcome = self._outcome(step, look_first=look_first)
                look_first, troubled_since, pause = False, None, 0.0
                if outcome is None:
                    continue
            except TemporaryTroubleError as trouble:
                look_first = leaves_evidence(step)
                troubled_since = troubled_since or self._trouble_begins()
                given_up = self._given_up(phase, step, troubled_since, trouble)
                if given_up is not None:
                    outcome = Failed(given_up)
                else:
                    if trouble.saying != saying:
                        saying = trouble.saying
                        yield self._step_event(StepTroubled(saying), step)
                    pause = min(max(trouble.retry_in, pause * 2), _longest_pause(step))
                    yield from self._wait(max(trouble.retry_in, pause))
                    continue
            if isinstance(outcome, Waiting):
                said_ago = self._ports.clock.monotonic() - said_at
                is_news = outcome.saying != saying and said_ago >= outcome.calm_seconds
                if is_news or self._is_question_new(outcome):
                    saying, said_at = outcome.saying, self._ports.clock.monotonic()
                    yield self._step_event(_waiting(outcome, step), step)
                yield from self._wait(outcome.look_again_in)
                continue
            yield from self._conclude(phase, step, outcome)
            return

    def _intend(self, phase: Phase[Ports], step: Step[Ports]) -> Iterator[Event]:
        """Write the intent down, once, before the step acts: that makes a crash safe."""
        if (self._plan.name, step.name) not in self._progress.begun:
            yield self._append(StepStarted(), phase.name, step.name)

    def _outcome(self, step: Step[Ports], *, look_first: bool) -> Outcome | None:
        """Run the step; after a try whose result is lost, ask the world: None for not done."""
        known = self._progress.facts_for(step.name, self._ports.clock.now())
        facts = replace(known, looking_since=self._looking_since)
        try:
            if look_first and isinstance(step, LeavesEvidence):
                evidence = step.evidence(facts, self._ports)
                if isinstance(evidence, Unknown):
                    return Failed(evidence.problem)
                return None if isinstance(evidence, NotDone) else evidence
            return step.run(facts, self._ports)
        except ProblemError as error:
            return Failed(error.problem)
        except TemporaryTroubleError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours ends in words too, and is kept
            return Failed(self._unforeseen(step, error))

    def _unforeseen(self, step: Step[Ports], error: Exception) -> Problem:
        kept, run = self._journal.keep_traceback(error), self._journal.run
        doing = f"The step {step.name.replace('_', ' ')!r}"
        next_command = f"hotfix resume {run}; to end the run: hotfix abort {run}"
        return unforeseen(doing, kept.words, kept.file, next_command)

    def _left_to_do(self, step: Step[Ports], failed: Failed) -> Failed | LeftToDo:
        """Leave to a person what is no reason to fail; a lock that somebody else holds is one."""
        if failed.problem.code is ProblemCode.LOCKED:
            return failed
        facts = self._progress.facts_for(step.name)
        command = step.by_hand(facts) if isinstance(step, CanBeDoneByHand) else ""
        if command and leaves_evidence(step) and not failed.nothing_happened:
            # Nobody knows here whether a part of it happened.
            command = f"If that is not done yet: {command}"
        next_command = command or failed.problem.next_command
        return LeftToDo(replace(failed.problem, next_command=next_command))

    def _conclude(
        self, phase: Phase[Ports], step: Step[Ports], outcome: Outcome
    ) -> Iterator[Event]:
        if isinstance(outcome, Failed) and phase.is_courtesy:
            outcome = self._left_to_do(step, outcome)
        if isinstance(outcome, Done):
            kind = (outcome.is_needless, outcome.is_success)
            done = StepDone(outcome.saying, by_key(outcome.facts), None, *kind)
            yield self._step_event(done, step)
        elif isinstance(outcome, LeftToDo):
            left = outcome.problem
            yield self._step_event(StepDone(left.what, by_key(outcome.facts), left), step)
        elif isinstance(outcome, Failed):
            self._halted = True
            failed = StepFailed(leading_back(outcome.problem), outcome.nothing_happened)
            yield self._step_event(failed, step)
        elif isinstance(outcome, Ask):
            self._halted = True
            asked = with_the_way_back(outcome.question, self._progress.facts)
            yield self._step_event(DecisionNeeded(asked), step)
        elif isinstance(outcome, GoBack):
            to, because = outcome.to, outcome.because
            back = record.go_back(self._journal, self._progress, self._plan, to, because)
            yield self._note(back)

    def _take_signals(self) -> Iterator[Event]:
        """Write down what others had to say meanwhile; each signal once, even after a crash."""
        new = {
            signal.id: signal
            for signal in self._ports.signals.take()
            if signal.id not in self._taken
        }
        self._taken |= new.keys()
        for event in record.take_signals(self._journal, self._progress, self._plan, new):
            yield self._note(event)
            self._halted = self._halted or isinstance(event.said, LockLost)
        # An editor needs the terminal for itself; whoever asks opens it, and walks on then.
        writes = any(record.is_to_be_written(each, self._progress) for each in new.values())
        self._halted = self._halted or writes

    def _is_answered_otherwise(self, step: Step[Ports]) -> bool:
        """Tell whether an answer that came by signal leads away from ``step``."""
        if self._progress.next_plan:
            self._halted = True
        position = self._position()
        return self._halted or position is None or position[1] is not step

    def _mind_the_budget(self, step: Step[Ports]) -> Iterator[Event]:
        """Write down what the clock has to say; ask when the hotfix no longer fits."""
        jump = self._ports.clock.jump()
        if jump:
            yield self._note(record.note_jump(self._journal, self._progress, jump))
        now = self._ports.clock.now()
        for mark in budget.marks(self._progress, now):
            kind = BudgetOverrun if mark.is_overrun else BudgetWarning
            spent = tenths(mark.spent_seconds)
            said = kind(mark.name, mark.of, spent, mark.target_seconds)
            yield self._append(said, self._progress.phase)
        if budget.still_fits(self._progress, now):
            return
        by_others = self._merged_by_others()
        found = by_others.found if by_others is not None else Settlement.NOT_DONE
        if found is not Settlement.DONE:
            self._halted = True
            left = budget.pace(self._progress, now).left or 0.0
            needed = budget.needed_seconds(self._progress)
            unseen = by_others.saying if by_others and found is Settlement.UNKNOWN else ""
            question = budget_decision.question(self._progress, left, needed, unseen)
            asked = DecisionNeeded(question, before=step.name)
            yield self._append(asked, self._progress.phase, BUDGET_STEP)

    def _merged_by_others(self) -> StepSettled | None:
        """Return whether somebody else is past the point of no return; None where nobody can be.

        The steps find out how.
        """
        name = self._plan.point_of_no_return
        steps = [step for phase in self._plan.phases for step in phase.steps if step.name == name]
        found = (settle.look_at(self._plan.name, it, self._progress, self._ports) for it in steps)
        return next((said for said in found if said is not None), None)

    def _is_question_new(self, waiting: Waiting) -> bool:
        return waiting.question is not None and waiting.question != self._progress.pending

    def _trouble_begins(self) -> datetime:
        self._troubled_at = self._ports.clock.monotonic()
        return self._ports.clock.now()

    def _given_up(
        self,
        phase: Phase[Ports],
        step: Step[Ports],
        since: datetime,
        trouble: TemporaryTroubleError,
    ) -> Problem | None:
        """Return why ``trouble``, there since ``since``, is borne no longer; None where it is."""
        # Not by the time of day: a machine that slept has not waited.
        troubled = self._ports.clock.monotonic() - self._troubled_at
        left = self._patience_seconds(phase, step, since) - troubled
        if left <= 0:
            return _trouble_that_stays(trouble)
        again_at = self._ports.clock.now() + timedelta(seconds=trouble.retry_in)
        if self._is_worth_waiting(trouble.retry_in, again_at, step, left):
            return None
        return _too_long_a_wait(trouble, again_at, self._journal.run)

    def _is_worth_waiting(
        self, seconds: float, again_at: datetime, step: Step[Ports], patience: float
    ) -> bool:
        """Tell whether what can be asked again after ``seconds`` still fits into what is left."""
        if seconds <= _longest_pause(step):
            return True
        progress = self._progress
        # After the counted part, the total says nothing about how long to wait.
        is_counted = progress.ended_at is None
        total = budget.pace(progress, self._ports.clock.now()).left if is_counted else None
        is_in_time = seconds <= max(patience, total or 0.0)
        return is_in_time and budget.still_fits(progress, again_at)

    def _patience_seconds(self, phase: Phase[Ports], step: Step[Ports], since: datetime) -> float:
        """Return how long trouble that began at ``since`` is borne."""
        if not is_patient(step):
            return phase.patience_seconds
        left = budget.pace(self._progress, since).left
        # Where no total binds, the phase's own target says how long is worth waiting for.
        allowed = (phase.target_seconds or 0.0) if left is None else left
        return max(phase.patience_seconds, allowed)

    def _wait(self, seconds: float) -> Iterator[Event]:
        """Wait in slices, between which others are heard; what changes the walk ends the waiting.

        Never past the moment at which the budget has something to say.
        """
        until_mark = budget.seconds_to_next_mark(self._progress, self._ports.clock.now())
        left = seconds if until_mark is None else min(seconds, until_mark)
        decided = len(self._progress.decisions)
        while left > _SLICE_SECONDS:
            self._ports.clock.wait(_SLICE_SECONDS)
            left -= _SLICE_SECONDS
            yield from self._take_signals()
            if self._halted or len(self._progress.decisions) > decided:
                return
        self._ports.clock.wait(left)

    def _step_event(self, said: EventData, step: Step[Ports]) -> Event:
        return self._append(said, self._progress.phase, step.name)

    def _append(self, said: EventData, phase: str = "", step: str = "") -> Event:
        return self._note(self._journal.append(said, phase, step))

    def _note(self, event: Event) -> Event:
        self._progress = after(self._progress, event)
        return event


def _longest_pause(step: Step[Ports]) -> float:
    return _LONGEST_PAUSE_OF_THE_PATIENT if is_patient(step) else _LONGEST_PAUSE_SECONDS


def _waiting(waiting: Waiting, step: Step[Ports]) -> StepWaiting:
    said = (waiting.saying, waiting.question, waiting.ready, waiting.shown)
    return StepWaiting(*said, goes_on_alone(step), waiting.is_red)


def _trouble_that_stays(trouble: TemporaryTroubleError) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"{trouble.saying[:1].upper()}{trouble.saying[1:].rstrip('.')}.",
        why="It was tried again and again, and that does not go away.",
        next_command="hotfix resume",
    )


def _too_long_a_wait(trouble: TemporaryTroubleError, again_at: datetime, run: str) -> Problem:
    at = f"{again_at:%H:%M:%S} UTC"
    return Problem(
        ProblemCode.FAILED,
        what=f"Nothing can be asked again before {at}, and so long is not waited.",
        why=f"{trouble.saying[:1].upper()}{trouble.saying[1:].rstrip('.')}.",
        next_command=f"hotfix resume {run}, from {at} on",
    )
