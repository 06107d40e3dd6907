"""An event of a journal as a CloudEvent (1.0, JSON, structured mode): a kept, public format."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from hotfix.domain.event_data import EventType
from hotfix.domain.json_value import JsonObject

CONTENT_TYPE = "application/cloudevents+json"
# How a journal is chained is no news for others.
_OURS = frozenset({"previous"})
_LOOKED_ANEW = EventType.WENT_BACK.value


def cloud_events(lines: Sequence[JsonObject], repository: str) -> Iterator[JsonObject]:
    """Yield the CloudEvents of a journal; the same line is always the same event, with one id.

    The id is the run and the sequence number. Whoever takes a run over goes on from the shared
    record: the machine before may have sent events of the same numbers that did not get there. From
    there on the number of the machine is added, ``run/60-2``.

    Args:
        lines: as they stand in the journal, from the first one on.
        repository: owner and name; empty where that is not known.
    """
    machine, is_begun = 1, False
    none: JsonObject = {}
    for line, following in zip_longest(lines, lines[1:], fillvalue=none):
        is_before = _is_looked_anew(line, following)
        if is_before or (_is_takeover(line) and not is_begun):
            machine += 1
        is_begun = is_before
        yield _cloud_event(line, repository, f"-{machine}" if machine > 1 else "")


def _is_takeover(line: JsonObject) -> bool:
    data = line.get("data")
    return isinstance(data, dict) and bool(data.get("taken_over_from"))


def _is_looked_anew(line: JsonObject, following: JsonObject) -> bool:
    """Tell whether a takeover has begun with it: that what runs is looked at anew comes first."""
    is_its_own = line.get("operator") == following.get("operator")
    return line.get("type") == _LOOKED_ANEW and _is_takeover(following) and is_its_own


def _cloud_event(line: JsonObject, repository: str, machine: str) -> JsonObject:
    run = str(line["run"])
    return {
        "specversion": "1.0",
        "id": f"{run}/{line['seq']}{machine}",
        "source": f"urn:hotfix:{repository}" if repository else "urn:hotfix",
        "type": f"hotfix.{line['type']}",
        "time": line["at"],
        "subject": run,
        "datacontenttype": "application/json",
        "data": {key: value for key, value in line.items() if key not in _OURS},
    }
