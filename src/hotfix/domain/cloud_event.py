"""An event of a journal as a CloudEvent (1.0, JSON, structured mode): a kept, public format."""

from collections.abc import Iterator, Sequence

from hotfix.domain.json_value import JsonObject

CONTENT_TYPE = "application/cloudevents+json"
# How a journal is chained is no news for others.
_OURS = frozenset({"previous"})


def cloud_events(lines: Sequence[JsonObject], repository: str) -> Iterator[JsonObject]:
    """Yield the CloudEvents of a journal; the same line is always the same event, with one id.

    The id is the run and the sequence number. Whoever takes a run over goes on from the shared
    record: the machine before may have sent events of the same numbers that did not get there.
    CloudEvents tells events apart by source and id: from a takeover on the source names the
    machine, such as ``urn:hotfix:acme/shop#machine-2``.

    Args:
        lines: as they stand in the journal, from the first one on.
        repository: owner and name; empty where that is not known.
    """
    source, machine = f"urn:hotfix:{repository}" if repository else "urn:hotfix", 1
    for line in lines:
        machine += _is_takeover(line)
        yield _cloud_event(line, source if machine == 1 else f"{source}#machine-{machine}")


def _is_takeover(line: JsonObject) -> bool:
    data = line.get("data")
    return isinstance(data, dict) and bool(data.get("taken_over_from"))


def _cloud_event(line: JsonObject, source: str) -> JsonObject:
    run = str(line["run"])
    return {
        "specversion": "1.0",
        "id": f"{run}/{line['seq']}",
        "source": source,
        "type": f"hotfix.{line['type']}",
        "time": line["at"],
        "subject": run,
        "datacontenttype": "application/json",
        "data": {key: value for key, value in line.items() if key not in _OURS},
    }
