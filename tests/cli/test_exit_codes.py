from dataclasses import replace

import pytest

from hotfix.cli import exit_codes
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.question import Question

OF_PROBLEM = {
    ProblemCode.FAILED: 1,
    ProblemCode.USAGE: 2,
    ProblemCode.CONFIGURATION: 3,
    ProblemCode.RIGHTS: 4,
    ProblemCode.BUDGET: 5,
    ProblemCode.LOCKED: 6,
    ProblemCode.WAITING: 8,
}
OF_STATE = {
    RunState.DONE: 0,
    RunState.ABORTED: 0,
    RunState.ROLLED_BACK: 7,
    RunState.WAITING: 8,
    RunState.TAKEN_OVER: 6,
    RunState.INTERRUPTED: 130,
    RunState.FAILED: 1,
    RunState.STOPPED: 1,
    RunState.RUNNING: 1,
    RunState.DECIDING: 1,
}


@pytest.mark.parametrize("code", ProblemCode)
def test_every_problem_has_its_number(code):
    assert exit_codes.of_problem(code) == OF_PROBLEM[code]


@pytest.mark.parametrize("state", RunState)
def test_every_state_has_its_number(state):
    assert exit_codes.of_progress(replace(Progress(), state=state)) == OF_STATE[state]


@pytest.mark.parametrize("code", ProblemCode)
def test_a_problem_says_more_than_the_state(code):
    progress = replace(Progress(), state=RunState.STOPPED, problem=Problem(code, "", "", ""))
    assert exit_codes.of_progress(progress) == OF_PROBLEM[code]


@pytest.mark.parametrize("code", ProblemCode)
def test_a_question_that_nobody_answers_says_what_it_is(code):
    question = Question("q", "Sure?", (), unanswered=code)
    progress = replace(Progress(), state=RunState.DECIDING, pending=question)
    assert exit_codes.of_progress(progress) == OF_PROBLEM[code]
