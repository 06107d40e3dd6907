"""Event objects: what the components of the simulated cluster say about pods and ReplicaSets."""

from datetime import datetime
from typing import Protocol

from hotfix.simulators.kubernetes.kinds import EVENTS
from hotfix.simulators.kubernetes.store import Json, Store, timestamp


class _Clock(Protocol):
    def now(self) -> datetime: ...


class EventRecorder:
    """Writes events; the same again counts up, as client-go's recorder does it.

    Args:
        store: where they go.
        clock: the world's.
        namespace: of the objects they are about.
    """

    def __init__(self, store: Store, clock: _Clock, namespace: str) -> None:
        self._store = store
        self._clock = clock
        self._namespace = namespace
        self._names: dict[tuple[str, str, str], str] = {}

    def warn(self, thing: Json, source: str, reason: str, message: str) -> None:
        """Write a warning about ``thing`` from a component such as ``kubelet``."""
        now = timestamp(self._clock.now())
        key = (thing["metadata"]["uid"], reason, message)
        name = self._names.get(key)
        if name is not None:
            event = self._store.get(EVENTS, self._namespace, name)
            event["count"] += 1
            event["lastTimestamp"] = now
            self._store.update(EVENTS, self._namespace, event)
            return
        self._names[key] = f"{thing['metadata']['name']}.{len(self._names):016x}"
        event = {
            "metadata": {"name": self._names[key]},
            "involvedObject": {
                "apiVersion": thing["apiVersion"],
                "kind": thing["kind"],
                "name": thing["metadata"]["name"],
                "namespace": self._namespace,
                "uid": thing["metadata"]["uid"],
            },
            "type": "Warning",
            "reason": reason,
            "message": message,
            "count": 1,
            "firstTimestamp": now,
            "lastTimestamp": now,
            "source": {"component": source},
        }
        self._store.create(EVENTS, self._namespace, event)
