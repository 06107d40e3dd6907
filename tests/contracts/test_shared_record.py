"""The team's copy of a run's record: ConfigMaps that another machine can go on from."""

import os
import threading
from datetime import UTC, datetime

import pytest

from hotfix.domain.problem import ProblemError
from hotfix.ports.shared_records import SharedRun

RUN = "hf-20261123-0312-checkout-abcd"
LINES = b'{"v":1,"seq":1}\n{"v":1,"seq":2}\n'


def _shared(run=RUN, token=1):
    return SharedRun(run, "dana", token, datetime(2026, 11, 23, 3, 12, tzinfo=UTC), {"run": run})


@pytest.fixture
def records(world):
    return world.adapter().shared_records


def test_what_one_machine_writes_another_reads(world, records):
    assert records.find(RUN) is None
    assert records.write(_shared(), LINES)
    assert records.write(_shared(), LINES), "the same again"
    other = world.adapter().shared_records
    assert other.read(RUN) == LINES
    assert [each.run for each in other.all()] == [RUN]


def test_a_machine_with_an_older_token_writes_no_more(world, records):
    records.write(_shared(), LINES)
    assert world.adapter().shared_records.fence(RUN, 2) == LINES
    assert not records.write(_shared(token=1), LINES * 2)
    assert records.read(RUN) == LINES


def test_a_journal_that_does_not_fit_is_trimmed_and_says_so(records):
    # Noise does not compress: this is more than a ConfigMap takes.
    lines = [b'{"noise":"%s"}\n' % os.urandom(500).hex().encode() for _ in range(4000)]
    assert records.write(_shared(), b"".join(lines))
    assert records.find(RUN).trimmed_lines > 0
    with pytest.raises(ProblemError):
        records.read(RUN)


def test_a_record_is_removed_as_what_was_read_and_as_nothing_else(world, records):
    records.write(_shared(), LINES)
    (found,) = world.adapter().shared_records.journals(RUN)
    assert (found.run, found.lines, found.damage) == (RUN, LINES, None)
    assert found.age_seconds >= 0
    records.write(_shared(), LINES * 2)
    assert not world.adapter().shared_records.remove(found)
    (found,) = world.adapter().shared_records.journals()
    assert found.lines == LINES * 2
    assert world.adapter().shared_records.remove(found)
    assert not world.adapter().shared_records.remove(found)
    assert records.find(RUN) is None
    assert list(records.journals(RUN)) == []
    # Written again by whoever knew it, it is there again.
    assert records.write(_shared(), LINES)


def test_eight_runs_written_at_once_lose_nothing(world):
    runs = [f"{RUN}{number}" for number in range(8)]
    adapters = [world.adapter().shared_records for _ in runs]

    def write(number):
        for times in range(1, 4):
            adapters[number].write(_shared(runs[number]), LINES * times)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {adapters[0].read(run) for run in runs} == {LINES * 3}
