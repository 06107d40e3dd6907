"""The machine's clock may be set and the machine may sleep; a run's time goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from hotfix.adapters.system_clock import SystemClock

START = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)


class Machine:
    """Its time of day, and what passed since it was switched on."""

    def __init__(self):
        self.day, self.on = START, 1000.0
        self.clock = SystemClock(lambda: self.day, lambda: self.on)

    def works(self, seconds):
        self.day += timedelta(seconds=seconds)
        self.on += seconds

    def sleeps(self, seconds):
        self.is_set(seconds)

    def is_set(self, seconds):
        self.day += timedelta(seconds=seconds)

    @property
    def elapsed(self):
        return (self.clock.now() - START).total_seconds()


@pytest.fixture
def machine():
    return Machine()


def test_it_tells_the_time_of_day(machine):
    machine.works(90)
    assert machine.clock.now() == machine.day
    assert machine.clock.now().utcoffset() == timedelta()
    assert machine.clock.jump() == 0


@pytest.mark.parametrize("back", [1.0, 60.0, 599.0, 3600.0, 40_000_000.0])
def test_set_back_it_goes_on_and_loses_nothing_that_passes(machine, back):
    machine.works(60)
    assert machine.elapsed == 60
    machine.is_set(-back)
    assert machine.elapsed == 60
    machine.works(30)
    assert machine.elapsed == 90
    machine.is_set(-back)
    machine.works(30)
    assert machine.elapsed == 120


@pytest.mark.parametrize("seconds", [20 * 60.0, 3600.0])
def test_sleep_counts_as_time_and_not_as_waited(machine, seconds):
    before = machine.clock.monotonic()
    machine.works(60)
    machine.sleeps(seconds)
    assert machine.elapsed == 60 + seconds
    assert machine.clock.monotonic() - before == 60
    assert machine.clock.jump() == seconds


def test_a_jump_is_told_once_however_often_the_time_was_asked_for(machine):
    machine.works(5)
    machine.is_set(-600)
    for _ in range(3):
        machine.works(1)
        machine.clock.now()
    assert machine.clock.jump() == -600
    machine.works(100)
    assert machine.clock.jump() == 0
    machine.is_set(3600)
    assert machine.clock.jump() == 3600
    assert machine.clock.jump() == 0


def test_being_kept_right_is_no_jump(machine):
    for _ in range(200):
        machine.works(1)
        machine.is_set(-0.002)
        told = machine.clock.now()
        machine.is_set(0.001)
        assert machine.clock.now() >= told
    assert machine.clock.jump() == 0


def test_behind_the_record_it_goes_on_from_there_and_says_so(machine):
    machine.clock.not_before(START + timedelta(seconds=600))
    assert machine.elapsed == 600
    machine.works(30)
    assert machine.elapsed == 630
    assert machine.clock.jump() == -600
    machine.clock.not_before(START)
    assert (machine.elapsed, machine.clock.jump()) == (630, 0)


def test_the_time_of_this_machine():
    clock = SystemClock()
    before, on = clock.now(), clock.monotonic()
    clock.wait(0.02)
    clock.wait(-1)
    assert 0.02 <= clock.monotonic() - on < 10
    assert timedelta(seconds=0.02) <= clock.now() - before < timedelta(seconds=10)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
