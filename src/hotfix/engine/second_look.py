"""A second look at what is asked about: does the question still stand?"""

from dataclasses import replace

from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.domain.step import Plan
from hotfix.ports.bundle import Ports


@frozen
class Seen:
    """What a second look has seen."""

    stands: bool | None  #: whether the same is asked still; None where it could not be looked
    saying: str  #: what was seen, one sentence


def look(plan: Plan[Ports], progress: Progress, ports: Ports) -> Seen:
    """Run the step that has asked once more, and tell whether its question answers itself still.

    Only for questions that do (``Question.by_itself``): their steps have no outside effect.

    Args:
        plan: the plan that is walked.
        progress: with the pending question.
        ports: the outside world.
    """
    name = progress.pending_step
    (step,) = (each for phase in plan.phases for each in phase.steps if each.name == name)
    known = progress.facts_for(name, ports.clock.now())
    # What the step gave time to settle has had it by now.
    facts = replace(known, looking_since=progress.started_at)
    try:
        outcome = step.run(facts, ports)
    except (ProblemError, TemporaryTroubleError) as trouble:
        return Seen(None, str(trouble))
    return Seen(isinstance(outcome, Ask) and bool(outcome.question.by_itself), _in_words(outcome))


def _in_words(outcome: Outcome) -> str:
    if isinstance(outcome, Done | Waiting):
        return outcome.saying
    return outcome.question.text if isinstance(outcome, Ask) else "It is another matter by now."
