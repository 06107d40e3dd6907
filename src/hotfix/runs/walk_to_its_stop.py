"""What ``start``, ``resume``, ``rollback`` and ``abort`` have in common: walk a run to its stop."""

from dataclasses import replace
from functools import partial

from hotfix.domain.event import Event
from hotfix.domain.figures import counted
from hotfix.domain.progress import Progress, RunState
from hotfix.engine.lock_keeper import LockKeeper
from hotfix.engine.mirror import Mirror
from hotfix.engine.reminding import RemindingSignals
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal
from hotfix.runs.asker import Asker, FlagAsker, TerminalAsker
from hotfix.runs.itinerary import Itinerary, Manner
from hotfix.runs.role_to_grant import RoleToGrant
from hotfix.runs.screen import Screen
from hotfix.runs.session import Session
from hotfix.runs.tellers import cadence, senders, tellers
from hotfix.runs.walk import Follower, Walk

_MIRRORING_SECONDS = 3.0


def walk_to_its_stop(
    itinerary: Itinerary,
    journal: Journal,
    ports: Ports,
    manner: Manner,
    screen: Screen,
    first: Event,
) -> Progress:
    """Walk the run, show how it ended, and return where it stands.

    The ``journal`` is open for writing, and ``first`` is its newest event: what this command has
    written down already.
    """
    session = itinerary.session
    reminding = _reminding(session, ports)
    if reminding is not None:
        ports = replace(ports, signals=reminding)
    session.runs.note_newest(journal.run)
    asker: Asker = (
        TerminalAsker(screen, manner.flags) if manner.can_ask else FlagAsker(manner.flags)
    )
    keeper = LockKeeper(ports.cluster, ports.signals) if ports.cluster is not None else None
    mirror = (
        Mirror(
            ports.shared_records,
            lambda: session.runs.lines(journal.run),
            session.for_the_team,
        )
        if ports.shared_records is not None
        else None
    )
    followers: list[Follower] = [each for each in (reminding, keeper, mirror) if each is not None]
    if ports.cluster is not None:
        role = partial(session.tools.rbac, "YOUR-TEAM")
        followers.append(RoleToGrant(role, screen, journal.progress()))
    walk = Walk(
        journal,
        ports,
        lambda name: itinerary.plan(name, manner),
        screen,
        asker,
        tellers(itinerary, ports, screen),
        followers,
        senders(session, ports, journal.run),
    )
    screen.show(first, walk.progress)
    try:
        progress = walk.go()
        is_shown = mirror is None or mirror.close(_MIRRORING_SECONDS)
        if mirror is not None and not (is_shown or mirror.is_fenced):
            why = mirror.trouble or "the cluster did not answer in time"
            screen.aside(f"Other machines do not see this run as it is: {why}")
        if mirror is not None and mirror.is_fenced and progress.state is not RunState.TAKEN_OVER:
            screen.aside(_fenced(progress.run))
        if mirror is not None and (lines := mirror.left_out(journal.run)):
            screen.aside(
                f"The cluster's record is not whole: {counted(lines, 'line')} of the journal did "
                "not fit into its ConfigMap (1 MiB). Nothing else is missing; nobody can take the "
                "run over."
            )
        if progress.state.is_over and progress.state is not RunState.TAKEN_OVER:
            _prune(session, ports, journal.run, screen)
    except KeyboardInterrupt:
        progress = walk.break_off()
        screen.aside("Ctrl-C once more: what was still to be told to others was not waited for.")
    finally:
        walk.let_go()
        if keeper is not None:
            keeper.close()
        if mirror is not None:
            mirror.close(0)
    screen.end(progress)
    return progress


def _fenced(run: str) -> str:
    return (
        f"Other machines do not see run {run} as it is: its record in the cluster is under a newer "
        "lock's token than this run's, and was left alone. Another machine took the run over, or "
        f"somebody edited the record. Next: hotfix lock; hotfix show {run} --local has it all"
    )


def _prune(session: Session, ports: Ports, run: str, screen: Screen) -> None:
    """Remove old records from the cluster, and say so; before, ask about what some of them owe."""
    if ports.cluster is None or ports.shared_records is None:
        return
    from hotfix.runs.bring_backs import settle_soon
    from hotfix.runs.pruning import prune_soon

    settle_soon(session, run)
    cluster = (ports.cluster, ports.shared_records)
    told = prune_soon(session.runs, cluster, session.config.team.keep, run)
    if told:
        screen.aside(told)


def _reminding(session: Session, ports: Ports) -> RemindingSignals | None:
    """Return the mailbox that reminds of the team; None where no channel is configured."""
    told_by = cadence(session) if ports.messenger is not None else None
    return RemindingSignals(ports.signals, ports.clock, told_by) if told_by else None
