"""The end of a run where what has to be asked for it does not answer: a person decides."""

from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, LeftToDo
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.question import Option, Question, Then

# So long what does not answer is asked again before a person is.
_PATIENCE_SECONDS = 20.0


@frozen
class OutOfReach:
    """What is not known, or not done, where a run ends all the same."""

    key: str  #: of the question
    text: str  #: what cannot be done or known now, one sentence
    end: str  #: label of the option that ends the run
    remains: str  #: what may be left then, for the record
    again: str  #: what has to be possible before a person can do it, such as ``the cluster can``
    by_hand: str  #: the command that does it

    def outcome(
        self, step: str, facts: Facts, trouble: ProblemError | TemporaryTroubleError
    ) -> Ask | LeftToDo:
        """Ask whether the run ends all the same; after a yes, leave the rest to a person.

        Args:
            step: the name of the step that asks.
            facts: what it knows, with its answers.
            trouble: why there is no answer.

        Raises:
            TemporaryTroubleError: ``trouble``, while another look may help.
        """
        if facts.answer(self.key) is not None:
            return LeftToDo(
                Problem(
                    ProblemCode.FAILED,
                    what=self.remains,
                    why=str(trouble),
                    next_command=self.by_hand,
                )
            )
        is_temporary = isinstance(trouble, TemporaryTroubleError)
        if is_temporary and facts.elapsed_seconds < _PATIENCE_SECONDS:
            raise trouble
        return Ask(self._question(step, trouble))

    def _question(self, step: str, trouble: ProblemError | TemporaryTroubleError) -> Question:
        mend = trouble.problem.next_command if isinstance(trouble, ProblemError) else ""
        return Question(
            key=self.key,
            text=f"{self.text} End the run all the same?",
            shown=(
                str(trouble),
                *((f"What may mend that: {mend}",) if mend else ()),
                f"Once {self.again} be asked again: {self.by_hand}",
            ),
            options=(
                Option(
                    "end",
                    self.end,
                    does="The run ends without it; what may remain is listed as still to do.",
                ),
                Option("again", "Try again", then=Then.GO_BACK, back_to=step),
            ),
            by_yes="end",
        )
