"""What a drill leaves behind is what its end says."""

import pytest
from tests.journals.reading import HERE, recorded

from hotfix.cli.drill_kept import kept_lines
from hotfix.composition.journals import Runs
from hotfix.runs.drill_records import keep_records


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTFIX_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def drilled(state, world, name):
    """A drill whose run was walked as the one of that name, and whose record is kept."""
    events = recorded(name).events
    Runs(world).adopt(events[0].run, (HERE / "recorded" / name / "journal.jsonl").read_bytes())
    keep_records(state, world, lambda _text: None)
    return events


def test_the_record_and_the_papers_of_the_last_drill_are_there(state, tmp_path):
    last = state / "drills" / "last"
    for name in ("done-then-rolled-back", "glass-broken"):
        events = drilled(state, tmp_path / name, name)
        lines = kept_lines(events)
        assert lines[0] == f"Its record is kept: hotfix show {events[0].run}"
        assert str(last) in lines[2]
        names = [line.split()[0] for line in lines[3:]]
        assert {path.name for path in last.iterdir()} == set(names)
        assert events[0].run in (last / names[0]).read_text()
        assert (last / names[1]).stat().st_size


def test_what_cannot_be_kept_is_said_and_not_named(state, tmp_path):
    state.write_text("")
    [line] = kept_lines(drilled(state, tmp_path / "world", "done"))
    assert line.startswith("Its papers are not kept: ")


def test_a_drill_without_a_run_leaves_nothing(state):
    assert kept_lines(()) == []
    assert not state.exists()
