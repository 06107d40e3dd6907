"""What a program reads that was started with ``--json``: events, and nothing else."""

import json
from datetime import UTC, datetime
from typing import cast

import pytest

from hotfix.cli.screens import can_ask, screen_for
from hotfix.domain.event import Event
from hotfix.domain.event_data import EventType
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import Progress
from hotfix.view.run_screen import RunScreen

AT = datetime(2026, 11, 23, tzinfo=UTC)
NOTE = Event("hf-1", 1, AT, EventType.NOTE, data={"text": "決済"})


def test_a_program_reads_events_alone_and_what_no_event_says_on_standard_error(capsys):
    screen = screen_for(lambda: AT, as_json=True)
    screen.lines(["Warning: something."], "warning")
    with screen.running_clock():
        screen.show(NOTE, Progress())
    screen.aside("Other machines do not see this run as it is: denied")
    screen.end(Progress(problem=Problem(ProblemCode.FAILED, "what", "why", "next")))
    out, err = capsys.readouterr()
    assert json.loads(out) == NOTE.to_json()
    assert err == "Other machines do not see this run as it is: denied\n"


def test_a_person_reads_all_of_it(capsys):
    screen = screen_for(lambda: AT, as_json=False)
    screen.aside("Other machines do not see this run as it is: denied")
    screen.end(Progress(run="hf-1", untold={"parent": "line 1\nline 2"}))
    assert capsys.readouterr().out.splitlines() == [
        "Other machines do not see this run as it is: denied",
        "Run hf-1 is open.",
        "Nothing of it is merged.",
        "Next: hotfix resume hf-1",
        "Could not be sent; ready to paste:",
        "",
        "line 1",
        "line 2",
        "",
        "To have it tried again: hotfix resume hf-1",
    ]


@pytest.mark.parametrize(
    ("value", "plain", "is_plain"),
    [(None, False, False), ("1", False, True), ("0", False, False), ("0", True, True)],
)
def test_plain_lines_are_wanted_by_the_flag_or_for_good(monkeypatch, value, plain, is_plain):
    monkeypatch.delenv("HOTFIX_PLAIN", raising=False)
    if value is not None:
        monkeypatch.setenv("HOTFIX_PLAIN", value)
    monkeypatch.setenv("TERM", "xterm-256color")
    screen = cast("RunScreen", screen_for(lambda: AT, as_json=False, plain=plain))
    assert screen._is_plain is is_plain
    assert not is_plain or screen.console.color_system is None


def test_no_person_is_asked_for_a_program():
    assert not can_ask(as_json=True)
