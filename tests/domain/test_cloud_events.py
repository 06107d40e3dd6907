"""One event, one id: on every machine that walks a run, and over every takeover."""

from itertools import product
from typing import Any

import pytest

from hotfix.domain.cloud_event import cloud_events
from hotfix.domain.json_value import JsonObject

RUN = "hf-20261123-checkout"


def line(seq: int, operator: str, type_: str = "step_done", **data: str) -> JsonObject:
    at = f"2026-11-23T03:{seq:02d}:00Z"
    return {
        "v": 1,
        "run": RUN,
        "seq": seq,
        "at": at,
        "type": type_,
        "operator": operator,
        "data": dict(data),
    }


def walked(lines: list[JsonObject], operator: str, count: int) -> list[JsonObject]:
    """Return the journal once somebody has walked on by so many events."""
    first = len(lines) + 1
    return [*lines, *(line(seq, operator) for seq in range(first, first + count))]


def taken_over(lines: list[JsonObject], before: str, by: str) -> list[JsonObject]:
    """Return the journal once somebody goes on from the shared record, ``lines``."""
    return [*lines, line(len(lines) + 1, by, "run_resumed", taken_over_from=before)]


def told(lines: list[JsonObject]) -> list[tuple[str, str]]:
    """The source and id of each, without what they have in common."""
    return [
        (
            str(event["source"]).removeprefix("urn:hotfix:acme/shop"),
            str(event["id"]).removeprefix(f"{RUN}/"),
        )
        for event in cloud_events(lines, "acme/shop")
    ]


@pytest.mark.parametrize(
    ("same_person", "lost", "times"), list(product([True, False], [0, 3], [1, 3]))
)
def test_no_two_events_have_one_source_and_id_and_no_event_has_two(same_person, lost, times):
    names = ["dana", "dana" if same_person else "noor"]
    lines = walked([], "dana", 5)
    sent: dict[Any, JsonObject] = {}
    for turn in range(times + 1):
        for each, it in zip(lines, told(lines), strict=True):
            # Whoever takes over sends what is on record once more.
            assert sent.setdefault(it, each) == each
        shared = lines[: len(lines) - lost]
        by = names[(turn + 1) % 2]
        lines = walked(taken_over(shared, names[turn % 2], by), by, 2 + lost)
    assert len(set(told(lines))) == len(lines)


def test_the_id_is_the_run_and_the_number_also_after_a_takeover():
    lines = walked([], "dana", 1)
    # A resume is no takeover.
    lines = walked([*lines, line(2, "dana", "run_resumed")], "dana", 1)
    assert told(lines) == [("", "1"), ("", "2"), ("", "3")]
    lines = walked(taken_over(lines, "dana", "noor"), "noor", 1)
    assert told(lines)[2:] == [("", "3"), ("#machine-2", "4"), ("#machine-2", "5")]
    assert told(taken_over(lines, "noor", "dana"))[-1] == ("#machine-3", "6")
    assert told([]) == []
