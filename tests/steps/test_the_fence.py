"""Who may write: only the run that holds the lock under its own token at that moment."""

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import pytest
from tests.engine.small_plan import Effect, ports
from tests.engine.small_plan import World as Effects

from hotfix.domain.fact import Declared, by_key, maybe
from hotfix.domain.fact_names import CHANGE, HEAD_SHA, LOCK, LOCK_TOKEN
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed, NotDone, Outcome
from hotfix.domain.problem import (
    MissingRightError,
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
)
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.lock import LockHolder
from hotfix.wrappers.or_roll_back import OrRollBack
from hotfix.wrappers.under_the_lock import UnderTheLock

RUN = "hf-1"
OURS = LockHolder(RUN, "dana", None, token=3)
THEIRS = LockHolder("hf-2", "noor", None, token=4)
TAKEN_OVER = replace(OURS, operator="noor", token=4)
NO_RIGHT = MissingRightError(
    Problem(ProblemCode.RIGHTS, "You may not.", "RBAC.", "hotfix init --rbac")
)
EXPIRED = ProblemError(Problem(ProblemCode.RIGHTS, "Expired.", "It is old.", "log in"))
PUSHED = Done("Pushed.", (HEAD_SHA("a1"),))
TROUBLE = TemporaryTroubleError("no route", 1.0)


@dataclass
class FakeLock:
    """A lock with a holder, which answers or raises what it is given."""

    holder: LockHolder | None = OURS
    trouble: Exception | None = None
    claims: list[tuple[str, str]] = field(default_factory=list)

    def lock_holder(self, **_: bool) -> LockHolder | None:
        if self.trouble is not None:
            raise self.trouble
        return self.holder

    def claim_lock(self, run: str, operator: str, _token: int | None = None) -> LockHolder:
        self.claims.append((run, operator))
        if self.trouble is not None:
            raise self.trouble
        return self.holder or replace(OURS, is_ours=True)


@dataclass
class Acts:
    """A step that counts how often it acted."""

    outcome: Outcome = PUSHED
    acted: int = 0
    name: str = "publish_branch"
    is_patient: bool = True
    reads: ClassVar[Declared] = (CHANGE,)
    reports: ClassVar[Declared] = (HEAD_SHA,)

    def run(self, _facts: Facts, _ports: Any) -> Outcome:
        self.acted += 1
        return self.outcome


def fenced(lock, token: int | None = 3, *, can_be_taken_back=False, step=None) -> tuple[Any, Acts]:
    """Run a step behind the fence; returns its outcome and the step."""
    step = step or Acts()
    known: dict[str, Any] = {} if token is None else {"lock": RUN, "lock_token": token}
    given = Facts(known, run=RUN, operator="dana")
    wrapped = UnderTheLock(step, can_be_taken_back=can_be_taken_back)
    return wrapped.run(given, replace(ports(), cluster=lock)), step


@pytest.mark.parametrize("can_be_taken_back", [True, False])
@pytest.mark.parametrize(
    ("holder", "token", "passes"),
    [
        (OURS, 3, True),
        (OURS, 2, False),
        (THEIRS, 3, False),
        (THEIRS, 4, False),
        (TAKEN_OVER, 3, False),
        (None, 3, False),
    ],
)
def test_the_fence_lets_the_holder_pass_under_its_own_token_alone(
    holder, token, passes, can_be_taken_back
):
    outcome, step = fenced(FakeLock(holder), token, can_be_taken_back=can_be_taken_back)
    assert step.acted == int(passes)
    if not passes:
        assert isinstance(outcome, Failed)
        assert (outcome.problem.code, outcome.nothing_happened) == (ProblemCode.LOCKED, True)


@pytest.mark.parametrize("token", [None, 3])
def test_without_a_cluster_there_is_no_fence(token):
    outcome, step = fenced(None, token)
    assert (outcome, step.acted) == (step.outcome, 1)


@pytest.mark.parametrize("trouble", [EXPIRED, TROUBLE])
def test_a_lock_that_cannot_be_looked_at_bars_what_cannot_be_taken_back(trouble):
    outcome, step = fenced(FakeLock(trouble=trouble), can_be_taken_back=True)
    assert (outcome, step.acted) == (step.outcome, 1)
    other = Acts()
    with pytest.raises(type(trouble)):
        fenced(FakeLock(trouble=trouble), step=other)
    assert other.acted == 0


def test_without_a_lock_what_can_be_taken_back_is_done_and_claims_none():
    lock = FakeLock(THEIRS)
    outcome, step = fenced(lock, None, can_be_taken_back=True)
    assert (outcome, step.acted, lock.claims) == (step.outcome, 1, [])


def test_a_run_without_a_lock_claims_it_and_reports_it():
    lock = FakeLock(None)
    outcome, step = fenced(lock, None)
    assert (step.acted, lock.claims) == (1, [(RUN, "dana")])
    assert by_key(outcome.facts) == {"head_sha": "a1", "lock": RUN, "lock_token": 3}


def test_a_lock_that_a_colleague_holds_is_not_claimed_past_him():
    outcome, step = fenced(FakeLock(THEIRS), None)
    assert step.acted == 0
    assert isinstance(outcome, Failed)
    assert outcome.nothing_happened
    assert outcome.problem.what.startswith("noor is working on another hotfix")


PROBLEM = Problem(ProblemCode.FAILED, "It broke.", "Because.", "hotfix resume")


def test_what_is_not_done_reports_no_lock():
    outcome, _ = fenced(FakeLock(None), None, step=Acts(Failed(PROBLEM)))
    assert outcome == Failed(PROBLEM)


@pytest.mark.parametrize("inner", [Done("Pushed."), Failed(PROBLEM)])
def test_without_rights_for_a_lock_it_is_done_and_says_that_it_is_alone(inner):
    outcome, step = fenced(FakeLock(None, NO_RIGHT), None, step=Acts(inner))
    assert step.acted == 1
    if isinstance(inner, Done):
        assert outcome.saying == "Pushed. On this machine alone: You may not. hotfix init --rbac"
    else:
        assert outcome == inner


@pytest.mark.parametrize("trouble", [EXPIRED, TROUBLE])
def test_any_other_refusal_of_the_claim_stops_it(trouble):
    step = Acts()
    with pytest.raises(type(trouble)):
        fenced(FakeLock(None, trouble), None, step=step)
    assert step.acted == 0


def test_the_fence_has_the_name_the_facts_and_the_evidence_of_the_step_inside():
    wrapped = UnderTheLock(Acts())
    assert wrapped.name == "publish_branch"
    assert wrapped.reads[0] == CHANGE
    assert wrapped.reads[1:] == maybe(LOCK_TOKEN)
    assert wrapped.reports[0] == HEAD_SHA
    assert wrapped.reports[1:] == maybe(LOCK, LOCK_TOKEN)
    assert wrapped.evidence(Facts(), ports()) == NotDone()
    effects = Effects(effects=["merge"])
    found = UnderTheLock(Effect("merge", effects)).evidence(Facts(), ports())
    assert isinstance(found, Done)


BACK = Option("roll-back", "Roll back", then=Then.ROLL_BACK)
STOP = Option("stop", "Stop", then=Then.STOP)


@pytest.mark.parametrize(
    ("options", "by_itself", "seconds"), [((STOP, BACK), "roll-back", 60.0), ((STOP,), "", 0.0)]
)
def test_only_a_question_that_offers_a_rollback_answers_itself(options, by_itself, seconds):
    asks = Acts(Ask(Question("red", "Red. What now?", options)))
    outcome: Any = OrRollBack(asks, 60.0).run(Facts(), ports())
    assert (outcome.question.by_itself, outcome.question.by_itself_in) == (by_itself, seconds)
    assert outcome.question.options == options


def test_what_rolls_back_by_itself_is_the_step_inside_otherwise():
    step = Acts()
    wrapped = OrRollBack(step, 60.0)
    assert wrapped.run(Facts(), ports()) == step.outcome
    assert (wrapped.name, wrapped.reads, wrapped.reports) == (
        *(step.name, step.reads),
        step.reports,
    )
    assert wrapped.is_patient
