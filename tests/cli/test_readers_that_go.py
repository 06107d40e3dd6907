"""Once nobody reads, what has to be watched is broken off, and nothing else is."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.test_fast_paths import home  # noqa: F401 - a fixture

from hotfix.cli.redacting import RedactedOutput
from hotfix.cli.screens import screen_for

HOTFIX = Path(__file__).parents[2] / "bin" / "hotfix"


def ended(folder, *words):
    """Return the exit code of a command whose reader is gone, and what it says on its errors."""
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "w") as closed:
        done = subprocess.run(
            [sys.executable, HOTFIX, *words],
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "HOTFIX_OPERATOR": "dana"},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=100,
            check=False,
        )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["drill", "--list"], 0),
        (["drill", "--auto"], 1),
        (["drill", "--auto", "--json"], 1),
        (["drill", "--serve"], 1),
        (["status", "--watch"], 0),
        (["status", "--watch", "--json"], 0),
        (["status"], 0),
    ],
)
def test_a_walk_ends_with_1_and_what_only_ends_by_that_with_0(home, words, code):  # noqa: F811 - the fixture
    assert ended(home, *words) == (code, "")


@pytest.mark.parametrize("as_json", [True, False])
def test_the_walk_is_what_must_be_read_however_little_was_printed_before(monkeypatch, as_json):
    reads, writes = os.pipe()
    with os.fdopen(writes, "w", buffering=1) as out:
        monkeypatch.setattr(sys, "stdout", out)
        with RedactedOutput():
            screen = screen_for(lambda: datetime.now(UTC), as_json=as_json)
            sys.stdout.write("somebody reads this\n")
            os.close(reads)
            # What only looks goes on: when the reader goes is chance.
            sys.stdout.write("nobody reads this\n")
            sys.stdout.flush()
            with pytest.raises(BrokenPipeError), screen.running_clock():
                pytest.fail("it walks on")
