"""A newer version has written to a run and to the cluster; this one is used again beside it."""

import os
import time
from pathlib import Path

import pytest
from tests.adapters.journal.later_lines import add
from tests.engine.small_plan import plan_of
from tests.stories.commands import START, commands

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.adapters.journal.lines import read_lines
from hotfix.adapters.system_clock import SystemClock
from hotfix.cli import exit_codes
from hotfix.config.load import parse
from hotfix.domain.event_data import PhaseStarted
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.run_settings import RunSettings
from hotfix.domain.status import status
from hotfix.engine import record
from hotfix.ports.shared_records import SharedRun
from hotfix.runs.session import Session

RUN, OTHER = "hf-20260312-0312-checkout-abcd", "hf-20260312-0412-login-efgh"
WORDS = f"Run {RUN} was written by a newer hotfix"


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """An open run of this repository that this version and then a newer one wrote to."""
    with commands(tmp_path_factory.mktemp("newer") / "world") as at:
        clock, state = SystemClock(), Path(at.environ["HOTFIX_STATE_DIR"])
        plan = plan_of(("fix", 900.0, ()), total=1800.0)
        settings = RunSettings("x", repository=str(at.world.clone))
        with JournalFile.create(state, RUN, clock, "dana") as journal:
            record.begin(journal, Incident("checkout returns 500"), plan, settings)
            journal.append(PhaseStarted(), "fix")
            seen = status(fold(journal.events()))
        at.seen["journal"] = state / "runs" / RUN / "journal.jsonl"
        add(at.seen["journal"], "gossip", {"heard": "x"})
        # Later than state.json, also by a clock that ticks a hundred times a second.
        later = time.time() + 1
        os.utime(at.seen["journal"], (later, later))
        config = parse(at.world.config_file.read_text(), {}, "hotfix.toml")
        session = Session(config, at.world.clone, state, "dana", at.world.environ, clock)
        records = session.tools.needed_cluster().shared_records
        records.write(SharedRun(RUN, "dana", 3, clock.now(), seen), read_lines(state, RUN))
        records.write(SharedRun(OTHER, "noor", 4, clock.now(), {"v": 2, "state": "x"}), b"{}\n")
        yield at


@pytest.mark.parametrize(
    "words", [("status", RUN), ("log", "--local"), ("checklist", RUN, "--local")], ids=" ".join
)
def test_it_is_read(story, words):
    done = story.run(*words)
    assert (done.returncode, done.stderr) == (0, "")


def test_its_status_says_so(story):
    said = story.run("status", RUN).stdout.splitlines()
    assert said[1] == "running, fix"
    assert said[-1] == f"Warning: {WORDS}: event 3 (gossip) says more"
    assert story.json("status", RUN, "--json")["warnings"] == [said[-1].removeprefix("Warning: ")]


@pytest.mark.parametrize(
    "words",
    [("resume", RUN), ("abort", RUN), ("rollback", RUN, "--yes"), ("takeover", RUN, "--yes")],
    ids=lambda each: each[0],
)
def test_nothing_goes_on_with_it(story, words):
    before, held = story.seen["journal"].read_bytes(), story.world.kubernetes.lock_holder()
    done = story.run(*words)
    assert done.returncode == exit_codes.FAILED
    what, why, following = done.stderr.splitlines()
    assert what == f"{WORDS}."
    assert "event 3 (gossip)" in why
    assert following.endswith("pipx upgrade hotfix-cli")
    assert story.seen["journal"].read_bytes() == before
    assert story.world.kubernetes.lock_holder() == held


def test_a_record_in_another_format_is_said_and_left_alone(story):
    done = story.run("status", "--team")
    assert done.returncode == 0
    assert RUN in done.stdout
    assert done.stderr == f"Run {OTHER} (noor) was written by a newer hotfix.\n"
    done = story.run("takeover", OTHER, "--yes")
    assert done.returncode == exit_codes.FAILED
    assert f"The shared record of run {OTHER} was written by a newer hotfix." in done.stderr


def test_the_log_leaves_out_what_it_cannot_understand_and_says_so(story):
    done = story.run("log", HOTFIX_TEAM__WAIT="60s")
    assert (done.returncode, OTHER in done.stdout) == (0, False)
    assert (
        f"Warning: The shared record of run {OTHER} was written by a newer hotfix." in done.stderr
    )


def test_another_hotfix_is_begun_all_the_same(story):
    before = story.seen["journal"].read_bytes()
    done = story.run(*(word for word in START if word != "--yes"))
    assert done.returncode == exit_codes.WAITING, done.stderr
    assert f"Warning: {WORDS}: event 3 (gossip) says more." in done.stderr
    assert story.seen["journal"].read_bytes() == before
