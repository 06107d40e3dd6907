"""A rollback that opens a run of its own asks first who holds the lock: it leaves none behind."""

import os
from dataclasses import replace

import pytest
from tests.memory_clock import MemoryClock
from tests.model.commands import WILLING, Death, a_desk, a_world
from tests.model.world import Lock

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.domain.fact_names import LOCK_TOKEN
from hotfix.domain.problem import ProblemCode
from hotfix.domain.progress import RunState


@pytest.fixture
def desk(tmp_path):
    return a_desk(a_world(), tmp_path / "disks")


def begun(desk, dies_at):
    """A hotfix whose process dies at its first write of a kind; the world goes on for a while."""
    desk.death = Death(kind=dies_at)
    run = desk.start(WILLING).run
    desk.world.advance(120)
    return run


def refused(desk):
    before = desk.runs(), replace(desk.world.lock), len(desk.world.writes)
    problem = desk.roll_back(flags=WILLING, to_revision=1).problem
    assert problem is not None
    assert (desk.runs(), desk.world.lock, len(desk.world.writes)) == before
    return problem


def test_an_own_run_that_merged_is_rolled_back_itself(desk):
    run = begun(desk, "merge")
    problem = refused(desk)
    assert problem.code is ProblemCode.LOCKED
    # The process of the model is this one, and lives.
    assert problem.next_command.endswith(f"; then: hotfix rollback {run}")
    assert desk.roll_back(run, WILLING).progress.state is RunState.ROLLED_BACK


def test_a_colleague_is_talked_to(desk):
    desk.world.lock = Lock("hf-1-theirs", 3, "noor", "noors", desk.world.now)
    problem = refused(desk)
    assert problem.code is ProblemCode.LOCKED
    assert "talk to noor" in problem.next_command
    assert "hotfix takeover hf-1-theirs" in problem.next_command


def test_an_own_run_that_a_colleague_took_over_is_the_colleagues(desk):
    run = begun(desk, "publish")
    token = desk.progress(run).facts[LOCK_TOKEN]
    desk.world.lock = Lock(run, token + 1, "noor", "noors", desk.world.now)
    assert "talk to noor" in refused(desk).next_command


@pytest.mark.parametrize("dies_at", ["claim_lock", ""])
def test_a_lock_that_nobody_can_lend_is_freed_by_its_id(desk, dies_at):
    """Its run never knew that it had it, or is over, and has failed to give it back."""
    run = begun(desk, dies_at)
    if not dies_at:
        desk.world.lock = Lock(
            run, desk.progress(run).facts[LOCK_TOKEN], "dana", desk.machine.host, desk.world.now
        )
    problem = refused(desk)
    assert problem.next_command.endswith(f"--lock-id {run}/{desk.world.lock.token}")
    assert "Your own run" in problem.what


def test_the_holders_journal_may_be_damaged(desk):
    run = begun(desk, "merge")
    journal = desk.machine.state / "runs" / run / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"checkout returns", b"checkout\rreturns", 1))
    problem = refused(desk)
    assert problem.code is ProblemCode.LOCKED
    assert f"hotfix takeover {run}" in problem.next_command


def test_what_another_process_walks_at_this_moment_lends_nothing(desk):
    run = begun(desk, "publish")
    with JournalFile.open(desk.machine.state, run, MemoryClock(), "dana"):
        problem = refused(desk)
        assert f"pid {os.getpid()}," in problem.what
        assert run in problem.why
    assert desk.roll_back(flags=WILLING, to_revision=1).progress.state is RunState.ROLLED_BACK
