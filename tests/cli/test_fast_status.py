import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from tests.memory_clock import MemoryClock

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.domain.event_data import Noted, PhaseStarted, RunFinished, RunStarted
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonObject
from hotfix.domain.progress import RunState

OLD, NEW = "hf-20260312-0312-checkout-abcd", "hf-20260312-0330-login-efgh"
PLAN: JsonObject = {
    "settings": {},
    "plan": "hotfix",
    "phases": [{"name": "fix", "target_seconds": 900.0}],
    "total_seconds": 1800.0,
    "counts_until": "fix",
    "point_of_no_return": "",
    "needed_after": [],
}
# What a shell prompt must not wait for.
HEAVY = ("pydantic", "typer", "rich", "github", "git", "kubernetes", "slack_sdk", "httpx2")
MAIN = """
import os, sys
os._exit = sys.exit
from hotfix.cli.entry import main
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.fixture
def state(tmp_path):
    for run, words in ((OLD, "checkout returns 500"), (NEW, "login 決済 fails")):
        with JournalFile.create(tmp_path, run, MemoryClock(), "dana") as journal:
            incident = Incident(words).to_json()
            journal.append(RunStarted.from_json({"incident": incident, **PLAN}))
            journal.append(PhaseStarted(), "fix")
    return tmp_path


def status(state, *words):
    """Run ``hotfix status`` as a process; returns it and the top-level modules it loaded."""
    environ = {**os.environ, "HOTFIX_STATE_DIR": str(state), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "status", *words],
        env=environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )
    return done, set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("flags", [(), ("--short",), ("--json",), (OLD,)])
def test_nothing_heavy_is_loaded(state, flags):
    done, loaded = status(state, *flags)
    assert done.returncode == 0
    assert done.stdout
    assert "hotfix" in loaded
    assert not loaded & set(HEAVY)


def test_the_newest_run_is_shown(state):
    done, _ = status(state)
    lines = done.stdout.splitlines()
    assert lines[:2] == [f"{NEW}  login 決済 fails", "running, fix"]
    assert lines[-1] == "Next: wait"


@pytest.mark.parametrize("words", [(), ("--short",), ("--json",), ("--watch",)])
def test_under_a_clock_that_is_behind_the_run_nothing_is_negative(tmp_path, words):
    clock = MemoryClock(datetime.now(UTC) + timedelta(minutes=10))
    with JournalFile.create(tmp_path, NEW, clock, "dana") as journal:
        incident = Incident("login fails").to_json()
        journal.append(RunStarted.from_json({"incident": incident, **PLAN}))
        clock.wait(60)
        journal.append(PhaseStarted(), "fix")
        clock.wait(60)
        journal.append(RunFinished(RunState.DONE) if "--watch" in words else Noted("x"))
    done, _ = status(tmp_path, *words)
    # But for the forecast: it may be late.
    negative = r'-[1-9]?\d:\d\d|fix -\d:\d\d |(?<!"pace_seconds"): -\d'
    said = done.stdout.replace(" -28:00", "") if "--short" in words else done.stdout
    assert not re.search(negative, said), done.stdout
    if words in {(), ("--watch",)}:
        assert ("2:00 from the start to the end" if words else "2:00 gone") in done.stdout
        warned = "behind the last event of the run: more may have passed than is shown"
        assert (warned in done.stdout) == (words == ())


def test_a_part_of_the_name_chooses_a_run(state):
    done, _ = status(state, "checkout")
    assert done.stdout.startswith(f"{OLD}  checkout returns 500\n")


def test_json_is_one_object_with_the_keys_that_scripts_hold_on_to(state):
    done, _ = status(state, "--json")
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert (found["v"], found["run"], found["phase"]) == (1, NEW, "fix")
    assert {"remaining_seconds", "pace_seconds", "next_action", "phases"} <= found.keys()
    assert found["total_seconds"] - found["elapsed_seconds"] == pytest.approx(
        found["remaining_seconds"], abs=0.2
    )


def test_short_is_one_line_for_a_prompt(state):
    done, _ = status(state, "--short")
    assert done.stdout.startswith("hotfix fix ")
    assert len(done.stdout.splitlines()) == 1


def ended(state, run):
    with JournalFile.open(state, run, MemoryClock(), "dana") as journal:
        journal.append(RunFinished(RunState.DONE))


def test_a_prompt_stays_quiet_without_a_run_and_after_its_end(state, tmp_path):
    done, loaded = status(tmp_path / "nothing", "--short")
    assert (done.returncode, done.stdout) == (0, "")
    ended(state, NEW)
    done, _ = status(state, "--short")
    assert done.stdout.startswith("hotfix fix")
    ended(state, OLD)
    done, loaded = status(state, "--short")
    assert (done.returncode, done.stdout) == (0, "")
    assert not loaded & set(HEAVY)


def test_the_newest_run_is_the_one_begun_last_whatever_the_clock_said(state):
    run = "hf-20260312-0211-refund-ijkl"
    with JournalFile.create(state, run, MemoryClock(), "dana") as journal:
        incident = Incident("refund fails").to_json()
        journal.append(RunStarted.from_json({"incident": incident, **PLAN}))
    for words in ((), ("--short",), ("--json",)):
        done, _ = status(state, *words)
        assert "login" not in done.stdout
    done, _ = status(state)
    assert done.stdout.startswith(f"{run}  refund fails\n")
    # A part of the name that fits several means the newest, too.
    done, _ = status(state, "hf-2026")
    assert done.stdout.startswith(f"{run}  refund fails\n")


def test_a_state_json_that_the_journal_has_outgrown_is_told_by_size_and_not_by_time(state):
    path = state / "runs" / NEW / "state.json"
    old = path.read_bytes()
    ended(state, OLD)
    ended(state, NEW)
    path.write_bytes(old)
    # The clock was set back between the two: the journal looks older than what is derived from it.
    os.utime(path.with_name("journal.jsonl"), (1000, 1000))
    done, _ = status(state)
    assert done.stdout.splitlines()[1] == "over, with something left to do"


@pytest.mark.parametrize("raw", [None, b"", b"\xff", b"[]", b"{}", b'{"ended_at": 5}'])
def test_a_lost_or_broken_state_json_never_shows_another_run(state, raw):
    path = state / "runs" / NEW / "state.json"
    path.unlink()
    if raw is not None:
        path.write_bytes(raw)
    done, _ = status(state)
    # The journal answers instead, through the full command.
    assert done.stdout.startswith(f"{NEW}  login")
    assert OLD not in done.stdout
    done, _ = status(state, "--short")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("flags", [(), ("--short",), ("--json",)])
@pytest.mark.parametrize("kept", [0.02, 0.3, 0.5, 0.77, 0.99])
def test_a_state_json_that_is_cut_off_ends_in_no_fault_of_ours(state, flags, kept):
    path = state / "runs" / NEW / "state.json"
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * kept)])
    done, _ = status(state, *flags)
    assert (done.returncode, "nobody foresaw" in done.stderr) == (0, False)
    assert OLD not in done.stdout
    assert flags == ("--short",) or NEW in done.stdout


def test_a_state_json_of_another_run_says_nothing_of_this_one(state):
    other = (state / "runs" / OLD / "state.json").read_bytes()
    (state / "runs" / NEW / "state.json").write_bytes(other)
    done, _ = status(state, NEW)
    assert done.stdout.splitlines()[0] == f"{NEW}  login 決済 fails"


@pytest.mark.parametrize("change", [{"state": "done"}, {"phase": "deploy"}, {"held": "x"}], ids=str)
def test_a_state_json_that_somebody_edited_is_not_believed(state, change):
    path = state / "runs" / NEW / "state.json"
    before, _ = status(state, "--json")
    kept = path.read_text()
    ((key, value),) = change.items()
    now = json.loads(kept)[key]
    edited = kept.replace(f'"{key}": {json.dumps(now)}', f'"{key}": {json.dumps(value)}', 1)
    assert edited != kept
    path.write_text(edited)
    done, _ = status(state, "--json")
    # The journal answers.
    told = [json.loads(each.stdout) for each in (before, done)]
    assert [each["state"] for each in told] == [told[0]["state"]] * 2
    assert [each["warnings"] for each in told] == [told[0]["warnings"]] * 2
    done, loaded = status(state, "--short")
    assert done.stdout == "hotfix ?: hotfix status\n"
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize("raw", [None, b"", b"{", b"[]"])
def test_a_prompt_says_that_it_does_not_know_of_a_run_that_is_open_and_no_word_of_one_that_is_over(
    state, raw
):
    def lose(run):
        path = state / "runs" / run / "state.json"
        path.unlink()
        if raw is not None:
            path.write_bytes(raw)

    lose(NEW)
    done, _ = status(state, "--short")
    assert done.stdout == "hotfix ?: hotfix status\n"
    for run in (NEW, OLD):
        ended(state, run)
        lose(run)
    done, _ = status(state, "--short")
    assert (done.returncode, done.stdout) == (0, "")


ODD = [
    {"whose": {"clone": "/x", "origin": "acme/shop"}},
    {"whose": {"clone": 5, "origin": {"remote": "origin"}}},
    {"whose": {"clone": "/x", "origin": None, "cluster": 7}},
    {"whose": 7},
    {"state": ["done"]},
    {"state": None},
    {"phases": [1]},
    {"phases": 7, "problem": 7},
    {"held": 5, "pending": 3},
]


@pytest.mark.parametrize("odd", ODD, ids=str)
@pytest.mark.parametrize("words", [(), ("--short",), ("--json",)], ids=str)
def test_a_state_json_of_another_shape_stops_nobody(state, odd, words):
    path = state / "runs" / NEW / "state.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **odd}))
    done, _ = status(state, *words)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    # The prompt may be silent, and the journal answers everybody else.
    assert NEW in done.stdout or "login" in done.stdout or words == ("--short",)


def test_a_warning_that_another_run_holds_is_shown_but_not_in_a_prompt(state):
    warning = "abcd1234 was rolled back (checkout) and is still on hotfix/production"
    path = state / "runs" / OLD / "state.json"
    # As an earlier version wrote it, without a checksum.
    kept = {**json.loads(path.read_text()), "held": warning}
    del kept["checksum"]
    path.write_text(json.dumps(kept))
    said = f"{OLD}, by its record: {warning}"
    done, loaded = status(state)
    assert done.stdout.splitlines()[-1] == f"Warning: {said}"
    assert not loaded & set(HEAVY)
    done, _ = status(state, "--json")
    assert json.loads(done.stdout)["warnings"] == [said]
    done, _ = status(state, "--short")
    assert len(done.stdout.splitlines()) == 1
