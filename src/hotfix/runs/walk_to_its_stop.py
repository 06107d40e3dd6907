"""What ``start``, ``resume``, ``rollback`` and ``abort`` have in common: walk a run to its stop."""

import sys
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from hotfix.cli import exit_codes
from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.event import Event
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.progress import Progress
from hotfix.domain.step import Plan
from hotfix.engine.lock_keeper import LockKeeper
from hotfix.engine.mirror import Mirror
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import DeploymentRecord
from hotfix.ports.journal import Journal
from hotfix.runs.asker import Asker, FlagAsker, Flags, TerminalAsker
from hotfix.runs.session import Session, is_interactive
from hotfix.runs.walk import Follower, JsonLines, Screen, Walk

if TYPE_CHECKING:
    from hotfix.engine.teller import Teller
    from hotfix.view.terminal import Terminal

_MIRRORING_SECONDS = 3.0


@dataclass(frozen=True)
class Manner:
    """How a command was asked to behave.

    Attributes:
        flags: what is answered in advance.
        as_json: whether events are printed as JSON lines.
        close_pull_request: for ``abort``; None to ask.
        break_glass_at_once: whether ``--break-glass`` leaves the reviewers no more time.
    """

    flags: Flags = field(default_factory=Flags)
    as_json: bool = False
    close_pull_request: bool | None = None
    break_glass_at_once: bool = False

    @property
    def can_ask(self) -> bool:
        """Tell whether a person is there to answer."""
        return is_interactive() and not self.as_json


@dataclass(frozen=True)
class Itinerary:
    """The plans of one run.

    Attributes:
        session: with the configuration.
        incident: what the run is about.
        branch: the hotfix branch.
        beside: whether it is worked on in a work tree beside the repository.
        targets: what a rollback goes back to; empty for what the run recorded.
        only: names of the deployments that a rollback is about; empty for all.
        via: how a rollback goes: ``kubernetes`` or ``actions``.
        bad: what earlier runs rolled back and nothing has undone in the code.
    """

    session: Session
    incident: Incident
    branch: str = ""
    beside: bool = False
    targets: tuple[DeploymentRecord, ...] = ()
    only: tuple[str, ...] = ()
    via: str = "kubernetes"
    bad: tuple[BadCommit, ...] = ()

    def plan(self, name: str, manner: Manner) -> Plan[Ports]:
        """Return the plan of that name."""
        config = self.session.config
        if name == "rollback":
            from hotfix.plan.rollback import plan_rollback

            return plan_rollback(self.incident, config, self.targets, self.only, self.via)
        if name == "abort":
            from hotfix.plan.abort import plan_abort

            # Nobody there to ask: the pull request stays, which loses nothing.
            close = manner.close_pull_request
            return plan_abort(False if close is None and not manner.can_ask else close)
        from hotfix.plan.hotfix import plan_hotfix

        return plan_hotfix(
            self.incident,
            config,
            branch=self.branch,
            beside=self.beside,
            can_ask=manner.can_ask,
            bad=self.bad,
            break_glass_after=_break_glass_after(manner, config.review.break_glass_after),
        )


def _break_glass_after(manner: Manner, patience: float) -> float | None:
    if not manner.flags.break_glass:
        return None
    return 0.0 if manner.break_glass_at_once else patience


def terminal_for(session: Session, manner: Manner) -> "Terminal | None":
    """Return where a person looks; None for ``--json``: a program waits for no screen's import."""
    if manner.as_json:
        return None
    from hotfix.view.terminal import Terminal

    return Terminal(session.clock.now)


def walk_to_its_stop(
    itinerary: Itinerary,
    journal: Journal,
    ports: Ports,
    manner: Manner,
    terminal: "Terminal | None",
    first: Event,
) -> int:
    """Walk the run, show how it ended, and return the exit code.

    Args:
        itinerary: its plans.
        journal: open for writing, with ``first`` as its newest event.
        ports: the outside world.
        manner: how the command was asked to behave.
        terminal: where a person looks; None for ``--json``, where only a program does.
        first: what this command has written down already.
    """
    session = itinerary.session
    screen: Screen = terminal or JsonLines()
    asker: Asker = (
        TerminalAsker(terminal, manner.flags)
        if terminal is not None and manner.can_ask
        else FlagAsker(manner.flags)
    )
    teller = _teller(session, ports)
    keeper = LockKeeper(ports.cluster, ports.signals) if ports.cluster is not None else None
    mirror = (
        Mirror(ports.shared_records, lambda: session.runs.lines(journal.run))
        if ports.shared_records is not None
        else None
    )
    followers: list[Follower] = [each for each in (keeper, mirror) if each is not None]
    if terminal is not None and ports.cluster is not None:
        from hotfix.runs.role_to_grant import RoleToGrant

        role = partial(session.tools.rbac, "YOUR-TEAM")
        followers.append(RoleToGrant(role, terminal, fold(journal.events())))
    walk = Walk(
        journal,
        ports,
        lambda name: itinerary.plan(name, manner),
        screen,
        asker,
        teller,
        followers,
    )
    screen.show(first, walk.progress)
    progress = walk.go()
    if keeper is not None:
        keeper.close()
    if mirror is not None and not mirror.close(_MIRRORING_SECONDS):
        why = mirror.trouble or "the cluster did not answer in time"
        told = f"Other machines do not see this run as it is: {why}"
        if terminal is not None:
            terminal.lines([told], "warning")
        else:
            print(told, file=sys.stderr)
    if terminal is not None:
        _show_the_end(progress, session, terminal)
    return exit_codes.of_progress(progress)


def _teller(session: Session, ports: Ports) -> "Teller | None":
    """Return who tells the team; nobody, and nothing to import, where no channel is configured."""
    if ports.messenger is None:
        return None
    from hotfix.engine.teller import Teller
    from hotfix.view.announcement import TeamAnnouncement

    contacts = session.config.contacts
    words = TeamAnnouncement(contacts.devops_lead, contacts.product_manager)
    return Teller(ports.messenger, ports.signals, words)


def _show_the_end(progress: Progress, session: Session, terminal: "Terminal") -> None:
    if progress.state.is_over:
        terminal.summary(progress, session.clock.now())
    if progress.problem is not None:
        terminal.problem(progress.problem)
    elif progress.pending is not None:
        terminal.lines([f"  {shown}" for shown in progress.pending.shown])
        terminal.lines([f"Nobody answered: {progress.pending.text}"])
        terminal.lines([f"Next: {progress.pending.flag}"], "title")
    elif not progress.state.is_over:
        terminal.lines([f"Next: hotfix resume {progress.run}"], "title")
    if progress.untold:
        terminal.lines(["Could not be sent; ready to paste:"], "warning")
        for text in progress.untold.values():
            terminal.lines(["", *text.splitlines()])
