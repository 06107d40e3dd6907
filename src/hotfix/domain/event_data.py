"""What an event says: one record for each type of event.

The names of a record's fields are the keys of the event's ``data``, in that order, except that the
keys of a ``layout`` stand beside the others. The first line of a record says when it is written.
"""

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import ClassVar, Self, get_args

from hotfix.domain.frozen import frozen
from hotfix.domain.heard import Heard
from hotfix.domain.incident import Incident
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.json_value import JsonObject, JsonValue
from hotfix.domain.problem import Problem
from hotfix.domain.progress import RunState
from hotfix.domain.question import Question
from hotfix.domain.run_settings import RecordedConfig, RunSettings, Via
from hotfix.domain.settlement import Settlement


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
    STEP_SETTLED = "step_settled"
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


@frozen
class Record(JsonRecord):
    """What an event of one type says.

    A field with a default may be missing: an earlier version did not write it, or it says nothing.
    """

    # Fields that are not written at their default.
    if_said: ClassVar[tuple[str, ...]] = ()

    def to_json(self) -> JsonObject:
        """Return the record as it stands in the journal."""
        left_out = {
            each.name
            for each in fields(self)
            if each.name in self.if_said and getattr(self, each.name) == each.default
        }
        data: dict[str, JsonValue] = {}
        for key, value in super().to_json().items():
            if key == "layout" and isinstance(value, Mapping):
                data |= value
            elif key not in left_out:
                data[key] = value
        return data

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Read back what ``to_json`` wrote; raises ValueError where it cannot be read."""
        return super().from_json({**data, "layout": data})


@frozen
class PlannedPhase(JsonRecord):
    """A phase of a plan."""

    name: str  #: as in the plan
    target_seconds: float | None  #: null where the procedure names none
    #: of what it took the team before, without waits for others: what the forecast goes by; only
    #: where enough runs are known
    median_seconds: float | None = None
    #: likewise, the 80th percentile: what "no longer fits" goes by
    p80_seconds: float | None = None
    later: ClassVar = frozenset({"median_seconds", "p80_seconds"})


@frozen
class Layout(JsonRecord):
    """A plan as far as readers of the record need it."""

    plan: str  #: ``hotfix``, ``rollback`` or ``abort``
    phases: tuple[PlannedPhase, ...]  #: in order: ``name`` and ``target_seconds`` of each
    total_seconds: float | None  #: the budget; null where none binds
    counts_until: str  #: the last phase that the total covers
    point_of_no_return: str  #: the step before which "no longer fits" is asked
    needed_after: tuple[str, ...]  #: the phases that must still fit when that step begins


@frozen
class RunStarted(Record):
    """First event of a run."""

    type: ClassVar = EventType.RUN_STARTED
    incident: Incident  #: what the run is about
    settings: RunSettings  #: what is needed to make the same plan again
    layout: Layout  #: of the plan that is going to be walked


@frozen
class RunResumed(Record):
    """A command takes the run up again."""

    type: ClassVar = EventType.RUN_RESUMED
    if_said: ClassVar = ("facts", "taken_over_from", "config")
    #: what changed meanwhile, such as the lock's token; only where something did
    facts: JsonObject | None = None
    taken_over_from: str = ""  #: the operator before a takeover; only after one
    #: what the run is configured by from here on; only where that is something else than before
    config: RecordedConfig | None = None


@frozen
class RunInterrupted(Record):
    """Ctrl-C, SIGTERM, or the terminal was closed."""

    type: ClassVar = EventType.RUN_INTERRUPTED
    why: str  #: what broke the run off


@frozen
class RunFinished(Record):
    """A plan was walked to its end."""

    type: ClassVar = EventType.RUN_FINISHED
    state: RunState  #: ``done``, ``rolled-back``, ``aborted`` or ``stopped``
    problem: Problem | None = None  #: why it was stopped, or null


@frozen
class PlanChosen(Record):
    """The run goes over to another plan, or begins its rollback anew."""

    type: ClassVar = EventType.PLAN_CHOSEN
    if_said: ClassVar = ("only", "via", "close_pull_request")
    layout: Layout  #: of the plan
    #: names of the deployments to go back with, empty for all; only of a rollback or an abort that
    #: was asked for by command
    only: tuple[str, ...] | None = None
    via: Via | None = None  #: how a rollback goes, ``kubernetes`` or ``actions``; likewise
    #: whether an abort was told to close the pull request, or to keep it; null for neither
    close_pull_request: bool | None = None


@frozen
class PhaseStarted(Record):
    """A phase begins."""

    type: ClassVar = EventType.PHASE_STARTED


@frozen
class PhaseFinished(Record):
    """A phase is over."""

    type: ClassVar = EventType.PHASE_FINISHED


@frozen
class StepStarted(Record):
    """The intent, before the step acts."""

    type: ClassVar = EventType.STEP_STARTED


@frozen
class StepWaiting(Record):
    """The step waits, and says something new."""

    type: ClassVar = EventType.STEP_WAITING
    if_said: ClassVar = ("goes_on_alone", "is_red")
    saying: str  #: what is waited for, one sentence
    question: Question | None = None  #: what a person may answer meanwhile to end it, or null
    ready: bool = False  #: whether ``--yes`` may answer it by now
    #: what there is to read meanwhile, line by line: events and log lines of pods
    shown: tuple[str, ...] = ()
    goes_on_alone: bool = False  #: whether it comes about without this command; only then
    is_red: bool = False  #: whether what was seen so far is not as it should be; only then


@frozen
class StepTroubled(Record):
    """Temporary trouble; the step is tried again."""

    type: ClassVar = EventType.STEP_TROUBLED
    saying: str  #: what happened, one sentence


@frozen
class StepDone(Record):
    """The step is over."""

    type: ClassVar = EventType.STEP_DONE
    if_said: ClassVar = ("left_to_do", "is_needless", "is_success")
    saying: str  #: what was done, one sentence
    facts: JsonObject  #: what it reports, by name
    #: where it could not be done and the plan goes on: why, and what a person does in its place
    left_to_do: Problem | None = None
    #: true where there was nothing to do: nobody asked for it, or nothing is configured
    is_needless: bool = False
    #: false where what was looked at is not as it should be in the end: a probe is red, say
    is_success: bool = True


@frozen
class StepFailed(Record):
    """A person must act."""

    type: ClassVar = EventType.STEP_FAILED
    if_said: ClassVar = ("nothing_happened",)
    problem: Problem  #: what stopped the step
    nothing_happened: bool = False  #: true, where the step knows that its effect did not happen


@frozen
class StepSettled(Record):
    """The world was asked what became of an effect whose result was not on record."""

    type: ClassVar = EventType.STEP_SETTLED
    if_said: ClassVar = ("facts",)
    plan: str  #: the plan that the step is of: another one is about to be walked, or is walked
    found: Settlement  #: ``done``, ``not done``, or ``unknown`` where the world did not tell
    saying: str  #: what was found, one sentence
    facts: JsonObject | None = None  #: what the step reports, by name; only where it is done


@frozen
class WentBack(Record):
    """The plan goes on from an earlier step."""

    type: ClassVar = EventType.WENT_BACK
    to: str  #: the name of that step
    because: str  #: why, one sentence
    undone: tuple[str, ...]  #: names of the steps that are walked again
    phases: tuple[str, ...]  #: names of the phases that they are in


@frozen
class DecisionNeeded(Record):
    """A question stops the run."""

    type: ClassVar = EventType.DECISION_NEEDED
    if_said: ClassVar = ("before",)
    question: Question  #: what is asked
    before: str = ""  #: the step that comes next; only of a question about the budget


@frozen
class DecisionMade(Record):
    """Somebody, or a flag, answered."""

    type: ClassVar = EventType.DECISION_MADE
    if_said: ClassVar = ("by",)
    key: str  #: of the question
    choice: str  #: the key of the option
    reason: str  #: in their words; empty where none was needed
    minutes: float  #: for an option that asks for minutes, else 0
    question: Question  #: as it was shown
    signal: str = ""  #: id of the signal that brought the answer, or empty
    by: str = ""  #: ``itself``, where nobody answered; only then

    def __post_init__(self) -> None:
        # Raises KeyError where it is none of the options.
        self.question.option(self.choice)


@frozen
class BudgetWarning(Record):
    """80 percent of a target or of the total are used up."""

    type: ClassVar[EventType] = EventType.BUDGET_WARNING
    mark: str  #: such as ``fix:80``
    of: str  #: the phase, or ``total``
    spent_seconds: float  #: how much is used up
    target_seconds: float  #: of how much


@frozen
class BudgetOverrun(BudgetWarning):
    """All of a target or of the total is used up."""

    type: ClassVar[EventType] = EventType.BUDGET_OVERRUN


@frozen
class BudgetExtended(Record):
    """The total was extended."""

    type: ClassVar = EventType.BUDGET_EXTENDED
    total_seconds: float  #: the new total
    reason: str = ""  #: in the operator's words


@frozen
class Noted(Record):
    """``hotfix note``."""

    type: ClassVar = EventType.NOTE
    if_said: ClassVar = ("by", "signal", "heard")
    text: str  #: what to remember
    by: str = ""  #: who wrote it: not always who walks the run
    signal: str = ""  #: id of the signal that brought it
    heard: Heard | None = None  #: where else it was said; null for ``hotfix note``


@frozen
class Told(Record):
    """A message is in the channel."""

    type: ClassVar = EventType.TOLD
    if_said: ClassVar = ("signal", "url")
    #: ``parent``, ``phase:...``, ``decision:...``, ``review:...``, ``note:...``, ``on-call``,
    #: ``summary`` or ``summary:...``; ``page`` for what customers read; ``pager:...`` of what the
    #: pager was told; ``webhook:...``; ``notify:...`` of notices
    key: str
    text: str  #: the message
    signal: str = ""  #: id of the signal that brought it
    url: str = ""  #: where people read it; empty where that is not known


@frozen
class Untold(Record):
    """A message could not be sent yet."""

    type: ClassVar = EventType.UNTOLD
    if_said: ClassVar = ("signal",)
    key: str  #: as of ``told``
    text: str  #: the message
    why: str  #: what stood in its way
    signal: str = ""  #: id of the signal that brought it


@frozen
class LockLost(Record):
    """The lock is not this run's any more; the walk stops."""

    type: ClassVar = EventType.LOCK_LOST
    if_said: ClassVar = ("signal",)
    problem: Problem  #: who holds it, and what to do
    #: whether a takeover of this run has it: then the run is over on this machine, state ``taken-
    #: over``
    by_this_run: bool
    signal: str = ""  #: id of the signal that brought it; only where one did


@frozen
class BadCommitSettled(Record):
    """What this run rolled back is undone in the code: found by ``start`` or ``doctor``."""

    type: ClassVar = EventType.BAD_COMMIT_SETTLED
    because: str  #: how that is known


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
    | StepSettled
    | WentBack
    | DecisionNeeded
    | BudgetWarning
    | BudgetOverrun
    | BudgetExtended
    | BadCommitSettled
)

RECORDS: Mapping[str, type[EventData]] = {each.type: each for each in get_args(EventData)}
