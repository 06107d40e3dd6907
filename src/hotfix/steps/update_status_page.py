"""Update the status page if users saw it (procedure, step 7)."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import STATUS_PAGE
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, Evidence, NotDone, Outcome
from hotfix.domain.question import Option, Question
from hotfix.ports.bundle import Ports
from hotfix.ports.status_page import PageIncident

_STATUS = "resolved"


@frozen
class UpdateStatusPage:
    """Reports ``status_page``. What customers read is never sent unseen, not even by ``--yes``.

    Effect: publishes on the status page.
    """

    incident: Incident
    can_ask: bool  #: whether somebody is there to read the draft; else it stays a reminder
    name: str = "update_status_page"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = maybe(STATUS_PAGE)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Show the draft, publish it after a yes."""
        if ports.status_page is None:
            return Done("No status page is configured.", (STATUS_PAGE("not configured"),))
        answer = facts.answer("publish")
        if answer is None and self.can_ask:
            return Ask(self._question())
        if answer is None or answer.choice == "leave":
            return Done("Reminder: update the status page if users noticed.")
        found = ports.status_page.find(facts.run)
        if found is None:
            found = ports.status_page.open(facts.run, self._title(), _STATUS, self._body())
        elif found.status != _STATUS:
            found = ports.status_page.update(found, _STATUS, self._body())
        return _done(found)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The page has an incident of this run, resolved."""
        found = ports.status_page.find(facts.run) if ports.status_page else None
        return _done(found) if found is not None and found.status == _STATUS else NotDone()

    def by_hand(self, _facts: Facts) -> str:
        """Somebody writes it there."""
        return "update the status page by hand, if users noticed"

    def _title(self) -> str:
        return self.incident.description

    def _body(self) -> str:
        return "We found the cause, deployed a fix and verified it. Everything works again."

    def _question(self) -> Question:
        return Question(
            key="publish",
            text="Publish this on the status page?",
            shown=(self._title(), f"{_STATUS}: {self._body()}"),
            options=(
                Option("leave", "No: users did not notice, or I write it myself"),
                Option("publish", "Publish it", typed=True),
            ),
        )


def _done(found: PageIncident) -> Done:
    return Done(f"Status page: {found.status}: {found.url}", (STATUS_PAGE(found.url),))
