"""The deployments in the cluster: what runs, what is rolled out, what is put back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from hotfix.domain.json_value import JsonObject, objects, texts
from hotfix.domain.rollout.seen import DeploymentView
from hotfix.ports.lock import HotfixLock
from hotfix.ports.restoration import Caveat, NamedObject, Reason, Restored, Revision


@dataclass(frozen=True)
class DeploymentRecord:
    """A deployment as it was at one moment: all that is needed to put it back.

    Attributes:
        name, uid, resource_version: as in its metadata.
        revision: the ``deployment.kubernetes.io/revision`` annotation; 0 where there is none.
        template_hash: ``pod-template-hash`` of the ReplicaSet that ran; empty where unknown.
        template: the pod template, as the API server gave it.
        images: ``container=image`` of its containers.
        replicas: as in its spec.
        is_healthy: whether all replicas were updated and available.
        is_paused: whether rollouts are paused.
        named: the ConfigMaps and Secrets that the template names; what cannot be seen is left out.
    """

    name: str
    uid: str
    resource_version: str
    revision: int
    template_hash: str
    template: JsonObject
    images: tuple[str, ...]
    replicas: int
    is_healthy: bool
    is_paused: bool = False
    named: tuple[NamedObject, ...] = ()

    def to_json(self) -> JsonObject:
        """Return the record as it stands in the journal."""
        return {
            "name": self.name,
            "uid": self.uid,
            "resource_version": self.resource_version,
            "revision": self.revision,
            "template_hash": self.template_hash,
            "template": self.template,
            "images": list(self.images),
            "replicas": self.replicas,
            "is_healthy": self.is_healthy,
            "is_paused": self.is_paused,
            "named": [each.to_json() for each in self.named],
        }

    def runs(self, other: "DeploymentRecord") -> bool:
        """Tell whether this is the template of ``other``: the same text, or the same ReplicaSet."""
        is_same_set = bool(self.template_hash) and self.template_hash == other.template_hash
        return self.uid == other.uid and (is_same_set or self.template == other.template)

    @classmethod
    def from_json(cls, data: JsonObject) -> "DeploymentRecord":
        """Read back what ``to_json`` wrote."""
        template = data["template"]
        return cls(
            name=str(data["name"]),
            uid=str(data["uid"]),
            resource_version=str(data["resource_version"]),
            revision=int(str(data["revision"])),
            template_hash=str(data["template_hash"]),
            template=template if isinstance(template, dict) else {},
            images=texts(data["images"]),
            replicas=int(str(data["replicas"])),
            is_healthy=bool(data["is_healthy"]),
            is_paused=bool(data["is_paused"]),
            # A journal of an earlier version has none.
            named=tuple(NamedObject.from_json(each) for each in objects(data.get("named"))),
        )


def records_from(found: Sequence[JsonObject]) -> tuple[DeploymentRecord, ...]:
    """Return the records that a fact holds."""
    return tuple(DeploymentRecord.from_json(each) for each in found)


@dataclass(frozen=True)
class Survey:
    """What a rollback would meet.

    Attributes:
        present: the deployments as they are now, in the order of the targets.
        caveats: what must be known before a yes.
        between: other templates that were rolled out after a target and before what runs now, as
            far as the cluster keeps them.
    """

    present: tuple[DeploymentRecord, ...]
    caveats: tuple[Caveat, ...] = ()
    between: tuple[Revision, ...] = ()


class Cluster(HotfixLock, Protocol):
    """The configured namespace, with the lock in it."""

    def record(self, names: Sequence[str]) -> tuple[DeploymentRecord, ...]:
        """Return the deployments as they are now, in the order asked for.

        Raises:
            ProblemError: one of them, or the namespace, does not exist; no rights.
        """
        ...

    def look(self, names: Sequence[str]) -> tuple[DeploymentView, ...]:
        """Return how the rollout of each deployment stands: plain data to be judged."""
        ...

    def look_again_in(self) -> float:
        """Return the seconds after which another look is worth what it costs."""
        ...

    def explain(self, name: str, pods: Sequence[str]) -> tuple[str, ...]:
        """Return lines for people about pods that do not get ready: events, last log lines.

        Args:
            name: the deployment's; its ReplicaSets are asked where ``pods`` is empty.
            pods: names of the pods to blame.

        Returns:
            At most some dozens of lines, of foreign text; what cannot be read is said in its
            place, so that it never raises.
        """
        ...

    def survey(self, targets: Sequence[DeploymentRecord]) -> Survey:
        """Return what a rollback to ``targets`` would meet: by lists alone, side by side.

        Raises:
            ProblemError: a deployment is not there, or is no Deployment; no rights.
        """
        ...

    def restore_all(
        self,
        targets: Sequence[DeploymentRecord],
        seen: Sequence[DeploymentRecord],
        reason: Reason,
    ) -> tuple[Restored, ...]:
        """Patch the deployments back to ``targets``, side by side; never raises for one of them.

        Args:
            targets: what to go back to.
            seen: the same deployments as somebody saw and agreed to replace them.
            reason: left on what is patched.

        Returns:
            A report on each, in order. A deployment whose template is neither the one seen nor
            the target's is not touched. Doing it again does nothing where the target runs.
        """
        ...

    def revisions(self, names: Sequence[str]) -> tuple[Revision, ...]:
        """Return the revisions that the cluster keeps, by deployment, the newest first."""
        ...

    def at_revision(self, names: Sequence[str], revision: int) -> tuple[DeploymentRecord, ...]:
        """Return the deployments as they were at ``revision``: lists, however many there are.

        Raises:
            ProblemError: one of them, or its revision, is not there; no rights.
        """
        ...

    def logs(self, selector: str, since_seconds: int, *, follow: bool) -> Iterator[tuple[str, str]]:
        """Yield ``(pod, line)`` of the pods that ``selector`` matches."""
        ...
