"""The deployments in the cluster: what runs, what is rolled out, what is put back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact_records import LogRecord
from hotfix.domain.frozen import frozen
from hotfix.domain.restoration import Caveat, Reason, Restored, Revision
from hotfix.domain.rollout.seen import DeploymentView
from hotfix.ports.lock import HotfixLock


@frozen
class Survey:
    """What a rollback would meet."""

    #: the deployments as they are now, in the order of the targets
    present: tuple[DeploymentRecord, ...]
    caveats: tuple[Caveat, ...] = ()  #: what must be known before a yes
    #: other templates that were rolled out after a target and before what runs now, as far as the
    #: cluster keeps them
    between: tuple[Revision, ...] = ()
    #: names of the deployments whose present revision a rollback of hotfix brought back
    by_rollback: frozenset[str] = frozenset()


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

    def server_now(self) -> datetime:
        """Return the present moment by the cluster's clock (UTC, aware), once it was asked."""
        ...

    def look_again_in(self) -> float:
        """Return the seconds after which another look is worth what it costs."""
        ...

    def explain(self, name: str, pods: Sequence[str]) -> tuple[str, ...]:
        """Return lines for people about pods that do not get ready: events, last log lines.

        At most some dozens of lines, of foreign text; what cannot be read is said in its place, so
        that it never raises. The deployment's ReplicaSets are asked where ``pods`` is empty.
        """
        ...

    def survey(self, targets: Sequence[DeploymentRecord]) -> Survey:
        """Return what a rollback to ``targets`` would meet: by lists alone, side by side.

        Raises:
            ProblemError: a deployment is not there, or is no Deployment; no rights.
        """
        ...

    def restore_all(
        self, targets: Sequence[DeploymentRecord], seen: Sequence[DeploymentRecord], reason: Reason
    ) -> tuple[Restored, ...]:
        """Patch the deployments back to ``targets``, side by side; never raises for one of them.

        ``seen`` are the same deployments as somebody saw and agreed to replace them; the ``reason``
        is left on what is patched. Returns a report on each, in order. A deployment whose template
        is neither the one seen nor the target's is not touched. Doing it again does nothing where
        the target runs.
        """
        ...

    def annotate(self, names: Sequence[str], run: str, entry: LogRecord) -> None:
        """Leave ``entry`` of the deployment log on the deployments; once more is the same.

        Raises:
            ProblemError: one of them is not there; no rights.
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
