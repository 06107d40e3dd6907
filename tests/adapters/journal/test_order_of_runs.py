"""The newest run is the one that came last, whatever the clock said then."""

import os
import threading

import pytest
from tests.memory_clock import MemoryClock

from hotfix.adapters.journal.adoption import adopt
from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.adapters.journal.lines import read_lines
from hotfix.adapters.journal.order import newest_first, note_newest
from hotfix.domain.event_data import Noted

# Begun one after the other, while the clock was set back, and forth, and back.
NAMES = [
    "hf-20260312-0312-b-aaaa",
    "hf-20260312-0211-c-aaaa",
    "hf-20300101-0000-e-aaaa",
    "hf-20260401-0000-a-aaaa",
    "hf-19700101-0001-d-aaaa",
]


def begun(state, *names):
    for name in names:
        with JournalFile.create(state, name, MemoryClock(), "dana") as journal:
            journal.append(Noted("x"))


def older(state, name, changed):
    """A run as an earlier version left it: in no order."""
    folder = state / "runs" / name
    folder.mkdir(parents=True)
    (folder / "journal.jsonl").write_bytes(b"{}\n")
    os.utime(folder / "journal.jsonl", (changed, changed))


def listed(state):
    return newest_first(str(state))


def test_where_nothing_was_begun_there_are_no_runs(tmp_path):
    assert listed(tmp_path) == []
    (tmp_path / "runs" / "no-journal").mkdir(parents=True)
    (tmp_path / "runs" / "a-file").write_text("")
    assert listed(tmp_path) == []


def test_runs_are_listed_as_they_came(tmp_path):
    begun(tmp_path, *NAMES)
    assert listed(tmp_path) == NAMES[::-1]


def test_those_of_an_earlier_version_are_older_and_told_apart_as_before(tmp_path):
    names = ["hf-20260312-0312-b-aaaa", "hf-20260312-0311-c-aaaa", "hf-20300401-0000-a-aaaa"]
    for number, name in enumerate(names):
        older(tmp_path, name, changed=1000 - number)
    older(tmp_path, "hf-20260312-0312-a-bbbb", changed=1001)
    before = [names[2], "hf-20260312-0312-a-bbbb", names[0], names[1]]
    assert listed(tmp_path) == before
    begun(tmp_path, NAMES[1])
    assert listed(tmp_path) == [NAMES[1], *before]


def test_a_run_that_comes_from_another_machine_is_the_newest_by_then(tmp_path):
    begun(tmp_path / "dana", NAMES[1])
    begun(tmp_path / "noor", NAMES[0])
    adopt(tmp_path / "noor", NAMES[1], read_lines(tmp_path / "dana", NAMES[1]))
    assert listed(tmp_path / "noor") == [NAMES[1], NAMES[0]]
    begun(tmp_path / "dana", NAMES[3])
    adopt(tmp_path / "dana", NAMES[1], read_lines(tmp_path / "noor", NAMES[1]))
    assert listed(tmp_path / "dana") == [NAMES[1], NAMES[3]]


@pytest.mark.parametrize("end", [b"hf-2026", b"\xff\xfe", b"\r", b"\x00" * 40])
def test_a_torn_line_of_the_order_costs_no_other_its_place(tmp_path, end):
    begun(tmp_path, *NAMES[:2])
    with (tmp_path / "order").open("ab") as file:
        file.write(end)
    begun(tmp_path, *NAMES[2:])
    assert listed(tmp_path) == NAMES[::-1]


def test_a_lost_order_falls_back_to_the_ids(tmp_path):
    begun(tmp_path, *NAMES)
    (tmp_path / "order").unlink()
    assert listed(tmp_path) == sorted(NAMES, reverse=True)
    begun(tmp_path, "hf-20200101-0000-late-aaaa")
    assert listed(tmp_path)[0] == "hf-20200101-0000-late-aaaa"


def test_many_may_begin_at_once(tmp_path):
    runs = [f"hf-20260312-0312-{number}-aaaa" for number in range(40)]
    threads = [threading.Thread(target=begun, args=(tmp_path, run)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    in_order = (tmp_path / "order").read_text().split()
    assert sorted(in_order) == sorted(runs)
    assert listed(tmp_path) == in_order[::-1]


@pytest.mark.parametrize("raw", [b"", b'{"v": 1, "run": "hf'])
def test_a_run_that_died_before_its_first_event_is_none(tmp_path, raw):
    begun(tmp_path, NAMES[0])
    JournalFile.create(tmp_path, NAMES[1], MemoryClock(), "dana").close()
    (tmp_path / "runs" / NAMES[1] / "journal.jsonl").write_bytes(raw)
    assert listed(tmp_path) == [NAMES[0]]


def test_one_that_cannot_be_read_is_listed_all_the_same(tmp_path):
    begun(tmp_path, *NAMES[:2])
    path = tmp_path / "runs" / NAMES[1] / "journal.jsonl"
    path.unlink()
    path.mkdir()
    assert listed(tmp_path) == [NAMES[1], NAMES[0]]


def test_a_run_is_on_disk_as_the_newest_before_it_is_walked(tmp_path, monkeypatch):
    synced: list[str] = []
    true_sync = os.fsync

    def sync(handle):
        true_sync(handle)
        synced.append((tmp_path / "order").read_text())

    monkeypatch.setattr(os, "fsync", sync)
    note_newest(str(tmp_path), NAMES[0])
    assert [NAMES[0] in each for each in synced] == [True]


def test_the_order_is_written_through_no_link(tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"mine")
    (tmp_path / "order").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="order"):
        note_newest(str(tmp_path), NAMES[0])
    assert (tmp_path / "elsewhere").read_bytes() == b"mine"
