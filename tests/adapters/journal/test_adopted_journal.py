"""A journal that another machine wrote becomes ours, as a whole or not at all."""

import os
import stat

import pytest
from tests.memory_clock import MemoryClock

from hotfix.adapters.journal.adoption import adopt
from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.adapters.journal.lines import read_events, read_lines
from hotfix.domain.event_data import Noted
from hotfix.domain.problem import ProblemCode, ProblemError

RUN = "hf-20260312-0312-checkout-abcd"


def walked(state, operator, *texts):
    folder = state / "runs" / RUN
    opener = JournalFile.open if folder.exists() else JournalFile.create
    with opener(state, RUN, MemoryClock(), operator) as journal:
        for text in texts:
            journal.append(Noted(text))
    return read_lines(state, RUN)


def texts(state):
    return [event.data["text"] for event in read_events(state, RUN)]


def test_it_is_gone_on_with_and_the_chain_holds(tmp_path):
    lines = walked(tmp_path / "dana", "dana", "one", "two")
    adopt(tmp_path / "noor", RUN, lines)
    walked(tmp_path / "noor", "noor", "three")
    assert texts(tmp_path / "noor") == ["one", "two", "three"]
    path = tmp_path / "noor" / "runs" / RUN / "journal.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_and_its_name_are_on_disk_before_it_is_gone_on_with(tmp_path, monkeypatch):
    lines = walked(tmp_path / "dana", "dana", "one")
    folder = tmp_path / "noor" / "runs" / RUN
    synced: list[dict[str, bytes]] = []
    true_sync = os.fsync

    def sync(handle):
        true_sync(handle)
        synced.append({each.name: each.read_bytes() for each in folder.glob("journal.jsonl*")})

    monkeypatch.setattr(os, "fsync", sync)
    adopt(tmp_path / "noor", RUN, lines)
    assert synced[-2:] == [{"journal.jsonl.new": lines}, {"journal.jsonl": lines}]


def test_there_and_back_again(tmp_path):
    first = walked(tmp_path / "dana", "dana", "one")
    adopt(tmp_path / "noor", RUN, first)
    second = walked(tmp_path / "noor", "noor", "two")
    adopt(tmp_path / "dana", RUN, second)
    assert texts(tmp_path / "dana") == ["one", "two"]
    adopt(tmp_path / "dana", RUN, first)
    assert texts(tmp_path / "dana") == ["one", "two"], "what says more stays"


def test_what_went_another_way_here_is_kept_beside(tmp_path):
    adopt(tmp_path / "noor", RUN, walked(tmp_path / "dana", "dana", "one"))
    theirs = walked(tmp_path / "noor", "noor", "two")
    ours = walked(tmp_path / "dana", "dana", "something else")
    adopt(tmp_path / "dana", RUN, theirs)
    assert texts(tmp_path / "dana") == ["one", "two"]
    kept = tmp_path / "dana" / "runs" / RUN / "journal.superseded-1"
    assert kept.read_bytes() == ours


def test_a_damaged_one_here_is_replaced_by_what_the_other_machine_has(tmp_path):
    whole = walked(tmp_path / "dana", "dana", "one", "two", "three")
    first, second, _ = whole.splitlines(keepends=True)
    path = tmp_path / "dana" / "runs" / RUN / "journal.jsonl"
    damaged = whole.replace(b"three", b"th\ree")
    for theirs, here in ((whole, whole), (first, first + second), (first + second, first + second)):
        path.write_bytes(damaged)
        adopt(tmp_path / "dana", RUN, theirs)
        assert path.read_bytes() == here, "the more of what can be trusted"
        kept = sorted(path.parent.glob("journal.superseded-*"))
        assert kept[-1].read_bytes() == damaged
    assert len(kept) == 3


def test_what_was_kept_beside_is_never_overwritten(tmp_path):
    first = walked(tmp_path / "dana", "dana", "one")
    folder = tmp_path / "dana" / "runs" / RUN
    (folder / "journal.superseded-2").write_bytes(b"mine")
    ways = []
    for text in ("two", "three"):
        adopt(tmp_path / "noor", RUN, first)
        theirs = walked(tmp_path / "noor", "noor", text)
        (tmp_path / "noor" / "runs" / RUN / "journal.jsonl").unlink()
        (folder / "journal.jsonl").write_bytes(first)
        ways.append(walked(tmp_path / "dana", "dana", f"not {text}"))
        adopt(tmp_path / "dana", RUN, theirs)
    kept = [(folder / f"journal.superseded-{number}").read_bytes() for number in (1, 2, 3)]
    assert kept == [ways[0], b"mine", ways[1]]


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines.replace(b"one", b"eno"),
        lambda lines: lines[:-1],
        lambda lines: lines[lines.index(b"\n") + 1 :],
        lambda _: b"",
        lambda lines: lines.replace(RUN.encode(), b"hf-another"),
    ],
)
def test_a_broken_one_is_refused_and_nothing_is_written(tmp_path, change):
    lines = walked(tmp_path / "dana", "dana", "one", "two")
    with pytest.raises(ProblemError, match="damaged"):
        adopt(tmp_path / "noor", RUN, change(lines))
    assert not (tmp_path / "noor").exists()


def test_a_run_that_is_walked_here_is_left_alone(tmp_path):
    lines = walked(tmp_path / "dana", "dana", "one")
    with (
        JournalFile.open(tmp_path / "dana", RUN, MemoryClock(), "dana"),
        pytest.raises(ProblemError) as caught,
    ):
        adopt(tmp_path / "dana", RUN, lines)
    assert caught.value.problem.code is ProblemCode.LOCKED


def test_it_is_kept_where_there_was_no_folder_yet_and_private(tmp_path):
    lines = walked(tmp_path / "dana", "dana", "one")
    state = tmp_path / "not" / "there"
    assert [event.data["text"] for event in adopt(state, RUN, lines)] == ["one"]
    folder = state / "runs" / RUN
    for each in (state, state / "runs", folder):
        assert stat.S_IMODE(each.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.glob("journal*")) == ["journal.jsonl"]


def test_what_goes_another_way_twice_is_kept_twice(tmp_path):
    first = walked(tmp_path / "dana", "dana", "one")
    for number, text in enumerate(("two", "three", "four"), start=1):
        other = tmp_path / f"other-{number}"
        adopt(other, RUN, first)
        theirs = walked(other, "noor", text)
        before = read_lines(tmp_path / "dana", RUN)
        adopt(tmp_path / "dana", RUN, theirs)
        kept = tmp_path / "dana" / "runs" / RUN / f"journal.superseded-{number - 1}"
        if number > 1:
            assert kept.read_bytes() == before
            assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert texts(tmp_path / "dana") == ["one", "four"]


def test_a_torn_end_here_is_no_other_way(tmp_path):
    first = walked(tmp_path / "dana", "dana", "one")
    path = tmp_path / "dana" / "runs" / RUN / "journal.jsonl"
    path.write_bytes(first + b'{"torn')
    other = tmp_path / "noor"
    adopt(other, RUN, first)
    adopt(tmp_path / "dana", RUN, walked(other, "noor", "two"))
    assert texts(tmp_path / "dana") == ["one", "two"]
    assert not list(path.parent.glob("journal.superseded-*"))
