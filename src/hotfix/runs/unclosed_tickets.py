"""The issues that runs hold until somebody has closed them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hotfix.domain.fact import Reported
from hotfix.domain.fact_names import FOLLOW_UP_CLOSED, POST_MORTEM_ISSUE
from hotfix.domain.facts import Facts
from hotfix.domain.open_tickets import OpenTicket, open_tickets
from hotfix.domain.progress import Progress
from hotfix.ports.bundle import Ports
from hotfix.ports.readiness import Finding, Need
from hotfix.runs.owed import Found, Owed, holding, settled, still_owed
from hotfix.runs.session import Session


def still_open(session: Session, runs: Iterable[Progress] | None = None) -> tuple[OpenTicket, ...]:
    """Ask about each of the ``runs``, by default of all that hold a warning."""
    return still_owed(session, TICKETS, holding(session) if runs is None else runs)


def as_needs(held: tuple[OpenTicket, ...]) -> tuple[Need, ...]:
    """Return them as ``hotfix doctor`` shows them."""
    return tuple(Need("deploys", each.kind, Finding.WARNING, each.what, each.mend) for each in held)


def _left(progress: Progress) -> Sequence[OpenTicket]:
    return open_tickets(progress.facts) if progress.state.is_over else ()


def _look(ports: Ports, progress: Progress, ticket: OpenTicket) -> Found | None:
    found = ports.tickets.get(ticket.number)
    if found is not None and found.is_open:
        return None
    saying = f"Issue {ticket.number} is closed."
    return settled(progress.plan, ticket.step, saying, [_closed(progress.facts, ticket)])


def _closed(facts: Facts, ticket: OpenTicket) -> Reported:
    if ticket.kind == "follow-up":
        return FOLLOW_UP_CLOSED(True)
    return POST_MORTEM_ISSUE(replace(facts[POST_MORTEM_ISSUE], is_closed=True))


TICKETS = Owed(_left, _look, lambda ticket: f"issue {ticket.number} is still open")
