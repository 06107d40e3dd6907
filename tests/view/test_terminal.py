import io
from dataclasses import replace

import pytest
from rich.console import Console
from tests.domain.runs_on_record import RUNS

from hotfix.domain.event_data import EventType, Noted
from hotfix.domain.fold import after, fold
from hotfix.domain.incident import Incident
from hotfix.domain.leaving import A_RUN
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import Progress
from hotfix.domain.question import Option, Question
from hotfix.view.question_lines import explained
from hotfix.view.terminal import Terminal

WIDTH = 60
EVIL = "[/red] [link=https://evil]x[/link] :fire: \x1b]0;owned\x07"


@pytest.fixture
def screen():
    """A terminal of 60 columns without colour, and what it shows."""
    console = Console(file=io.StringIO(), width=WIDTH, no_color=True, highlight=False, markup=False)
    journal = RUNS["done"]()
    return Terminal(journal.clock.now, console)


def shown(screen):
    text = screen.console.file.getvalue()
    assert "\x1b" not in text
    assert all(len(line.rstrip()) <= WIDTH for line in text.splitlines())
    return text


@pytest.mark.parametrize("name", RUNS)
def test_a_whole_run_fits_60_columns_without_colour(screen, name):
    progress = Progress()
    for event in RUNS[name]().events():
        progress = after(progress, event)
        screen.show(event, progress)
    screen.summary(progress, progress.last_at)
    text = shown(screen)
    assert "0:00 checkout returns 500, 30:00 in all" in text
    assert "5:30 ✓ fixed" in text
    assert "phase" in text
    assert "total" in text


def test_the_clock_under_the_events_is_for_terminals_alone(screen):
    with screen.running_clock():
        pass
    assert shown(screen) == ""


def test_markup_and_escape_sequences_are_shown_as_text_or_not_at_all(screen):
    journal = RUNS["done"]()
    progress = replace(fold(journal.events()), incident=Incident(EVIL))
    safe = "[/red] [link=https://evil]x[/link] :fire:"
    screen.show(journal.events()[0], progress)
    note = journal.append(Noted(EVIL))
    screen.show(note, after(progress, note))
    question = Question("q", EVIL, (Option("yes", EVIL),), (EVIL,))
    screen.question(question)
    screen.problem(Problem(ProblemCode.FAILED, EVIL, EVIL, EVIL))
    screen.lines([EVIL], "warning")
    screen._progress = replace(progress, pending=question)
    assert "\x1b" not in "".join(screen._rows().rows)
    assert shown(screen).replace("\n", " ").count("[/red]") == 8
    assert safe in shown(screen)


def test_what_is_read_later_takes_a_row_until_it_is_asked_for(screen):
    texts = ("The title", f"now: {'word ' * 40}", f"later: {'word ' * 40}", f"last: {EVIL}\nx")
    question = Question("customers", "Publish?", (Option("leave", "No"),), texts, brief_from=2)
    screen.question(question)
    rows = shown(screen).splitlines()
    at = next(at for at, row in enumerate(rows) if row.strip().startswith("Later, a row of each"))
    assert sum("word" in row for row in rows[:at]) > 1
    assert rows[at + 1].strip().startswith("later: word")
    assert rows[at + 1].endswith("…")
    assert len(rows[at + 1 :]) == 3
    assert explained(question, A_RUN)[:2] == list(texts[2:])


@pytest.mark.parametrize("typed", ["x", "9", "0", "", "-1", "first second"])
def test_a_choice_is_asked_until_it_is_one(screen, monkeypatch, typed):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n 2 \n"))
    assert screen.choose(f"Which? {EVIL}", [("a", "First"), ("b", EVIL)]) == "b"
    # The line that is typed ends the prompt's row, and is not in here.
    told = screen.console.file.getvalue()
    assert "1. First" in told
    assert told.count("That is none of the answers: 1-2, or how one begins.") == 1


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("1", "yes"),
        ("take", "yes"),
        ("YES ", "yes"),
        ("y", "yes"),
        ("Leave it with them", "no"),
        ("n", "no"),
        ("l\n2", "no"),
        ("?\n2", "no"),
    ],
)
def test_a_choice_is_typed_as_any_answer_is(screen, monkeypatch, typed, key):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    options = [("yes", "Take it over; theirs stops"), ("no", "Leave it with them")]
    assert screen.choose("Take it over?", options) == key
    told = screen.console.file.getvalue()
    assert ("Type 1-2, or how an answer begins." in told) is ("?" in typed)


def test_a_problem_names_what_why_and_what_next(screen):
    screen.problem(Problem(ProblemCode.RIGHTS, "Refused.", "One.\nTwo.", "gh auth login"))
    assert shown(screen).splitlines() == ["Refused.", "  One.", "  Two.", "Next: gh auth login"]


def test_what_there_is_to_read_stands_under_what_is_waited_for(screen):
    events = RUNS["deciding"]().events()
    waiting = replace(
        events[-1],
        type=EventType.STEP_WAITING,
        data={"saying": "web is suspect", "shown": ["web-1 | KeyError", f"web-1 | {EVIL}"]},
    )
    screen.show(waiting, fold(events))
    lines = [line.strip() for line in shown(screen).splitlines()]
    assert lines[0].endswith("… web is suspect")
    assert lines[1] == "web-1 | KeyError"


def test_what_stands_on_the_screen_is_not_said_again_beside_the_question_about_it(screen):
    events, said = RUNS["deciding"]().events(), ("web-1 | File shop.py", "web-1 | KeyError: None")
    data = {"saying": "web is suspect", "shown": list(said)}
    screen.show(replace(events[-1], type=EventType.STEP_WAITING, data=data), fold(events))
    asked = Question(
        "doomed", "Roll back?", (Option("a", "A"), Option("b", "B")), ("web 1/2", *said)
    )
    screen.question(asked)
    assert [shown(screen).count(line) for line in asked.shown] == [1, 1, 1]
    # Whoever asks for it once more gets all of it.
    screen.question(asked)
    assert [shown(screen).count(line) for line in asked.shown] == [2, 2, 2]
    # What has scrolled away is said again.
    screen.lines(["another line"] * screen.console.height)
    screen.question(replace(asked, text="Roll back now?"))
    assert [shown(screen).count(line) for line in asked.shown] == [3, 3, 3]


@pytest.mark.parametrize("first", ["let total = 1;", "two  blanks", "\tindented", "plain words"])
@pytest.mark.parametrize(
    "further",
    [["        ^^^^^"], ["more"], ["more", "again"], ["  ^", "more"], ["more", "  ^^"], [""]],
)
def test_what_is_read_beside_a_question_has_as_many_lines_as_it_has(screen, first, further):
    lines = [first, *further, "the last"]
    for number in range(1, len(lines) + 1):
        text = "\n".join(lines[:number])
        screen.question(Question("publish", "Publish?", (Option("no", "No"),), (text,)))
    said = [line.strip() for line in shown(screen).splitlines() if line.strip()]
    for line in filter(None, map(str.strip, lines)):
        assert line in said
