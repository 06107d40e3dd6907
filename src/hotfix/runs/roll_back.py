"""What ``hotfix rollback`` does once its words are parsed."""

import json
from collections.abc import Sequence

from hotfix.domain.facts import Facts
from hotfix.domain.fold import fold
from hotfix.domain.incident import Category, Incident
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Done, Failed
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.engine import record
from hotfix.ports.cluster import Cluster, DeploymentRecord, records_from
from hotfix.runs.belonging import origin_of, refuse_another_repository
from hotfix.runs.chosen import chosen_run, new_run
from hotfix.runs.session import Session
from hotfix.runs.walk_to_its_stop import Itinerary, Manner, terminal_for, walk_to_its_stop


def of_run(
    session: Session,
    named: str | None,
    names: Sequence[str],
    manner: Manner,
    *,
    dry_run: bool,
    via: str = "kubernetes",
) -> int:
    """Go back to what a run recorded, or to the last state known healthy; returns the exit code.

    Args:
        session: where the command stands.
        named: the run, or None for the newest.
        names: the deployments to go back with; empty for all of the set.
        manner: how the command was asked to behave.
        dry_run: print what would be done, and do nothing.
        via: ``kubernetes`` or ``actions``.
    """
    from hotfix.runs.last_healthy_state import last_known
    from hotfix.runs.resume import refuse_nothing_merged, resume

    if named is None and via == "kubernetes":
        way = last_known(session, cluster_of(session))
        if way.targets:
            told = f"roll back to what {way.run} {way.how}"
            targets = _chosen(way.targets, names)
            return _to(session, told, targets, manner, dry_run=dry_run)
        named = way.run
    if dry_run:
        events = session.runs.events(chosen_run(session.state, named))
        progress = fold(events)
        refuse_another_repository(session, progress, events[0], "rollback --dry-run")
        refuse_nothing_merged(progress)
        facts = progress.facts
        return (
            _show_the_run_again(session, facts)
            if via == "actions"
            else _show(session, facts, (), names, manner)
        )
    terminal = terminal_for(session, manner)
    return resume(session, named, manner, terminal, plan="rollback", only=tuple(names), via=via)


def _show_the_run_again(session: Session, facts: Facts) -> int:
    """Print which deploy run would be run again, and why that one."""
    from hotfix.steps.choose_the_run import ChooseTheRun

    github = session.config.github
    step = ChooseTheRun(github.workflow, github.merge_into, github.dispatch_input, ())
    chosen = step.chosen(facts, session.tools.ports(session.state))
    _print([f"{chosen['how']}.", str(chosen["because"])], session)
    return 0


def to_revision(
    session: Session, revision: int, names: Sequence[str], manner: Manner, *, dry_run: bool
) -> int:
    """Restore an earlier revision without a run of ours; a run is opened to record it."""
    cluster = cluster_of(session)
    targets = cluster.at_revision(names or configured_names(session), revision)
    return _to(session, f"roll back to revision {revision}", targets, manner, dry_run=dry_run)


def cluster_of(session: Session) -> Cluster:
    """Return the configured cluster; raises ProblemError where there is none."""
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


def configured_names(session: Session) -> tuple[str, ...]:
    """Return the names of the configured deployments."""
    settings = session.config.kubernetes
    return tuple(settings.deployments) if settings else ()


def _to(
    session: Session,
    description: str,
    targets: tuple[DeploymentRecord, ...],
    manner: Manner,
    *,
    dry_run: bool,
) -> int:
    if dry_run:
        return _show(session, Facts(), targets, (), manner)
    incident = Incident(description, Category.CRITICAL_BUG)
    itinerary = Itinerary(session, incident, targets=targets)
    run = new_run(session, "rollback")
    ports = session.tools.ports(session.state / "runs" / run)
    with session.runs.create(run, session.clock, session.operator, session.secrets) as journal:
        remembered: JsonObject = {
            "branch": "",
            "beside": False,
            "repository": "",
            "targets": [target.to_json() for target in targets],
            "origin": origin_of(session),
        }
        begun = record.begin(journal, incident, itinerary.plan("rollback", manner), remembered)
        terminal = terminal_for(session, manner)
        return walk_to_its_stop(itinerary, journal, ports, manner, terminal, begun)


def _print(lines: Sequence[str], session: Session) -> None:
    from hotfix.view.terminal import Terminal

    Terminal(session.clock.now).lines(lines)


def _chosen(
    targets: tuple[DeploymentRecord, ...], names: Sequence[str]
) -> tuple[DeploymentRecord, ...]:
    return tuple(target for target in targets if not names or target.name in names)


def _show(
    session: Session,
    facts: Facts,
    targets: tuple[DeploymentRecord, ...],
    names: Sequence[str],
    manner: Manner,
) -> int:
    """Print what would be restored, by the step that looks: it changes nothing."""
    from hotfix.steps.see_what_runs_now import SeeWhatRunsNow

    step = SeeWhatRunsNow(targets, tuple(names), session.config.github.workflow)
    outcome = step.run(facts, session.tools.ports(session.state / "runs" / "dry-run"))
    if isinstance(outcome, Failed):
        raise ProblemError(outcome.problem)
    if not isinstance(outcome, Done):
        raise TypeError(f"looking asks nothing: {outcome}")
    seen = Facts(outcome.facts)
    if manner.as_json:
        print(json.dumps(_as_json(seen), indent=2))
    else:
        lines = [str(line) for line in seen.items("rollback_shown")]
        _print([*lines, "Nothing was changed: --dry-run."], session)
    return 0


def _as_json(seen: Facts) -> JsonObject:
    present = records_from(seen.objects("replaced"))
    targets = records_from(seen.objects("rollback_targets"))
    return {
        "v": 1,
        "deployments": [
            {
                "name": now.name,
                "revision": now.revision,
                "images": list(now.images),
                "to_revision": target.revision,
                "to_images": list(target.images),
                "runs_already": now.runs(target),
                "changed_by_others": now.name in seen.items("changed_by_others"),
            }
            for now, target in zip(present, targets, strict=True)
        ],
        "caveats": list(seen.objects("caveats")),
    }
