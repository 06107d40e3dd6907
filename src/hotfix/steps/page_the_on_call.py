"""Ask whether those on call are paged (procedure: "Notify on-call team member")."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import ON_CALL
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.paging import QUESTION, YES
from hotfix.domain.question import Option, Question
from hotfix.ports.bundle import Ports


@frozen
class PageTheOnCall:
    """Decides, where the team has left it open; what is decided is told in the background.

    Effect: none.
    """

    incident: Incident
    can_ask: bool  #: whether somebody is there to say so; else nobody is paged unless configured
    name: str = "page_the_on_call"
    reads: ClassVar[Declared] = maybe(ON_CALL)
    reports: ClassVar[Declared] = ()

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Ask, where the team has left it open."""
        if self.incident.incident:
            return Done(f"PagerDuty's incident {self.incident.incident} is worked on.")
        if ports.pager_events is None or not ports.pager_events.can_page():
            return Done("Nobody is paged: PAGERDUTY_ROUTING_KEY is not set.", is_needless=True)
        answer = facts.answer(QUESTION)
        if answer is None and self.can_ask:
            return Ask(_question(facts.get(ON_CALL, ())))
        if answer is not None and answer.choice == YES:
            return Done(f"Those on call are paged, says {answer.by}.")
        return Done("Nobody is paged.", is_needless=True)


def _question(on_call: tuple[str, ...]) -> Question:
    who = ", ".join(on_call) or "whoever PagerDuty calls first"
    return Question(
        key=QUESTION,
        text=f"Page those on call ({who})?",
        options=(Option(YES, "Page them"), Option("leave", "Nobody is paged")),
    )
