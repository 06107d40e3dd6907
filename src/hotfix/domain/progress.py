"""Where a run stands: what ``domain/fold.py`` makes of its events, and nothing else.

Timeline, status, messages, deployment log and report are all read from a ``Progress`` (or from
the events themselves), so that they cannot disagree.
"""

from collections.abc import Collection, Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from operator import is_

from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen, replace
from hotfix.domain.heard import Heard
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonValue
from hotfix.domain.problem import Problem
from hotfix.domain.question import Answer, Question
from hotfix.domain.run_settings import RunSettings
from hotfix.domain.workflow_questions import HELD

# Decisions about the budget belong to no step of the plan; they are recorded under this name.
BUDGET_STEP = "budget"
# The steps that are over when somebody else has done something.
WAITS_FOR_OTHERS = frozenset({"await_approval", "confirm_by_a_person"})


class RunState(StrEnum):
    """What the run is doing."""

    RUNNING = "running"
    WAITING = "waiting"
    DECIDING = "deciding"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"
    DONE = "done"
    ROLLED_BACK = "rolled-back"
    ABORTED = "aborted"
    TAKEN_OVER = "taken-over"

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more will happen to the run, on this machine."""
        over = {self.STOPPED, self.DONE, self.ROLLED_BACK, self.ABORTED, self.TAKEN_OVER}
        return self in over


class PhaseState(StrEnum):
    """How far a phase is."""

    TO_COME = "to come"
    RUNNING = "running"
    DONE = "done"


@frozen
class PhaseProgress:
    """One phase of the run."""

    name: str  #: as in the plan
    target_seconds: float | None  #: None where the procedure names none
    state: PhaseState = PhaseState.TO_COME  #: how far it is
    #: over all finished stretches; a phase that was gone back to has several
    spent_seconds: float = 0.0
    running_since: datetime | None = None  #: start of the present stretch, UTC, or None
    plan: str = "hotfix"  #: ``hotfix`` or ``rollback``
    #: what it took the team before, as the run has on record; None for not known
    median_seconds: float | None = None
    p80_seconds: float | None = None  #: likewise, the 80th percentile
    waited_seconds: float = 0.0  #: of what was spent, how long others were waited for until lately
    waiting_since: datetime | None = None  #: since when they are waited for now, UTC, or None
    stretch: tuple[datetime, datetime] | None = None  #: the last one that is finished, UTC
    #: where it was over, and some of it is done again: what was spent and waited by then, and what
    #: that part of it took
    again: tuple[float, float, float] | None = None

    def elapsed_seconds(self, now: datetime) -> float:
        """Return the seconds spent in this phase until ``now`` (UTC, aware)."""
        if self.running_since is None:
            return self.spent_seconds
        return self.spent_seconds + max(0.0, (now - self.running_since).total_seconds())

    def own_seconds(self, now: datetime) -> float:
        """Return the seconds spent in this phase until ``now`` without waits for others."""
        return self.elapsed_seconds(now) - self._waited(now)

    def waiting(self, at: datetime, *, is_waiting: bool) -> "PhaseProgress":
        """Return the phase in which others are waited for from ``at`` on, or not any more."""
        if is_waiting is (self.waiting_since is not None):
            return self
        since = at if is_waiting else None
        return replace(self, waited_seconds=self._waited(at), waiting_since=since)

    def _waited(self, now: datetime) -> float:
        if self.waiting_since is None:
            return self.waited_seconds
        return self.waited_seconds + max(0.0, (now - self.waiting_since).total_seconds())

    def ended(self, at: datetime, state: PhaseState) -> "PhaseProgress":
        """Return the phase with its present stretch closed at ``at`` (UTC, aware)."""
        phase = self.waiting(at, is_waiting=False)
        begun = self.running_since
        return replace(
            phase,
            state=state,
            spent_seconds=self.elapsed_seconds(at),
            running_since=None,
            stretch=(begun, at) if begun is not None else self.stretch,
        )

    def reopened(self, at: datetime, since: datetime | None) -> "PhaseProgress":
        """Return the phase of which some is done again; all times are UTC.

        Args:
            at: when that was decided.
            since: what was begun from then on is done again; None where nothing was.
        """
        phase = self.ended(at, PhaseState.TO_COME)
        if self.state is not PhaseState.DONE:
            return phase
        begun, over = self.stretch or (at, at)
        part = (over - max(begun, since or over)).total_seconds()
        return replace(phase, again=(phase.spent_seconds, phase.waited_seconds, max(0.0, part)))

    def expected_seconds(self, usual: float) -> float:
        """Return what is expected of all of it, in seconds.

        Args:
            usual: what it takes where nothing is known of this run.
        """
        if self.again is None:
            return usual
        # The run itself has shown what takes how long; what is not repeated is not waited for.
        spent, waited, part = self.again
        return (spent if self.median_seconds is None else spent - waited) + min(part, usual)


@frozen
class Note:
    """A line that somebody wrote on the timeline."""

    at: datetime
    by: str
    text: str
    heard: Heard | None = None  #: where it was said, where that was not ``hotfix note``

    @property
    def said_at(self) -> datetime:
        """Return when it was said, which may be before it was written down."""
        return self.heard.at if self.heard else self.at

    @property
    def is_a_persons(self) -> bool:
        """Tell whether somebody wrote it: not a reminder, nor what the clock did."""
        return self.by != "hotfix"


@frozen
class Decision:
    """A question, as it was shown, and what was answered."""

    step: str
    question: Question
    answer: Answer


@frozen
class Left:
    """What a step of the present plan could not do: why, and what a person does in its place."""

    step: str
    problem: Problem


@frozen
class Progress:
    """Everything that can be known about a run from its events.

    Attributes:
        run: its id; empty before the first event.
        incident: what it is about.
        settings: what is needed to make its plans again.
        state: what it is doing.
        plan: the plan that is walked, ``hotfix`` or ``rollback``.
        operator: who ran it last.
        started_at: UTC, aware.
        ended_at: when it was over, or when its counted part was (end of verify), else None.
        finished_at: when the plan that was walked last came to its end; None while one is walked.
        phases: of all plans chosen so far, in order.
        phase, step: where it stands; empty before and after.
        saying: the last sentence of the present step.
        shown: what there is to read beside it, line by line.
        goes_on_alone: whether what is waited for comes about without a command of this run.
        is_red: whether what the present step waits for was seen to be as it should not be.
        red_with_fix: what was last seen red of production with the fix; empty for nothing.
        done: names of the steps that are over, by plan.
        begun: names of the steps with an intent and no result.
        begun_at: when they were begun: the time of the intent, which no restart changes.
        known: facts by name.
        answers: answers that are in force, by step and key.
        pending: the question that waits for an answer, and its step.
        next_plan: the plan that a decision asked for and that is not chosen yet.
        stopped_by: why the run was stopped, once somebody decided to.
        problem: what stopped it, if something did.
        left_to_do: what the present plan went on without, in order.
        total_seconds: the budget with its extensions; None where none binds.
        first_total_seconds: the budget before its first extension; None where it has none.
        left_total_seconds: the budget of the plan before, where it had one.
        counts_until, point_of_no_return, needed_after: as in the plan.
        budget_marks: which warnings were given, such as ``fix:80`` or ``total:100``.
        decisions, notes: in order.
        told, untold: keys of the messages that arrived, and texts of those that did not, by key.
        told_urls: where people read what arrived, by key, as far as that is known.
        told_at: when the newest of them arrived, UTC; None where none did.
        events: how many there are.
        last_at: the time of the last event.
        from_newer: which event only a newer version can read, such as ``event 7 (gossip)``; the
            first of them, empty for none. Such a run is read, not gone on with.
        is_taken_over: whether the run was continued from another machine, whose last events may
            have got lost with it: every effect is looked for before it is tried.
    """

    run: str = ""
    incident: Incident = field(default_factory=lambda: Incident(""))
    settings: RunSettings = field(default_factory=RunSettings)
    state: RunState = RunState.RUNNING
    plan: str = "hotfix"
    operator: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    finished_at: datetime | None = None
    phases: tuple[PhaseProgress, ...] = ()
    phase: str = ""
    step: str = ""
    saying: str = ""
    shown: tuple[str, ...] = ()
    goes_on_alone: bool = False
    is_red: bool = False
    red_with_fix: str = ""
    done: frozenset[tuple[str, str]] = frozenset()
    begun: frozenset[tuple[str, str]] = frozenset()
    begun_at: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    known: Mapping[str, JsonValue] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], Answer] = field(default_factory=dict)
    pending: Question | None = None
    pending_step: str = ""
    next_plan: str = ""
    stopped_by: Problem | None = None
    problem: Problem | None = None
    left_to_do: tuple[Left, ...] = ()
    total_seconds: float | None = None
    first_total_seconds: float | None = None
    left_total_seconds: float | None = None
    counts_until: str = ""
    point_of_no_return: str = ""
    needed_after: tuple[str, ...] = ()
    budget_marks: frozenset[str] = frozenset()
    decisions: tuple[Decision, ...] = ()
    notes: tuple[Note, ...] = ()
    told: frozenset[str] = frozenset()
    untold: Mapping[str, str] = field(default_factory=dict)
    told_urls: Mapping[str, str] = field(default_factory=dict)
    told_at: datetime | None = None
    events: int = 0
    last_at: datetime | None = None
    from_newer: str = ""
    is_taken_over: bool = False

    def is_done(self, step: str) -> bool:
        """Tell whether ``step`` of the present plan is over."""
        return (self.plan, step) in self.done

    def has_passed(self, step: str) -> bool:
        """Tell whether ``step`` of any plan of this run is over."""
        return any(name == step for _, name in self.done)

    def first_begun(self, steps: Collection[tuple[str, str]]) -> datetime | None:
        """Return when the first of the ``(plan, step)`` was begun (UTC); None where none was."""
        return min((self.begun_at[each] for each in steps if each in self.begun_at), default=None)

    def facts_for(self, step: str, now: datetime | None = None) -> Facts:
        """Return what ``step`` may know: all facts, answers to its own questions, and the time."""
        answers = {key: answer for (asker, key), answer in self.answers.items() if asker == step}
        begun_at = self.begun_at.get((self.plan, step))
        return Facts(self.known, answers, self.run, self.operator, now, begun_at, told=self.told)

    @property
    def waits_for_others(self) -> bool:
        """Whether the run goes on when somebody else has done something."""
        if self.state is RunState.FAILED or not self.phase:
            return False
        is_held = self.pending is not None and self.pending.key == HELD
        return is_held or (self.step in WAITS_FOR_OTHERS and self.pending_step in {"", self.step})

    def with_waits(self, at: datetime) -> "Progress":
        """Return the progress whose open phase knows since when others are waited for."""
        is_waiting = self.waits_for_others
        phases = tuple(
            phase.waiting(at, is_waiting=is_waiting) if phase.running_since is not None else phase
            for phase in self.phases
        )
        # Few events change it, and every reader folds them all.
        is_as_it_was = all(map(is_, phases, self.phases))
        return self if is_as_it_was else replace(self, phases=phases)

    @property
    def facts(self) -> Facts:
        """Return all facts, for readers."""
        return Facts(self.known, {}, self.run, self.operator, told=self.told)

    def phase_named(self, name: str) -> PhaseProgress | None:
        """Return the phase of that name, or None where the run has none."""
        return next((phase for phase in self.phases if phase.name == name), None)

    def total_of(self, state: RunState) -> float | None:
        """Return the budget of a run that ends as ``state``.

        One that is done is a hotfix, be it after a rollback that was called off.
        """
        is_back = state is RunState.DONE and self.total_seconds is None
        return self.left_total_seconds if is_back else self.total_seconds

    def elapsed_seconds(self, now: datetime) -> float:
        """Return the wall seconds since the start, until ``now`` or the end of the counted part."""
        if self.started_at is None:
            return 0.0
        return max(0.0, ((self.ended_at or now) - self.started_at).total_seconds())
