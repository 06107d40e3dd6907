"""One line of the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from hotfix.domain.json_value import JsonObject, JsonValue

VERSION = 1


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
class Event:
    """What happened, when, to which step, by whom.

    Attributes:
        run: the id of the run.
        seq: counts from 1 without gaps.
        at: UTC, aware, to the microsecond in the journal.
        type: what kind of thing happened.
        operator: who was at the keyboard.
        phase: the phase it belongs to, or empty.
        step: the step it belongs to, or empty.
        data: what else there is to say, by type; ``docs/journal.md`` lists it.
    """

    run: str
    seq: int
    at: datetime
    type: EventType
    operator: str = ""
    phase: str = ""
    step: str = ""
    data: Mapping[str, JsonValue] = field(default_factory=dict)

    def to_json(self) -> JsonObject:
        """Return the event as ``--json`` prints it. Keys are only ever added."""
        return {
            "v": VERSION,
            "run": self.run,
            "seq": self.seq,
            "at": utc_text(self.at),
            "type": self.type.value,
            "operator": self.operator,
            "phase": self.phase or None,
            "step": self.step or None,
            "data": dict(self.data),
        }

    @classmethod
    def from_json(cls, line: JsonObject) -> "Event":
        """Read back what ``to_json`` wrote.

        Raises:
            KeyError, ValueError: the line is no event of a version that is understood.
        """
        data = line["data"]
        if not isinstance(data, Mapping):
            raise ValueError("an event's data is an object")  # noqa: TRY004 - a broken line, whatever is in it
        return cls(
            run=str(line["run"]),
            seq=int(str(line["seq"])),
            at=datetime.fromisoformat(str(line["at"])),
            type=EventType(str(line["type"])),
            operator=str(line["operator"]),
            phase=str(line["phase"] or ""),
            step=str(line["step"] or ""),
            data=data,
        )


def utc_text(moment: datetime) -> str:
    """Return ``moment`` (aware) as ISO 8601 in UTC, ending in ``Z``."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
