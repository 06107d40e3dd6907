"""Event objects: what the components of the simulated cluster say about pods and ReplicaSets."""

from dataclasses import dataclass, field

from hotfix.simulators.kubernetes.kinds import EVENTS
from hotfix.simulators.kubernetes.store import Json, Store, timestamp
from hotfix.simulators.timeline import Timeline


@dataclass
class EventRecorder:
    """Writes events; the same again counts up, as client-go's recorder does it."""

    store: Store
    timeline: Timeline
    namespace: str
    _names: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def warn(self, thing: Json, source: str, reason: str, message: str) -> None:
        """Write a warning about ``thing`` from a component such as ``kubelet``."""
        now = timestamp(self.timeline.now())
        key = (thing["metadata"]["uid"], reason, message)
        name = self._names.get(key)
        if name is not None:
            event = self.store.get(EVENTS, self.namespace, name)
            event["count"] += 1
            event["lastTimestamp"] = now
            self.store.update(EVENTS, self.namespace, event)
            return
        self._names[key] = f"{thing['metadata']['name']}.{len(self._names):016x}"
        event = {
            "metadata": {"name": self._names[key]},
            "involvedObject": {
                "apiVersion": thing["apiVersion"],
                "kind": thing["kind"],
                "name": thing["metadata"]["name"],
                "namespace": self.namespace,
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
        self.store.create(EVENTS, self.namespace, event)
