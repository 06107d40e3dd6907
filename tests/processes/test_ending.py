"""SIGTERM to the group, a grace, SIGKILL to the group: for whatever we run, however it ends."""

import os
import signal
import subprocess
import threading
import time

import pytest
from tests.processes.programs import (
    HASTY,
    ORDERLY,
    PATIENCE_SECONDS,
    STUBBORN,
    WAITS,
    interrupted,
    is_alive,
    python,
    ready,
    script,
    wait_until,
)

from hotfix.processes import table
from hotfix.processes.ending import ending, finish
from hotfix.processes.running import run
from hotfix.processes.starting import start

RUNS = """
import sys
from hotfix.processes.running import run
run([sys.executable, "-c", *sys.argv[1:]], 300, grace_seconds=300)
"""


def begun(code, path):
    process = start(python(code, path))
    ready(path)
    return process


@pytest.mark.parametrize("code", [ORDERLY, HASTY])
def test_whoever_needs_a_moment_to_put_things_in_order_has_it(tmp_path, code):
    process = begun(code, tmp_path / "said")
    finish([ending(process, PATIENCE_SECONDS)])
    assert (tmp_path / "said").read_text() == "in order"
    assert not table.is_alive(process.pid)


def test_whoever_does_not_end_is_made_to_after_the_grace(tmp_path):
    process = begun(STUBBORN, tmp_path / "said")
    started = time.monotonic()
    finish([ending(process, 0.3)])
    assert 0.3 <= time.monotonic() - started < PATIENCE_SECONDS
    assert process.returncode == -signal.SIGKILL


def test_the_graces_of_several_run_side_by_side(tmp_path):
    processes = [begun(STUBBORN, tmp_path / f"{number}") for number in range(4)]
    started = time.monotonic()
    finish([ending(each, 0.5) for each in processes])
    assert time.monotonic() - started < 1.5
    assert {each.returncode for each in processes} == {-signal.SIGKILL}


def test_a_deadline_ends_a_program_in_the_same_way(tmp_path):
    code = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(__import__('os').getpid()))\n{HASTY}"
    done = run(python(code, tmp_path / "said"), 1.0, grace_seconds=PATIENCE_SECONDS)
    assert done.code is None
    assert (tmp_path / "said").read_text() == "in order"
    assert not table.is_alive(int((tmp_path / "pid").read_text()))


def test_what_is_said_while_it_ends_is_heard_however_much_it_is():
    code = (
        "import signal, sys, time\n"
        "def end(*_): sys.stdout.write('x' * 3_000_000); sys.stdout.flush(); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        f"print('ready', file=sys.stderr, flush=True)\n{WAITS}"
    )
    done = run(python(code), 1.0, grace_seconds=PATIENCE_SECONDS)
    assert (done.code, len(done.output), done.errors) == (None, 3_000_000, b"ready\n")


def test_ctrl_c_gives_the_grace(tmp_path):
    walking = script(RUNS, HASTY, tmp_path / "said")
    ready(tmp_path / "said")
    assert "KeyboardInterrupt" in interrupted(walking)
    assert (tmp_path / "said").read_text() == "in order"


def test_ctrl_c_twice_ends_the_grace_at_once(tmp_path):
    code = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(__import__('os').getpid()))\n{STUBBORN}"
    walking = script(RUNS, code, tmp_path / "said")
    ready(tmp_path / "said")
    started = time.monotonic()
    assert "KeyboardInterrupt" in interrupted(walking, times=2)
    assert time.monotonic() - started < PATIENCE_SECONDS
    assert not is_alive(int((tmp_path / "pid").read_text()))


def test_a_thread_that_runs_a_program_is_told_to_end_it(tmp_path):
    cancelled = threading.Event()
    found = []
    words = python(ORDERLY, tmp_path / "said")
    thread = threading.Thread(target=lambda: found.append(run(words, 300, cancelled=cancelled)))
    thread.start()
    ready(tmp_path / "said")
    cancelled.set()
    thread.join(PATIENCE_SECONDS)
    assert [each.code for each in found] == [None]
    assert (tmp_path / "said").read_text() == "in order"


def test_what_a_background_thread_waits_for_ends_with_the_command(tmp_path):
    code = (
        "import sys, threading, time\nfrom hotfix.processes.running import run\n"
        "words = [sys.executable, '-c', *sys.argv[1:]]\n"
        "threading.Thread(target=run, args=(words, 300), daemon=True).start()\n"
        "import pathlib\n"
        "while not pathlib.Path(sys.argv[2] + '.ready').exists(): time.sleep(0.01)\n"
    )
    done = script(code, ORDERLY, tmp_path / "said")
    done.communicate(timeout=PATIENCE_SECONDS)
    assert (tmp_path / "said").read_text() == "in order"


def test_who_leaves_the_group_and_keeps_the_pipe_holds_nobody_up(tmp_path):
    left = "import os, time; open('left', 'w').write(str(os.getpid())); time.sleep(300)"
    code = (
        "import subprocess, sys, pathlib, time\n"
        f"subprocess.Popen([sys.executable, '-c', {left!r}], start_new_session=True)\n"
        "while not pathlib.Path('left').exists(): time.sleep(0.01)\n"
        "print('over')"
    )
    started = time.monotonic()
    try:
        done = run(python(code), 60.0, folder=tmp_path)
        assert (done.code, done.output) == (0, b"over\n")
        assert time.monotonic() - started < PATIENCE_SECONDS
    finally:
        number = wait_until((tmp_path / "left").read_text)
        os.kill(int(number), signal.SIGKILL)


@pytest.mark.parametrize("leaves_nothing", [True, False])
def test_what_is_left_in_the_group_is_ended_where_nothing_may_be_left(leaves_nothing):
    code = (
        "import subprocess, sys\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)']).pid)"
    )
    done = run(python(code), 60.0, leaves_nothing=leaves_nothing)
    left = int(done.output)
    assert (done.code, is_alive(left)) == (0, not leaves_nothing)
    if is_alive(left):
        os.kill(left, signal.SIGKILL)


def test_only_the_end_is_kept_of_a_program_that_prints_for_ever():
    code = "import os\nfor _ in range(2000): os.write(1, b'x' * 65536)\nos.write(1, b'end')"
    done = run(python(code), 60.0, keep=1000)
    assert (done.code, len(done.output), done.output[-4:]) == (0, 1000, b"xend")


# Ctrl-C a hundred times around the start of a program: nothing may live on that nobody knows of.
STARTS = """
import random, signal, sys, threading, time
from hotfix.processes.ending import ending, finish
from hotfix.processes.starting import start
signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
for _ in range(100):
    try:
        signal.setitimer(signal.ITIMER_REAL, random.uniform(0.0001, 0.004))
        process = start(["sleep", "300"], environ={"PATH": "/usr/bin:/bin", "MARK": sys.argv[1]})
        time.sleep(0.01)
    except KeyboardInterrupt:
        pass
    else:
        finish([ending(process)])
    process = None
signal.signal(signal.SIGALRM, signal.SIG_IGN)
"""


def test_ctrl_c_in_the_middle_of_a_start_leaves_nothing_behind(tmp_path):
    process = script(STARTS, tmp_path.as_posix())
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert table.groups_bearing(f"MARK={tmp_path.as_posix()}") == set()


def test_a_program_that_is_not_there_is_an_error_of_the_system():
    with pytest.raises(FileNotFoundError):
        run(["no-such-program-here"], 1.0)


# Linux shows the environment of a program a moment after it has begun: so it says that it is up.


def test_its_words_are_found_as_it_was_started(tmp_path):
    up = tmp_path / "up"
    process = start(python(ORDERLY, up), environ={**os.environ, "MARK": "here"})
    try:
        ready(up)
        entry = table.entry_of(process.pid)
        assert entry is not None
        assert entry.group == process.pid
        assert list(table.members(process.pid)) == [process.pid]
        assert table.bears(process.pid, "MARK=here")
        assert not table.bears(process.pid, "MARK=her")
    finally:
        finish([ending(process)])
    assert table.entry_of(process.pid) is None


@pytest.mark.usefixtures("without_proc")
def test_a_system_without_proc_is_asked_through_ps(tmp_path):
    up = tmp_path / "up"
    process = subprocess.Popen(
        python(ORDERLY, up), start_new_session=True, env={**os.environ, "MARK": "there"}
    )
    try:
        ready(up)
        entry = table.entry_of(process.pid)
        assert entry is not None
        assert (entry.pid, entry.group) == (process.pid, process.pid)
        assert entry == table.entry_of(process.pid)
        assert list(table.members(process.pid)) == [process.pid]
        assert table.groups_bearing("MARK=there") == {process.pid}
        assert table.bears(process.pid, "MARK=there")
    finally:
        process.kill()
        process.wait()
    assert table.entry_of(process.pid) is None


@pytest.fixture
def without_proc(monkeypatch, tmp_path):
    monkeypatch.setattr(table, "_BOOT", tmp_path / "nothing")
