"""Open the issue of a post-mortem that is due (procedure: "After Hotfix")."""

from datetime import UTC, date, datetime
from shlex import quote
from typing import ClassVar

from hotfix.domain import pull_request_text
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    CHANGE,
    FIX_WORDS,
    ISSUE_URL,
    POST_MORTEM,
    POST_MORTEM_ISSUE,
    PULL_REQUEST_URL,
)
from hotfix.domain.fact_records import PostMortemIssue
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.domain.post_mortem import DUE, working_day
from hotfix.ports.bundle import Ports
from hotfix.ports.tickets import Ticket

_LABELS = ("hotfix",)


@frozen
class OpenPostMortem:
    """Reports ``post_mortem_issue``: the issue, and by which day the meeting is due.

    ``within_days`` are working days, Monday to Friday, after the one on which the step is begun.

    Effect: opens an issue.
    """

    incident: Incident
    within_days: int
    name: str = "open_post_mortem"
    reads: ClassVar[Declared] = maybe(
        CHANGE, FIX_WORDS, ISSUE_URL, POST_MORTEM, POST_MORTEM_ISSUE, PULL_REQUEST_URL
    )
    reports: ClassVar[Declared] = maybe(POST_MORTEM_ISSUE)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Open it with the questions that a post-mortem answers."""
        if facts.get(POST_MORTEM) != DUE:
            return Done("No issue is needed for one.", is_needless=True)
        if POST_MORTEM_ISSUE in facts:
            return Done(f"Its issue is there: {facts[POST_MORTEM_ISSUE].url}", is_needless=True)
        body = self._body(facts)
        return self._done(ports.tickets.open(self._title(), body, _LABELS), facts)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """An issue carries the marker of this run."""
        if facts.get(POST_MORTEM) != DUE or POST_MORTEM_ISSUE in facts:
            return NotDone()
        found = ports.tickets.find(_marker(facts))
        return self._done(found, facts) if found is not None else NotDone()

    def by_hand(self, _facts: Facts) -> str:
        """Open the issue with GitHub's own command."""
        return f"gh issue create --title {quote(self._title())} --label {' '.join(_LABELS)}"

    def _title(self) -> str:
        return f"Post-mortem: {self.incident.description}"

    def _due(self, facts: Facts) -> date:
        return working_day(facts.begun_at or datetime.now(UTC), self.within_days)

    def _done(self, ticket: Ticket, facts: Facts) -> Done:
        due = self._due(facts).isoformat()
        saying = f"Post-mortem, due by {due}: issue {ticket.number}, {ticket.url}"
        return Done(saying, (POST_MORTEM_ISSUE(PostMortemIssue(ticket.number, ticket.url, due)),))

    def _body(self, facts: Facts) -> str:
        about = [url for each in (ISSUE_URL, PULL_REQUEST_URL) if (url := facts.get(each, ""))]
        cause = pull_request_text.root_cause(self.incident, facts)
        seen = "".join(f"- {url}\n" for url in about)
        return (
            f"The meeting is due by {self._due(facts).isoformat()} "
            f"({self.incident.severity.value}).\n\n{seen}"
            f"- what is on record: `hotfix report {facts.run}`\n"
            f"- an invitation for a calendar: `hotfix report {facts.run} --format ics`\n\n"
            f"**Root cause, as far as it was known:** "
            f"{cause or 'to be found'}\n\n{_QUESTIONS}\n{_marker(facts)}\n"
        )


_QUESTIONS = """\
- [ ] What was broken for whom, and for how long?
- [ ] What was the root cause, and why was it not found before it was deployed?
- [ ] How was it noticed, and could it have been noticed sooner?
- [ ] What went well, what went badly, where were we lucky?
- [ ] Which steps took longer than their target, and why?
- [ ] What was overridden, and is a review or a test still owed?
- [ ] What is done so that it does not happen again: by whom, until when?
- [ ] Has the process changed? Then the documentation is updated.
"""


def _marker(facts: Facts) -> str:
    return pull_request_text.marker(f"{facts.run} post-mortem")
