"""An event of a journal as a CloudEvent (1.0, JSON, structured mode): a kept, public format."""

from hotfix.domain.json_value import JsonObject

CONTENT_TYPE = "application/cloudevents+json"
# How a journal is chained is no news for others.
_OURS = frozenset({"previous"})


def cloud_event(line: JsonObject, repository: str) -> JsonObject:
    """Return the CloudEvent of one line of a journal; the same line is always the same event.

    Args:
        line: as it stands in the journal.
        repository: owner and name; empty where that is not known.
    """
    run = str(line["run"])
    return {
        "specversion": "1.0",
        "id": f"{run}/{line['seq']}",
        "source": f"urn:hotfix:{repository}" if repository else "urn:hotfix",
        "type": f"hotfix.{line['type']}",
        "time": line["at"],
        "subject": run,
        "datacontenttype": "application/json",
        "data": {key: value for key, value in line.items() if key not in _OURS},
    }
