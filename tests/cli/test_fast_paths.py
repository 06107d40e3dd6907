"""All that is imported by what people wait for without thinking: each file costs time.

A prompt is drawn hundreds of times a day. Who needs one more file here has to name it.
"""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.memory_clock import MemoryClock

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.domain.event_data import PhaseStarted, RunStarted
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonObject

ROOT = Path(__file__).resolve().parents[2]
RUN = "hf-20260312-0312-checkout-abcd"
BEGUN: JsonObject = {
    "settings": {},
    "plan": "hotfix",
    "phases": [{"name": "fix", "target_seconds": 900.0}],
    "total_seconds": 1800.0,
    "counts_until": "fix",
    "point_of_no_return": "",
    "needed_after": [],
}
# Of Python, beside what it loads for nothing: ``re``, with all that it brings along, would cost as
# much as everything here together; so would ``json``, ``contextlib`` and ``collections``.
MOMENTS = {"_datetime", "_operator", "datetime", "gc", "math", "operator"}
JSON = {"_json", "hotfix.domain.json_reading"}
ANY = {
    *("gc", "hotfix", "hotfix.cli", "hotfix.cli.any_terminal", "hotfix.cli.entry"),
    *("hotfix.cli.redacting", "hotfix.domain", "hotfix.domain.redaction", "hotfix.processes"),
    *("hotfix.processes.environment", "hotfix.runs", "hotfix.runs.state_folder", *JSON),
}
STATUS = {
    *ANY,
    *MOMENTS,
    *("hotfix.adapters", "hotfix.adapters.git", "hotfix.adapters.git.clone_identity"),
    *("hotfix.adapters.journal", "hotfix.adapters.journal.order", "hotfix.cli.fast_status"),
    *("hotfix.composition", "hotfix.composition.clone", "hotfix.composition.run_list"),
    *("hotfix.config", "hotfix.config.finding", "hotfix.domain.figures", "hotfix.domain.forecast"),
    *(
        "hotfix.domain.foreign_text",
        "hotfix.domain.lines",
        "hotfix.domain.snapshot",
        "hotfix.domain.state_checksum",
    ),
    *("hotfix.adapters.journal.derived", "hotfix.runs.known_runs", "binascii"),
    *("hotfix.runs.held", "hotfix.runs.whose", "hotfix.view", "hotfix.view.clock_line"),
    *("hotfix.view.durations", "hotfix.domain.ending", "hotfix.view.foreign_text"),
    *("hotfix.view.printing", "hotfix.view.status_lines"),
    *("hotfix.domain.whose_terminal", "hotfix.processes.birth", "hotfix.runs.life"),
}
HELP = {
    *ANY,
    *("hotfix.cli.kept_help", "hotfix.processes.own_file"),
}


@pytest.fixture
def home(tmp_path):
    """A home with a run in the usual place: nothing else says where it is."""
    state = tmp_path / ".local" / "state" / "hotfix"
    state.mkdir(parents=True)
    with JournalFile.create(state, RUN, MemoryClock(), "dana") as journal:
        incident = Incident("checkout returns 500").to_json()
        journal.append(RunStarted.from_json({"incident": incident, **BEGUN}))
        journal.append(PhaseStarted(), "fix")
    return tmp_path


def imported(home, *words):
    """Return the names of all modules that a process of Python imports, and what it printed."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOTFIX_")}
    ours.pop("XDG_STATE_HOME", None)
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *words],
        cwd=home,
        env={**ours, "HOME": str(home)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    timed = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in timed}, done.stdout


@pytest.mark.parametrize(
    ("words", "known", "says"),
    [
        (["status", "--short"], STATUS, "hotfix fix"),
        (["status"], STATUS, "Next: wait"),
        (["--help"], HELP, "  rollback "),
    ],
    ids=["short", "status", "help"],
)
def test_nothing_is_imported_but_what_is_named_here(home, words, known, says):
    command = (str(ROOT / "bin" / "hotfix"), *words)
    imported(home, *command)  # help is kept the first time
    bare, _ = imported(home, "-c", "pass")
    found, said = imported(home, *command)
    assert says in said
    assert found - bare <= known


def test_the_script_of_a_wheel_is_the_one_that_was_measured(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        (script,) = (name for name in opened.namelist() if name.endswith(".data/scripts/hotfix"))
        first, *rest = opened.read(script).decode().splitlines()
    # Whoever installs it puts the interpreter there.
    assert first == "#!python"
    assert rest == (ROOT / "bin" / "hotfix").read_text().splitlines()[1:]
