"""What pods said is read once, and its end first."""

from hotfix.view.tail import folded, named_once

EVENT = "web-1: BackOff: Back-off restarting failed container"


def test_of_many_lines_the_last_are_shown_with_how_many_came_before():
    said = [f"web-1 | line {number}" for number in range(10)]
    assert list(folded([EVENT, *said])) == [
        EVENT,
        "web-1 | … 7 lines before these: hotfix logs",
        *said[-3:],
    ]


def test_few_lines_and_what_is_no_log_stay_as_they_are():
    few = [EVENT, *(f"web-{pod} | line {n}" for pod in (1, 2) for n in range(4))]
    diff = [f"+    line {number} | of a diff" for number in range(10)]
    assert list(folded([*few, *diff])) == [*few, *diff]


def test_who_is_named_in_the_line_above_is_not_named_again():
    long = "x" * 60
    before, since = "web-1, before its restart:", "web-1, since then:"
    lines = [before, f"web-1 | {long}", "web-1 | end", since, "web-1 | a", f"web-1 | {long}"]
    assert list(named_once(lines, 60)) == [
        *(before, f"| {long}", "| end"),
        *(since, "| a", f"| {long}"),
    ]


def test_who_is_not_named_above_or_is_another_is_named_once():
    long = "x" * 60
    said = ["web-2 | a", f"web-2 | {long}"]
    for above in (EVENT, "web-1, before its restart:"):
        assert list(named_once([above, *said], 60)) == [above, "web-2:", "| a", f"| {long}"]
