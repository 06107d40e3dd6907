"""Every command at every width: no word lost, no command broken, no line wider than it must be."""

import ast
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.journals.reading import HERE, recorded
from tests.view.widths import WIDTHS, misfits

from hotfix.cli.app import GROUPS
from hotfix.cli.entry import main
from hotfix.domain.problem import ProblemCode
from hotfix.ports.readiness import Finding, Need
from hotfix.view import doctor_text

CLI = Path(__file__).parents[2] / "src" / "hotfix" / "cli"
COMMANDS = [name for names in GROUPS.values() for name in names]
OPEN, DONE = "waiting-for-review", "rolled-back-via-actions-run-again"
OPEN_RUN, DONE_RUN = (recorded(name).progress.run for name in (OPEN, DONE))
SAID = [
    [],
    *([name, "--help"] for name in COMMANDS),
    ["status", OPEN_RUN],
    ["status", DONE_RUN],
    ["status", "--team"],
    ["show", DONE_RUN],
    ["log"],
    ["history"],
    ["checklist", DONE_RUN],
    ["drill", "--list"],
    ["drill", "--scenario", "bad-fx"],
    ["start", "checkout returns 500", "--category", "api-errors"],
    ["start", "checkout returns 500", "--categry", "api-errors"],
    ["resume", "hf-none"],
    ["takeover", "hf-none"],
    ["rollback", "--list"],
    ["lock"],
    ["contacts"],
    ["doctor"],
    ["completion", "tcsh"],
    ["init", "--yes"],
    ["init", "--rbac", "--schema"],
    ["note", "the cache was flushed by hand"],
]
# What prints a document, which is as it is: a script, TOML, CSV, tables in markdown, logs of
# others; and help, which is laid out already.
DOCUMENTS = {"completion", "describe", "init", "log", "logs", "report", "show"}
LAID_OUT = {"app", "command_line", "drill_walks"}


class Screen(io.StringIO):
    """A terminal, as far as whoever prints on it can tell."""

    def isatty(self):
        return True


@pytest.fixture
def said(tmp_path, monkeypatch):
    """Return what a command says at a terminal of so many columns, or in a pipe."""
    for name in (OPEN, DONE):
        folder = tmp_path / "state" / "runs" / recorded(name).progress.run
        folder.mkdir(parents=True)
        raw = (HERE / "recorded" / name / "journal.jsonl").read_bytes()
        (folder / "journal.jsonl").write_bytes(raw)
    subprocess.run(["git", "init", "--quiet", tmp_path / "clone"], check=True)
    monkeypatch.chdir(tmp_path / "clone")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HOTFIX_STATE_DIR", str(tmp_path / "state"))

    def say(words, width):
        told = Screen() if width else io.StringIO()
        monkeypatch.setenv("COLUMNS", str(width or 80))
        with monkeypatch.context() as patch:
            patch.setattr("sys.argv", ["hotfix", *words])
            # A command may end its process at once, and this one is ours.
            patch.setattr("os._exit", sys.exit)
            patch.setattr("sys.stdin", io.StringIO())
            patch.setattr("sys.stdout", told)
            patch.setattr("sys.stderr", told)
            with pytest.raises(SystemExit):
                main()
        (tmp_path / "clone" / "hotfix.toml").unlink(missing_ok=True)
        # The clock of a run that is open goes on.
        return re.sub(r"\d+:\d\d(?!:)", "0:00", told.getvalue())

    return say


@pytest.mark.parametrize("words", SAID, ids=" ".join)
def test_what_a_command_says_fits(said, words):
    whole = said(words, None)
    assert whole.strip()
    for width in WIDTHS:
        assert misfits(said(words, width), whole, width) == [], width


@pytest.mark.parametrize("width", WIDTHS)
def test_what_doctor_found_fits(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    needs = [
        Need("git", "clean work tree", Finding.WARNING, "3 files of yours are changed", _MEND),
        Need("GitHub", "token", Finding.FAILED, "GitHub refuses it", _LONG, ProblemCode.FAILED),
        Need("cluster", "pods/log", Finding.OK, "the logs of webrana-backend can be read there"),
    ]
    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)
    doctor_text.show(needs)
    whole = "\n".join(doctor_text.as_lines(needs))
    assert misfits(screen.getvalue(), whole, width) == []


_MEND = "git stash, or: git commit --all --message 'what is not finished'; then: hotfix doctor"
_LONG = "export GH_TOKEN=... of an account that may write; to see which: gh api user --jq .login"


def test_what_is_printed_for_people_goes_through_the_one_place():
    calls = [
        (path.stem, ast.unparse(call))
        for path in CLI.glob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "print"
    ]
    assert {stem for stem, call in calls if "json" not in call} <= DOCUMENTS | LAID_OUT
