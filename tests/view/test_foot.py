"""What is written to a terminal under whose text rows are kept."""

import io
import threading

from hotfix.view.foot import Foot, Rows, changes


def foot_of(draw):
    stream = io.StringIO()
    return Foot(stream, draw, lambda: (80, 24)), stream


def test_only_what_has_changed_is_drawn_anew_and_in_its_place():
    rows = [Rows(("one", "two", "> "), 2)]
    foot, stream = foot_of(lambda: rows[-1])
    foot.paint()
    assert stream.getvalue() == "one\ntwo\n> \r\x1b[2C"
    foot.paint()
    assert stream.getvalue() == "one\ntwo\n> \r\x1b[2C"
    changed = Rows(("one", "2", "> m"), 3)
    assert changes(rows[-1], changed) == "\r\x1b[1A2\x1b[K\r\x1b[1B\r> m\x1b[K\r\r\x1b[3C"


def test_what_is_said_goes_above_and_waits_for_the_end_of_its_line():
    foot, stream = foot_of(lambda: Rows(("foot", "")))
    foot.paint()
    foot.write("half a ")
    assert stream.getvalue() == "foot\n\r"
    foot.write("line\n")
    assert stream.getvalue() == "foot\n\r\r\x1b[1A\x1b[Jhalf a line\nfoot\n\r"


def test_rows_of_another_size_than_the_screen_has_are_never_drawn():
    size, becomes = [(80, 24)], [(80, 24), (40, 24), (40, 24)]
    stream = io.StringIO()

    def draw():
        rows = Rows(("─" * size[0][0], "> "), 2)
        size[0] = becomes.pop(0)  # the window is dragged while they are made
        return rows

    foot = Foot(stream, draw, lambda: size[0])
    foot.paint()
    stream.truncate(0)
    foot.paint()
    assert becomes == []
    assert "─" * 40 in stream.getvalue()
    assert "─" * 41 not in stream.getvalue()


def test_a_fault_in_a_row_is_said_once_and_nothing_that_is_said_is_lost(monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda fault: said.append(str(fault.exc_value)))

    def draw():
        raise ValueError("no row")

    foot, stream = foot_of(draw)
    foot.paint()
    foot.write("what happened\n")
    foot.write("and then\n")
    assert said == ["no row"]
    assert "what happened\n" in stream.getvalue()
    assert "and then\n" in stream.getvalue()
