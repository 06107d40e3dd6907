"""What pods said is read once, and its end first."""

from hotfix.view.tail import folded

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
