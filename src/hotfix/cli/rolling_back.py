"""What ``hotfix rollback`` does once its words are parsed."""

from collections.abc import Sequence

from hotfix.cli.resuming import resume
from hotfix.cli.running import Itinerary, Manner, walk_to_its_stop
from hotfix.cli.runs import chosen_run, new_run, progress_of
from hotfix.cli.session import Session
from hotfix.domain.incident import Category, Incident
from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.rollout import images_in_words
from hotfix.engine import record
from hotfix.ports.cluster import Cluster, DeploymentRecord
from hotfix.steps.confirm_the_rollback import recorded
from hotfix.view.terminal import Terminal


def of_run(session: Session, named: str | None, manner: Manner, *, dry_run: bool) -> int:
    """Restore what a run recorded before its merge; returns the exit code."""
    if not dry_run:
        return resume(session, named, manner, Terminal(session.clock.now), plan="rollback")
    progress = progress_of(session.state, chosen_run(session.state, named))
    _show(session, recorded(progress.facts))
    return 0


def to_revision(
    session: Session, revision: int, names: Sequence[str], manner: Manner, *, dry_run: bool
) -> int:
    """Restore an earlier revision without a run of ours; a run is opened to record it."""
    cluster = _cluster(session)
    settings = session.config.kubernetes
    deployments = tuple(names) or tuple(settings.deployments if settings else ())
    targets = tuple(cluster.revision(name, revision) for name in deployments)
    if dry_run:
        _show(session, targets)
        return 0
    incident = Incident(f"roll back to revision {revision}", Category.CRITICAL_BUG)
    itinerary = Itinerary(session, incident, targets=targets)
    run = new_run(session, f"rollback-to-{revision}")
    ports = session.tools.ports(session.state / "runs" / run)
    with session.runs.create(run, session.clock, session.operator, session.secrets) as journal:
        remembered: JsonObject = {
            "branch": "",
            "beside": False,
            "repository": "",
            "targets": [target.to_json() for target in targets],
        }
        begun = record.begin(journal, incident, itinerary.plan("rollback", manner), remembered)
        terminal = Terminal(session.clock.now)
        return walk_to_its_stop(itinerary, journal, ports, manner, terminal, begun)


def _show(session: Session, targets: Sequence[DeploymentRecord]) -> None:
    present = _cluster(session).record([target.name for target in targets])
    terminal = Terminal(session.clock.now)
    for now, target in zip(present, targets, strict=True):
        same = now.template_hash == target.template_hash
        to = (
            "stays"
            if same
            else f"would go back to {target.revision} {images_in_words(target.images)}"
        )
        terminal.lines([f"{now.name}: {now.revision} {images_in_words(now.images)} {to}"])


def _cluster(session: Session) -> Cluster:
    cluster = session.tools.cluster
    if cluster is None:
        raise ProblemError(
            Problem(
                ProblemCode.CONFIGURATION,
                what="No cluster is configured.",
                why="hotfix.toml has no [kubernetes] section.",
                next_command="Add [kubernetes] with namespace and deployments, then: hotfix doctor",
            )
        )
    return cluster
