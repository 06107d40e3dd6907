"""The last state known healthy, as the journals on this machine tell it."""

from collections.abc import Iterator
from dataclasses import dataclass

from hotfix.cli.session import Session
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress, RunState, fold
from hotfix.ports.cluster import Cluster, DeploymentRecord, records_from


@dataclass(frozen=True)
class WayBack:
    """Where ``hotfix rollback`` goes without being told.

    Attributes:
        run: the run whose record says so.
        targets: what it verified; empty to roll that run back to what it recorded.
    """

    run: str
    targets: tuple[DeploymentRecord, ...] = ()


def last_known(session: Session, cluster: Cluster) -> WayBack:
    """Return the way back that the newest run with something to say about it names.

    A run that is open, was rolled back, or was stopped after its merge: what it recorded. A run
    that ended well: what it verified, and what it recorded before where that runs already. No run
    before it is asked: two rollbacks in a row must not go further and further back.

    Raises:
        ProblemError: no run on this machine knows a state of the configured deployments.
    """
    for progress in _runs(session):
        facts = progress.facts
        verified = records_from(facts.objects("verified"))
        if progress.state is RunState.DONE and verified:
            present = cluster.record([each.name for each in verified])
            if not all(now.runs(it) for now, it in zip(present, verified, strict=True)):
                return WayBack(progress.run, verified)
        return WayBack(progress.run)
    raise ProblemError(_NOTHING_KNOWN)


def is_restored(cluster: Cluster, progress: Progress) -> bool:
    """Tell whether what the run was rolled back to is what runs."""
    targets = records_from(progress.facts.objects("rollback_targets"))
    present = cluster.record([each.name for each in targets])
    return all(now.runs(target) for now, target in zip(present, targets, strict=True))


def known_healthy(session: Session) -> dict[tuple[str, str], str]:
    """Return which run knew which deployment's template (name, hash) as healthy."""
    found: dict[tuple[str, str], str] = {}
    for progress in _runs(session):
        facts = progress.facts
        records = list(records_from(facts.objects("verified")))
        if progress.state is RunState.ROLLED_BACK:
            records += records_from(facts.objects("rollback_targets"))
        for record in records:
            found.setdefault((record.name, record.template_hash), progress.run)
    return found


def _runs(session: Session) -> Iterator[Progress]:
    """Yield the runs that know a state of the configured deployments, newest first."""
    settings = session.config.kubernetes
    configured = set(settings.deployments) if settings else set()
    for run in session.runs.ids():
        try:
            progress = fold(session.runs.events(run))
        except ProblemError:
            continue  # one damaged journal must not bar the way back; `hotfix log` names it
        facts = progress.facts
        known = [*facts.objects("healthy"), *facts.objects("rollback_targets")]
        if not known or not {str(each["name"]) for each in known} <= configured:
            continue
        is_unfinished = progress.state in {RunState.STOPPED, RunState.ABORTED}
        if is_unfinished and "merge_sha" not in facts:
            continue
        yield progress


_NOTHING_KNOWN = Problem(
    ProblemCode.FAILED,
    what="No run on this machine knows a healthy state.",
    why="No hotfix recorded one here, or hotfix.toml names other deployments now.",
    next_command="hotfix rollback --list; then: hotfix rollback --to-revision N --deployment NAME",
)
