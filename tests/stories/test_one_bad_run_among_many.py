"""Runs whose journals cannot be read lie among the others: no command for another run is barred."""

import json
import os
from itertools import product
from pathlib import Path

import pytest
from tests.adapters.journal.later_lines import add
from tests.engine.small_plan import plan_of
from tests.stories.commands import START, commands

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.adapters.system_clock import SystemClock
from hotfix.cli import exit_codes
from hotfix.domain.event_data import RunFinished, RunInterrupted
from hotfix.domain.incident import Incident
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record


def damaged_in_the_middle(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"payments", b"pay\rents", 1))


def of_zeros(path: Path) -> None:
    path.write_bytes(b"\0" * 4096 + b"\n")


def of_zeros_without_an_end(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def no_journal_at_all(path: Path) -> None:
    path.write_bytes(b'"hello"\n[1, 2]\n')


def not_to_be_opened(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def empty(path: Path) -> None:
    path.write_bytes(b"")
    path.with_name("state.json").unlink()


def torn_in_its_first_line(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])
    path.with_name("state.json").unlink()


def without_a_zone(path: Path) -> None:
    path.write_bytes(
        path.read_bytes().replace(b'Z", "type": "run_started"', b'", "type": "run_started"')
    )


def of_a_newer_version(path: Path) -> None:
    add(path, "gossip", {"heard": "x"})


def of_a_newer_format(path: Path) -> None:
    add(path, "gossip", {"heard": "x"}, at="stardate 41153.7")


# What each is, and whether it is said to be damaged: the others are none, or can be read.
BAD = {
    damaged_in_the_middle: True,
    of_zeros: True,
    of_zeros_without_an_end: True,
    emptied: True,
    no_journal_at_all: True,
    not_to_be_opened: True,
    a_link: True,
    empty: False,
    torn_in_its_first_line: False,
    without_a_zone: True,
    of_a_newer_version: False,
    of_a_newer_format: True,
}


def plant(at, prefix: str) -> list[str]:
    """Put runs of each kind, open and over, into the state directory, newer than all before."""
    state, unreadable = Path(at.environ["HOTFIX_STATE_DIR"]), []
    plan = plan_of(("fix", 900.0, ()), total=1800.0)
    settings = RunSettings("x", repository=str(at.world.clone))
    for number, (damage, is_over) in enumerate(product(BAD, (False, True))):
        run = f"hf-20260312-0312-{prefix}-{number:04d}"
        with JournalFile.create(state, run, SystemClock(), "dana") as journal:
            record.begin(journal, Incident("payments fail"), plan, settings)
            # What was said to be over before it was damaged may be anything now.
            journal.append(RunFinished(RunState.DONE) if is_over else RunInterrupted("Ctrl-C"))
        path = state / "runs" / run / "journal.jsonl"
        damage(path)
        if path.exists():
            os.utime(path, (2_000_000_000, 2_000_000_000))
        if damage is of_a_newer_version:
            # The newest of its own kind is what a command without a name is about.
            path.parent.rename(path.parent.with_name(f"hf-20260101-0000-{prefix}-{number:04d}"))
        elif BAD[damage]:
            unreadable.append(run)
    return unreadable


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """A run that waits for its fix, begun among bad ones, and as many bad ones after it."""
    with commands(tmp_path_factory.mktemp("bad") / "world") as at:
        at.seen["before"] = plant(at, "before")
        at.seen["start"] = at.run(*(word for word in START if word != "--yes"))
        at.seen["run"] = json.loads(at.seen["start"].stdout.splitlines()[0])["run"]
        at.seen["after"] = plant(at, "after")
        yield at


def assert_each_is_named_in_one_line(said: str, runs: list[str]) -> None:
    for run in runs:
        (line,) = (line for line in said.splitlines() if run in line)
        assert line.startswith("Warning: The journal of run ")
        assert "It is passed over." in line


def test_another_hotfix_is_begun(story):
    done = story.seen["start"]
    assert done.returncode == exit_codes.WAITING, done.stderr
    assert_each_is_named_in_one_line(done.stderr, story.seen["before"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("status",), exit_codes.DONE),
        (("checklist", "--local"), exit_codes.DONE),
        (("note", "the cache is cold"), exit_codes.DONE),
        (("resume", "--json"), exit_codes.WAITING),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_the_newest_that_can_be_read_is_meant_and_the_others_are_named(story, words, code):
    done = story.run(*words)
    assert done.returncode == code, done.stderr
    assert_each_is_named_in_one_line(done.stderr, story.seen["after"])
    if words[0] != "checklist":
        assert story.seen["run"] in done.stdout


@pytest.mark.parametrize(
    "words", [("status",), ("checklist", "--local"), ("resume", "--json")], ids=" ".join
)
def test_a_run_that_is_named_is_no_others_business(story, words):
    done = story.run(*words, story.seen["run"])
    assert done.returncode in {exit_codes.DONE, exit_codes.WAITING}, done.stderr
    assert done.stderr == ""


def test_the_log_and_what_can_be_gone_back_to_are_shown(story):
    log = story.run("log")
    assert log.returncode == 0
    for run in story.seen["after"]:
        assert run in log.stderr
    listed = story.run("rollback", "--list")
    assert (listed.returncode, listed.stderr) == (0, "")


def test_doctor_names_each(story):
    found = story.json("doctor", "--json")
    needs = {each["name"]: each for each in found["needs"] if each["area"] == "runs"}
    assert set(needs) == {*story.seen["before"], *story.seen["after"]}
    assert {each["finding"] for each in needs.values()} == {"warning"}
    assert all(each["mend"] for each in needs.values())


def test_a_rollback_says_what_it_passes_over_and_goes_by_what_can_be_read(story):
    # By now the run was walked after those above.
    story.seen["later"] = plant(story, "later")
    done = story.run("rollback", "--dry-run")
    assert_each_is_named_in_one_line(done.stderr, story.seen["later"])
    assert story.seen["run"] in done.stderr
    assert done.returncode == exit_codes.WAITING, done.stderr


def test_the_run_can_be_ended(story):
    done = story.run("abort", "--yes", "--json")
    assert done.returncode == exit_codes.DONE, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    (ended,) = (event for event in events if event["type"] == "run_finished")
    assert (ended["run"], ended["data"]["state"]) == (story.seen["run"], "aborted")
    assert_each_is_named_in_one_line(done.stderr, story.seen["later"])
    assert not story.world.kubernetes.lock_holder()
