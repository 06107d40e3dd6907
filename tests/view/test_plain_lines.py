"""Plain lines, as for a screen reader: what belongs together is together, and nothing is cut."""

import io

import pytest
from rich.console import Console
from tests.journals.reading import NAMES, recorded

from hotfix.domain.event_data import DecisionNeeded
from hotfix.domain.fold import after
from hotfix.domain.foreign_text import one_line
from hotfix.domain.progress import Progress
from hotfix.view.question_lines import choices
from hotfix.view.run_screen import RunScreen

WIDE = 9999


def shown(name, width=WIDE, *, is_asked=True):
    """Return a recorded run as it is shown, and each of its questions with what came with it."""
    it, told, progress = recorded(name), io.StringIO(), Progress()
    console = Console(file=told, width=width, force_terminal=True, color_system=None)
    screen, questions = RunScreen(lambda: it.now, console, is_plain=True), []
    for event in it.events:
        progress, before = after(progress, event), len(told.getvalue())
        screen.show(event, progress)
        if isinstance(event.said, DecisionNeeded) and progress.pending is not None and is_asked:
            screen.question(progress.pending)
            questions.append((progress.pending, told.getvalue()[before:]))
    screen.end(progress)
    return told.getvalue(), questions


@pytest.mark.parametrize("name", NAMES)
def test_a_question_its_answers_and_where_one_types_stand_together(name):
    for question, told in shown(name)[1]:
        *_, asked, below = told.rpartition(f"? {one_line(question.text)}\n")
        assert asked
        answers = [line.strip() for line in below.strip("\a").splitlines()]
        assert answers == [f"{number} {label}" for number, label in choices(question)]


@pytest.mark.parametrize("name", NAMES[::3])
def test_nothing_there_is_to_read_before_a_question_is_cut(name):
    for question, told in shown(name, 60)[1]:
        words = " ".join(told.split())
        for line in question.brief:
            assert " ".join(line.split()) in words


@pytest.mark.parametrize("name", NAMES[::3])
def test_a_question_that_a_flag_answers_is_said_in_its_place(name):
    """Nobody is asked then, and there is nothing to wait for."""
    told, _ = shown(name, is_asked=False)
    for event in recorded(name).events:
        if isinstance(event.said, DecisionNeeded):
            assert f"? {one_line(event.said.question.text)}\n" in told
