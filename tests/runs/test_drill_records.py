"""The record of a drill stays when its world goes, apart from the runs of the user."""

import shutil

import pytest
from tests.journals.reading import HERE, recorded

from hotfix.composition.journals import Runs
from hotfix.domain.problem import ProblemError
from hotfix.runs.chosen import chosen_run
from hotfix.runs.drill_records import drill_records, keep_records
from hotfix.runs.history import history_of
from hotfix.runs.team_records import record_of
from hotfix.runs.whose import Place
from hotfix.view.account import account
from hotfix.view.account_text import account_lines

DRILL = "committed-with-one-answer"
RUN = recorded(DRILL).progress.run


def silent(text):
    raise AssertionError(text)


@pytest.fixture
def drilled(tmp_path):
    """Return the state directory of a user after a drill whose world is gone."""
    world, state = tmp_path / "world", tmp_path / "state"
    folder = world / "runs" / RUN
    folder.mkdir(parents=True)
    shutil.copy(HERE / "recorded/committed-with-one-answer/journal.jsonl", folder / "journal.jsonl")
    keep_records(state, world, silent)
    shutil.rmtree(world)
    return state


def test_it_is_told_as_it_was(drilled):
    assert list(drill_records(drilled)) == [(RUN, recorded(DRILL).events)]
    for named in (RUN, RUN[-4:]):
        record = record_of(drilled, named, "show", silent, only_here=True)
        assert (record.run, record.events) == (RUN, recorded(DRILL).events)


def test_it_is_counted_where_drills_are(drilled):
    without = history_of(drilled, None, silent, only_here=True)
    assert (without["runs"], without["drills_left_out"]) == (0, 1)
    found = history_of(drilled, None, silent, with_drills=True, only_here=True)
    assert (found["runs"], found["drills_counted"]) == (1, 1)


def test_it_is_none_of_the_users_runs(drilled):
    assert Runs(drilled).ids() == []
    with pytest.raises(ProblemError) as caught:
        chosen_run(drilled, RUN, Place(str(drilled), {}), "rollback")
    problem = caught.value.problem
    assert problem.what == f"Run {RUN} was a drill, and its world is gone."
    assert problem.next_command == f"hotfix show {RUN}"


def test_who_reads_it_reads_that_it_was_a_drill():
    told = account(recorded(DRILL).events)
    words = "A drill: local servers took the place of all tools, and go with it"
    assert told["is_drill"]
    assert any(words in line for line in account_lines(told))
    assert not any(words in line for line in account_lines({**told, "is_drill": False}))
