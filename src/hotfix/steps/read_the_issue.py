"""Read the issue that the hotfix is about."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Done, Failed, Outcome
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class ReadTheIssue:
    """Reports ``issue_url`` and ``issue_title``; a link is taken as it is."""

    issue: str
    name: str = "read_the_issue"

    def run(self, _facts: Facts, ports: Ports) -> Outcome:
        """Look the issue up, so that a wrong number is noticed now."""
        number = self.issue.removeprefix("#")
        if not number:
            return Done("No issue named; the pull request will say so.")
        if not number.isdecimal():
            return Done(f"About {self.issue}.", {"issue_url": self.issue})
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
        facts: JsonObject = {
            "issue_number": ticket.number,
            "issue_url": ticket.url,
            "issue_title": ticket.title,
        }
        return Done(f"Issue {ticket.number}: {ticket.title}", facts)
