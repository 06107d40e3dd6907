"""What a drill leaves behind is what its end says."""

import shutil
from pathlib import Path

import pytest
from tests.journals.reading import recorded

from hotfix.cli.drill_kept import kept_lines
from hotfix.composition.journals import Runs

JOURNALS = Path(__file__).parents[1] / "journals" / "recorded"


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTFIX_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def drilled(world, name):
    """The state directory of a world in which the run of that name was walked."""
    events = recorded(name).events
    run = world / "runs" / events[0].run
    run.mkdir(parents=True)
    shutil.copy(JOURNALS / name / "journal.jsonl", run)
    (run / "trees").mkdir()
    return events


def test_the_journals_and_the_papers_of_the_last_drill_are_there(state, tmp_path):
    for name in ("done-then-rolled-back", "glass-broken"):
        events = drilled(tmp_path / name, name)
        lines = kept_lines(tmp_path / name, events)
        last = state / "drills" / "last"
        assert str(last) in lines[0]
        assert f"hotfix show --local {events[0].run}" in lines[-2]
        assert Runs(last).ids() == [events[0].run]
        assert Runs(last).events(events[0].run) == events
        names = [line.split()[0] for line in lines[1:3]]
        assert all((last / each).stat().st_size for each in names)
        assert {path.name for path in last.iterdir()} == {"runs", *names}
    assert [path.name for path in (state / "drills").iterdir()] == ["last"]


def test_where_it_cannot_be_kept_that_is_said(state, tmp_path):
    events = drilled(tmp_path / "world", "done")
    state.write_text("")
    [line] = kept_lines(tmp_path / "world", events)
    assert line.startswith("Its record is gone with it: ")


def test_a_drill_without_a_run_leaves_nothing(state, tmp_path):
    assert kept_lines(tmp_path, ()) == []
    assert not state.exists()
