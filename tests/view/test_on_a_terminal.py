"""What a person sees at a terminal, and what becomes of what they type: a terminal in memory."""

import os
import re
import sys
import time

import pytest
from tests.view.emulated import Emulated
from tests.view.player import plan

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.adapters.system_clock import SystemClock
from hotfix.domain.event_data import (
    Noted,
    PhaseStarted,
    RunFinished,
    RunStarted,
    StepDone,
    StepStarted,
    StepWaiting,
)
from hotfix.domain.incident import Incident
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import RunSettings
from hotfix.engine.record import layout
from hotfix.view.editor import _WITHOUT_IT, _editor

SEQUENCE = "\x1b["
FEET = {
    40: """\
── ✓✓✓✓  ▶ review 0:00 of 10:00  ·· ───
now    await approval, for 0:00
waits  for rena to review
       https://github.com/webrana/shop…
       │ tests | 41 passed
       │ tests | FAILED test_voucher -…
you    You may close the laptop:
       hotfix resume goes on.
clock""",
    60: """\
── ✓✓✓✓  ▶ review ░░░░░░░░░░░░░░░ 0:00 of 10:00  ·· 2 more
now    await approval, for 0:00
waits  for rena to review
       https://github.com/webrana/shop/pull/7
       │ tests | 41 passed
       │ tests | FAILED test_voucher - KeyError: 'VOUCHERS…
you    You may close the laptop: hotfix resume goes on.
clock""",
    80: """\
── ✓✓✓✓  ▶ review ░░░░░░░░░░░░░░░░ 0:00 of 10:00  · deploy  · verify ──────────
now    await approval, for 0:00
waits  for rena to review https://github.com/webrana/shop/pull/7
       │ tests | 41 passed
       │ tests | FAILED test_voucher - KeyError: 'VOUCHERS_URL'
you    You may close the laptop: hotfix resume goes on.
clock""",
    200: f"""\
── ✓ prepare  ✓ branch  ✓ fix  ✓ test  ▶ review ░░░░░░░░░░░░░░░░ 0:00 of 10:00  · deploy  · verify \
{"─" * 100}
now    await approval, for 0:00
waits  for rena to review https://github.com/webrana/shop/pull/7
       │ tests | 41 passed
       │ tests | FAILED test_voucher - KeyError: 'VOUCHERS_URL'
you    You may close the laptop: hotfix resume goes on.
clock""",
}
ENVIRON = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", "TZ": "UTC"}
# In plain lines the question, its answers, and where one types stand together.
ASKED = [
    "7:51 ? Merge into main and deploy?",
    "1. Merge and deploy (type merge)",
    "2. Stop",
    "[type merge, or 2, ? explains]",
]
PLAYER = [sys.executable, "-m", "tests.view.player"]


@pytest.fixture
def at():
    """Begin a scene on a terminal of its own, which is closed in the end."""
    begun = []

    def begin(scene, columns, *flags, seconds=60.0, lines=24, words=PLAYER, **environ):
        words = [*words, scene, *([str(seconds)] if seconds else []), *flags]
        begun.append(Emulated(words, ENVIRON | environ, columns, lines))
        return begun[-1]

    yield begin
    for each in begun:
        each.close()


def foot(terminal):
    """Return the rows from the line that parts the foot from the record."""
    rows = terminal.rows()
    (first,) = (at for at, row in enumerate(rows) if row.startswith("──"))
    return rows[first:]


@pytest.mark.parametrize("columns", FEET)
def test_the_foot_stands_under_the_record(at, columns):
    terminal = at("waits", columns)
    terminal.until("clock  7:50 gone")
    terminal.look(0.5)
    seen = "\n".join(foot(terminal))
    assert seen.startswith(FEET[columns])
    assert all(len(row) < columns for row in foot(terminal))
    record = terminal.whole().partition("──")[0].splitlines()
    assert "  7:20 ✓ The fix: 1 commit." in record
    # A link where the terminal knows them, and two colours that can be read on any ground.
    assert "\x1b]8;" in terminal.raw
    assert "https://github.com/webrana/shop/pull/7\x1b\\" in terminal.raw
    assert set(re.findall(r"\x1b\[([\d;]+)m", terminal.raw)) <= {"0", "1", "32", "35", "1;35"}


@pytest.mark.parametrize("flags", [(), ("--plain",), ("--quiet",)])
def test_what_is_typed_before_a_question_stands_is_said_and_confirms_nothing(at, flags):
    terminal = at("asks", 80, *flags)
    # Before the process has begun to look at its keyboard.
    terminal.type("publish\nmerge\n")
    terminal.until("[type merge, or 2, ? explains]")
    said = "Not taken: typed before this question stood: publish, merge"
    assert said in terminal.whole()
    assert "answered" not in terminal.whole()
    terminal.type("merge\n")
    terminal.until("answered: merge")
    assert terminal.whole().count("Not taken") == 1


def test_a_question_stands_while_somebody_writes_a_note_and_the_window_changes(at):
    terminal = at("asks", 80, seconds=3.0)
    terminal.until("[type merge, or 2, ? explains]")
    assert terminal.raw.count("\a") == 1
    assert "\x1b]9;hotfix: Merge into main and deploy?\x1b\\" in terminal.raw
    terminal.type("meXX\x7f\x7f")
    terminal.until("noor: vouchers are down, too")
    terminal.look(0.5)
    assert terminal.rows()[-1] == "[type merge, or 2, ? explains] me"
    assert foot(terminal)[2] == "waits  for your answer: Merge into main and deploy?"
    assert terminal.screen.cursor.x == len(terminal.rows()[-1])
    above = terminal.rows()[: -len(foot(terminal))]
    assert above[-1].strip() == "7:51 • noor: vouchers are down, too"
    for columns, lines in ((40, 24), (100, 12), (80, 24)):
        terminal.resize(columns, lines)
        terminal.look(1.0)
        assert sum(row.startswith("──") for row in terminal.rows()) == 1
        assert terminal.rows()[-1] == "[type merge, or 2, ? explains] me"
        assert "vouchers are down, too" in "\n".join(terminal.rows())
    # A paste, an arrow key, and words taken back, are no answer; what is left is.
    terminal.type("\x15KeyError: None\n\nmerge\n")
    terminal.until("That is none of the answers")
    terminal.look(0.5)
    assert terminal.rows()[-1] == "[type merge, or 2, ? explains]"
    terminal.type("no thanks\x17\x17\x1b[Dstop\x15\x1bOAmerge\n")
    terminal.until("answered: merge")
    assert terminal.ended() == 0
    assert "──" not in "\n".join(terminal.rows()[-3:])
    assert terminal.lets_the_terminal_edit()


def test_ctrl_d_twice_leaves_and_ctrl_z_gives_the_terminal_back():
    shell = ["bash", "--norc", "--noprofile", "-i"]
    terminal = Emulated(shell, ENVIRON | {"PS1": "shell% "}, 80, 24)
    try:
        terminal.until("shell%")
        terminal.type(" ".join([*PLAYER, "asks", "600"]) + "\n")
        terminal.until("? explains]")
        terminal.type("mer")
        terminal.until("? explains] mer")
        terminal.type("\x1a")
        terminal.until("Stopped")
        terminal.look(0.5)
        assert not any(row.startswith("──") for row in terminal.rows())
        assert terminal.rows()[-1].strip() == "shell%"
        terminal.type("fg\n")
        terminal.until("[type merge, or 2, ? explains] mer")
        terminal.type("\x15\x04")
        terminal.until("That was Ctrl-D")
        terminal.until("? explains]")
        time.sleep(0.3)
        terminal.type("\x04")
        terminal.until("answered: nothing")
        terminal.look(0.5)
        assert terminal.rows()[-1].strip() == "shell%"
    finally:
        terminal.close()


EDITOR = """\
trap 'echo "The editor has Ctrl-C."' INT
echo "The editor has the screen."
while ! read -r line; do :; done
echo "Root cause: $line" > "$1"
echo "Fix summary: checkout returns 500" >> "$1"
"""


def test_an_editor_has_the_whole_terminal_and_what_it_saves_is_the_answer(at, tmp_path):
    (tmp_path / "own editor.sh").write_text(EDITOR)
    environ = {"HOME": str(tmp_path), "VISUAL": f"sh '{tmp_path}/own editor.sh'"}
    terminal = at("edits", 80, seconds=600.0, **environ)
    terminal.until("? explains]")
    terminal.type("edit\n")
    terminal.until("The editor has the screen.")
    assert not any(row.startswith("──") for row in terminal.rows())
    assert terminal.lets_the_terminal_edit()
    terminal.type("\x03")
    terminal.until("The editor has Ctrl-C.")
    terminal.type("No vouchX\x7fer, no price.\n")
    terminal.until("answered: edit Root cause: No voucher, no price.")
    assert terminal.ended() == 0
    assert terminal.lets_the_terminal_edit()


def test_an_editor_of_which_nothing_comes_is_told_of_and_the_question_stands(at, tmp_path):
    editor = tmp_path / "editor"
    terminal = at("edits", 160, seconds=600.0, HOME=str(tmp_path), GIT_EDITOR=f"sh {editor}")
    terminal.until("? explains]")
    for does, words in (
        ("true", "Nothing was changed, so all stays as it is."),
        ("exit 3", "ended with 3"),
        ("/nowhere/vi $1", "cannot be started. Set GIT_EDITOR to another"),
        ("rm $1", "What was saved cannot be read: No such file or directory."),
        ("printf '\\377' > $1", "What was saved is no text in UTF-8."),
        ("echo It was None. > $1", '"It was None." stands behind neither Root cause: nor Fix'),
        # What was not taken is not lost.
        ("sed -i 's/^/Root cause: /' $1", "answered: edit Root cause: It was None."),
    ):
        editor.write_text(f"{does}\n")
        terminal.type("edit\n")
        terminal.until(words)
    assert terminal.ended() == 0


def test_the_variable_that_is_named_for_another_editor_goes_before_all_others(
    monkeypatch, tmp_path
):
    (tmp_path / ".gitconfig").write_text("[core]\n\teditor = broken\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.setenv(name, "broken")
    monkeypatch.delenv("GIT_EDITOR", raising=False)
    assert _editor() == "broken"
    monkeypatch.setenv(re.findall(r"Set (\w+) to another", _WITHOUT_IT)[0], "vi")
    assert _editor() == "vi"


@pytest.mark.parametrize(("flags", "environ"), [(["--plain"], {}), ([], {"TERM": "dumb"})])
def test_plain_lines_are_drawn_once_and_say_the_same(at, flags, environ):
    terminal = at("asks", 80, *flags, seconds=2.0, **environ)
    terminal.until("[type merge, or 2, ? explains]")
    terminal.type("me")
    terminal.until("noor: vouchers are down, too")
    terminal.look(1.5)
    # It is asked once more behind the note; what was typed counts still, as the terminal has it.
    assert terminal.rows()[-1] == "[type merge, or 2, ? explains]"
    terminal.type("rge\n")
    terminal.until("answered: merge")
    assert SEQUENCE not in terminal.raw
    assert "\x1b]" not in terminal.raw
    assert terminal.raw.count("\a") == 1
    assert "You may close the laptop: hotfix resume asks again." in terminal.whole()
    assert "Clock: 7:51 gone" in terminal.whole()


@pytest.mark.parametrize("columns", [40, 60, 120])
def test_a_dumb_terminal_is_as_wide_as_it_is(at, columns):
    shown = []
    for flags, environ in ((["--plain"], {}), ([], {"TERM": "dumb"})):
        terminal = at("asks", columns, *flags, **environ)
        terminal.until("? explains]")
        shown.append(terminal.whole())
    assert shown[0] == shown[1]


def test_quiet_shows_what_needs_a_person(at):
    terminal = at("asks", 80, "--quiet")
    terminal.until("[type merge, or 2, ? explains]")
    rows = [row.strip() for row in terminal.rows() if row]
    assert rows[-len(ASKED) :] == ASKED


def test_no_colour_is_no_colour_and_the_shapes_say_it(at):
    terminal = at("waits", 80, NO_COLOR="1")
    terminal.until("clock  7:50 gone")
    assert not re.search(r"\x1b\[[\d;]*3[0-7]", terminal.raw)
    assert "✓ Recorded shop." in terminal.whole()


@pytest.mark.parametrize("columns", [40, 200])
def test_waiting_costs_no_more_than_two_kilobytes_a_second(at, columns):
    terminal = at("ticks", columns)
    terminal.until("clock  7:")
    terminal.look(1.0)
    seconds = 3.0
    count = terminal.look(seconds)
    assert 0 < count <= 2048 * seconds


def test_whoever_looks_on_sees_the_same_drawn_in_place_and_whether_it_lives(at, tmp_path):
    run = "hf-20260312-0312-checkout-abcd"
    with JournalFile.create(tmp_path, run, SystemClock(), "dana") as journal:
        journal.append(
            RunStarted(Incident("checkout returns 500"), RunSettings(), layout(plan(is_asked=True)))
        )
        journal.append(PhaseStarted(), "review")
        journal.append(StepStarted(), "review", "await_approval")
        waits = StepWaiting("waiting for rena to review", goes_on_alone=True)
        journal.append(waits, "review", "await_approval")
        words = [sys.executable, "-m", "hotfix", "status", "--watch"]
        terminal = at(run, 80, words=words, seconds=None, HOTFIX_STATE_DIR=str(tmp_path))
        terminal.until("you    You may close the laptop: hotfix resume goes on.")
        rows = [row for row in terminal.rows() if row]
        assert rows[0] == f"{run}  checkout returns 500"
        # How it stands, the rows below say.
        assert rows[1] == f"at work: dana at {os.uname().nodename} (pid {os.getpid()})"
        journal.append(Noted("looked"))
        journal.append(StepDone("Approved by rena.", {}), "review", "await_approval")
        terminal.until("waits  for nothing: it is at work")
        assert terminal.look(3.0) <= 3 * 2048
        assert terminal.whole().count("checkout returns 500") == 1
        journal.append(RunFinished(RunState.DONE))
    assert terminal.ended() == 0
    told = terminal.whole()
    assert "now    over, with something left to do" in told
    assert "waits  " not in told
    # What is left to do stands once, whole, where it can be copied.
    left = [row for row in terminal.rows() if row.startswith("Left to do: ")]
    assert len({*left}) == len(left) > 1
