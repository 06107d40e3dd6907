"""The issues that runs hold until somebody has closed them."""

import contextlib
from dataclasses import replace

from hotfix.domain.event_data import StepSettled
from hotfix.domain.fact import Reported, by_key
from hotfix.domain.fact_names import FOLLOW_UP_CLOSED, POST_MORTEM_ISSUE
from hotfix.domain.facts import Facts
from hotfix.domain.fold import fold
from hotfix.domain.open_tickets import OpenTicket, open_tickets
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.domain.settlement import Settlement
from hotfix.ports.readiness import Finding, Need
from hotfix.runs.belonging import belongs_here
from hotfix.runs.chosen import runs_that_hold
from hotfix.runs.on_record import put_on_record
from hotfix.runs.session import Session


def still_open(session: Session) -> tuple[OpenTicket, ...]:
    """Ask about each; what is closed by now is written into its run's journal.

    What cannot be asked about is still held.
    """
    found: list[OpenTicket] = []
    for run in runs_that_hold(session):
        with contextlib.suppress(ProblemError):
            progress = fold(session.runs.events(run))
            if progress.state.is_over and belongs_here(session, progress):
                found += _looked(session, progress)
    return tuple(found)


def as_needs(held: tuple[OpenTicket, ...]) -> tuple[Need, ...]:
    """Return them as ``hotfix doctor`` shows them."""
    return tuple(Need("deploys", each.kind, Finding.WARNING, each.what, each.mend) for each in held)


def _looked(session: Session, progress: Progress) -> list[OpenTicket]:
    held = []
    for ticket in open_tickets(progress.facts):
        if _is_closed(session, ticket):
            _put_on_record(session, progress, ticket)
        else:
            held.append(ticket)
    return held


def _is_closed(session: Session, ticket: OpenTicket) -> bool:
    try:
        found = session.tools.ports(session.state).tickets.get(ticket.number)
    except (ProblemError, TemporaryTroubleError):
        return False
    return found is None or not found.is_open


def _put_on_record(session: Session, progress: Progress, ticket: OpenTicket) -> None:
    facts = by_key([_closed(progress.facts, ticket)])
    saying = f"Issue {ticket.number} is closed."
    said = StepSettled(PlanName(progress.plan), Settlement.DONE, saying, facts)
    put_on_record(session, progress.run, said, ticket.step)


def _closed(facts: Facts, ticket: OpenTicket) -> Reported:
    if ticket.kind == "follow-up":
        return FOLLOW_UP_CLOSED(True)
    return POST_MORTEM_ISSUE(replace(facts[POST_MORTEM_ISSUE], is_closed=True))
