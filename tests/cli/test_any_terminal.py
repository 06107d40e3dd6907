"""No terminal and no encoding ends a command, nor hides a question."""

import io
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from rich.console import Console
from tests.domain.runs_on_record import RUNS

from hotfix.domain.event_data import EventType
from hotfix.domain.fold import fold
from hotfix.view.terminal import Terminal

SAYS = (
    "import json, sys; from hotfix.cli.any_terminal import bear_any_terminal; bear_any_terminal();"
    "print('✓ ✗ … · → é'); print(json.dumps('✓ é \\N{ROCKET}', ensure_ascii=False));"
    "print(sys.stdin.readline().strip() == 'caf\\N{REPLACEMENT CHARACTER}')"
)


@pytest.mark.parametrize(
    ("encoding", "signs", "is_text"),
    [
        ("utf-8", "✓ ✗ … · → é", False),
        ("latin-1", "+ x ... · -> é", True),
        ("ascii", r"+ x ... - -> \u00e9", False),
    ],
)
def test_what_cannot_be_encoded_is_written_in_other_signs(encoding, signs, is_text):
    said = python(SAYS, PYTHONIOENCODING=encoding)
    first, second, third = said.decode(encoding).splitlines()
    assert first == signs
    assert json.loads(second).lstrip("✓+") == " é \N{ROCKET}"
    # The byte is a letter in Latin 1; elsewhere it is none, and the line is read all the same.
    assert third == str(not is_text)


def python(code, **environ):
    return subprocess.run(
        [sys.executable, "-c", code],
        input=b"caf\xe9\n",
        env={**os.environ, **environ},
        capture_output=True,
        check=True,
        timeout=30,
    ).stdout


def test_streams_that_are_closed_are_nowhere():
    code = (
        "import sys; sys.stdin = sys.stdout = None;"
        "from hotfix.cli.any_terminal import bear_any_terminal; bear_any_terminal();"
        "print('x'); sys.exit(sys.stdin.isatty() or sys.stdout.isatty())"
    )
    assert python(code) == b""


@pytest.fixture
def dumb(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    return Terminal(RUNS["done"]().clock.now, console)


def test_a_terminal_that_shows_lines_alone_is_shown_each_question_once(dumb):
    events = RUNS["deciding"]().events()
    progress = fold(events)
    assert progress.pending is not None
    data = {"saying": "no change", "question": progress.pending.to_json()}
    waiting = replace(events[-1], type=EventType.STEP_WAITING, data=data)
    with dumb.running_clock():
        dumb.show(waiting, progress)
        dumb.show(waiting, progress)
    text = dumb.console.file.getvalue()
    assert text.count("? Sure? Then press Enter here: Yes.") == 1
    assert text.count("You may close the laptop") == text.count("Clock: ") == 1
    assert text.count("\a") == 1
    assert "\x1b[?25l" not in text
