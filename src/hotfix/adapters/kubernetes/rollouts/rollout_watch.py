"""What a rollout consists of - deployments, ReplicaSets, pods - watched while somebody looks."""

import threading
import time
from collections.abc import Sequence

from hotfix.adapters.kubernetes.api.connection import DEPLOYMENTS, PODS, REPLICA_SETS, Connection
from hotfix.adapters.kubernetes.api.narrow import Query, by_name, of_deployments
from hotfix.adapters.kubernetes.api.object_owners import ByOwner, Json, name_of
from hotfix.adapters.kubernetes.rollouts.kind_watch import KindWatch
from hotfix.domain.frozen import frozen

# Who looks once lists; who looks again within this time watches.
_AGAIN_SECONDS = 10.0
_UNWANTED_AFTER_SECONDS = 30.0
_STARTING_SECONDS = 2.0
_JOIN_SECONDS = 2.0
_KINDS = ((DEPLOYMENTS, "deployments"), (REPLICA_SETS, "replicasets"), (PODS, "pods"))
_Watches = tuple[KindWatch, ...]


@frozen
class Seen:
    """The objects that make up the rollouts, and perhaps others."""

    deployments: Sequence[Json]
    replica_sets: ByOwner
    pods: ByOwner


@frozen
class Scope:
    """What is watched, for little to be read of a large namespace."""

    names: frozenset[str]  #: of the deployments that somebody looks at
    deployments: tuple[Query, ...]  #: the queries that list them
    parts: tuple[Query, ...]  #: those that list their ReplicaSets, and their pods

    @classmethod
    def of(cls, deployments: Sequence[Json]) -> "Scope":
        """Return the scope of these deployments."""
        ordered = sorted(deployments, key=name_of)
        names = [name_of(each) for each in ordered]
        return cls(frozenset(names), tuple(by_name(names)), tuple(of_deployments(ordered)))


class RolloutWatch:
    """Watches of three kinds that begin with the second look and end when nobody looks any more."""

    def __init__(self, connection: Connection, *, is_allowed: bool) -> None:
        self._connection = connection
        self._is_allowed = is_allowed
        self._lock = threading.Lock()
        # Of each kind in turn, one for each query.
        self._by_kind: tuple[_Watches, ...] = ()
        self._scope: Scope | None = None
        self._ending: _Watches = ()
        self._looked_at = -_AGAIN_SECONDS
        self._started_at = 0.0

    @property
    def _watches(self) -> _Watches:
        return tuple(watch for watches in self._by_kind for watch in watches)

    def seen(self, scope: Scope | None) -> Seen | None:
        """Return what is there now; None where it must be listed, as it always is the first time.

        ``scope`` is that of what was listed then.
        """
        with self._lock:
            if scope != self._scope:
                # Somebody looks at others, or one was made anew with other labels.
                self._stop()
                self._scope = scope
            now = time.monotonic()
            is_again, self._looked_at = now - self._looked_at < _AGAIN_SECONDS, now
            if not self._is_allowed:
                return None
            if any(watch.is_refused for watch in self._watches):
                self._is_allowed = False
                self._stop()
                return None
            # Watches that ended for want of a look; any that failed would only fail again at once.
            is_due = not self._watches or now - self._started_at > _STARTING_SECONDS
            is_alive = any(watch.is_alive for watch in self._watches)
            if scope is not None and is_again and is_due and not is_alive:
                self._start(scope, now)
            found = [_things(watches) for watches in self._by_kind]
        known = [each for each in found if each is not None]
        if len(known) < len(_KINDS):
            return None
        deployments, replica_sets, pods = known
        return Seen(deployments, ByOwner(replica_sets), ByOwner(pods))

    @property
    def is_quick(self) -> bool:
        """Whether another look soon costs nothing, or will in a moment."""
        with self._lock:
            if not self._is_allowed:
                return False
            if not self._watches or time.monotonic() - self._started_at < _STARTING_SECONDS:
                return True
            return all(watch.things() is not None for watch in self._watches)

    def stop(self) -> None:
        """Forget everything: what was seen is not what is any more, or nobody looks."""
        self.forget()
        for watch in self._ending:
            watch.join(_JOIN_SECONDS)

    def forget(self) -> None:
        """End the watches without waiting for their threads."""
        with self._lock:
            self._stop()

    def _start(self, scope: Scope, now: float) -> None:
        namespace = self._connection.namespace
        self._started_at = now
        queries = (scope.deployments, scope.parts, scope.parts)
        self._by_kind = tuple(
            tuple(
                KindWatch(
                    self._connection,
                    path,
                    f"{kind} in {namespace}",
                    keep=_without_managed_fields,
                    query=query,
                    is_wanted=self._is_wanted,
                )
                for query in of_kind
            )
            for (path, kind), of_kind in zip(_KINDS, queries, strict=True)
        )
        for watch in self._watches:
            watch.start()

    def _stop(self) -> None:
        for watch in self._watches:
            watch.stop()
        alive = [watch for watch in (*self._ending, *self._watches) if watch.is_alive]
        self._by_kind, self._ending = (), tuple(alive)

    def _is_wanted(self) -> bool:
        return time.monotonic() - self._looked_at < _UNWANTED_AFTER_SECONDS


def _things(watches: _Watches) -> list[Json] | None:
    """Return what all of these know, each object once; None while one of them does not know."""
    found: dict[str, Json] = {}
    for watch in watches:
        things = watch.things()
        if things is None:
            return None
        found |= {str(each["metadata"].get("uid")): each for each in things}
    return list(found.values())


def _without_managed_fields(thing: Json) -> Json:
    """Return the object without its longest part, which says who wrote which field."""
    metadata = {key: each for key, each in thing["metadata"].items() if key != "managedFields"}
    return {**thing, "metadata": metadata}
