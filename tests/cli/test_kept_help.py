"""The first page of help is what the commands say now, and quick where they have said it before."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotfix.cli import kept_help

MAIN = """
import os, sys
os._exit = sys.exit
from hotfix.cli.entry import main
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
BY_THE_LIBRARY = "from hotfix.cli.app import app_for; app_for(())()"


@pytest.fixture
def state(tmp_path):
    return tmp_path


@pytest.fixture
def said(state, monkeypatch):
    """Return what says the help, and whether it was made anew."""
    make, done = kept_help._made, []

    def made():
        done.append(1)
        return make()

    monkeypatch.setattr(kept_help, "_made", made)

    def say(**environ):
        done.clear()
        text = kept_help.help_text({"HOTFIX_STATE_DIR": str(state), **environ})
        return text, bool(done)

    return say


def helped(state, *way):
    environ = {**os.environ, "HOTFIX_STATE_DIR": str(state)}
    done = subprocess.run(
        [sys.executable, *(way or ("-c", MAIN)), "--help"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout, set(done.stderr.split())


def test_it_is_what_the_commands_say_and_the_second_time_without_the_library(state):
    first, loaded = helped(state)
    shown, _ = helped(state, "-c", BY_THE_LIBRARY)
    assert first == shown
    assert "typer" in loaded
    second, loaded = helped(state)
    assert second == first
    assert helped(state, "-m", "hotfix")[0] == first
    assert not loaded & {"typer", "rich", "pydantic", "pathlib", "typing", "platformdirs"}


def test_it_is_made_anew_for_another_terminal_or_language(said):
    text, _ = said()
    assert said() == (text, False)
    for name, value in (("COLUMNS", "40"), ("LANG", "de_DE.UTF-8"), ("LC_ALL", "C")):
        assert said(**{name: value})[1], name


def test_it_is_made_anew_where_the_program_is_another_one(said, monkeypatch, tmp_path_factory):
    copy = tmp_path_factory.mktemp("cli")
    for each in Path(kept_help.__file__).parent.glob("*.py"):
        (copy / each.name).write_text(each.read_text())
    monkeypatch.setattr(kept_help, "__file__", str(copy / "kept_help.py"))
    said()
    assert not said()[1]
    (copy / "note.py").write_text("# shorter")
    assert said()[1]
    assert not said()[1]
    (copy / "of_today.py").write_text("")
    assert said()[1]
    monkeypatch.setattr(kept_help, "__version__", "0.0.1")
    assert said()[1]


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"text": 3}', '{"text": "Usage: old"}'])
def test_what_is_damaged_or_of_others_is_made_anew(damage, said, state):
    text, _ = said()
    file = state / "help.json"
    file.write_text(damage)
    assert said() == (text, True)
    file.write_text(json.dumps({**json.loads(file.read_text()), "text": None}))
    assert said() == (text, True)
    file.chmod(0o666)
    assert said() == (text, True)


def test_without_a_state_directory_none_is_made(said, state):
    gone = state / "gone"
    assert said(HOTFIX_STATE_DIR=str(gone))[1]
    assert not gone.exists()
