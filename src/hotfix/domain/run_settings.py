"""What is needed to make the plans of a run again, beside its incident."""

from dataclasses import dataclass
from enum import StrEnum

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.json_value import JsonObject


class Via(StrEnum):
    """How a rollback goes: in the cluster, or by deploying the last good commit again."""

    KUBERNETES = "kubernetes"
    ACTIONS = "actions"


@dataclass(frozen=True)
class Origin(JsonRecord):
    """A repository on GitHub."""

    api_url: str  #: of its API
    repository: str  #: owner and name

    def is_same_as(self, other: "Origin") -> bool:
        """Tell whether both are one; GitHub takes no notice of case in names."""
        return (self.api_url.rstrip("/"), self.repository.casefold()) == (
            other.api_url.rstrip("/"),
            other.repository.casefold(),
        )


@dataclass(frozen=True)
class RunSettings(JsonRecord):
    """The settings of a run, as its record says by now."""

    branch: str = ""  #: the hotfix branch; empty for a rollback without a run
    beside: bool = False  #: whether it is worked on in a work tree beside the repository
    #: root of the clone that it is worked on in, after a takeover on this machine; empty for none
    repository: str = ""
    #: deployment records that a rollback goes back to; empty for what the run recorded
    targets: tuple[DeploymentRecord, ...] = ()
    origin: Origin | None = None  #: whose run it is; None where an earlier version began it
    via: Via = Via.KUBERNETES  #: how the present rollback goes
    only: tuple[str, ...] = ()  #: names of the deployments that it is about; empty for all
    #: whether the present abort closes the pull request; None where it was not told
    close_pull_request: bool | None = None

    def to_json(self) -> JsonObject:
        """Return what a run begins with, as it stands in the journal.

        How it is rolled back or ended comes later.
        """
        later = ("via", "only", "close_pull_request")
        return {key: value for key, value in super().to_json().items() if key not in later}
