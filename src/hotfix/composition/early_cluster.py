"""A cluster that is asked while the command is still starting."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.domain.frozen import frozen

if TYPE_CHECKING:
    from hotfix.adapters.kubernetes.api.connection import Connection


@frozen
class EarlyCluster:
    """A cluster that is asked in the background while the command is still starting."""

    place: tuple[str, str, str]  #: namespace, context and kubeconfig, as in ``hotfix.toml``
    connection: "Connection"  #: to it


def ask_early(
    namespace: str, context: str, kubeconfig: str, deployments: Sequence[str] = ()
) -> EarlyCluster | None:
    """Ask the cluster for what a rollback of the deployments begins with; returns at once.

    Without their names, only what has nothing to do with them is asked for.

    Nobody is asked where the client library would be imported for it: the command imports much of
    the same at this moment, and two threads would see each other's half-made modules.
    """
    from hotfix.adapters.kubernetes.api.api_server import needs_the_library

    if needs_the_library(context or None, kubeconfig_path(kubeconfig)):
        return None
    from hotfix.adapters.kubernetes.api.connection import Connection
    from hotfix.adapters.kubernetes.api.shared_reads import read_rollback_ahead

    connection = Connection(namespace, context or None, kubeconfig_path(kubeconfig))
    read_rollback_ahead(connection, deployments)
    return EarlyCluster((namespace, context, kubeconfig), connection)


def kubeconfig_path(kubeconfig: str) -> Path | None:
    """Return the configured file, or None for the one that kubectl would take."""
    return Path(kubeconfig).expanduser() if kubeconfig else None
