"""Suites and work trees when the command that began them is interrupted, or killed."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from tests.stories.commands import HOTFIX, START, commands

from hotfix.processes import table
from hotfix.simulators.played_fix import GOOD_FIX

PATIENCE_SECONDS = 30.0
# Fails where another set runs beside it; needs a moment to put things in order.
SUITE = """
import os, pathlib, signal, sys, time
here = pathlib.Path(sys.argv[1])
mine = here / f"set-{os.getpid()}"
def put_in_order(*_):
    time.sleep(0.3)
    mine.unlink()
    sys.exit(1)
signal.signal(signal.SIGTERM, put_in_order)
if list(here.glob("set-*")):
    sys.exit("another set runs beside this one")
mine.touch()
while (here / "hang").exists():
    time.sleep(0.05)
mine.unlink()
"""


@pytest.fixture
def at(tmp_path):
    """A world whose suite hangs until ``hang`` is removed."""
    with commands(tmp_path / "world") as found:
        found.world.play_the_engineer(GOOD_FIX)
        found.world.play_the_reviewer()
        config = found.world.config_file
        before, _, rest = config.read_text().partition("[[tests]]")
        run = json.dumps([sys.executable, "-c", SUITE, str(tmp_path)])
        suite = f'[[tests]]\nname = "unit"\nrun = {run}\ngrace = "20s"\n\n'
        config.write_text(before + suite + rest[rest.index("[kubernetes]") :])
        (tmp_path / "hang").touch()
        yield found


def suites(folder):
    """The numbers of the suites that run, as they themselves say."""
    return [int(path.name.removeprefix("set-")) for path in folder.glob("set-*")]


def wait_until(holds):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
    return found


def killed_in_its_suites(at, folder):
    def when(event):
        return event["step"] == "run_local_tests" and wait_until(lambda: suites(folder))

    assert at.killed(*START, when=when) is not None
    (left,) = suites(folder)
    assert table.entry_of(left) is not None
    return left


def test_resume_after_a_kill_ends_the_first_set_before_it_starts_another(at, tmp_path):
    left = killed_in_its_suites(at, tmp_path)
    with at_work(at, "resume", "--yes", "--json") as process:
        wait_until(lambda: suites(tmp_path) not in ([], [left]))
        assert table.entry_of(left) is None
        (tmp_path / "hang").unlink()
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, errors
    assert "Ending what a killed process left running: unit." in errors
    assert suites(tmp_path) == []
    logs = sorted(path.name for path in at.world.folder.glob("state/runs/*/logs/*"))
    assert logs == ["unit.1.log", "unit.2.log"]


def test_what_a_kill_left_running_ends_with_the_run(at, tmp_path):
    left = killed_in_its_suites(at, tmp_path)
    done = at.run("abort", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    assert "Ending what a killed process left running: unit." in done.stderr
    assert table.entry_of(left) is None
    assert suites(tmp_path) == []


def at_work(at, *words):
    return subprocess.Popen(
        [HOTFIX, *words],
        cwd=at.world.clone,
        env=at.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_command_gives_its_suites_their_grace(at, tmp_path, number):
    with at_work(at, *START) as process:
        (pid,) = wait_until(lambda: suites(tmp_path))
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130, errors
    assert "Ending unit; Ctrl-C once more ends it at once." in errors
    assert table.entry_of(pid) is None
    assert suites(tmp_path) == []


def test_ctrl_c_twice_ends_the_suites_at_once(at, tmp_path):
    with at_work(at, *START) as process:
        (pid,) = wait_until(lambda: suites(tmp_path))
        os.kill(pid, signal.SIGSTOP)  # it cannot put anything in order
        process.send_signal(signal.SIGINT)
        assert "Ending unit" in process.stderr.readline()
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert time.monotonic() - began < 15
    assert table.entry_of(pid) is None
    assert at.json("status", "--json")["state"] == "interrupted"
