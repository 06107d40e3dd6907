"""What nobody foresaw ends a command with a message and a file, never with a traceback."""

import os
import stat
import subprocess
import sys

import pytest

BROKEN = """
import sys, threading
import hotfix.runs.chosen as chosen

def broken(*_words, **_more):
    raise KeyError("metadata of " + "ghp_verysecret")

def in_a_thread(*words, **more):
    thread = threading.Thread(target=broken, name="mirror")
    thread.start()
    thread.join()
    return kept(*words, **more)

kept = chosen.chosen_run
chosen.chosen_run = in_a_thread if sys.argv.pop() == "thread" else broken
from hotfix.cli.entry import main
main()
"""


def run(tmp_path, where, state=None):
    return subprocess.run(
        [sys.executable, "-c", BROKEN, "checklist", where],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "HOTFIX_STATE_DIR": str(state or tmp_path / "state"),
            "GH_TOKEN": "ghp_verysecret",
        },
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )


@pytest.mark.parametrize("where", ["command", "thread"])
def test_a_fault_is_said_in_words_and_its_traceback_is_in_a_private_file(tmp_path, where):
    done = run(tmp_path, where)
    assert "Traceback" not in done.stderr + done.stdout
    what, why, kept, following, *rest = done.stderr.splitlines()
    assert what.endswith("ended in a way that nobody foresaw.")
    assert why == "  KeyError: 'metadata of [redacted]'"
    file = tmp_path / "state" / "tracebacks" / "traceback-1.txt"
    assert str(file) in kept
    assert following.startswith("Next: hotfix status")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "in broken" in file.read_text()
    assert "ghp_verysecret" not in file.read_text() + done.stderr
    assert done.returncode == 1
    # A thread's fault does not end the command, which has its own words.
    said = "There is no hotfix run on this machine."
    assert rest[:1] == ([said] if where == "thread" else [])


def test_where_no_file_can_be_written_the_message_says_so(tmp_path):
    (tmp_path / "state").write_text("a file")
    done = run(tmp_path, "command")
    assert done.returncode == 1
    assert "Its traceback could not be written." in done.stderr
