"""Link the follow-up issue from where people look for it: the issue and the pull request."""

from dataclasses import dataclass

from hotfix.domain import pull_request_text
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class LinkTheFollowUp:
    """Writes one comment. Reports nothing.

    Attributes:
        number_fact: names the fact with the number of what is commented on.
        name: the plan has this step twice.
    """

    number_fact: str
    name: str

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Comment with the link, and with the mark by which the comment is found again."""
        number = self._number(facts)
        if not number:
            return Done("There is nothing to link the follow-up from.")
        text = f"What is left to do after the hotfix: {facts.text('follow_up')}\n\n{_mark(facts)}\n"
        ports.tickets.comment(number, text)
        return _done(number)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """A comment carries the mark of this run."""
        number = self._number(facts)
        if not number:
            return NotDone()
        found = any(_mark(facts) in text for text in ports.tickets.comments(number))
        return _done(number) if found else NotDone()

    def _number(self, facts: Facts) -> int:
        is_there = self.number_fact in facts and "follow_up_number" in facts
        return facts.number(self.number_fact) if is_there else 0


def _mark(facts: Facts) -> str:
    return pull_request_text.marker(f"{facts.run} follow-up-link")


def _done(number: int) -> Done:
    return Done(f"Linked the follow-up from {number}.")
