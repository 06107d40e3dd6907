"""The whole walk by real commands, and every reader of the record agrees with the world."""

import json
import subprocess

import pytest
from tests.stories.commands import HOTFIX, START, commands

from hotfix.simulators.played_fix import GOOD_FIX

STATUS_KEYS = {
    "v",
    "run",
    "description",
    "state",
    "phase",
    "step",
    "started_at",
    "elapsed_seconds",
    "remaining_seconds",
    "pace_seconds",
    "next_action",
    "phases",
}
LOG_KEYS = {
    "timestamp",
    "commit",
    "deployer",
    "reason",
    "issue",
    "outcome",
    "run",
    "elapsed_seconds",
}


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    with commands(tmp_path_factory.mktemp("story") / "world") as at:
        at.world.play_the_engineer(GOOD_FIX)
        at.world.play_the_reviewer()
        at.seen["code"], at.seen["printed"] = at.events(*START)
        yield at


def test_start_ends_with_zero_and_prints_events(at):
    assert at.seen["code"] == 0
    assert [event["seq"] for event in at.seen["printed"]] == list(
        range(1, len(at.seen["printed"]) + 1)
    )
    assert all(
        {"v", "run", "seq", "at", "type", "phase", "step"} <= set(each)
        for each in at.seen["printed"]
    )
    assert {event["v"] for event in at.seen["printed"]} == {1}


def test_status_agrees(at):
    status = at.json("status", "--json")
    assert set(status) >= STATUS_KEYS
    assert (status["state"], status["run"]) == ("done", at.seen["printed"][0]["run"])
    assert {phase["state"] for phase in status["phases"]} == {"done"}
    assert all(
        {"name", "target_seconds", "elapsed_seconds", "state"} <= set(phase)
        for phase in status["phases"]
    )


def test_the_log_agrees(at):
    (entry,) = at.json("log", "--json")
    assert set(entry) >= LOG_KEYS
    assert entry["commit"] == at.world.github.hosted.pulls[2].merge_sha
    assert (entry["deployer"], entry["reason"]) == ("dana", "checkout returns 500")
    assert entry["commit"][:8] in at.run("log").stdout
    assert entry["commit"] in at.run("log", "--csv").stdout


def test_the_checklist_agrees(at):
    lines = at.run("checklist").stdout.splitlines()
    told = lines[: lines.index("## Left to do")] if "## Left to do" in lines else lines
    open_items = [line for line in told if line.startswith("- [ ]")]
    assert any(line.startswith("- [x] PR created with proper labels") for line in lines)
    assert len([line for line in lines if line.startswith("- [x]")]) >= 13
    assert all("status page" in line.lower() or "follow-up" in line.lower() for line in open_items)


def test_short_status_is_silent_when_all_is_over(at):
    assert at.run("status", "--short").stdout == ""


def test_contacts_name_who_is_on_call(at):
    done = at.run("contacts")
    assert "Noor Haddad" in done.stdout
    assert "@devops-lead" in done.stdout
    assert at.json("contacts", "--json")["product_manager"] == "@pm"


def test_logs_show_what_the_pods_wrote(at):
    # An hour of that world, which is fast, are seconds of a machine that may be slow.
    lines = at.run("logs", "--since", "7d").stdout.splitlines()
    assert any("/api/checkout" in line for line in lines)


def test_doctor_finds_everything_in_order(at):
    needs = at.json("doctor", "--json")
    assert "failed" not in json.dumps(needs)
    assert at.run("doctor").returncode == 0


def test_a_finished_run_cannot_be_resumed_but_rolled_back(at):
    done = at.run("resume")
    assert done.returncode == 2
    assert "over" in done.stderr
    dry = at.run("rollback", "--dry-run")
    assert dry.returncode == 0
    assert "to go back to revision 1" in dry.stdout
    assert "Nothing was changed" in dry.stdout


def test_a_reader_that_goes_away_is_no_traceback(at):
    command = f"{HOTFIX} log --json | head -c 1; {HOTFIX} checklist | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command],
        env=at.environ,
        cwd=at.world.clone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
