from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.engine.small_plan import MemorySignals
from tests.memory_clock import MemoryClock

from hotfix.domain.cadence import Cadence
from hotfix.domain.event_data import Noted
from hotfix.domain.heard import Heard
from hotfix.domain.json_record import utc_text
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Note, Progress, RunState
from hotfix.engine.listener import Listener
from hotfix.engine.reminding import RemindingSignals
from hotfix.ports.remarks import Remark

AT = datetime(2026, 3, 12, 3, 12, tzinfo=UTC)
SAID = Remark("17.000100", "rena", "It began with the 14:00 deploy.", AT)
# One look is enough: a run that is over is read once more, and that is all.
OVER = Progress(run="hf-1", told=frozenset({"parent"}), state=RunState.DONE)
FORBIDDEN = Problem(ProblemCode.RIGHTS, "A scope is missing.", "", "reinstall")


class Thread:
    """The channel's thread: what is marked in it, or the trouble with it."""

    def __init__(self, *found):
        self.found = found
        self.looks = 0

    def remarks(self, _run):
        self.looks += 1
        for each in self.found:
            if isinstance(each, Exception):
                raise each
        return self.found


def heard(thread, *shown):
    """Return what is noted by the end of the listener's thread."""
    signals = MemorySignals()
    listener = Listener(thread, signals, MemoryClock())
    for progress in shown:
        listener.show(progress)
    # Its own: another test may have left one behind.
    if listener._thread is not None:
        listener._thread.join()
    return [signal.said for signal in signals.waiting]


def test_what_is_marked_is_noted_with_who_and_when():
    assert heard(Thread(SAID), OVER) == [
        Noted(SAID.text, by="rena", heard=Heard("slack:17.000100", AT))
    ]


@pytest.mark.parametrize("hours", [-2, 2])
def test_on_a_machine_whose_clock_is_wrong_it_was_said_when_the_record_has_it(hours):
    here = MemoryClock().now()
    there = here - timedelta(hours=hours)
    minutes = timedelta(minutes=3)
    said = replace(SAID, at=there - minutes, read_at=there)
    edited = replace(said, edited_at=there - minutes / 3)
    (noted,) = heard(Thread(said), OVER)
    assert noted.heard == Heard("slack:17.000100", here - minutes)
    known = Note(here, "rena", SAID.text, noted.heard)
    (corrected,) = heard(Thread(edited), replace(OVER, notes=(known,)))
    assert corrected.heard.at == here - minutes / 3
    # By what it is known stays Slack's, on whatever machine it is read.
    assert utc_text(there - minutes / 3) in corrected.heard.source


def test_what_is_on_the_timeline_is_not_noted_again():
    known = Note(AT, "rena", SAID.text, Heard("slack:17.000100", AT))
    assert heard(Thread(SAID), replace(OVER, notes=(known,))) == []
    assert len(heard(Thread(SAID, SAID), OVER)) == 1


def test_what_its_writer_corrects_is_noted_as_that_and_what_was_noted_stays():
    at = AT + timedelta(minutes=1)
    other = replace(SAID, text="It began with the 13:00 deploy.", edited_at=at)
    source = "slack:17.000100/2026-03-12T03:13:00Z"
    # Edited before it was read, it is what was said.
    assert heard(Thread(other, other), OVER) == [
        Noted(other.text, by="rena", heard=Heard(source, AT))
    ]
    corrected = Noted(f"Corrected: {other.text}", by="rena", heard=Heard(source, at))
    assert heard(Thread(SAID, other, other), OVER)[1:] == [corrected]
    first = Note(AT, "rena", SAID.text, Heard("slack:17.000100", AT))
    assert heard(Thread(other), replace(OVER, notes=(first,))) == [corrected]
    both = (first, Note(at, "rena", corrected.text, corrected.heard))
    assert heard(Thread(other), replace(OVER, notes=both)) == []


def test_nothing_is_read_before_there_is_a_thread():
    thread = Thread(SAID)
    assert heard(thread, replace(OVER, told=frozenset())) == []
    assert thread.looks == 0


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (ProblemError(FORBIDDEN), "A scope is missing. reinstall"),
        (KeyError("user"), "unforeseen: KeyError"),
        (TemporaryTroubleError("Slack has trouble: 502."), ""),
    ],
)
def test_what_cannot_be_read_is_said_to_the_operator_alone(trouble, words):
    said = heard(Thread(trouble), OVER)
    if not words:  # once is no news
        assert said == []
        return
    [noted] = said
    assert words in noted.text
    assert (noted.by, noted.heard.source) == ("hotfix", "reminder:the thread is not read")


def test_what_is_due_is_put_into_the_box_once():
    clock, box = MemoryClock(), MemorySignals()
    signals = RemindingSignals(box, clock, Cadence(300.0, 300.0, 1200.0))
    assert list(signals.take()) == []
    signals.show(Progress(run="hf-1", started_at=clock.now(), told_at=clock.now(), phase="fix"))
    assert list(signals.take()) == []
    clock.wait(500)
    [reminder] = signals.take()
    assert isinstance(reminder.said, Noted)
    assert 'hotfix note "..."' in reminder.said.text
    assert list(signals.take()) == []
    clock.wait(120)
    [update] = signals.take()
    assert isinstance(update.said, Noted)
    assert update.said.text == "Nobody has written anything yet: still in fix."
    assert list(signals.take()) == []


def test_a_walk_that_stops_leaves_nobody_behind_who_reads_on():
    thread = Thread()
    listener = Listener(thread, MemorySignals(), MemoryClock())
    listener.show(replace(OVER, state=RunState.WAITING))
    listener.close(0)
    assert listener._thread is not None
    listener._thread.join(60)
    assert not listener._thread.is_alive()
    assert thread.looks == 1


def test_what_was_marked_last_is_read_before_a_run_that_is_over_is_left():
    thread, signals = Thread(), MemorySignals()
    listener = Listener(thread, signals, MemoryClock())
    listener.show(replace(OVER, state=RunState.WAITING))
    thread.found = (SAID,)
    listener.show(OVER)
    assert listener.close(60)
    noted = Noted(SAID.text, by="rena", heard=Heard("slack:17.000100", AT))
    assert [signal.said for signal in signals.waiting] == [noted]
