"""Takes a run up again: for ``resume``, ``rollback`` and ``abort``."""

from collections.abc import Mapping, Sequence

from hotfix.cli.regaining import regained_lock
from hotfix.cli.running import Itinerary, Manner, walk_to_its_stop
from hotfix.cli.runs import chosen_run
from hotfix.cli.session import Session
from hotfix.domain.event import Event, EventType
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress, RunState, fold
from hotfix.engine import record
from hotfix.ports.cluster import DeploymentRecord
from hotfix.view.terminal import Terminal


def resume(
    session: Session, named: str | None, manner: Manner, terminal: Terminal, plan: str = ""
) -> int:
    """Go on with a run; returns the exit code.

    Args:
        session: where the command stands.
        named: the run, or None for the newest.
        manner: how the command was asked to behave.
        terminal: where a person looks.
        plan: ``rollback`` or ``abort`` to go over to; empty to go on with the present one.

    Raises:
        ProblemError: there is no such run, it is over, or another process walks it.
    """
    run = chosen_run(session.state, named)
    with session.runs.open(run, session.clock, session.operator, session.secrets) as journal:
        progress = fold(journal.events())
        _refuse_what_is_over(progress, plan)
        itinerary = itinerary_of(session, progress, journal.events())
        ports = session.tools.ports(session.state / "runs" / run)
        # Walked to its end once more, a plan has nothing left to do and needs no lock.
        is_through = progress.state.is_over and plan in {"", progress.plan}
        regained = {} if is_through else regained_lock(ports, journal, progress)
        if plan and progress.plan != plan:
            if regained:
                record.resume(journal, regained)
            resumed = journal.append(
                EventType.PLAN_CHOSEN, data=record.layout(itinerary.plan(plan, manner))
            )
        else:
            resumed = record.resume(journal, regained)
        return walk_to_its_stop(itinerary, journal, ports, manner, terminal, resumed)


def itinerary_of(session: Session, progress: Progress, events: Sequence[Event]) -> Itinerary:
    """Return the plans of a run, made again from what its first event says."""
    settings = events[0].data["settings"]
    if not isinstance(settings, Mapping):
        settings = {}
    targets = settings.get("targets")
    return Itinerary(
        session,
        progress.incident,
        branch=str(settings.get("branch", "")),
        beside=bool(settings.get("beside")),
        targets=tuple(
            DeploymentRecord.from_json(each)
            for each in (targets if isinstance(targets, list) else [])
            if isinstance(each, Mapping)
        ),
    )


def _refuse_what_is_over(progress: Progress, plan: str) -> None:
    if progress.state is RunState.TAKEN_OVER and progress.problem is not None:
        raise ProblemError(progress.problem)
    # A finished hotfix can still be rolled back; nothing else can follow on the end.
    if not progress.state.is_over or (plan == "rollback" and "healthy" in progress.facts):
        return
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what=f"Run {progress.run} is over: {progress.state.value}.",
            why="There is nothing left to do in it.",
            next_command='hotfix log, or: hotfix start "what is broken"',
        )
    )
