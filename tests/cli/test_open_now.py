"""``hotfix`` alone: its help, and which run is open, without anything heavy."""

import json
import os
import subprocess
import sys

import pytest
from tests.cli.test_fast_status import HEAVY, MAIN, NEW, OLD, state  # noqa: F401 - a fixture

from hotfix.cli.kept_help import help_text


def alone(folder, *words, cwd=None):
    """Run ``hotfix`` as a process; returns what it says after its help, and what it loaded."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "HOTFIX_STATE_DIR": str(folder)}
    text = help_text(environ)
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *words],
        env=environ,
        cwd=cwd or folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stdout.startswith(text)
    return done.stdout.removeprefix(text), set(done.stderr.split())


def change(folder, run, **changed):
    path = folder / "runs" / run / "state.json"
    kept = json.loads(path.read_text()) | changed
    # As an earlier version wrote it: what has a checksum is not believed once it is edited.
    kept.pop("checksum", None)
    path.write_text(json.dumps(kept))


def test_without_a_run_there_is_the_help_alone(tmp_path):
    assert alone(tmp_path)[0] == ""


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"]])
def test_who_asks_for_help_gets_that_alone(state, words):  # noqa: F811 - the fixture
    assert alone(state, *words)[0] == ""


def test_what_is_open_is_named_with_what_comes_next(state):  # noqa: F811 - the fixture
    change(state, OLD, state="done")
    change(state, NEW, description="login fails")
    gone = json.loads((state / "runs" / NEW / "state.json").read_text())["holder"]
    change(state, NEW, holder=gone | {"pid": 2**22 + 1})
    said, loaded = alone(state)
    assert said == f"\nOpen: {NEW} (login fails). Next: hotfix resume {NEW}\n"
    assert not loaded & set(HEAVY)
    # The journal says more than the file that is read here.
    change(state, NEW, journal_bytes=1)
    assert alone(state)[0] == f"\nRun {NEW} may be open. Next: hotfix status {NEW}\n"
    change(state, NEW, state="aborted")
    assert alone(state)[0] == ""


def test_a_run_whose_state_is_lost_is_not_said_to_be_open_once_its_record_ends(state):  # noqa: F811 - the fixture
    change(state, OLD, state="done")
    folder = state / "runs" / NEW
    (folder / "state.json").unlink()
    assert alone(state)[0] == f"\nRun {NEW} may be open. Next: hotfix status {NEW}\n"
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write('{"type": "run_finished"}\n')
    assert alone(state)[0] == ""
