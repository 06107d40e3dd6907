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


def taken_over(
    lines: list[JsonObject], before: str, by: str, *, looks_anew: bool
) -> list[JsonObject]:
    """Return the journal once somebody goes on from the shared record, ``lines``."""
    anew = [line(len(lines) + 1, by, "went_back", because="It was free.")] if looks_anew else []
    marked = line(len(lines) + len(anew) + 1, by, "run_resumed", taken_over_from=before)
    return [*lines, *anew, marked]


def ids(lines: list[JsonObject]) -> list[str]:
    return [str(event["id"]).removeprefix(f"{RUN}/") for event in cloud_events(lines, "acme/shop")]


@pytest.mark.parametrize(
    ("looks_anew", "same_person", "lost", "times"),
    list(product([True, False], [True, False], [0, 3], [1, 3])),
)
def test_no_two_events_have_one_id_and_no_event_has_two(looks_anew, same_person, lost, times):
    names = ["dana", "dana" if same_person else "noor"]
    lines = walked([], "dana", 5)
    sent: dict[Any, JsonObject] = {}
    for turn in range(times + 1):
        for each, event in zip(lines, cloud_events(lines, "acme/shop"), strict=True):
            # Whoever takes over sends what is on record once more.
            assert sent.setdefault(event["id"], each) == each
        shared = lines[: len(lines) - lost]
        by = names[(turn + 1) % 2]
        lines = walked(taken_over(shared, names[turn % 2], by, looks_anew=looks_anew), by, 2 + lost)
    assert len(set(ids(lines))) == len(lines)


def test_without_a_takeover_the_id_is_the_run_and_the_number():
    lines = walked([], "dana", 2)
    # What is looked at anew, and a resume, are no takeover.
    lines += [line(3, "dana", "went_back"), line(4, "dana", "run_resumed"), line(5, "dana")]
    assert ids(lines) == ["1", "2", "3", "4", "5"]
    assert ids([]) == []


def test_after_a_takeover_the_number_of_the_machine_is_added():
    lines = walked(taken_over(walked([], "dana", 2), "dana", "noor", looks_anew=True), "noor", 1)
    assert ids(lines) == ["1", "2", "3-2", "4-2", "5-2"]
    back = taken_over(lines, "noor", "dana", looks_anew=False)
    assert ids(back) == ["1", "2", "3-2", "4-2", "5-2", "6-3"]
