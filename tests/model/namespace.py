"""The namespace as a process sees it: deployments, the lock, the records that are shared."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.model import world as model
from tests.model.process import Process
from tests.model.world import (
    ROLLOUT_TAKES,
    Revision,
    refusal,
)

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact_records import LogRecord
from hotfix.domain.problem import ProblemCode, TemporaryTroubleError
from hotfix.domain.restoration import Reason, Restored, RestoreState
from hotfix.domain.restoration import Revision as KeptRevision
from hotfix.domain.rollout.running_pod import Named, RunningPod
from hotfix.domain.rollout.seen import DeploymentView, PodView
from hotfix.ports.cluster import Survey
from hotfix.ports.lock import LockHolder
from hotfix.ports.shared_records import SharedJournal, SharedRun


class ModelRecords:
    """The team's copies of journals, fenced by the lock's token."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def write(self, shared: SharedRun, journal: bytes) -> bool:
        with self._process.guard:
            records = self._process.look().records
            there = records.get(shared.run)
            if there is not None and there[0].token > shared.token:
                return False
            records[shared.run] = (shared, journal)
            return True

    def all(self) -> Sequence[SharedRun]:
        found = [shared for shared, _ in self._process.look().records.values()]
        return sorted(found, key=lambda each: str(each.status.get("started_at")), reverse=True)

    def find(self, run: str) -> SharedRun | None:
        found = self._process.look().records.get(run)
        return None if found is None else found[0]

    def read(self, run: str) -> bytes:
        found = self._process.look().records.get(run)
        if found is None:
            raise refusal(f"The cluster has no record of run {run}.")
        return found[1]

    def journals(self, run: str | None = None) -> Sequence[SharedJournal]:
        with self._process.guard:
            records = dict(self._process.look().records)
        return [SharedJournal(each, *records[each]) for each in records if run in {None, each}]

    def remove(self, found: SharedJournal) -> bool:
        records = self._process.look().records
        if found.run not in records:
            return False
        self._process.write("remove", lambda: records.pop(found.run), removed=found.run)
        return True

    def left_out(self, run: str) -> int:  # noqa: ARG002 - here everything fits
        return 0

    def fence(self, run: str, token: int) -> bytes:
        records = self._process.look().records
        journal = self.read(run)
        fenced = (replace(records[run][0], token=token), journal)
        self._process.write("fence", lambda: records.__setitem__(run, fenced), fenced=run)
        return journal


class ModelCluster:
    """The configured namespace, with the lock in it."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.shared_records = ModelRecords(process)

    # Deployments.

    def record(self, names: Sequence[str]) -> tuple[DeploymentRecord, ...]:
        return tuple(self._record(name) for name in names)

    def _deployment(self, name: str) -> model.Deployment:
        found = self._process.look().deployments.get(name)
        if found is None:
            raise refusal(f"There is no deployment {name}.", code=ProblemCode.CONFIGURATION)
        return found

    def _record(self, name: str, revision: Revision | None = None) -> DeploymentRecord:
        deployment, world = self._deployment(name), self._process.look()
        of = revision or deployment.now
        is_now = of.number == deployment.now.number
        return DeploymentRecord(
            name=name,
            uid=deployment.uid,
            resource_version=str(deployment.version),
            revision=of.number,
            template_hash=of.hash,
            template=of.template,
            images=_images(name, of),
            replicas=2,
            is_healthy=is_now and world.is_rolled_out(name),
        )

    def look(self, names: Sequence[str]) -> tuple[DeploymentView, ...]:
        return tuple(self._view(name) for name in names)

    def _view(self, name: str) -> DeploymentView:
        world, deployment = self._process.look(), self._deployment(name)
        now, is_over = deployment.now, world.is_rolled_out(name)
        seconds = (world.now - now.at).total_seconds()
        ready = max(0.0, seconds - ROLLOUT_TAKES) + (0.0 if seconds < ROLLOUT_TAKES else 0.1)
        if len(deployment.revisions) == 1:
            ready = 3600.0
        sets = (now, now) if is_over else (now, deployment.revisions[-2], deployment.revisions[-2])
        running = tuple(_pod(name, each, place) for place, each in enumerate(sets))
        pods = [PodView(f"{name}-0", is_ready=is_over, age_seconds=seconds, ready_seconds=ready)]
        if is_over:
            pods.append(replace(pods[0], name=f"{name}-1"))
        return DeploymentView(
            name=name,
            generation=now.number,
            observed_generation=now.number,
            revision=now.number,
            template_hash=now.hash,
            wanted=2,
            updated=2 if is_over else 1,
            available=2,
            total=2 if is_over else 3,
            deadline_exceeded=False,
            running=running if is_over else running[1:],
            pods=tuple(pods),
            uid=deployment.uid,
            images=_images(name, now),
        )

    def server_now(self) -> datetime:
        return self._process.look().now

    def look_again_in(self) -> float:
        return 2.0

    def explain(self, name: str, pods: Sequence[str]) -> tuple[str, ...]:
        del pods
        return (f"{name} says nothing",)

    def survey(self, targets: Sequence[DeploymentRecord]) -> Survey:
        present = self.record([target.name for target in targets])
        between = tuple(
            self._kept(target.name, each)
            for target, now in zip(targets, present, strict=True)
            if not now.runs(target)
            for each in self._deployment(target.name).revisions
            if target.revision < each.number < now.revision and each.hash != target.template_hash
        )
        return Survey(present, (), between)

    def restore_all(
        self, targets: Sequence[DeploymentRecord], seen: Sequence[DeploymentRecord], reason: Reason
    ) -> tuple[Restored, ...]:
        before = {each.name: each for each in seen}
        return tuple(self._restored(target, before[target.name], reason) for target in targets)

    def _restored(
        self, target: DeploymentRecord, seen: DeploymentRecord, reason: Reason
    ) -> Restored:
        (present,) = self.record([target.name])
        if present.uid != target.uid:
            problem = refusal(f"{target.name} is another deployment now.").problem
            return Restored(target.name, RestoreState.REFUSED, problem)
        if present.runs(target) or (seen.runs(target) and present.runs(seen)):
            return Restored(target.name, RestoreState.RAN_ALREADY)
        if not present.runs(seen):
            problem = refusal(f"{target.name} was changed meanwhile.").problem
            return Restored(target.name, RestoreState.CHANGED, problem)
        world = self._process.look()
        words = (target.name, target.template, self._process.run, str(reason))
        self._process.write(
            "patch",
            lambda: world.roll_out(*words),
            deployment=target.name,
            hash=target.template_hash,
        )
        return Restored(target.name, RestoreState.PATCHED)

    def annotate(self, names: Sequence[str], run: str, entry: LogRecord) -> None:
        del run, entry
        for name in names:
            self._process.write("annotate", lambda: None, deployment=name)

    def revisions(self, names: Sequence[str]) -> tuple[KeptRevision, ...]:
        return tuple(
            self._kept(name, each)
            for name in names
            for each in reversed(self._deployment(name).revisions)
        )

    def _kept(self, name: str, revision: Revision) -> KeptRevision:
        return KeptRevision(
            deployment=name,
            number=revision.number,
            template_hash=revision.hash,
            images=_images(name, revision),
            created_at=revision.at,
            is_present=revision.number == self._deployment(name).now.number,
            change_cause=revision.cause,
            marks=(model.commit_of(revision.template),),
        )

    def at_revision(self, names: Sequence[str], revision: int) -> tuple[DeploymentRecord, ...]:
        found = []
        for name in names:
            kept = [it for it in self._deployment(name).revisions if it.number == revision]
            if not kept:
                raise refusal(f"Deployment {name} has no revision {revision}.")
            found.append(self._record(name, kept[0]))
        return tuple(found)

    def logs(self, selector: str, since_seconds: int, *, follow: bool) -> Iterator[tuple[str, str]]:
        del selector, since_seconds, follow
        yield from ()

    # The lock.

    def claim_lock(self, run: str, operator: str, token: int | None = None) -> LockHolder:
        lock, host = self._process.look().lock, self._process.machine.host
        if lock.run:
            is_by_us = (lock.run, lock.operator, lock.host) == (run, operator, host)
            is_newer = token is None or lock.token > token
            is_ours = (is_by_us and is_newer) or (lock.run, lock.token) == (run, token)
            return replace(self._holder(), is_ours=is_ours)
        above = -1 if token is None else token
        self._process.write(
            "claim_lock", lambda: self._take(run, operator, max(lock.token, above) + 1), lock=run
        )
        return replace(self._holder(), is_ours=True)

    def _take(self, run: str, operator: str, token: int) -> None:
        world, host = self._process.world, self._process.machine.host
        world.lock = model.Lock(run, token, operator, host, world.now, world.now)

    def _holder(self) -> LockHolder:
        world = self._process.look()
        lock = world.lock
        renewed = lock.renewed or lock.since or world.now
        since = lock.since or world.now
        return LockHolder(
            run=lock.run,
            operator=lock.operator,
            since=lock.since,
            token=lock.token,
            host=lock.host,
            renewed=lock.renewed,
            age_seconds=(world.now - since).total_seconds(),
            silent_seconds=(world.now - renewed).total_seconds(),
        )

    def release_lock(self, run: str, token: int | None = None, operator: str | None = None) -> bool:
        lock = self._process.look().lock
        if token is None and operator is not None:
            host = self._process.machine.host
            is_meant = (lock.run, lock.operator, lock.host) == (run, operator, host)
        else:
            is_meant = lock.run == run and token in {None, lock.token}
        if is_meant:
            self._free("release_lock")
        return is_meant

    def _free(self, kind: str) -> None:
        world = self._process.world
        lock = world.lock
        about: dict[str, Any] = {"lock": lock.run, "token": lock.token, "holder": lock.operator}

        def free() -> None:
            world.lock = model.Lock(token=lock.token)

        self._process.write(kind, free, **about)

    def lock_holder(self, **_: bool) -> LockHolder | None:
        return self._holder() if self._process.look().lock.run else None

    def take_lock_over(self, expected: LockHolder, run: str, operator: str) -> LockHolder:
        lock = self._process.look().lock
        if (lock.run, lock.token) != (expected.run, expected.token):
            raise refusal(f"The lock is not {expected.id} any more.", code=ProblemCode.LOCKED)
        self._process.write(
            "take_lock_over", lambda: self._take(run, operator, lock.token + 1), lock=run
        )
        return replace(self._holder(), is_ours=True)

    def renew_lock(self, run: str, token: int, phase: str, step: str) -> LockHolder | None:
        del run, token, phase, step
        self._process.look()
        raise TemporaryTroubleError("the world sees who holds it without being told", 5.0)

    def break_lock(self, lock_id: str) -> bool:
        if not self._process.look().lock.run:
            return False
        if self._holder().id != lock_id:
            raise refusal(f"The lock is not {lock_id}.", code=ProblemCode.LOCKED)
        self._free("break_lock")
        return True


def _images(name: str, revision: Revision) -> tuple[str, ...]:
    return (f"{name}=registry.test/{name}:{model.commit_of(revision.template)}",)


def _pod(name: str, revision: Revision, place: int) -> RunningPod:
    sha = model.commit_of(revision.template)
    image = f"registry.test/{name}:{sha}"
    return RunningPod(f"{name}-{place}", revision.hash, (Named("label", sha),), image)
