"""How rollouts stand: answered from what is watched where that is fresh, else by listing."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hotfix.adapters.kubernetes.api.connection import Connection
from hotfix.adapters.kubernetes.api.object_owners import (
    Json,
    is_seen,
    name_of,
    present_replica_set,
)
from hotfix.adapters.kubernetes.api.shared_reads import (
    list_deployments,
    list_pods_of,
    list_replica_sets,
)
from hotfix.adapters.kubernetes.rollouts.explanation import explain
from hotfix.adapters.kubernetes.rollouts.pod_events import warnings_of
from hotfix.adapters.kubernetes.rollouts.pod_views import (
    Baselines,
    container_statuses,
    pod_view,
    seconds_since,
)
from hotfix.adapters.kubernetes.rollouts.port_records import gave_up_at, view_of
from hotfix.adapters.kubernetes.rollouts.rollout_watch import RolloutWatch, Scope, Seen
from hotfix.adapters.kubernetes.rollouts.running_pods import Naming
from hotfix.domain.rollout.pod_judgement import PULLING
from hotfix.domain.rollout.seen import DeploymentView, PodView, Refusal

_SOON_SECONDS, _LATER_SECONDS = 0.2, 1.0
_EXPLAINED_FOR_SECONDS = 5.0
# One is enough to know why an image cannot be pulled.
_MOST_ASKED_FOR_EVENTS = 2


class Looking:
    """Looks at the rollouts of one namespace.

    ``watches`` says whether to watch in the background once somebody looks again and again.
    """

    def __init__(self, connection: Connection, naming: Naming, *, watches: bool) -> None:
        self._connection = connection
        self._naming = naming
        self._watch = RolloutWatch(connection, is_allowed=watches)
        self._baselines = Baselines()
        # Of what was listed last.
        self._scope: Scope | None = None
        self._explained: tuple[tuple[str, ...], float, tuple[str, ...]] = ((), 0.0, ())

    def look(self, names: Sequence[str]) -> tuple[DeploymentView, ...]:
        """Return the deployments in the order asked for."""
        if self._scope is not None and not self._scope.names >= set(names):
            self._scope = None
        seen = self._watch.seen(self._scope)
        found = {name_of(each): each for each in seen.deployments} if seen else {}
        # One that is made anew may select other pods.
        if seen is None or self._scope != _scope_of(found, self._scope):
            # Where one is missing, listing finds the words for it.
            listed = list_deployments(self._connection, names)
            found = {name_of(each): each for each in listed}
            self._scope = Scope.of(listed)
            replica_sets = list_replica_sets(self._connection, listed)
            seen = Seen(listed, replica_sets, list_pods_of(self._connection, listed))
        self._baselines.keep_only({str(pod["metadata"]["uid"]) for pod in seen.pods.things})
        return tuple(self._view(found[name], seen) for name in names)

    def look_again_in(self) -> float:
        """Return the seconds after which another look is worth what it costs."""
        return _SOON_SECONDS if self._watch.is_quick else _LATER_SECONDS

    def explain(self, deployment: str, pods: Sequence[str]) -> tuple[str, ...]:
        """Return events and log lines; the same for a few seconds, as people read slowly."""
        asked, now = (deployment, *pods), time.monotonic()
        before, at, lines = self._explained
        if before != asked or now - at > _EXPLAINED_FOR_SECONDS:
            lines = explain(self._connection, deployment, pods)
            self._explained = (asked, now, lines)
        return lines

    def begin_anew(self) -> None:
        """Forget what was seen: we changed it ourselves a moment ago."""
        self._watch.forget()

    def stop(self) -> None:
        """End what runs in the background."""
        self._watch.stop()

    def _view(self, deployment: Json, seen: Seen) -> DeploymentView:
        view = view_of(deployment, seen.replica_sets, seen.pods, self._naming)
        present = present_replica_set(deployment, seen.replica_sets)
        since, now = gave_up_at(deployment), self._connection.server_now()
        view = replace(
            view,
            uid=str(deployment["metadata"]["uid"]),
            given_up_seconds=None if since is None else max(0.0, (now - since).total_seconds()),
        )
        if present is None or not is_seen(deployment):
            # The present ReplicaSet is still the one before.
            return view
        pods = [
            pod for pod in seen.pods.of(present) if not pod["metadata"].get("deletionTimestamp")
        ]
        return replace(view, pods=self._pods(pods), refusals=_refusals(present, now))

    def _pods(self, pods: Sequence[Json]) -> tuple[PodView, ...]:
        now, asked, views = self._connection.server_now(), 0, []
        for pod in pods:
            warnings: tuple[str, ...] = ()
            if asked < _MOST_ASKED_FOR_EVENTS and _pulls_in_vain(pod):
                asked += 1
                warnings = warnings_of(self._connection, "Pod", name_of(pod))
            views.append(pod_view(pod, now, self._baselines, warnings))
        return tuple(views)


def _scope_of(found: Mapping[str, Json], before: Scope | None) -> Scope | None:
    """Return the scope of the same deployments as they are now; None where one is missing."""
    if before is None or not found.keys() >= before.names:
        return None
    return Scope.of([found[name] for name in before.names])


def _pulls_in_vain(pod: Json) -> bool:
    states = [each.get("state") or {} for each in container_statuses(pod)]
    return any((state.get("waiting") or {}).get("reason") in PULLING for state in states)


def _refusals(replica_set: Json, now: datetime) -> tuple[Refusal, ...]:
    """Return why the ReplicaSet cannot make a pod now; an event would only say that it was so."""
    return tuple(
        Refusal(
            str(condition.get("message") or condition.get("reason"))[:300],
            seconds_since(condition.get("lastTransitionTime"), now),
        )
        for condition in (replica_set.get("status") or {}).get("conditions") or []
        if condition.get("type") == "ReplicaFailure" and condition.get("status") == "True"
    )
