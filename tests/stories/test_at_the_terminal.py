"""The drill at a real terminal: a person writes the fix and answers the questions."""

import os
import re
from pathlib import Path

import pexpect
import pytest
from tests.stories.commands import HOTFIX

from hotfix.simulators.played_fix import GOOD_FIX

WIDTH = 60


# It moves no cursor, and knows few signs.
DUMB = {"TERM": "dumb", "PYTHONIOENCODING": "latin-1"}


@pytest.fixture
def drill(tmp_path, request):
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TERM": "xterm", "NO_COLOR": "1"}
    environ |= getattr(request, "param", {})
    child = pexpect.spawn(
        HOTFIX,
        ["drill"],
        env=environ,
        dimensions=(50, WIDTH),
        encoding="utf-8",
        codec_errors="replace",
        timeout=40,
    )
    yield child
    child.close(force=True)


def clone_of(drill) -> Path:
    found = re.search(r"The code:\s+(\S+)", drill.before or "")
    assert found, drill.before
    return Path(found[1])


def test_a_newcomer_writes_the_fix_and_takes_it_to_production(drill):
    drill.expect("Do customers notice")
    clone = clone_of(drill)
    drill.expect(r"type publish, or 1-2, \? explains\]")
    drill.send("publish\r")
    drill.expect("here:")
    GOOD_FIX.write(clone)
    # Pressed twice, as people do: the second one must not answer the next question.
    drill.send("\r\r")
    drill.expect("Commit this as the fix")
    drill.expect(r"Enter for 1, \? explains\]")
    drill.send("1\r")
    drill.expect("Merge into hotfix/production and deploy")
    drill.expect(r"\[type merge, or 2, \? explains\]")
    # What was meant for an editor is no answer, nor is the Enter in it.
    drill.send("KeyError: None\r\rat checkout.py\r")
    drill.expect("That is none of the answers")
    drill.expect(r"\[type merge, or 2, \? explains\]")
    drill.send("merge\r")
    drill.expect("Does the fix work for users")
    drill.expect(r"Enter for 1, \? explains\]")
    drill.send("yes\r")
    drill.expect("Status page: resolved")
    drill.expect("The run is over, with something left to do")
    drill.expect("Log entry:")
    drill.expect(pexpect.EOF)
    drill.wait()
    assert drill.exitstatus == 0
    assert not clone.exists()


@pytest.mark.parametrize("drill", [DUMB], indirect=True)
def test_a_terminal_of_lines_alone_shows_the_question_and_ctrl_d_leaves_it_open(drill):
    drill.expect("Do customers notice")
    drill.send("1\r")
    drill.expect(r"\?\s+Edit\s+\S+\s+and\s+save\.\s+Then\s+press\s+Enter\s+here:")
    # Once, it is no answer, and the ear stays open.
    drill.sendeof()
    drill.expect("That was Ctrl-D")
    drill.sendeof()
    drill.expect(r"Nobody answered:\s+Edit\s+\S+\s+and\s+save\.")
    drill.expect(r"its\s+world\s+is\s+gone")
    drill.expect(pexpect.EOF)
    assert "hotfix resume" not in drill.before
    drill.wait()
    assert drill.exitstatus == 8


def test_ctrl_c_leaves_and_takes_the_world_along(drill):
    drill.expect("Do customers notice")
    clone = clone_of(drill)
    drill.send("1\r")
    drill.expect("here:")
    drill.sendintr()
    drill.expect("Interrupted")
    drill.expect(r"Not answered:\s+Edit\s+\S+\s+and\s+save\.")
    drill.expect(r"its\s+world\s+is\s+gone")
    drill.expect(pexpect.EOF)
    assert "hotfix resume" not in drill.before
    drill.wait()
    assert drill.exitstatus == 130
    assert not clone.exists()
