"""What is needed to make the plans of a run again, beside its incident."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.json_value import JsonObject, texts

_DEPLOYMENTS = "HOTFIX_KUBERNETES__DEPLOYMENTS"


class Via(StrEnum):
    """How a rollback goes: in the cluster, or by deploying the last good commit again."""

    KUBERNETES = "kubernetes"
    ACTIONS = "actions"


@frozen
class Origin(JsonRecord):
    """A repository on GitHub."""

    api_url: str  #: of its API
    repository: str  #: owner and name
    remote: str = "origin"  #: what its clones call it: the name of the remote
    #: where that remote is, without user and password; empty where the clone had none
    address: str = ""
    #: GitHub's number of the repository, which a new name does not change; None where not asked
    id: int | None = None

    def is_same_as(self, other: "Origin") -> bool:
        """Tell whether both are one; GitHub takes no notice of case in names."""
        return (self.api_url.rstrip("/"), self.repository.casefold()) == (
            other.api_url.rstrip("/"),
            other.repository.casefold(),
        )


@frozen
class RecordedConfig(JsonRecord):
    """The configuration that a run goes on with, wherever and whenever it is taken up again."""

    text: str  #: of ``hotfix.toml``, as it was found; it holds no secret
    path: str  #: of that file
    #: values by the name of the ``HOTFIX_SECTION__KEY`` variable that was set
    overrides: Mapping[str, str] = field(default_factory=dict)
    namespace: str = ""  #: in the cluster; empty where none is configured
    context: str = ""  #: of the kubeconfig, the one in force; empty where not known
    #: path, or several as in ``KUBECONFIG``, of the machine that walks the run; empty: not known
    kubeconfig: str = ""
    server: str = ""  #: address of the API server; empty where not known
    cluster: str = ""  #: UID of its namespace ``kube-system``; empty where it may not be read


@frozen
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
    #: what it is configured by; None where an earlier version began it
    config: RecordedConfig | None = None

    def to_json(self) -> JsonObject:
        """Return what a run begins with, as it stands in the journal.

        How it is rolled back or ended comes later; earlier versions knew no configuration.
        """
        left_out = {"via", "only", "close_pull_request"}
        if self.config is None:
            left_out.add("config")
        return {key: value for key, value in super().to_json().items() if key not in left_out}

    def whose(self) -> JsonObject:
        """Return whose run it is, for the fast readers of ``state.json``."""
        config = self.config
        place = (config.namespace, config.context, config.kubeconfig) if config else ()
        return {
            "clone": self.repository,
            "origin": self.origin.to_json() if self.origin else None,
            "cluster": list(place) if place and place[0] else None,
            "deployments": list(_deployments_of(config)) if config else [],
        }


def _deployments_of(config: RecordedConfig) -> tuple[str, ...]:
    """Return the names of the deployments that are configured; none where that is not plain."""
    # Only whoever writes state.json needs it.
    import tomllib  # noqa: PLC0415

    if _DEPLOYMENTS in config.overrides:
        return ()
    try:
        section = tomllib.loads(config.text).get("kubernetes")
    except ValueError:
        return ()
    return texts(section.get("deployments")) if isinstance(section, dict) else ()
