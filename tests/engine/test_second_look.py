"""Whether what was asked is asked still, before a question answers itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.engine.small_plan import Says, plan_of, ports
from tests.memory_clock import MemoryClock

from hotfix.domain.outcome import Ask, Done, Failed, Waiting
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.domain.question import Option, Question
from hotfix.engine.second_look import Seen, look

PROBLEM = Problem(ProblemCode.FAILED, "It broke.", "So it is.", "mend it")
DOOMED = Question("doomed", "It is doomed. What now?", (Option("back", "Roll back"),))


def looked(outcome) -> tuple[Seen, Any]:
    """Return what was seen, and the facts that the step was given."""
    clock, given = MemoryClock(), []
    started = clock.now()
    clock.wait(100)

    def run(facts):
        given.append(facts)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    plan: Any = plan_of(("one", None, (Says("other", [Done("x")]), Says("watch", [run]))))
    progress = Progress(run="hf-1", started_at=started, pending=DOOMED, pending_step="watch")
    found = look(plan, progress, ports(clock))
    (facts,) = given
    return found, facts


@pytest.mark.parametrize(
    ("outcome", "seen"),
    [
        (Ask(replace(DOOMED, by_itself="back")), Seen(True, DOOMED.text)),
        (Ask(DOOMED), Seen(False, DOOMED.text)),
        (Done("It is healthy."), Seen(False, "It is healthy.")),
        (Waiting("1 of 2 ready", 2.0), Seen(False, "1 of 2 ready")),
        (Failed(PROBLEM), Seen(False, "It is another matter by now.")),
        (ProblemError(PROBLEM), Seen(None, "It broke. So it is.")),
        (TemporaryTroubleError("No answer."), Seen(None, "No answer.")),
    ],
)
def test_only_a_question_that_answers_itself_still_stands(outcome, seen):
    assert looked(outcome)[0] == seen


def test_what_the_step_gives_time_to_settle_has_had_it():
    _, facts = looked(Done("x"))
    assert facts.now - facts.looking_since == timedelta(seconds=100)
