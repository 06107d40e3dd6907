"""What ``start``, ``resume``, ``rollback`` and ``abort`` have in common: walk a run to its stop."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from hotfix.domain.cadence import Cadence
from hotfix.domain.event import Event
from hotfix.domain.incident import Audience
from hotfix.domain.paging import Page
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.redaction import MARK, redacted
from hotfix.engine.listener import Listener
from hotfix.engine.lock_keeper import LockKeeper
from hotfix.engine.mirror import Mirror
from hotfix.engine.paging import Paging
from hotfix.engine.reminding import RemindingSignals
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal
from hotfix.processes.environment import known_secrets
from hotfix.runs.asker import Asker, FlagAsker, TerminalAsker
from hotfix.runs.itinerary import Itinerary, Manner
from hotfix.runs.role_to_grant import RoleToGrant
from hotfix.runs.screen import Screen
from hotfix.runs.session import Session
from hotfix.runs.walk import Follower, Walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotfix.runs.walk import TellsPeople

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
            partial(_for_the_team, session),
        )
        if ports.shared_records is not None
        else None
    )
    followers: list[Follower] = [each for each in (reminding, keeper, mirror) if each is not None]
    if ports.cluster is not None:
        role = partial(session.tools.rbac, "YOUR-TEAM")
        followers.append(RoleToGrant(role, screen, journal.progress()))
    if ports.remarks is not None:
        followers.append(Listener(ports.remarks, ports.signals, ports.clock))
    paging = _paging(session, ports)
    if paging is not None:
        followers.append(paging)
    walk = Walk(
        journal,
        ports,
        lambda name: itinerary.plan(name, manner),
        screen,
        asker,
        [
            *_teller(session, ports, screen),
            *_page_teller(itinerary, ports),
            *_notice_senders(ports),
        ],
        followers,
        _senders(session, ports, journal.run),
    )
    screen.show(first, walk.progress)
    try:
        progress = walk.go()
        if keeper is not None:
            keeper.close()
        if mirror is not None and not mirror.close(_MIRRORING_SECONDS):
            why = mirror.trouble or "the cluster did not answer in time"
            screen.aside(f"Other machines do not see this run as it is: {why}")
        if mirror is not None and (lines := mirror.left_out(journal.run)):
            screen.aside(
                f"The cluster's record is not whole: {lines} lines of the journal did not fit into "
                "its ConfigMap (1 MiB). Nothing else is missing; nobody can take the run over."
            )
        if progress.state.is_over and progress.state is not RunState.TAKEN_OVER:
            _prune(session, ports, journal.run, screen)
    except KeyboardInterrupt:
        progress = walk.break_off()
        screen.aside("Ctrl-C once more: what was still to be told to others was not waited for.")
    screen.end(progress)
    return progress


def _prune(session: Session, ports: Ports, run: str, screen: Screen) -> None:
    """Remove old records from the cluster, and say so."""
    if ports.cluster is None or ports.shared_records is None:
        return
    from hotfix.runs.pruning import prune_soon

    cluster = (ports.cluster, ports.shared_records)
    told = prune_soon(session.runs, cluster, session.config.team.keep, run)
    if told:
        screen.aside(told)


def _for_the_team(session: Session, text: str) -> str:
    """Return a text as it goes into the cluster: without what is a secret, or looks like one."""
    from hotfix.config.secret_shapes import masked

    return masked(redacted(text, {*session.secrets, *known_secrets()}), MARK)


def _senders(session: Session, ports: Ports, run: str) -> "Sequence[TellsPeople]":
    """Return who hands on every event of the run; nobody where no webhook is configured."""
    if not ports.receivers:
        return ()
    from hotfix.engine.event_sender import EventSender

    repository = session.config.github.repository
    return [
        EventSender(each, ports.signals, lambda: session.runs.lines(run), repository)
        for each in ports.receivers
    ]


def _notice_senders(ports: Ports) -> "Sequence[TellsPeople]":
    """Return who sends notices, one for each address; nobody where none is configured."""
    if not ports.notifiers:
        return ()
    from hotfix.engine.notice_sender import NoticeSender
    from hotfix.view.notices import notices

    return [NoticeSender(each, ports.signals, notices) for each in ports.notifiers]


def _page_teller(itinerary: Itinerary, ports: Ports) -> "Sequence[TellsPeople]":
    """Return who tells customers; nobody where no page is configured, or nobody is to be told."""
    if ports.status_page is None:
        return ()
    incident, config = itinerary.incident, itinerary.session.config
    if incident.audience not in {Audience.PERHAPS, Audience.CUSTOMERS}:
        return ()
    from hotfix.engine.page_teller import PageTeller
    from hotfix.plan.told_to_customers import page_words
    from hotfix.view.page_words import CustomerWords

    words = CustomerWords(*page_words(incident, config))
    return (PageTeller(ports.status_page, ports.signals, words),)


def _teller(session: Session, ports: Ports, screen: Screen) -> "Sequence[TellsPeople]":
    """Return who tells the team; nobody, and nothing to import, where no channel is configured."""
    if ports.messenger is None:
        return ()
    from hotfix.config.zones import zone_of
    from hotfix.engine.teller import Teller
    from hotfix.view.announcement import TeamAnnouncement

    contacts = session.config.contacts
    zone, why_not = zone_of(session.config.timeline.zone)
    if why_not:
        screen.aside(f"Warning: {why_not}")
    words = TeamAnnouncement(
        contacts.devops_lead, contacts.product_manager, zone, _cadence(session)
    )
    return (Teller(ports.messenger, ports.signals, words),)


def _paging(session: Session, ports: Ports) -> Paging | None:
    """Return who tells the on-call tool; None where none is configured."""
    settings = session.config.pagerduty if ports.pager_events is not None else None
    if ports.pager_events is None or settings is None:
        return None
    return Paging(ports.pager_events, ports.signals, Page(settings.page))


def _reminding(session: Session, ports: Ports) -> RemindingSignals | None:
    """Return the mailbox that reminds of the team; None where no channel is configured."""
    cadence = _cadence(session) if ports.messenger is not None else None
    return RemindingSignals(ports.signals, ports.clock, cadence) if cadence else None


def _cadence(session: Session) -> Cadence | None:
    slack = session.config.slack
    if slack is None:
        return None
    return Cadence(slack.first_within, slack.scope_within, slack.update_every)
