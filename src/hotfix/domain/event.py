"""One line of the record."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from functools import cached_property

from hotfix.domain.event_data import RECORDS, EventData
from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import moment, utc_text
from hotfix.domain.json_value import JsonObject, JsonValue

VERSION = 1


@frozen
class FromNewer:
    """What is read from an event that only a newer version of ``hotfix`` understands."""


@frozen
class Event:
    """What happened, when, to which step, by whom."""

    run: str  #: the id of the run
    seq: int  #: counts from 1 without gaps
    at: datetime  #: UTC, aware, to the microsecond in the journal
    type: str  #: what kind of thing happened: an ``EventType``, or a newer version's word
    operator: str = ""  #: who was at the keyboard
    phase: str = ""  #: the phase it belongs to, or empty
    step: str = ""  #: the step it belongs to, or empty
    #: what else there is to say, as it is on disk; ``said`` is what is read from it
    data: Mapping[str, JsonValue] = field(default_factory=dict)
    version: int = VERSION  #: of the format
    #: what its line says, where that is before the event before it: a clock was set back
    written_at: datetime | None = None

    @cached_property
    def said(self) -> EventData | FromNewer:
        """Return what the event says, as the record of its type."""
        record = RECORDS.get(self.type)
        if record is None or self.version > VERSION:
            return FromNewer()
        try:
            return record.from_json(self.data)
        except (KeyError, ValueError):
            return FromNewer()

    def no_earlier_than(self, moment: datetime | None) -> "Event":
        """Return the event as of ``moment`` (UTC, aware) where it is from before that; or itself.

        An earlier version wrote down what a clock said that had been set back.
        """
        if moment is None or self.at >= moment:
            return self
        return replace(self, at=moment, written_at=self.written_at or self.at)

    def to_json(self) -> JsonObject:
        """Return the event as ``--json`` prints it. Keys are only ever added."""
        return {
            "v": self.version,
            "run": self.run,
            "seq": self.seq,
            "at": utc_text(self.at),
            "type": self.type,
            "operator": self.operator,
            "phase": self.phase or None,
            "step": self.step or None,
            "data": dict(self.data),
        }

    @classmethod
    def from_json(cls, line: JsonObject) -> "Event":
        """Read back what ``to_json`` wrote.

        Raises:
            KeyError, ValueError: the line is no event.
        """
        data, kind = line["data"], line["type"]
        at = moment(str(line["at"]))
        if not isinstance(data, Mapping) or not isinstance(kind, str):
            raise ValueError("no event")  # noqa: TRY004 - of a line, as of its moment
        return cls(
            run=str(line["run"]),
            seq=int(str(line["seq"])),
            at=at,
            type=RECORDS[kind].type if kind in RECORDS else kind,
            operator=str(line["operator"]),
            phase=str(line["phase"] or ""),
            step=str(line["step"] or ""),
            data=data,
            version=int(str(line.get("v", VERSION))),
        )
