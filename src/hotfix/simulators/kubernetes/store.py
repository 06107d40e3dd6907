"""What etcd is to a cluster: objects with one counter of versions, and a log of every change."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotfix.simulators.kubernetes.kinds import DEPLOYMENTS, Kind
from hotfix.simulators.kubernetes.status_answers import already_exists, conflict, not_found

Json = dict[str, Any]

_FIRST_VERSION = 1000
_KEPT_BY_SERVER = ("uid", "creationTimestamp", "name", "namespace", "generation")


@dataclass(frozen=True)
class Change:
    """One change: its version, the object's kind, ``ADDED``/``MODIFIED``/``DELETED``, the object.

    Streams read changes without the world's lock, so the object is never altered afterwards.
    """

    version: int
    kind: Kind
    type: str
    thing: Json


class Store:
    """Objects by kind, namespace and name. What goes in and out are copies."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._things: dict[tuple[str, str, str], Json] = {}
        self._created = 0
        self.version = _FIRST_VERSION
        self.changes: list[Change] = []

    def moment(self) -> str:
        """Return the present moment as it stands in objects."""
        return timestamp(self._now())

    def find(self, kind: Kind, namespace: str, name: str) -> Json | None:
        """Return an object, or None."""
        found: Json | None = _copied(self._things.get((kind.plural, namespace, name)))
        return found

    def get(self, kind: Kind, namespace: str, name: str) -> Json:
        """Return an object; raises the 404 answer where there is none."""
        found = self.find(kind, namespace, name)
        if found is None:
            raise not_found(kind.resource, name)
        return found

    def all(self, kind: Kind, namespace: str = "") -> list[Json]:
        """Return the objects of a kind, of one namespace or of all, by name."""
        return [
            _copied(thing)
            for (plural, space, _), thing in sorted(self._things.items(), key=lambda item: item[0])
            if plural == kind.plural and namespace in {"", space}
        ]

    def create(self, kind: Kind, namespace: str, thing: Json, uid: str = "") -> Json:
        """Put in a new object; raises the 409 answer where there is one of its name."""
        thing = _copied(thing)
        name = thing["metadata"]["name"]
        if (kind.plural, namespace, name) in self._things:
            raise already_exists(kind.resource, name)
        self._created += 1
        thing["kind"], thing["apiVersion"] = kind.name, kind.api_version
        metadata = thing["metadata"]
        if kind.is_namespaced:
            metadata["namespace"] = namespace
        metadata["uid"] = uid or str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._created}/{name}"))
        metadata["creationTimestamp"] = timestamp(self._now())
        if kind.group == "apps":
            metadata["generation"] = 1
        return self._put(kind, namespace, "ADDED", thing)

    def update(
        self,
        kind: Kind,
        namespace: str,
        thing: Json,
        *,
        is_by_client: bool = False,
        is_dry: bool = False,
    ) -> Json:
        """Replace an object; the same again is no change, and a dry run changes nothing.

        A client's new annotations count as a new generation of a deployment, the controller's not.

        Raises:
            Answer: 404; or 409 where its ``resourceVersion`` or UID is not the present one.
        """
        thing = _copied(thing)
        name = thing["metadata"]["name"]
        present = self.get(kind, namespace, name)
        metadata = thing["metadata"]
        version = metadata.get("resourceVersion") or present["metadata"]["resourceVersion"]
        uid = metadata.get("uid") or present["metadata"]["uid"]
        if version != present["metadata"]["resourceVersion"] or uid != present["metadata"]["uid"]:
            raise conflict(kind.resource, name)
        metadata["resourceVersion"] = version
        for key in _KEPT_BY_SERVER:
            if key in present["metadata"]:
                metadata[key] = present["metadata"][key]
        thing["kind"], thing["apiVersion"] = kind.name, kind.api_version
        if thing == present:
            return present
        is_annotated = is_by_client and kind is DEPLOYMENTS and _annotated(thing, present)
        if "generation" in metadata and (is_annotated or thing.get("spec") != present.get("spec")):
            metadata["generation"] += 1
        if is_dry:
            return thing
        return self._put(kind, namespace, "MODIFIED", thing)

    def delete(self, kind: Kind, namespace: str, name: str) -> Json:
        """Take an object out; raises the 404 answer where there is none."""
        thing = self.get(kind, namespace, name)
        del self._things[(kind.plural, namespace, name)]
        return self._log(kind, "DELETED", thing)

    def _put(self, kind: Kind, namespace: str, change: str, thing: Json) -> Json:
        logged = self._log(kind, change, thing)
        self._things[(kind.plural, namespace, thing["metadata"]["name"])] = thing
        return logged

    def _log(self, kind: Kind, change: str, thing: Json) -> Json:
        self.version += 1
        thing["metadata"]["resourceVersion"] = str(self.version)
        self.changes.append(Change(self.version, kind, change, _copied(thing)))
        logged: Json = _copied(thing)
        return logged


def _copied(value: Any) -> Any:
    """Return a copy of what JSON can say; ``copy.deepcopy`` takes many times as long."""
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_copied(each) for each in value]
    return value


def _annotated(thing: Json, present: Json) -> bool:
    now, before = (each["metadata"].get("annotations") or {} for each in (thing, present))
    return bool(now != before)


def timestamp(moment: datetime) -> str:
    """Return a moment (UTC) as Kubernetes writes it, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
