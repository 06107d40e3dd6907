"""Let a question that offers a rollback answer itself after a while ([rollback] automatic)."""

from dataclasses import replace

from hotfix.domain.fact import Declared
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Outcome
from hotfix.domain.question import Then
from hotfix.domain.step import Step, is_patient
from hotfix.ports.bundle import Ports


@frozen
class OrRollBack:
    """Another step, whose questions are answered with the rollback if nobody says otherwise.

    It is run again while the countdown goes on.
    """

    #: one without an outside effect, which asks when production is not as it should be
    step: Step[Ports]
    countdown_seconds: float  #: how long anybody may call it off
    #: keys of questions that a person answers all the same: nothing ill was seen
    but: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the step itself."""
        return self.step.name

    @property
    def reads(self) -> Declared:
        """What the step itself reads."""
        return self.step.reads

    @property
    def reports(self) -> Declared:
        """What the step itself reports."""
        return self.step.reports

    @property
    def is_patient(self) -> bool:
        """Whether the step itself bears trouble for as long as the budget allows."""
        return is_patient(self.step)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Run the step; say in its question what happens by itself, and when."""
        outcome = self.step.run(facts, ports)
        if not isinstance(outcome, Ask):
            return outcome
        question = outcome.question
        back = [each.key for each in question.options if each.then is Then.ROLL_BACK]
        if not back or question.key in self.but:
            return outcome
        return Ask(replace(question, by_itself=back[0], by_itself_in=self.countdown_seconds))
