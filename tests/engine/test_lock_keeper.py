"""The keeper of the lock: a loss is told once, and nothing else is taken for one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from tests.engine.small_plan import MemorySignals

from hotfix.domain.event_data import LockLost
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress, RunState
from hotfix.engine.lock_keeper import LockKeeper
from hotfix.ports.lock import LockHolder

RUN = "hf-1"
OURS = LockHolder(RUN, "dana", None, token=3)
THEIRS = LockHolder("hf-2", "noor", None, token=4)
TAKEN_OVER = replace(OURS, operator="noor", token=4)
HELD = Progress(run=RUN, phase="fix", step="await_the_fix", known={"lock": RUN, "lock_token": 3})
RELEASING = replace(HELD, phase="close", step="release_the_lock")
RELEASED = replace(HELD, phase="close", step="", done=frozenset({("hotfix", "release_the_lock")}))
EXPIRED = ProblemError(Problem(ProblemCode.RIGHTS, "Expired.", "It is old.", "log in"))
PATIENCE = 10.0


@dataclass
class FakeLock:
    """A lock that answers renewals as it is told, the last answer for ever."""

    answers: list[Any] = field(default_factory=lambda: [OURS])
    renewals: list[tuple[str, int, str, str]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def renew_lock(self, run: str, token: int, phase: str, step: str) -> LockHolder | None:
        with self.changed:
            self.renewals.append((run, token, phase, step))
            self.changed.notify_all()
        assert self.may_answer.wait(PATIENCE)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return cast("LockHolder | None", answer)

    def wait_for(self, number: int) -> None:
        """Wait until so many renewals were asked for."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.renewals) >= number, PATIENCE)


@contextmanager
def keeping(
    *answers: Any, renew_seconds=0.01, is_held_up=False
) -> Iterator[tuple[LockKeeper, FakeLock, MemorySignals]]:
    lock, signals = FakeLock(list(answers) or [OURS]), MemorySignals()
    if not is_held_up:
        lock.may_answer.set()
    keeper = LockKeeper(cast("Any", lock), signals, renew_seconds)
    try:
        yield keeper, lock, signals
    finally:
        lock.may_answer.set()
        ended(keeper)


def ended(keeper: LockKeeper) -> None:
    """Close the keeper, and wait until its thread is gone."""
    keeper.close()
    if keeper._thread is not None:
        keeper._thread.join(PATIENCE)
        assert not keeper._thread.is_alive()


@pytest.mark.parametrize(
    "progress",
    [
        Progress(run=RUN, phase="prepare", step="claim_the_lock"),
        RELEASING,
        RELEASED,
        *(
            replace(HELD, state=state)
            for state in (RunState.DONE, RunState.STOPPED, RunState.TAKEN_OVER)
        ),
    ],
)
def test_what_is_not_held_is_not_renewed(progress):
    with keeping() as (keeper, lock, _):
        keeper.show(progress)
        assert keeper._thread is None
        assert not lock.renewals


def test_a_sign_of_life_names_the_run_its_token_and_where_it_stands():
    with keeping() as (keeper, lock, _):
        keeper.show(HELD)
        lock.wait_for(1)
    assert lock.renewals[0] == (RUN, 3, "fix", "await_the_fix")


def test_before_the_first_phase_there_is_no_news_to_hurry_with():
    with keeping(renew_seconds=PATIENCE) as (keeper, lock, _):
        keeper.show(replace(HELD, phase="", step=""))
        keeper.show(HELD)
        lock.wait_for(1)
    assert lock.renewals == [(RUN, 3, "fix", "await_the_fix")]


def test_between_two_steps_the_last_one_is_where_it_stands():
    with keeping(renew_seconds=PATIENCE) as (keeper, lock, _):
        keeper.show(HELD)
        lock.wait_for(1)
        keeper.show(replace(HELD, step=""))
        keeper.show(replace(HELD, phase="test", step=""))
        lock.wait_for(2)
    assert lock.renewals[1][2:] == ("test", "await_the_fix")


def test_a_new_phase_is_news_and_a_new_step_can_wait():
    with keeping(renew_seconds=PATIENCE) as (keeper, lock, _):
        keeper.show(HELD)
        lock.wait_for(1)
        keeper.show(replace(HELD, step="guard_the_change"))
        keeper.show(replace(HELD, phase="test", step="run_local_tests"))
        lock.wait_for(2)
        ended(keeper)
    assert [stand for *_, stand, _ in lock.renewals] == ["fix", "test"]


@pytest.mark.parametrize("blip", [TemporaryTroubleError("no route", 1.0), EXPIRED, KeyError("x")])
def test_a_renewal_that_fails_is_no_loss_and_the_next_one_is_tried(blip):
    with keeping(blip, OURS) as (keeper, lock, signals):
        keeper.show(HELD)
        lock.wait_for(3)
    assert not signals.waiting


@pytest.mark.parametrize(
    ("holder", "by_this_run", "what"),
    [
        (THEIRS, False, "noor is working on another hotfix."),
        (TAKEN_OVER, True, "noor took over this hotfix."),
        (None, False, "This hotfix does not hold the lock any more."),
    ],
)
def test_a_loss_is_told_once_and_ends_the_keeping(holder, by_this_run, what):
    with keeping(OURS, holder) as (keeper, lock, signals):
        keeper.show(HELD)
        lock.wait_for(2)
        assert keeper._thread is not None
        keeper._thread.join(PATIENCE)
        assert not keeper._thread.is_alive()
        keeper.show(replace(HELD, phase="test"))
        (signal,) = signals.waiting
    assert isinstance(signal.said, LockLost)
    assert (signal.said.by_this_run, signal.said.problem.what) == (by_this_run, what)
    assert len(lock.renewals) == 2


@pytest.mark.parametrize("shown", [RELEASING, RELEASED, replace(HELD, state=RunState.ABORTED)])
def test_a_release_that_overtakes_a_renewal_is_no_loss(shown):
    with keeping(None, is_held_up=True) as (keeper, lock, signals):
        keeper.show(HELD)
        lock.wait_for(1)
        keeper.show(shown)
        lock.may_answer.set()
        ended(keeper)
    assert not signals.waiting


def test_a_new_token_that_overtakes_a_renewal_is_no_loss():
    with keeping(replace(OURS, token=5), is_held_up=True) as (keeper, lock, signals):
        keeper.show(HELD)
        lock.wait_for(1)
        keeper.show(replace(HELD, known={"lock": RUN, "lock_token": 5}))
        lock.may_answer.set()
        lock.wait_for(2)
    assert not signals.waiting
    assert lock.renewals[1][1] == 5


def test_what_is_found_after_the_end_is_no_news():
    with keeping(THEIRS, is_held_up=True) as (keeper, lock, signals):
        keeper.show(HELD)
        lock.wait_for(1)
        keeper.close()
        lock.may_answer.set()
        ended(keeper)
        keeper.show(replace(HELD, phase="test"))
    assert not signals.waiting
    assert len(lock.renewals) == 1


def test_a_keeper_that_is_closed_begins_nothing():
    with keeping() as (keeper, lock, _):
        keeper.close()
        keeper.show(HELD)
        assert keeper._thread is None
        assert not lock.renewals


def test_once_the_lock_is_given_back_nothing_is_renewed():
    with keeping() as (keeper, lock, signals):
        keeper.show(HELD)
        lock.wait_for(1)
        keeper.show(RELEASED)
        before = len(lock.renewals)
        keeper.show(replace(RELEASED, phase="after"))
        ended(keeper)
    # One may have been under way.
    assert len(lock.renewals) <= before + 1
    assert not signals.waiting


def test_a_new_phase_stays_news_until_it_is_shown_however_much_comes_after_it():
    with keeping(is_held_up=True, renew_seconds=6 * PATIENCE) as (keeper, lock, _):
        keeper.show(HELD)
        lock.wait_for(1)
        keeper.show(replace(HELD, phase="test", step="run_local_tests"))
        keeper.show(replace(HELD, phase="test", step="push"))
        lock.may_answer.set()
        lock.wait_for(2)
    assert lock.renewals[1][2:] == ("test", "push")
