"""Who tells people of a run, and who hears them: one for each channel that is configured.

What a channel needs is imported where it is configured alone: the others cost no time.
"""

from collections.abc import Sequence

from hotfix.domain.cadence import Cadence
from hotfix.domain.incident import Audience
from hotfix.domain.paging import Page
from hotfix.engine.listener import Listener
from hotfix.engine.paging import Paging
from hotfix.ports.bundle import Ports
from hotfix.runs.itinerary import Itinerary
from hotfix.runs.screen import Screen
from hotfix.runs.session import Session
from hotfix.runs.walk import TellsPeople


def tellers(itinerary: Itinerary, ports: Ports, screen: Screen) -> list[TellsPeople]:
    """Return who tells people where the run stands, and who brings in what they say."""
    session = itinerary.session
    return [
        *_channel(session, ports, screen),
        *_status_page(itinerary, ports),
        *_notices(ports),
        *_paging(session, ports),
        *([Listener(ports.remarks, ports.signals, ports.clock)] if ports.remarks else []),
    ]


def senders(session: Session, ports: Ports, run: str) -> Sequence[TellsPeople]:
    """Return who hands on every event of the run, one for each program that receives them."""
    if not ports.receivers:
        return ()
    from hotfix.engine.event_sender import EventSender

    repository = session.config.github.repository
    return [
        EventSender(each, ports.signals, lambda: session.runs.lines(run), repository)
        for each in ports.receivers
    ]


def cadence(session: Session) -> Cadence | None:
    """Return when the team is to hear something; None where no channel is configured."""
    slack = session.config.slack
    if slack is None:
        return None
    return Cadence(slack.first_within, slack.scope_within, slack.update_every)


def _channel(session: Session, ports: Ports, screen: Screen) -> Sequence[TellsPeople]:
    """Return who tells the team; nobody where no channel is configured."""
    if ports.messenger is None:
        return ()
    from hotfix.config.zones import zone_of
    from hotfix.engine.teller import Teller
    from hotfix.view.announcement import TeamAnnouncement

    contacts = session.config.contacts
    zone, why_not = zone_of(session.config.timeline.zone)
    if why_not:
        screen.aside(f"Warning: {why_not}")
    words = TeamAnnouncement(contacts.devops_lead, contacts.product_manager, zone, cadence(session))
    return (Teller(ports.messenger, ports.signals, words),)


def _status_page(itinerary: Itinerary, ports: Ports) -> Sequence[TellsPeople]:
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


def _notices(ports: Ports) -> Sequence[TellsPeople]:
    """Return who sends notices, one for each address; nobody where none is configured."""
    if not ports.notifiers:
        return ()
    from hotfix.engine.notice_sender import NoticeSender
    from hotfix.view.notices import notices

    return [NoticeSender(each, ports.signals, notices) for each in ports.notifiers]


def _paging(session: Session, ports: Ports) -> Sequence[TellsPeople]:
    """Return who tells the on-call tool; nobody where none is configured."""
    events, sent = ports.pager_events, ports.sent_to_pager
    if events is None or sent is None or (settings := session.config.pagerduty) is None:
        return ()
    return (Paging(events, ports.signals, Page(settings.page), sent),)
