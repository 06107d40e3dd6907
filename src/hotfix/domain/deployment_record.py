"""A deployment as it was at one moment."""

from dataclasses import dataclass

from hotfix.domain.json_record import JsonRecord
from hotfix.domain.json_value import JsonObject
from hotfix.domain.restoration import NamedObject


@dataclass(frozen=True)
class DeploymentRecord(JsonRecord):
    """A deployment as it was at one moment: all that is needed to put it back."""

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

    def runs(self, other: "DeploymentRecord") -> bool:
        """Tell whether this is the template of ``other``: the same text, or the same ReplicaSet."""
        is_same_set = bool(self.template_hash) and self.template_hash == other.template_hash
        return self.uid == other.uid and (is_same_set or self.template == other.template)
