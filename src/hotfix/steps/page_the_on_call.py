"""Say whether those on call are paged (procedure: "Notify on-call team member")."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import ON_CALL
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, LeftToDo, Outcome
from hotfix.domain.paging import QUESTION, YES
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.question import Option, Question
from hotfix.ports.bundle import Ports


@frozen
class PageTheOnCall:
    """Puts on record what a flag decides; what is decided is told in the background.

    Nobody is asked: a question that comes in every hotfix would hold up every hotfix.

    Effect: none.
    """

    incident: Incident
    is_said: bool  #: whether a flag answers; else nobody is paged until somebody says so
    name: str = "page_the_on_call"
    reads: ClassVar[Declared] = maybe(ON_CALL)
    reports: ClassVar[Declared] = ()

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Take what the flag says, and say what can be done without one."""
        if self.incident.incident:
            return Done(f"PagerDuty's incident {self.incident.incident} is worked on.")
        if ports.pager_events is None or not ports.pager_events.can_page():
            if self.is_said:
                return LeftToDo(_CANNOT)
            return Done("Nobody is paged: PAGERDUTY_ROUTING_KEY is not set.", is_needless=True)
        answer = facts.answer(QUESTION)
        if answer is None and self.is_said:
            return Ask(_question(facts.get(ON_CALL, ())))
        if answer is not None and answer.choice == YES:
            return Done(f"Those on call are paged, says {answer.by}.")
        return Done(f"Nobody is paged. To page those on call: {_COMMAND}", is_needless=True)


def _question(on_call: tuple[str, ...]) -> Question:
    who = ", ".join(on_call) or "whoever PagerDuty calls first"
    return Question(
        key=QUESTION,
        text=f"Page those on call ({who})?",
        options=(
            Option(YES, "Page them", does="PagerDuty calls those on call, at once."),
            Option("leave", "Page nobody", does="This run calls nobody."),
        ),
        flag="--page",
    )


_COMMAND = 'hotfix note --page "why"'
_CANNOT = Problem(
    ProblemCode.CONFIGURATION,
    what="Those on call are not paged.",
    why="PagerDuty is not configured, or PAGERDUTY_ROUTING_KEY is not set.",
    next_command="call them yourself (hotfix contacts)",
)
