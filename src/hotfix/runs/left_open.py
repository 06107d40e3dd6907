"""The alerts and incidents on the status page that runs opened, until somebody resolved them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from hotfix.domain.fact import Fact
from hotfix.domain.fact_names import ALERT_CLOSED, PAGE_CLOSED, STATUS_PAGE_CHOICE
from hotfix.domain.foreign_text import one_line
from hotfix.domain.open_elsewhere import OpenElsewhere, is_resolved, open_alert, open_incident
from hotfix.domain.page_texts import PAGE
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.ports.bundle import Ports
from hotfix.ports.page_update import incident_of
from hotfix.ports.readiness import Finding, Need
from hotfix.ports.status_page import IncidentGoneError
from hotfix.runs.owed import Found, Owed, settled


def as_needs(held: Iterable[OpenElsewhere]) -> tuple[Need, ...]:
    """Return them as ``hotfix doctor`` shows them."""
    return tuple(Need("deploys", each.kind, Finding.WARNING, each.what, each.mend) for each in held)


def _one(
    found: Callable[[Progress], OpenElsewhere | None],
) -> Callable[[Progress], Sequence[OpenElsewhere]]:
    def left(progress: Progress) -> Sequence[OpenElsewhere]:
        each = found(progress)
        return () if each is None else (each,)

    return left


def _look_at_the_alert(ports: Ports, progress: Progress, alert: OpenElsewhere) -> Found | None:
    if ports.pager_events is None:
        raise ProblemError(_cannot_ask("PagerDuty"))
    found = ports.pager_events.alert(progress.run)
    if found.is_open:
        return None
    by = one_line(found.by) or "Somebody"
    because = f"{by} resolved the alert in PagerDuty{_when(found.at)}"
    return _closed(progress, alert, because, ALERT_CLOSED)


def _look_at_the_page(ports: Ports, progress: Progress, incident: OpenElsewhere) -> Found | None:
    page = ports.status_page
    if page is None:
        raise ProblemError(_cannot_ask("The status page"))
    try:
        found = incident_of(page, progress.run, progress.facts[STATUS_PAGE_CHOICE])
    except IncidentGoneError:
        if PAGE not in progress.told:
            raise
        found = None
    if found is None and PAGE in progress.told:
        # All that is open was looked through. Nobody can resolve what is not there.
        because = "The incident is not on the status page any more: somebody has deleted it"
        return _closed(progress, incident, because, PAGE_CLOSED)
    if found is None or not found.is_over or _is_taken_back(progress, found.over_at):
        return None
    # The page does not tell who it was.
    because = f"The incident on the status page was resolved{_when(found.over_at)}"
    return _closed(progress, incident, because, PAGE_CLOSED)


def _is_taken_back(progress: Progress, over_at: datetime | None) -> bool:
    """Tell whether it was resolved before the run found that it is not over after all."""
    if is_resolved(progress) or not progress.has_passed("confirm_by_a_person"):
        return False
    ended = progress.finished_at
    return over_at is None or ended is None or over_at <= ended


def _closed(progress: Progress, each: OpenElsewhere, because: str, fact: Fact[str]) -> Found:
    return settled(progress.plan, each.step, f"{because}.", [fact(because)])


def _cannot_ask(service: str) -> Problem:
    return Problem(
        ProblemCode.RIGHTS,
        what=f"{service} cannot be asked: it is not configured, or there is no key for it.",
        why="Whether it is over there is told there alone.",
        next_command="hotfix doctor",
    )


def _when(at: datetime | None) -> str:
    return f" at {at:%Y-%m-%d %H:%M} UTC" if at is not None else ""


ALERTS = Owed(
    _one(open_alert), _look_at_the_alert, lambda _: "the alert is still open in PagerDuty"
)
INCIDENTS = Owed(
    _one(open_incident),
    _look_at_the_page,
    lambda _: "the incident is still open on the status page",
)
