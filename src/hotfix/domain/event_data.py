"""What an event says: one record for each type of event.

The names of a record's fields are the keys of the event's ``data``, in that order, except that the
keys of a ``layout`` stand beside the others. The first line of a record says when it is written.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, Self, get_args

from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonObject, JsonValue
from hotfix.domain.problem import Problem
from hotfix.domain.progress import RunState
from hotfix.domain.question import Question


class EventType(StrEnum):
    """Everything that can be said about a run. Types are only ever added."""

    RUN_STARTED = "run_started"
    RUN_RESUMED = "run_resumed"
    RUN_INTERRUPTED = "run_interrupted"
    RUN_FINISHED = "run_finished"
    PLAN_CHOSEN = "plan_chosen"
    PHASE_STARTED = "phase_started"
    PHASE_FINISHED = "phase_finished"
    STEP_STARTED = "step_started"
    STEP_WAITING = "step_waiting"
    STEP_TROUBLED = "step_troubled"
    STEP_DONE = "step_done"
    STEP_FAILED = "step_failed"
    WENT_BACK = "went_back"
    DECISION_NEEDED = "decision_needed"
    DECISION_MADE = "decision_made"
    BUDGET_WARNING = "budget_warning"
    BUDGET_OVERRUN = "budget_overrun"
    BUDGET_EXTENDED = "budget_extended"
    NOTE = "note"
    TOLD = "told"
    UNTOLD = "untold"
    LOCK_LOST = "lock_lost"
    BAD_COMMIT_SETTLED = "bad_commit_settled"


@dataclass(frozen=True)
class Record:
    """An object of the journal.

    A field with a default may be missing: an earlier version did not write it, or it says nothing.
    """

    # Fields that are not written at their default.
    if_said: ClassVar[tuple[str, ...]] = ()

    def to_json(self) -> JsonObject:
        """Return the record as it stands in the journal."""
        written: dict[str, JsonValue] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, Layout):
                written |= value.to_json()
            elif each.name not in self.if_said or value != each.default:
                written[each.name] = _written(value)
        return written

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Read back what ``to_json`` wrote; keys that no field is named after are passed over.

        Raises:
            KeyError, TypeError, ValueError: it says something that this version cannot read.
        """
        return cls(
            **{
                each.name: _READERS[each.type](data if each.type is Layout else data[each.name])
                for each in fields(cls)
                if each.name in data or each.default is MISSING
            }
        )


@dataclass(frozen=True)
class PlannedPhase(Record):
    """A phase of a plan.

    Attributes:
        name: as in the plan.
        target_seconds: null where the procedure names none.
    """

    name: str
    target_seconds: float | None


@dataclass(frozen=True)
class Layout(Record):
    """A plan as far as readers of the record need it.

    Attributes:
        plan: ``hotfix``, ``rollback`` or ``abort``.
        phases: in order: ``name`` and ``target_seconds`` of each.
        total_seconds: the budget; null where none binds.
        counts_until: the last phase that the total covers.
        point_of_no_return: the step before which "no longer fits" is asked.
        needed_after: the phases that must still fit when that step begins.
    """

    plan: str
    phases: tuple[PlannedPhase, ...]
    total_seconds: float | None
    counts_until: str
    point_of_no_return: str
    needed_after: tuple[str, ...]


@dataclass(frozen=True)
class RunStarted(Record):
    """First event of a run.

    Attributes:
        incident: what the run is about.
        settings: what is needed to make the same plan again.
        layout: of the plan that is going to be walked.
    """

    type: ClassVar = EventType.RUN_STARTED
    incident: Incident
    settings: JsonObject
    layout: Layout


@dataclass(frozen=True)
class RunResumed(Record):
    """A command takes the run up again.

    Attributes:
        facts: what changed meanwhile, such as the lock's token; only where something did.
        taken_over_from: the operator before a takeover; only after one.
    """

    type: ClassVar = EventType.RUN_RESUMED
    if_said: ClassVar = ("facts", "taken_over_from")
    facts: JsonObject | None = None
    taken_over_from: str = ""


@dataclass(frozen=True)
class RunInterrupted(Record):
    """Ctrl-C, SIGTERM, or the terminal was closed.

    Attributes:
        why: what broke the run off.
    """

    type: ClassVar = EventType.RUN_INTERRUPTED
    why: str


@dataclass(frozen=True)
class RunFinished(Record):
    """A plan was walked to its end.

    Attributes:
        state: ``done``, ``rolled-back``, ``aborted`` or ``stopped``.
        problem: why it was stopped, or null.
    """

    type: ClassVar = EventType.RUN_FINISHED
    state: RunState
    problem: Problem | None = None


@dataclass(frozen=True)
class PlanChosen(Record):
    """The run goes over to another plan, or begins its rollback anew.

    Attributes:
        layout: of the plan.
        only: names of the deployments to go back with, empty for all; only of a rollback or an
            abort that was asked for by command.
        via: how a rollback goes, ``kubernetes`` or ``actions``; likewise.
    """

    type: ClassVar = EventType.PLAN_CHOSEN
    if_said: ClassVar = ("only", "via")
    layout: Layout
    only: tuple[str, ...] | None = None
    via: str = ""


@dataclass(frozen=True)
class PhaseStarted(Record):
    """A phase begins."""

    type: ClassVar = EventType.PHASE_STARTED


@dataclass(frozen=True)
class PhaseFinished(Record):
    """A phase is over."""

    type: ClassVar = EventType.PHASE_FINISHED


@dataclass(frozen=True)
class StepStarted(Record):
    """The intent, before the step acts."""

    type: ClassVar = EventType.STEP_STARTED


@dataclass(frozen=True)
class StepWaiting(Record):
    """The step waits, and says something new.

    Attributes:
        saying: what is waited for, one sentence.
        question: what a person may answer meanwhile to end the waiting, or null.
        ready: whether ``--yes`` may answer it by now.
        shown: what there is to read meanwhile, line by line: events and log lines of pods.
    """

    type: ClassVar = EventType.STEP_WAITING
    saying: str
    question: Question | None = None
    ready: bool = False
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepTroubled(Record):
    """Temporary trouble; the step is tried again.

    Attributes:
        saying: what happened, one sentence.
    """

    type: ClassVar = EventType.STEP_TROUBLED
    saying: str


@dataclass(frozen=True)
class StepDone(Record):
    """The step is over.

    Attributes:
        saying: what was done, one sentence.
        facts: what it reports, by name.
    """

    type: ClassVar = EventType.STEP_DONE
    saying: str
    facts: JsonObject


@dataclass(frozen=True)
class StepFailed(Record):
    """A person must act.

    Attributes:
        problem: what stopped the step.
        nothing_happened: true, where the step knows that its effect did not happen.
    """

    type: ClassVar = EventType.STEP_FAILED
    if_said: ClassVar = ("nothing_happened",)
    problem: Problem
    nothing_happened: bool = False


@dataclass(frozen=True)
class WentBack(Record):
    """The plan goes on from an earlier step.

    Attributes:
        to: the name of that step.
        because: why, one sentence.
        undone: names of the steps that are walked again.
        phases: names of the phases that they are in.
    """

    type: ClassVar = EventType.WENT_BACK
    to: str
    because: str
    undone: tuple[str, ...]
    phases: tuple[str, ...]


@dataclass(frozen=True)
class DecisionNeeded(Record):
    """A question stops the run.

    Attributes:
        question: what is asked.
        before: the step that comes next; only of a question about the budget.
    """

    type: ClassVar = EventType.DECISION_NEEDED
    if_said: ClassVar = ("before",)
    question: Question
    before: str = ""


@dataclass(frozen=True)
class DecisionMade(Record):
    """Somebody, or a flag, answered.

    Attributes:
        key: of the question.
        choice: the key of the option.
        reason: in their words; empty where none was needed.
        minutes: for an option that asks for minutes, else 0.
        question: as it was shown.
        signal: id of the signal that brought the answer, or empty.
    """

    type: ClassVar = EventType.DECISION_MADE
    key: str
    choice: str
    reason: str
    minutes: float
    question: Question
    signal: str = ""

    def __post_init__(self) -> None:
        # Raises KeyError where it is none of the options.
        self.question.option(self.choice)


@dataclass(frozen=True)
class BudgetWarning(Record):
    """80 percent of a target or of the total are used up.

    Attributes:
        mark: such as ``fix:80``.
        of: the phase, or ``total``.
        spent_seconds: how much is used up.
        target_seconds: of how much.
    """

    type: ClassVar[EventType] = EventType.BUDGET_WARNING
    mark: str
    of: str
    spent_seconds: float
    target_seconds: float


@dataclass(frozen=True)
class BudgetOverrun(BudgetWarning):
    """All of a target or of the total is used up.

    Attributes:
        mark: such as ``fix:100``.
        of: the phase, or ``total``.
        spent_seconds: how much is used up.
        target_seconds: of how much.
    """

    type: ClassVar[EventType] = EventType.BUDGET_OVERRUN


@dataclass(frozen=True)
class BudgetExtended(Record):
    """The total was extended.

    Attributes:
        total_seconds: the new total.
        reason: in the operator's words.
    """

    type: ClassVar = EventType.BUDGET_EXTENDED
    total_seconds: float
    reason: str = ""


@dataclass(frozen=True)
class Noted(Record):
    """``hotfix note``.

    Attributes:
        text: what to remember.
        by: who wrote it: not always who walks the run.
        signal: id of the signal that brought it.
    """

    type: ClassVar = EventType.NOTE
    if_said: ClassVar = ("by", "signal")
    text: str
    by: str = ""
    signal: str = ""


@dataclass(frozen=True)
class Told(Record):
    """A message is in the channel.

    Attributes:
        key: ``parent``, ``phase:...``, ``decision:...``, ``review:...``, ``note:...``, ``summary``
            or ``summary:rolled-back``.
        text: the message.
        signal: id of the signal that brought it.
    """

    type: ClassVar = EventType.TOLD
    if_said: ClassVar = ("signal",)
    key: str
    text: str
    signal: str = ""


@dataclass(frozen=True)
class Untold(Record):
    """A message could not be sent yet.

    Attributes:
        key: as of ``told``.
        text: the message.
        why: what stood in its way.
        signal: id of the signal that brought it.
    """

    type: ClassVar = EventType.UNTOLD
    if_said: ClassVar = ("signal",)
    key: str
    text: str
    why: str
    signal: str = ""


@dataclass(frozen=True)
class LockLost(Record):
    """The lock is not this run's any more; the walk stops.

    Attributes:
        problem: who holds it, and what to do.
        by_this_run: whether a takeover of this run has it: then the run is over on this machine,
            state ``taken-over``.
        signal: id of the signal that brought it; only where one did.
    """

    type: ClassVar = EventType.LOCK_LOST
    if_said: ClassVar = ("signal",)
    problem: Problem
    by_this_run: bool
    signal: str = ""


@dataclass(frozen=True)
class BadCommitSettled(Record):
    """A commit that this run rolled back is undone in the code: found by ``start`` or ``doctor``.

    Attributes:
        because: how that is known.
    """

    type: ClassVar = EventType.BAD_COMMIT_SETTLED
    because: str


# What a signal brought: its id goes on record with it.
BySignal = DecisionMade | Noted | Told | Untold | LockLost

EventData = (
    BySignal
    | RunStarted
    | RunResumed
    | RunInterrupted
    | RunFinished
    | PlanChosen
    | PhaseStarted
    | PhaseFinished
    | StepStarted
    | StepWaiting
    | StepTroubled
    | StepDone
    | StepFailed
    | WentBack
    | DecisionNeeded
    | BudgetWarning
    | BudgetOverrun
    | BudgetExtended
    | BadCommitSettled
)

RECORDS: Mapping[str, type[EventData]] = {each.type: each for each in get_args(EventData)}


def _written(value: Any) -> JsonValue:
    if isinstance(value, tuple):
        return [_written(each) for each in value]
    written: JsonValue = value.to_json() if hasattr(value, "to_json") else value
    return written


def _object(value: JsonValue) -> JsonObject:
    if not isinstance(value, Mapping):
        raise ValueError(f"not an object: {value!r}")  # noqa: TRY004 - a broken record, whatever is in it
    return value


def _items(value: JsonValue) -> tuple[JsonValue, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def _text(value: JsonValue) -> str:
    return "" if value is None else str(value)


def _number(value: JsonValue) -> float:
    return float(str(value))


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(_text(each) for each in _items(value))


def _or_none(read: Callable[[JsonValue], object]) -> Callable[[JsonValue], object]:
    return lambda value: None if value is None else read(value)


_READERS: Mapping[object, Callable[[JsonValue], object]] = {
    str: _text,
    bool: bool,
    float: _number,
    float | None: _or_none(_number),
    tuple[str, ...]: _texts,
    tuple[str, ...] | None: _or_none(_texts),
    JsonObject: _object,
    JsonObject | None: _or_none(_object),
    RunState: lambda value: RunState(_text(value)),
    Incident: lambda value: Incident.from_json(_object(value)),
    Problem: lambda value: Problem.from_json(_object(value)),
    Problem | None: _or_none(lambda value: Problem.from_json(_object(value))),
    Question: lambda value: Question.from_json(_object(value)),
    Question | None: _or_none(lambda value: Question.from_json(_object(value))),
    Layout: lambda value: Layout.from_json(_object(value)),
    tuple[PlannedPhase, ...]: lambda value: tuple(
        PlannedPhase.from_json(_object(each)) for each in _items(value)
    ),
}
