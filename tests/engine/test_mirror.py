"""What is shared of a run, and what keeps the record of it from following."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from tests.steps.recorder import Port

from hotfix.domain.problem import (
    MissingRightError,
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
)
from hotfix.domain.progress import Progress, RunState
from hotfix.engine.mirror import Mirror
from hotfix.engine.reconciler import Attempt

PROBLEM = Problem(ProblemCode.RIGHTS, "You may not.", "RBAC.", "hotfix init --rbac")
AT = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
HELD = Progress(
    run="hf-1", operator="dana", known={"lock": "hf-1", "lock_token": 3}, last_at=AT, phase="fix"
)
PASSED = replace(HELD, known={}, done=frozenset({("hotfix", "claim_the_lock")}))


def mirrored(*shown, write: Any = True) -> tuple[Mirror, Port, bool]:
    records = Port(write=write)
    mirror = Mirror(cast("Any", records), lambda: b"lines")
    for progress in shown:
        mirror.show(progress)
    return mirror, records, mirror.close(10.0)


@pytest.mark.parametrize(("shown", "token"), [(HELD, 3), (PASSED, 0)])
def test_what_has_got_past_the_lock_is_shared_with_its_lines(shown, token):
    mirror, records, is_done = mirrored(shown)
    shared, lines = records.calls("write")[0]
    assert (shared.run, shared.operator, shared.token, shared.updated) == (
        *("hf-1", "dana"),
        *(token, AT),
    )
    assert (shared.status["phase"], lines) == ("fix", b"lines")
    assert (is_done, mirror.trouble, mirror.is_fenced) == (True, "", False)


def test_a_record_under_a_higher_token_is_left_alone_and_that_is_known():
    mirror, records, _ = mirrored(HELD, write=False)
    assert (mirror.trouble, mirror.is_fenced) == ("", True)
    # Nor is anything newer written there.
    mirror.show(PASSED)
    mirror.close(1.0)
    assert len(records.calls("write")) == 1


@pytest.mark.parametrize(
    "shown",
    [replace(HELD, known={}), replace(HELD, state=RunState.TAKEN_OVER)],
)
def test_what_is_not_ours_is_not_shared(shown):
    _, records, is_done = mirrored(shown)
    assert (records.received, is_done) == ([], True)


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (TemporaryTroubleError("502", 1.0), "502"),
        (ProblemError(PROBLEM), "You may not."),
        (KeyError("x"), "unforeseen: KeyError: 'x'"),
    ],
)
def test_a_record_that_does_not_follow_says_why_and_is_tried_again(trouble, why):
    answers: list[Any] = [trouble, True]

    def write(_shared: Any, _lines: bytes) -> bool:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return bool(answer)

    records = Port(write=write)
    mirror = Mirror(cast("Any", records), lambda: b"lines")
    mirror.show(HELD)
    for _ in range(1000):
        if mirror.trouble:
            break
        time.sleep(0.01)
    assert mirror.trouble == why
    # At the end it is tried once more at once.
    assert mirror.close(10.0)
    assert mirror.trouble == ""
    assert len(records.calls("write")) == 2


def test_a_right_that_is_missing_is_not_tried_again():
    mirror, records, is_done = mirrored(HELD, write=MissingRightError(PROBLEM))
    assert (mirror.trouble, is_done, len(records.calls("write"))) == ("You may not.", False, 1)


def test_once_another_machine_walks_it_nothing_more_is_written():
    mirror, records, _ = mirrored(HELD, write=False)
    mirror.show(replace(HELD, phase="test"))
    assert mirror.close(1.0)
    assert len(records.calls("write")) == 1


@pytest.mark.parametrize(
    ("answer", "attempt"),
    [
        (True, Attempt()),
        (False, Attempt(is_last=True)),
        (TemporaryTroubleError("502", 1.0), Attempt(5.0)),
        (ProblemError(PROBLEM), Attempt(5.0)),
        (MissingRightError(PROBLEM), Attempt(5.0, is_last=True)),
        (KeyError("x"), Attempt(5.0)),
    ],
)
def test_what_may_be_over_is_tried_again_after_five_seconds_and_nothing_else(answer, attempt):
    assert Mirror(cast("Any", Port(write=answer)), lambda: b"lines")._write(HELD) == attempt


def test_what_turns_out_to_be_a_secret_is_left_out_of_what_was_shared_before():
    line = b'{"operator": "dana", "data": {"note": "open sesame"}}\n'
    records = Port(write=True)
    redactors: list[Callable[[str], str]] = [str, lambda text: text.replace("sesame", "[redacted]")]
    mirror = Mirror(cast("Any", records), lambda: line, lambda: redactors[0])
    mirror._write(HELD)
    redactors.pop(0)
    mirror._write(HELD)
    (_, before), (_, after) = records.calls("write")
    assert before == line
    assert after == line.replace(b"sesame", b"[redacted]")
