"""Programs that end as badly as those of a team do, and who of them still lives."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from hotfix.processes import table

PATIENCE_SECONDS = 20.0

#: waits to be asked to end; a signal right before a sleep is served after it, so it is short
WAITS = "while True: time.sleep(0.05)"
#: takes half a second to put things in order when it is asked to end, and says that it did
ORDERLY = f"""
import pathlib, signal, sys, time
def put_in_order(*_):
    time.sleep(0.5)
    pathlib.Path(sys.argv[1]).write_text("in order")
    sys.exit(0)
signal.signal(signal.SIGTERM, put_in_order)
pathlib.Path(sys.argv[1] + ".ready").touch()
{WAITS}
"""
#: does not end until it is made to
STUBBORN = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1] + ".ready").touch()
time.sleep(300)
"""
#: ends at once, and leaves the tidying to its child, as make and npm do
HASTY = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {ORDERLY!r}, sys.argv[1]])
time.sleep(300)
"""


def python(code: str, *words: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, words)]


def wait_until(holds):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)
    return found


def ready(path: Path) -> None:
    wait_until(path.with_name(f"{path.name}.ready").exists)


def is_alive(pid: int) -> bool:
    return table.entry_of(pid) is not None


def script(code: str, *words: object) -> "subprocess.Popen[str]":
    """Run code that uses us, in a process that can be interrupted as a command is."""
    return subprocess.Popen(
        python(code, *words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def interrupted(process: "subprocess.Popen[str]", times: int = 1) -> str:
    """Send Ctrl-C, wait for the end, and return what was said on the standard error."""
    for _ in range(times):
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.3)
    return process.communicate(timeout=PATIENCE_SECONDS)[1]
