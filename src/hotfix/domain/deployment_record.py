"""A deployment as it was at one moment."""

from typing import ClassVar

from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.json_value import JsonObject
from hotfix.domain.pod_template import fingerprint, marks_of
from hotfix.domain.restoration import NamedObject


@frozen
class DeploymentRecord(JsonRecord):
    """A deployment as it was at one moment: all that is needed to put it back."""

    later: ClassVar[frozenset[str]] = frozenset({"generation", "answered"})

    name: str  #: as in its metadata
    uid: str  #: as in its metadata
    resource_version: str  #: as in its metadata
    revision: int  #: the ``deployment.kubernetes.io/revision`` annotation; 0 where there is none
    template_hash: str  #: ``pod-template-hash`` of the ReplicaSet that ran; empty where unknown
    template: JsonObject  #: the pod template, as the API server gave it
    images: tuple[str, ...]  #: ``container=image`` of its containers
    replicas: int  #: as in its spec
    is_healthy: bool  #: whether all replicas were updated and available
    is_paused: bool = False  #: whether rollouts are paused
    #: the ConfigMaps and Secrets that the template names; what cannot be seen is left out
    named: tuple[NamedObject, ...] = ()

    #: as in its metadata: counts changes of the spec and of annotations, and no status; 0 in a
    #: record of an earlier version
    generation: int = 0
    #: what stands for the template that the API server answered when this one was put back, where a
    #: policy changed it on its way in; else empty
    answered: str = ""

    @property
    def fingerprint(self) -> str:
        """What stands for its template, the same before and after a restart of its pods."""
        return fingerprint(self.template)

    @property
    def texts(self) -> tuple[str, ...]:
        """What may name a commit: images, and labels and annotations of its template."""
        return (*self.images, *marks_of(self.template))

    def runs(self, other: "DeploymentRecord") -> bool:
        """Tell whether this is the template of ``other``: the same ReplicaSet, or the same text.

        One that was restarted since is the same, and so is what the API server made of it.
        """
        is_same_set = bool(self.template_hash) and self.template_hash == other.template_hash
        is_same = is_same_set or self.fingerprint in other.fingerprints
        return self.uid == other.uid and is_same

    @property
    def fingerprints(self) -> frozenset[str]:
        """What stands for its template, and for what the API server made of it."""
        return frozenset({self.fingerprint, self.answered} - {""})
