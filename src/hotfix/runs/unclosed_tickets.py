"""The issues that runs hold until somebody has closed them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hotfix.domain.fact import Reported
from hotfix.domain.fact_names import FOLLOW_UP_CLOSED, POST_MORTEM_ISSUE
from hotfix.domain.facts import Facts
from hotfix.domain.open_tickets import OpenTicket, open_tickets
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.ports.bundle import Ports
from hotfix.ports.readiness import Finding, Need
from hotfix.ports.tickets import TicketGoneError
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
    saying = f"Issue {ticket.number} is closed."
    try:
        found = ports.tickets.get(ticket.number)
    except TicketGoneError as error:
        saying = f"{error.problem.what} {error.problem.why}"
    else:
        if found is None:
            raise ProblemError(_unseen(ticket))
        if found.is_open:
            return None
    return settled(progress.plan, ticket.step, saying, [_closed(progress.facts, ticket)])


def _unseen(ticket: OpenTicket) -> Problem:
    # GitHub answers the same where there is none and where this token sees none.
    return Problem(
        ProblemCode.RIGHTS,
        what=f"GitHub shows this token no issue {ticket.number}.",
        why="The token may not read it, or it was moved: whether it is closed is not known.",
        next_command=f"open {ticket.url}, and hotfix doctor",
    )


def _closed(facts: Facts, ticket: OpenTicket) -> Reported:
    if ticket.kind == "follow-up":
        return FOLLOW_UP_CLOSED(True)
    return POST_MORTEM_ISSUE(replace(facts[POST_MORTEM_ISSUE], is_closed=True))


TICKETS = Owed(_left, _look, lambda ticket: f"issue {ticket.number} is still open")
