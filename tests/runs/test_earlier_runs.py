"""What earlier hotfixes took is read when a run begins, from those that tell."""

import json
from dataclasses import replace

import pytest
from tests.memory_clock import MemoryClock
from tests.runs.earlier_hotfixes import CONFIG, PHASES, PLAN, walked, written

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.config.load import parse
from hotfix.domain.experience import Took
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import Origin, RunSettings
from hotfix.engine import record
from hotfix.runs import earlier_runs
from hotfix.runs.known_runs import kept_runs
from hotfix.runs.session import Session


def what_it_took(session, plan):
    return earlier_runs.what_it_took(session, plan, kept_runs(str(session.state)))


@pytest.fixture
def session(tmp_path):
    return Session(CONFIG, tmp_path, tmp_path / "state", "dana", {}, MemoryClock())


def test_five_finished_runs_tell_what_every_counted_phase_takes(session):
    for number in range(5):
        assert what_it_took(session, PLAN) == {}
        walked(session.state, number, 60.0 * (number + 1))
    assert what_it_took(session, PLAN) == dict.fromkeys(PHASES, Took(180.0, 252.0))


def test_waits_for_others_are_left_out(session):
    for number in range(5):
        walked(session.state, number, waits=600.0 * number)
    assert what_it_took(session, PLAN)["review"] == Took(60.0, 60.0)


@pytest.mark.parametrize(
    ("odd", "counts"),
    [
        ({"ends": RunState.ROLLED_BACK}, True),
        # Its deployment was rolled back before anybody had verified it.
        ({"ends": RunState.ROLLED_BACK, "until": "deploy"}, False),
        ({"ends": RunState.ABORTED}, False),
        ({"ends": RunState.ABORTED, "until": "fix"}, False),
        ({"ends": RunState.STOPPED, "until": "review"}, False),
        ({"ends": RunState.INTERRUPTED, "until": "test"}, False),
        ({"origin": Origin("https://api.github.com", "acme/till")}, False),
        # A drill.
        ({"origin": Origin("http://127.0.0.1:40123", "acme/shop")}, False),
        ({"origin": Origin("http://localhost:40123", "acme/shop")}, False),
    ],
    ids=str,
)
def test_only_hotfixes_of_this_repository_that_were_walked_to_their_end_count(session, odd, counts):
    for number in range(4):
        walked(session.state, number)
    walked(session.state, 4, **odd)
    assert bool(what_it_took(session, PLAN)) is counts


def test_in_a_drill_drills_count(session):
    played = "http://127.0.0.1:40123"
    text = f'[github]\nrepository = "acme/shop"\napi_url = "{played}"\n'
    drill = replace(session, config=parse(text, {}, "hotfix.toml"))
    for number in range(5):
        walked(drill.state, number, origin=Origin(played, "acme/shop"))
    assert what_it_took(drill, PLAN)
    assert not what_it_took(session, PLAN)


def of_an_earlier_version(path):
    """The same state, as it was written before waits for others were told apart."""
    said = json.loads(path.read_text())
    for phase in said["phases"]:
        del phase["waited_seconds"], phase["waiting_since"]
    return json.dumps(said).encode()


ODD = [b"", b"\xff", b"[]", b"{}", None]


def test_without_a_good_state_json_the_journal_tells_and_a_damaged_one_is_left_out(session):
    folders = [written(session.state, number, waits=60.0) for number in range(5)]
    every = dict.fromkeys(PHASES, Took(60.0, 60.0))
    for folder, raw in zip(folders, ODD, strict=True):
        path = folder / "state.json"
        path.write_bytes(of_an_earlier_version(path) if raw is None else raw)
        assert what_it_took(session, PLAN) == every
    folders[3].joinpath("journal.jsonl").write_bytes(b"rubbish\nrubbish\n")
    assert what_it_took(session, PLAN) == {}
    walked(session.state, 7)
    assert what_it_took(session, PLAN) == every


@pytest.mark.parametrize(
    "odd",
    [{"phases": [1]}, {"phases": 7}, {"phases": []}, {"state": None}],
    ids=str,
)
def test_a_state_of_another_shape_leaves_its_run_out(session, odd):
    for number in range(5):
        path = walked(session.state, number) / "state.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **odd}))
    assert what_it_took(session, PLAN) == {}


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf"), 1e9])
def test_a_duration_that_no_clock_tells_leaves_its_run_out(session, seconds):
    for number in range(5):
        path = walked(session.state, number) / "state.json"
    said = json.loads(path.read_text())
    said["phases"][2]["spent_seconds"] = seconds
    path.write_text(json.dumps(said))
    assert what_it_took(session, PLAN) == {}


def test_the_newest_runs_tell(session):
    for number in range(25):
        walked(session.state, number, 600.0 if number < 5 else 60.0)
    assert what_it_took(session, PLAN)["fix"] == Took(60.0, 60.0)


class Slow(MemoryClock):
    """A clock by which each look at it costs a tenth of a second."""

    def monotonic(self):
        self.wait(0.1)
        return super().monotonic()


def test_a_slow_disk_does_not_hold_the_start_up(session):
    for number in range(8):
        walked(session.state, number)
    assert what_it_took(replace(session, clock=Slow()), PLAN) == {}


def test_what_is_known_is_on_record_at_the_start_and_nothing_else_is(session):
    known = {"fix": Took(300.0, 480.0)}
    with JournalFile.create(session.state, "hf-1", MemoryClock(), "dana") as journal:
        begun = record.begin(journal, Incident("x"), PLAN, RunSettings(), known)
        progress = fold(journal.events())
    phases = {each["name"]: each for each in begun.to_json()["data"]["phases"]}  # type: ignore[call-overload, index, union-attr]
    assert phases["fix"] == {
        "name": "fix",
        "target_seconds": 900.0,
        "median_seconds": 300.0,
        "p80_seconds": 480.0,
    }
    assert phases["test"] == {"name": "test", "target_seconds": 300.0}
    assert [phase.p80_seconds for phase in progress.phases if phase.name == "fix"] == [480.0]
    assert what_it_took(session, PLAN) == {}
