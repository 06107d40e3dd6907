"""Open a follow-up issue if one is asked for (procedure, step 7)."""

from shlex import quote
from typing import ClassVar

from hotfix.domain import checklist, pull_request_text
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    BREAK_GLASS,
    CHANGE,
    FIX_WORDS,
    FOLLOW_UP,
    FOLLOW_UP_NUMBER,
    ISSUE_URL,
    PULL_REQUEST_URL,
)
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.ports.bundle import Ports
from hotfix.ports.tickets import Ticket

_LABELS = ("hotfix",)


@frozen
class OpenFollowUp:
    """Reports ``follow_up``, the link, and ``follow_up_number``.

    Effect: opens an issue.
    """

    incident: Incident
    is_asked_for: bool
    name: str = "open_follow_up"
    reads: ClassVar[Declared] = maybe(
        *checklist.READS, CHANGE, FIX_WORDS, ISSUE_URL, PULL_REQUEST_URL
    )
    reports: ClassVar[Declared] = (FOLLOW_UP, *maybe(FOLLOW_UP_NUMBER))

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Open the issue with what is still open on the checklist."""
        if not self._is_due(facts):
            why = FOLLOW_UP(f"{checklist.NOT_NEEDED}: nobody asked for one")
            return Done("No follow-up issue was asked for.", (why,), is_needless=True)
        return _done(ports.tickets.open(self._title(), self._body(facts), _LABELS))

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """An issue carries the marker of this run."""
        found = ports.tickets.find(_marker(facts)) if self._is_due(facts) else None
        return _done(found) if found is not None else NotDone()

    def by_hand(self, _facts: Facts) -> str:
        """Open the issue with GitHub's own command."""
        return f"gh issue create --title {quote(self._title())} --label {' '.join(_LABELS)}"

    def _title(self) -> str:
        return f"Follow-up: {self.incident.description}"

    def _is_due(self, facts: Facts) -> bool:
        """A review that is owed is followed up, whatever the configuration says."""
        return self.is_asked_for or BREAK_GLASS in facts

    def _body(self, facts: Facts) -> str:
        found = checklist.open_items(facts)
        lines = [each.to_do for each in found if each.text != checklist.FOLLOW_UP]
        still_open = "\n".join(f"- [ ] {line[0].upper()}{line[1:]}" for line in lines)
        issue = facts.get(ISSUE_URL, "")
        cause = pull_request_text.root_cause(self.incident, facts)
        about = f"About: {issue}\n\n" if issue else ""
        return (
            f"After the hotfix {facts.get(PULL_REQUEST_URL, '')}.\n\n{about}"
            f"**Root cause:** {cause or 'to be found'}\n\n"
            f"{_owed(facts)}"
            f"Still open:\n{still_open or '- [ ] Write the post-mortem'}\n\n{_marker(facts)}\n"
        )


def _owed(facts: Facts) -> str:
    if BREAK_GLASS not in facts:
        return ""
    return f"**The review is owed:** merged without one, {facts[BREAK_GLASS]}.\n\n"


def _marker(facts: Facts) -> str:
    return pull_request_text.marker(f"{facts.run} follow-up")


def _done(ticket: Ticket) -> Done:
    found = (FOLLOW_UP(ticket.url), FOLLOW_UP_NUMBER(ticket.number))
    return Done(f"Follow-up issue {ticket.number}: {ticket.url}", found)
