"""What a rollout consists of - deployments, ReplicaSets, pods - watched while somebody looks."""

import threading
import time
from dataclasses import dataclass

from hotfix.adapters.kubernetes.api.connection import DEPLOYMENTS, PODS, REPLICA_SETS, Connection
from hotfix.adapters.kubernetes.api.object_owners import Json
from hotfix.adapters.kubernetes.rollouts.kind_watch import KindWatch

# Who looks once lists; who looks again within this time watches.
_AGAIN_SECONDS = 10.0
_UNWANTED_AFTER_SECONDS = 30.0
_STARTING_SECONDS = 2.0
_JOIN_SECONDS = 2.0
_KINDS = ((DEPLOYMENTS, "deployments"), (REPLICA_SETS, "replicasets"), (PODS, "pods"))


@dataclass(frozen=True)
class Seen:
    """The objects of the namespace that make up its rollouts."""

    deployments: list[Json]
    replica_sets: list[Json]
    pods: list[Json]


class RolloutWatch:
    """Three watches that begin with the second look and end when nobody looks any more."""

    def __init__(self, connection: Connection, *, is_allowed: bool) -> None:
        self._connection = connection
        self._is_allowed = is_allowed
        self._lock = threading.Lock()
        self._watches: tuple[KindWatch, ...] = ()
        self._ending: tuple[KindWatch, ...] = ()
        self._looked_at = -_AGAIN_SECONDS
        self._started_at = 0.0

    def seen(self) -> Seen | None:
        """Return what is there now; None where it must be listed."""
        with self._lock:
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
            if is_again and is_due and not any(watch.is_alive for watch in self._watches):
                self._start(now)
            found = [watch.things() for watch in self._watches]
        things = [each for each in found if each is not None]
        return Seen(*things) if len(things) == len(_KINDS) else None

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

    def _start(self, now: float) -> None:
        namespace = self._connection.namespace
        self._started_at = now
        self._watches = tuple(
            KindWatch(
                self._connection,
                path,
                f"{kind} in {namespace}",
                keep=_without_managed_fields,
                is_wanted=self._is_wanted,
            )
            for path, kind in _KINDS
        )
        for watch in self._watches:
            watch.start()

    def _stop(self) -> None:
        for watch in self._watches:
            watch.stop()
        alive = [watch for watch in (*self._ending, *self._watches) if watch.is_alive]
        self._watches, self._ending = (), tuple(alive)

    def _is_wanted(self) -> bool:
        return time.monotonic() - self._looked_at < _UNWANTED_AFTER_SECONDS


def _without_managed_fields(thing: Json) -> Json:
    """Return the object without its longest part, which says who wrote which field."""
    metadata = {key: each for key, each in thing["metadata"].items() if key != "managedFields"}
    return {**thing, "metadata": metadata}
