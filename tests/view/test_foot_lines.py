"""The rows of the foot, by where the run stands, how wide and how high the screen is."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.domain.runs_on_record import RUNS
from tests.journals.reading import NAMES, recorded

from hotfix.domain.fold import fold
from hotfix.domain.foreign_text import clean
from hotfix.domain.leaving import A_RUN, LOOKED_AT, THE_DRILL
from hotfix.domain.progress import PhaseProgress, PhaseState, Progress, RunState
from hotfix.domain.question import Option, Question, Then
from hotfix.view.foot_lines import foot_lines, within
from hotfix.view.terminal import THEME

COUNTS = Question(
    "doomed", "Back?", (Option("back", "Back", Then.ROLL_BACK),), by_itself="back", by_itself_in=30
)
FIX = Question(
    "fix-ready", "Edit /work/shop and save.", (Option("go-on", "Go on to the tests with it"),)
)

STANDS = {name: (fold(made().events()), made().events()[-1].at) for name, made in RUNS.items()}


def stand(name, **changed):
    progress, now = STANDS[name]
    return replace(progress, **changed), now


def words(rows):
    return [f"{row.label}{row.text}".rstrip() for row in rows]


def test_nothing_before_the_run_has_begun():
    assert foot_lines(Progress(), RUNS["done"]().clock.now(), 80, A_RUN) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ["waits  for your answer: Sure?", "you    Answer here", "leave  You may close"]),
        (
            {"pending": COUNTS},
            [
                "waits  for your answer: Back?",
                "you    Answer here",
                "leave  Keep the laptop open: it",
            ],
        ),
        (
            {"state": RunState.WAITING, "saying": "editing", "goes_on_alone": True},
            [
                "waits  editing",
                "you    Sure? Then press Enter here: Yes. Or type no, ?.",
                "leave  You may close",
            ],
        ),
        (
            {"state": RunState.RUNNING, "pending": None},
            ["waits  for nothing: it is at work", "you    With the laptop closed it stands still"],
        ),
        (
            {"state": RunState.DONE, "pending": None},
            ["now    over, with something left", "you    What is left to do is listed below"],
        ),
        (
            {"state": RunState.ABORTED, "pending": None},
            ["now    aborted", "you    Nothing is left"],
        ),
    ],
)
def test_four_answers_are_given_wherever_it_stands(changed, said):
    progress, now = stand("deciding", **changed)
    rows = words(foot_lines(progress, now, 200, A_RUN))
    for line in said:
        assert any(row.startswith(line) for row in rows), rows
    assert [row[:5] for row in rows if row.startswith("now")]
    assert rows[-1].startswith("clock  ")


def test_what_takes_longer_than_its_target_is_said_to():
    progress, now = stand("deciding")
    (phase,) = (each for each in progress.phases if each.name == progress.phase)
    late = replace(phase, spent_seconds=700.0)
    phases = tuple(late if each is phase else each for each in progress.phases)
    row = foot_lines(replace(progress, phases=phases), now, 80, A_RUN)[0]
    assert row.style == "failed"
    assert "█" * 16 in row.text
    assert "11:40 of 10:00" in row.text


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(sorted(RUNS)),
    st.integers(12, 220),
    st.integers(0, 30),
    st.text(max_size=300),
    st.lists(st.text(max_size=100), max_size=5),
)
def test_no_row_is_wider_than_the_screen_and_no_foot_higher(name, width, height, saying, shown):
    progress, now = STANDS[name]
    progress = replace(progress, saying=saying, shown=tuple(shown))
    rows = foot_lines(progress, now, width, A_RUN)
    assert all(cell_len(row.label) + cell_len(row.text) <= width for row in rows)
    assert all(clean(row.text) == row.text for row in rows)
    kept = within(rows, height)
    assert len(kept) == min(height, len(rows))
    assert not kept or "clock" in {row.label.strip() for row in kept}


def test_words_have_colours_that_can_be_read_on_black_and_on_white():
    readable = {None, "red", "magenta"}
    for name, style in THEME.styles.items():
        colour = style.color.name if style.color else None
        assert not style.dim, name
        # What cannot is kept to signs, whose shape says the same.
        assert colour in readable or name.endswith(".mark"), name
        assert not style.bgcolor, name
        assert colour != "green" or name == "done.mark"


def test_in_a_drill_what_to_do_and_what_becomes_of_it_are_apart():
    progress, now = stand("deciding")
    rows = words(foot_lines(progress, now, 200, THE_DRILL))
    assert "you    Answer here; ? explains." in rows
    assert any(row.startswith("leave  The drill ends with this command") for row in rows)


@pytest.mark.parametrize("leave", [A_RUN, THE_DRILL, LOOKED_AT])
@pytest.mark.parametrize("name", NAMES)
def test_at_40_columns_no_answer_is_cut(name, leave):
    """What one may do, whether one may leave, and the clock: in whole sentences."""
    progress = recorded(name).progress
    waits = replace(progress, state=RunState.WAITING, pending=FIX, problem=None)
    for it in (waits, *(() if progress.state.is_over else (progress,))):
        rows = foot_lines(it, recorded(name).now, 39, leave)
        label = ""
        for row in rows:
            label = row.label.strip() or label
            if label in {"you", "leave", "clock"} and " " in row.text:
                assert not row.text.endswith("…"), row


def test_whoever_is_asked_reads_that_it_is_answered_here():
    progress, now = stand("deciding")
    for leave in (A_RUN, THE_DRILL):
        rows = words(foot_lines(progress, now, 200, leave))
        assert "you    Answer here; ? explains." in rows
        assert "waits  for your answer: Sure?" in rows


def test_whoever_looks_on_reads_once_that_an_answer_is_waited_for_and_where():
    progress, now = stand("deciding")
    rows = words(foot_lines(progress, now, 200, LOOKED_AT))
    assert "waits  for an answer at its terminal: Sure?" in rows
    assert sum("answer" in row.casefold() for row in rows) == 1
    # Whether one may leave is told all the same.
    assert any(row.startswith("you    You may close the laptop") for row in rows)


@pytest.mark.parametrize("width", range(36, 200, 4))
@pytest.mark.parametrize("at", range(7))
def test_no_phase_goes_without_a_sign(at, width):
    names = ("prepare", "branch", "fix", "test", "review", "deploy", "verify")
    states = [PhaseState.DONE] * at + [PhaseState.RUNNING] + [PhaseState.TO_COME] * (6 - at)
    phases = tuple(
        PhaseProgress(name, 600.0, state, plan="hotfix")
        for name, state in zip(names, states, strict=True)
    )
    progress, now = stand("deciding", phases=phases, phase=names[at], plan="hotfix")
    row = foot_lines(progress, now, width, A_RUN)[0].text
    marks = [sign for sign in row if sign in "\u2713\u25b6\u00b7"]
    assert marks == ["\u2713"] * at + ["\u25b6"] + ["\u00b7"] * (6 - at)
    assert "\u2026" not in row
