"""Ctrl-C ends a command also where Python throws away what is raised, and prints nothing of it."""

import os
import signal
import subprocess
import sys

import pytest

from hotfix.cli import exit_codes

# A signal comes while an object is taken apart, and the command goes on to something long.
LOSES = """
import gc, os, signal, sys, time, weakref
import hotfix.runs.chosen as chosen

where, times, number = sys.argv.pop(), int(sys.argv.pop()), int(sys.argv.pop())

def come(*_about):
    os.kill(os.getpid(), number)
    for _ in range(1000):
        pass

class Apart:
    def __del__(self):
        come()

class Seen:
    pass

def lose():
    if where == "del":
        Apart()
    elif where == "weakref":
        seen = Seen()
        heard = weakref.ref(seen, come)
        del seen
    else:
        gc.callbacks.append(come)
        gc.collect(0)
        gc.callbacks.remove(come)

def long(*_words, **_more):
    for _ in range(times):
        lose()
    time.sleep(20)
    return 0

chosen.chosen_run = long
from hotfix.cli.entry import main
main()
"""


def ended(tmp_path, where, *, times=1, number=signal.SIGINT, in_background=False):
    words = [sys.executable, "-c", LOSES, "checklist", str(int(number)), str(times), where]
    if in_background:  # as a shell without job control starts what ends in an ampersand
        words = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *words]
    return subprocess.run(
        words,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=15,
    )


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("where", ["del", "weakref", "gc"])
def test_an_interrupt_that_comes_where_nothing_can_be_raised_ends_the_command(
    tmp_path, where, times
):
    done = ended(tmp_path, where, times=times)
    assert done.returncode == exit_codes.INTERRUPTED, done.stderr
    assert "Exception ignored" not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("Interrupted.")


def test_so_does_being_ended_in_the_background(tmp_path):
    done = ended(tmp_path, "del", number=signal.SIGTERM, in_background=True)
    assert done.returncode == exit_codes.INTERRUPTED, done.stderr
    assert "Exception ignored" not in done.stderr
