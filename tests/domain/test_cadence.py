from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotfix.domain.cadence import Cadence, due, next_update
from hotfix.domain.heard import Heard
from hotfix.domain.progress import Note, Progress, RunState
from hotfix.domain.question import Option, Question

START = datetime(2026, 3, 12, 3, 0, tzinfo=UTC)
FIVE_FIVE_TWENTY = Cadence(300.0, 300.0, 1200.0)


def at(minutes):
    return START + timedelta(minutes=minutes)


def note(minutes, by="rena", source=""):
    return Note(at(minutes), by, "x", Heard(source, at(minutes)) if source else None)


def run(*notes, told=0.5, **changes):
    told_at = None if told is None else at(told)
    return replace(
        Progress(run="hf-1", started_at=START, told_at=told_at, phase="review", notes=notes),
        **changes,
    )


@pytest.mark.parametrize(
    ("progress", "minutes"),
    [
        (run(told=None), 5),
        (run(), 10),
        (run(told=9), 10),
        (run(note(3)), 23),
        (run(note(3), told=8), 28),
        (run(note(3, "hotfix")), 10),
        (run(note(8, "hotfix", "reminder:a")), 10),
        (run(note(10, "hotfix", "update:a")), 30),
        (run(note(3, source="slack:1")), 23),
        (run(state=RunState.DONE), None),
        (Progress(), None),
    ],
)
def test_it_says_by_when_the_team_hears_something_next(progress, minutes):
    expected = None if minutes is None else at(minutes)
    assert next_update(progress, FIVE_FIVE_TWENTY) == expected


@pytest.mark.parametrize(
    ("progress", "minutes", "source"),
    [
        (run(), 7.9, None),
        (run(), 8, "reminder"),
        (run(), 9.9, "reminder"),
        (run(), 10, "update"),
        (run(told=None), 3, "reminder"),
        (run(told=None), 500, "reminder"),  # nothing is said by itself where nothing arrives
        (run(note(3)), 20.9, None),
        (run(note(3)), 21, "reminder"),
        (run(note(3)), 23, "update"),
        (run(state=RunState.ROLLED_BACK), 500, None),
    ],
)
def test_the_operator_is_reminded_before_it_is_due_and_then_it_is_said(progress, minutes, source):
    found = due(progress, FIVE_FIVE_TWENTY, at(minutes))
    assert (found.source.partition(":")[0] if found else None) == source


def test_each_is_due_once_and_what_is_said_moves_the_next_one():
    progress, found = run(), []
    for minutes in range(61):
        it = due(progress, FIVE_FIVE_TWENTY, at(minutes))
        if it is not None:
            heard = Note(at(minutes), "hotfix", it.text, Heard(it.source, it.at))
            progress = replace(progress, notes=(*progress.notes, heard))
            found.append((minutes, it.source.partition(":")[0]))
    assert found == [
        (8, "reminder"),
        (10, "update"),
        (28, "reminder"),
        (30, "update"),
        (48, "reminder"),
        (50, "update"),
    ]


ASKED = Question("merge", "Merge?", (Option("merge", "Merge"),))
ASKING = {"state": RunState.DECIDING, "pending": ASKED, "pending_step": "merge_the_fix"}


@pytest.mark.parametrize(
    ("progress", "minutes", "words"),
    [
        # Nothing is said to be old right after the team was told, or something else was begun.
        (run(told=9.75), 10, None),
        (run(told=9.75), 11.5, None),
        (run(told=9.75), 11.75, "Nobody has written anything yet: still in review."),
        (run(step="await_approval", begun_at={("hotfix", "await_approval"): at(9)}), 10, None),
        (
            run(**ASKING, begun_at={("hotfix", "merge_the_fix"): at(2)}),
            10,
            "Nobody has written anything yet: still in review. It waits for an answer: Merge?",
        ),
        (
            run(note(3), saying="waiting for rena to approve"),
            23,
            "Nothing new since rena wrote 20 min ago: still in review. waiting for rena to approve",
        ),
        # When it was written counts, and not when it was read.
        (
            run(Note(at(4), "rena", "x", Heard("slack:1", at(3))), phase=""),
            24,
            "Nothing new since rena wrote 21 min ago: between two phases.",
        ),
    ],
)
def test_that_nothing_is_new_is_said_after_minutes_with_who_was_heard_last_and_when(
    progress, minutes, words
):
    found = due(progress, FIVE_FIVE_TWENTY, at(minutes))
    said = found.text if found is not None and found.source.startswith("update") else None
    assert said == words
