"""Warning events, asked for where they are needed: a namespace has too many to watch them all."""

from collections.abc import Sequence
from typing import Any

from hotfix.adapters.kubernetes.api.connection import Connection
from hotfix.adapters.kubernetes.api.object_owners import Json
from hotfix.domain.problem import ProblemError

_EVENTS = "/api/v1/namespaces/{namespace}/events"
_LONGEST = 300


def warnings_of(connection: Connection, kind: str, name: str) -> tuple[str, ...]:
    """Return the warnings about one object as ``Reason: message (x3)``, the newest last.

    Without the right to list events there are none: they explain, and nothing hangs on them.

    Raises:
        TemporaryTroubleError: no answer came.
    """
    query = {"fieldSelector": f"involvedObject.kind={kind},involvedObject.name={name}"}
    try:
        found = connection.items(_EVENTS, f"list events in {connection.namespace}", query)
    except ProblemError:
        return ()
    return _in_words(found)


def _in_words(events: Sequence[Json]) -> tuple[str, ...]:
    warnings = sorted((each for each in events if each.get("type") != "Normal"), key=_last_seen)
    return tuple(dict.fromkeys(_line(each) for each in warnings))


def _last_seen(event: Json) -> str:
    series = event.get("series") or {}
    moments = (
        series.get("lastObservedTime"),
        event.get("lastTimestamp"),
        event.get("eventTime"),
        event["metadata"].get("creationTimestamp"),
    )
    return next((str(moment) for moment in moments if moment), "")


def _line(event: dict[str, Any]) -> str:
    times = int((event.get("series") or {}).get("count") or event.get("count") or 1)
    message = " ".join(str(event.get("message") or "").split())[:_LONGEST]
    return f"{event.get('reason')}: {message}" + (f" (x{times})" if times > 1 else "")
