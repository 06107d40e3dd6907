"""A journal that a newer version has written to is read as far as it goes, and left alone."""

from typing import Any

import pytest
from tests.adapters.journal.later_lines import add
from tests.memory_clock import MemoryClock

from hotfix.adapters.journal.adoption import adopt
from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.adapters.journal.lines import check_lines, read_events, read_lines
from hotfix.domain.event import FromNewer
from hotfix.domain.event_data import EventType, Noted
from hotfix.domain.fold import after, fold
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.status import status
from hotfix.view.sentences import sentence

RUN = "hf-20260312-0312-checkout-abcd"
LATER: dict[str, dict[str, Any]] = {
    "type": {"kind": "gossip", "data": {"heard": ["x"]}},
    "format": {"kind": EventType.NOTE, "data": {"text": "x"}, "v": 2},
    "state": {"kind": EventType.RUN_FINISHED, "data": {"state": "handed-over", "problem": None}},
}


@pytest.fixture(params=LATER)
def written(request, tmp_path):
    """A journal with a note, an event of a newer version, and one more note; and that event."""
    later = LATER[request.param]
    with JournalFile.create(tmp_path, RUN, MemoryClock(), "dana") as journal:
        journal.append(Noted("before"))
    path = tmp_path / "runs" / RUN / "journal.jsonl"
    add(path, **later)
    add(path, EventType.NOTE, {"text": "after"}, v=1)
    return tmp_path, path, later


def test_it_is_read_to_its_end_and_the_event_is_kept_as_it_is(written):
    state, _, later = written
    events = read_events(state, RUN)
    assert [isinstance(each.said, FromNewer) for each in events] == [False, True, False]
    line = events[1].to_json()
    assert (line["v"], line["type"], line["data"]) == (
        later.get("v", 1),
        later["kind"],
        later["data"],
    )
    progress = fold(events)
    assert [note.text for note in progress.notes] == ["before", "after"]
    assert (progress.events, progress.from_newer) == (3, f"event 2 ({later['kind']})")
    assert f"Run {RUN} was written by a newer hotfix" in str(status(progress)["newer"])


def test_it_has_its_sentence(written):
    state, _, later = written
    events = read_events(state, RUN)
    said = sentence(events[1], after(fold(events[:1]), events[1]))
    assert said is not None
    assert said.text == f"written by a newer hotfix ({later['kind']})"


@pytest.mark.parametrize("torn", [b"", b'{"v": 1, "ru'])
def test_it_is_not_opened_for_writing_and_stays_as_it_is(written, torn):
    state, path, later = written
    path.write_bytes(path.read_bytes() + torn)
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    with pytest.raises(ProblemError) as refused:
        JournalFile.open(state, RUN, MemoryClock(), "dana")
    problem = refused.value.problem
    assert problem.code is ProblemCode.FAILED
    assert problem.what == f"Run {RUN} was written by a newer hotfix."
    assert f"event 2 ({later['kind']})" in problem.why
    assert "pipx upgrade hotfix-cli" in problem.next_command
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == before


def test_a_later_key_alone_bars_nothing(tmp_path):
    with JournalFile.create(tmp_path, RUN, MemoryClock(), "dana") as journal:
        journal.append(Noted("before"))
    add(tmp_path / "runs" / RUN / "journal.jsonl", EventType.NOTE, {"text": "x", "mood": "calm"})
    with JournalFile.open(tmp_path, RUN, MemoryClock(), "dana") as journal:
        assert journal.append(Noted("after")).seq == 3


def test_another_machines_is_read_and_not_adopted(written, tmp_path):
    state, _, _ = written
    lines = read_lines(state, RUN)
    assert len(check_lines(RUN, lines)) == 3
    with pytest.raises(ProblemError, match="written by a newer hotfix"):
        adopt(tmp_path / "noor", RUN, lines)
    assert not (tmp_path / "noor").exists()


@pytest.mark.parametrize(
    "damage",
    [{"seq": 7}, {"at": "soon"}, {"type": 5}, {"data": "x"}, {"v": "two"}],
    ids=lambda each: next(iter(each)),
)
def test_a_line_that_is_no_event_is_damage_whoever_wrote_it(tmp_path, damage):
    with JournalFile.create(tmp_path, RUN, MemoryClock(), "dana") as journal:
        journal.append(Noted("before"))
    add(tmp_path / "runs" / RUN / "journal.jsonl", **damage)
    with pytest.raises(ProblemError, match="damaged in line 2"):
        read_events(tmp_path, RUN)


def test_a_later_line_that_was_changed_is_damage(written):
    state, path, _ = written
    path.write_bytes(path.read_bytes().replace(b"before", b"behind"))
    with pytest.raises(ProblemError, match="damaged in line 2"):
        read_events(state, RUN)
