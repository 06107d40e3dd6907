"""The simulated deployment controller: rolls out one template after the other, step by step."""

from datetime import datetime

from hotfix.simulators.kubernetes.deployment_status import Counts, is_complete, status
from hotfix.simulators.kubernetes.event_recorder import EventRecorder
from hotfix.simulators.kubernetes.kinds import DEPLOYMENTS, PODS, REPLICA_SETS
from hotfix.simulators.kubernetes.kubelet import Kubelet, PodRunner
from hotfix.simulators.kubernetes.manifests import limits
from hotfix.simulators.kubernetes.replica_sets import REVISION, ReplicaSets, owner_uid, revision
from hotfix.simulators.kubernetes.store import Json, Store, timestamp
from hotfix.simulators.timeline import Timeline, WorldTimings

# A moment in which a new spec is there and nobody has seen it yet: real clusters have it, too.
_REACTION_SECONDS = 0.1
_MOST_ROUNDS = 50


class DeploymentController:
    """Brings the pods of one namespace to what its deployments say."""

    def __init__(
        self,
        store: Store,
        timeline: Timeline,
        timings: WorldTimings,
        runner: PodRunner,
        namespace: str,
    ) -> None:
        self._store = store
        self._timeline = timeline
        self._namespace = namespace
        events = EventRecorder(store, timeline, namespace)
        self.kubelet = Kubelet(
            store, timeline, timings, runner, namespace, events, self._pod_changed
        )
        self.replica_sets = ReplicaSets(store, self.kubelet, namespace, events)
        # By UID: what the rollout had come to, and when it last got further.
        self._progress: dict[str, tuple[Counts, datetime]] = {}
        self._is_at_work = False
        self._to_do: list[str] = []

    def notice(self, name: str) -> None:
        """Look at a deployment, new, changed or gone, in a moment."""
        self._timeline.after(
            _REACTION_SECONDS, lambda: self.sync(name), f"controller looks at {name}"
        )

    def sync(self, name: str) -> None:
        """Do all that can be done now for the deployment; what is done may cause more."""
        self._to_do.append(name)
        if self._is_at_work:
            return
        self._is_at_work = True
        try:
            while self._to_do:
                self._sync_until_still(self._to_do.pop(0))
        finally:
            self._is_at_work = False

    def _sync_until_still(self, name: str) -> None:
        for _ in range(_MOST_ROUNDS):
            version = self._store.version
            deployment = self._store.find(DEPLOYMENTS, self._namespace, name)
            if deployment is None:
                self._collect_garbage()
            else:
                self._step(deployment)
            if self._store.version == version:
                return

    def _pod_changed(self, pod: Json) -> None:
        for replica_set in self._store.all(REPLICA_SETS, self._namespace):
            if replica_set["metadata"]["uid"] == owner_uid(pod):
                self.sync(replica_set["metadata"]["ownerReferences"][0]["name"])

    def _step(self, deployment: Json) -> None:
        if not deployment["spec"].get("paused"):
            new = self.replica_sets.ensure(deployment)
            self._note_revision(deployment, new)
            if not self._scale_new(deployment, new):
                self._scale_old(deployment, new)
        for replica_set in self.replica_sets.of(deployment):
            self.replica_sets.keep(replica_set)
        self._report(deployment["metadata"]["name"])

    def _note_revision(self, deployment: Json, new: Json) -> None:
        present = self._store.get(DEPLOYMENTS, self._namespace, deployment["metadata"]["name"])
        annotations = present["metadata"].setdefault("annotations", {})
        annotations[REVISION] = str(revision(new))
        self._store.update(DEPLOYMENTS, self._namespace, present)

    def _scale_new(self, deployment: Json, new: Json) -> bool:
        """Bring the new ReplicaSet as far up as the surge allows; tell whether it changed."""
        wanted, present = int(deployment["spec"]["replicas"]), int(new["spec"]["replicas"])
        total = sum(int(each["spec"]["replicas"]) for each in self.replica_sets.of(deployment))
        surge, _ = limits(deployment)
        room = wanted + surge - total
        target = min(wanted, max(present, min(wanted, present + room)))
        if deployment["spec"]["strategy"]["type"] == "Recreate":
            target = wanted if self._end_old_pods(deployment, new) == 0 else present
        if target != present:
            self.replica_sets.scale(new, target)
        return target != present

    def _scale_old(self, deployment: Json, new: Json) -> None:
        """Take old pods away as far as enough others are available; the ill ones first."""
        every, old = self.replica_sets.of(deployment), self._old(deployment, new)
        _, may_miss = limits(deployment)
        needed = int(deployment["spec"]["replicas"]) - may_miss
        total = sum(int(each["spec"]["replicas"]) for each in every)
        new_missing = int(new["spec"]["replicas"]) - _available(new)
        may_go = total - needed - new_missing
        for is_ill_one in (True, False):
            if not is_ill_one:
                may_go = min(may_go, sum(map(_available, every)) - needed)
            for each in old:
                present = int(each["spec"]["replicas"])
                ill = present - _available(each)
                away = max(0, min(may_go, ill if is_ill_one else present))
                if away:
                    self.replica_sets.scale(each, present - away)
                    each["spec"]["replicas"] = present - away
                    may_go -= away

    def _old(self, deployment: Json, new: Json) -> list[Json]:
        every = self.replica_sets.of(deployment)
        return [each for each in every if each["metadata"]["uid"] != new["metadata"]["uid"]]

    def _end_old_pods(self, deployment: Json, new: Json) -> int:
        """Scale the old ReplicaSets to nothing; return how many of their pods there still are."""
        old = self._old(deployment, new)
        for each in old:
            self.replica_sets.scale(each, 0)
        return sum(
            owner_uid(pod) == each["metadata"]["uid"]
            for pod in self._store.all(PODS, self._namespace)
            for each in old
        )

    def _report(self, name: str) -> None:
        deployment = self._store.get(DEPLOYMENTS, self._namespace, name)
        counts = self._counts(deployment)
        now = self._timeline.now()
        uid = deployment["metadata"]["uid"]
        before, since = self._progress.get(uid, (None, now))
        if before is None or counts.is_further_than(before):
            since = now
            self._watch_deadline(deployment, name)
        self._progress[uid] = (counts, since)
        seconds = (now - since).total_seconds() * self._timeline.speed
        deployment["status"] = status(deployment, counts, timestamp(now), seconds)
        self._store.update(DEPLOYMENTS, self._namespace, deployment)
        if is_complete(deployment, counts):
            self._forget_old_revisions(deployment)

    def _watch_deadline(self, deployment: Json, name: str) -> None:
        deadline = float(deployment["spec"]["progressDeadlineSeconds"]) + 1
        self._timeline.after(deadline, lambda: self.sync(name), f"progress deadline of {name}")

    def _counts(self, deployment: Json) -> Counts:
        every, new = self.replica_sets.of(deployment), self.replica_sets.present(deployment)
        return Counts(
            generation=int(deployment["metadata"]["generation"]),
            total=sum(int(each["status"].get("replicas", 0)) for each in every),
            updated=int(new["status"].get("replicas", 0)) if new else 0,
            available=sum(map(_available, every)),
            asked=sum(int(each["spec"]["replicas"]) for each in every),
            new_replica_set=new["metadata"]["name"] if new else "",
        )

    def _forget_old_revisions(self, deployment: Json) -> None:
        limit = int(deployment["spec"]["revisionHistoryLimit"])
        *old, _ = self.replica_sets.of(deployment)
        for each in old[: max(0, len(old) - limit)]:
            self.replica_sets.remove(each)

    def _collect_garbage(self) -> None:
        kept = {each["metadata"]["uid"] for each in self._store.all(DEPLOYMENTS, self._namespace)}
        for each in self._store.all(REPLICA_SETS, self._namespace):
            if owner_uid(each) not in kept:
                self.replica_sets.remove(each)


def _available(replica_set: Json) -> int:
    return int(replica_set["status"].get("availableReplicas", 0))
