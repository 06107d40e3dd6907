"""The entry of the deployment log as annotations of a deployment."""

from collections.abc import Sequence

from hotfix.adapters.kubernetes.api.connection import DEPLOYMENTS, Connection
from hotfix.adapters.kubernetes.api.object_owners import CHANGE_CAUSE, DEPLOYED
from hotfix.domain.fact_records import LogRecord


def annotate(connection: Connection, names: Sequence[str], run: str, entry: LogRecord) -> None:
    """Leave ``entry`` of ``run`` on each deployment, beside whatever stands there.

    Raises:
        ProblemError: a deployment is not there; no rights.
        TemporaryTroubleError: no answer; it is safe to do it again.
    """
    left = {
        CHANGE_CAUSE: f"hotfix by {entry.deployer}: {entry.reason} ({run})",
        f"{DEPLOYED}by": entry.deployer,
        f"{DEPLOYED}commit": entry.commit,
        f"{DEPLOYED}run": run,
        f"{DEPLOYED}why": entry.reason,
        # None takes away what an earlier hotfix left there.
        f"{DEPLOYED}issue": entry.issue or None,
    }
    for name in names:
        connection.ask(
            "PATCH",
            DEPLOYMENTS + "/{name}",
            f"annotate deployment {name} in {connection.namespace}",
            name=name,
            body={"metadata": {"annotations": left}},
            content_type="application/merge-patch+json",
        )
