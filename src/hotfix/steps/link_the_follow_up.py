"""Link the follow-up issue from where people look for it: the issue and the pull request."""

from shlex import quote
from typing import ClassVar

from hotfix.domain import pull_request_text
from hotfix.domain.fact import Declared, Fact, maybe
from hotfix.domain.fact_names import FOLLOW_UP, FOLLOW_UP_NUMBER
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.ports.bundle import Ports


@frozen
class LinkTheFollowUp:
    """Leads from the issue and from the pull request to what is left to do.

    Effect: writes one comment.
    """

    number_of: Fact[int]  #: the number of what is commented on
    name: str  #: the plan has this step twice
    reports: ClassVar[Declared] = ()

    @property
    def reads(self) -> Declared:
        """The follow-up, and the number of what is commented on."""
        return maybe(FOLLOW_UP, FOLLOW_UP_NUMBER, self.number_of)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Comment with the link, and with the mark by which the comment is found again."""
        number = self._number(facts)
        if not number:
            return Done("There is nothing to link the follow-up from.")
        text = f"What is left to do after the hotfix: {facts[FOLLOW_UP]}\n\n{_mark(facts)}\n"
        ports.tickets.comment(number, text)
        return _done(number)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """A comment carries the mark of this run."""
        number = self._number(facts)
        if not number:
            return NotDone()
        found = any(_mark(facts) in text for text in ports.tickets.comments(number))
        return _done(number) if found else NotDone()

    def by_hand(self, facts: Facts) -> str:
        """Comment with GitHub's own command."""
        body = quote(f"What is left to do after the hotfix: {facts.get(FOLLOW_UP, '')}")
        return f"gh issue comment {self._number(facts)} --body {body}"

    def _number(self, facts: Facts) -> int:
        is_there = self.number_of in facts and FOLLOW_UP_NUMBER in facts
        return facts[self.number_of] if is_there else 0


def _mark(facts: Facts) -> str:
    return pull_request_text.marker(f"{facts.run} follow-up-link")


def _done(number: int) -> Done:
    return Done(f"Linked the follow-up from {number}.")
