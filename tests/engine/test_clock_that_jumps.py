"""The clock is set, or the machine sleeps, in the middle of a run."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from tests.engine.small_plan import MemoryJournal, Says, plan_of, ports
from tests.memory_clock import MemoryClock

from hotfix.domain.event import Event
from hotfix.domain.event_data import Noted
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Waiting
from hotfix.domain.problem import TemporaryTroubleError
from hotfix.domain.progress import RunState
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.engine.run import run

BACK = "The clock went back by 10:00: it was set, or another one that wrote this record is ahead."
AHEAD = "The clock went ahead by 10:00 more than passed here: the machine slept, or it was set."


class SetsTheClock:
    """A step during which the clock is set, and that waits before and after."""

    name = "review"
    reads = reports = ()

    def __init__(self, seconds):
        self.left = [0.0, seconds, 0.0]

    def run(self, _facts, outside):
        if not self.left:
            return Done("over")
        outside.clock.set(self.left.pop())
        return Waiting("waiting", 30.0)


def walked(step, total: float | None = 1800.0) -> tuple[MemoryJournal, Sequence[Event]]:
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    plan = plan_of(("review", 600.0, (step, Says("merge", [Done("merged")]))), total=total)
    record.begin(journal, Incident("x"), plan, RunSettings())
    list(run(plan, ports(journal.clock), journal))
    return journal, [each for each in journal.lines if isinstance(each.said, Noted)]


@pytest.mark.parametrize(("seconds", "words", "elapsed"), [(-600, BACK, 90), (600, AHEAD, 690)])
def test_it_is_said_once_in_words_and_the_run_goes_on(seconds, words, elapsed):
    journal, notes = walked(SetsTheClock(seconds))
    (note,) = notes
    assert isinstance(note.said, Noted)
    assert note.said.text.startswith(words)
    assert note.said.by == "hotfix"
    progress = fold(journal.events())
    assert progress.state is RunState.DONE
    assert progress.elapsed_seconds(journal.clock.now()) == elapsed
    assert sorted(each.at for each in journal.lines) == [each.at for each in journal.lines]


def test_a_clock_that_runs_is_not_spoken_of():
    assert walked(SetsTheClock(0.0))[1] == []


class SleepsInTrouble:
    """A step whose service is away for a minute of waiting, while the machine sleeps for hours."""

    name = "look"
    reads = reports = ()

    def __init__(self):
        self.looks = []

    def run(self, _facts, outside):
        self.looks.append(outside.clock.monotonic())
        if self.looks[-1] - self.looks[0] >= 60:
            return Done("there")
        outside.clock.set(3600)
        raise TemporaryTroubleError("connection refused")


def test_a_machine_that_slept_has_not_lost_its_patience():
    journal, notes = walked(SleepsInTrouble(), total=None)
    assert fold(journal.events()).state is RunState.DONE
    assert notes


def test_times_that_went_back_in_an_older_record_are_read_as_no_earlier_than_those_before():
    journal, _ = walked(SetsTheClock(0.0))
    back = [
        Event.from_json({**each.to_json(), "at": (each.at - timedelta(hours=at > 3)).isoformat()})
        for at, each in enumerate(journal.events())
    ]
    for upto in range(1, len(back) + 1):
        progress = fold(back[:upto])
        assert progress.elapsed_seconds(back[upto - 1].at) >= 0
        for phase in progress.phases:
            assert phase.spent_seconds >= 0
            assert phase.elapsed_seconds(back[upto - 1].at) >= 0
