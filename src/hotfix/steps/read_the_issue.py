"""Read the issue that the hotfix is about."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import ISSUE_NUMBER, ISSUE_TITLE, ISSUE_URL
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Failed, Outcome
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports


@frozen
class ReadTheIssue:
    """Reports ``issue_url`` and ``issue_title``; a link is taken as it is.

    Effect: none.
    """

    issue: str
    name: str = "read_the_issue"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = maybe(ISSUE_NUMBER, ISSUE_TITLE, ISSUE_URL)

    def run(self, _facts: Facts, ports: Ports) -> Outcome:
        """Look the issue up, so that a wrong number is noticed now."""
        number = self.issue.removeprefix("#")
        if not number:
            return Done("No issue named; the pull request will say so.", is_needless=True)
        if not number.isdecimal():
            return Done(f"About {self.issue}.", (ISSUE_URL(self.issue),))
        ticket = ports.tickets.get(int(number))
        if ticket is None:
            return Failed(
                Problem(
                    ProblemCode.FAILED,
                    what=f"There is no issue {number}.",
                    why="The repository does not know it, or the token may not read it.",
                    next_command="hotfix abort, then: hotfix start ... --issue NUMBER",
                )
            )
        found = (ISSUE_NUMBER(ticket.number), ISSUE_URL(ticket.url), ISSUE_TITLE(ticket.title))
        return Done(f"Issue {ticket.number}: {ticket.title}", found)
