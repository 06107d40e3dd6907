"""The journal that a rollback would go by is damaged: what needs none is not barred."""

import pytest
from tests.model.commands import WILLING, a_desk, a_world

from hotfix.cli import exit_codes
from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import Via
from hotfix.runs.taken_up import TakingUp


@pytest.fixture
def damaged(tmp_path):
    """A machine whose only run was shipped, and cannot be read any more."""
    desk = a_desk(a_world(), tmp_path / "disks")
    done = desk.start(WILLING)
    assert done.exit_code == exit_codes.DONE
    journal = desk.machine.state / "runs" / done.run / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"checkout returns", b"checkout\rreturns", 1))
    return desk


def went_back(desk, **words):
    result = desk.roll_back(flags=WILLING, **words)
    assert result.problem is None, result.problem
    assert result.progress.state is RunState.ROLLED_BACK
    first = next(iter(desk.world.history.commits))
    return all(desk.world.running(name) == first for name in ("web", "worker"))


def test_the_cluster_keeps_revisions(damaged):
    assert went_back(damaged, to_revision=1)


@pytest.mark.parametrize("words", [{}, {"to_healthy": True}])
def test_the_cluster_has_a_record_of_the_run(damaged, words):
    assert went_back(damaged, **words)


def test_what_only_the_run_knows_is_not_guessed_and_the_other_ways_are_named(damaged):
    (run,) = damaged.runs()
    for named in (None, run):
        problem = damaged.roll_back(named, WILLING, via=Via.ACTIONS).problem
        assert f"journal of run {run} is damaged" in problem.what
        assert f"hotfix takeover {run}" in problem.next_command
        assert "hotfix rollback --to-revision N" in problem.next_command


def test_it_is_said_what_cannot_be_read_and_no_other_command_goes_by_todays_file(damaged):
    (run,) = damaged.runs()
    said: list[str] = []
    with damaged._sat_down():
        chosen, session = TakingUp("rollback", said.append).chosen_or_todays(None)
        assert (chosen, session.config.github.repository) == (None, "acme/shop")
        for command in ("resume", "abort"):
            with pytest.raises(ProblemError, match="is damaged"):
                TakingUp(command, said.append).chosen(None)
    assert any(f"journal of run {run} is damaged" in line for line in said)
    assert any("hotfix rollback --to-revision" in line for line in said)
    assert any("today's hotfix.toml" in line for line in said)
