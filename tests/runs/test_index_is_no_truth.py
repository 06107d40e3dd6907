"""Whatever happens to a journal, or to the index: commands say what the journals say."""

import errno
import os
import shutil

import pytest
from tests.runs.index_answers import answers, changed, states_of, without_index
from tests.runs.many_kept import chained, keep, lines_of, say_state

from hotfix.adapters.journal import derived
from hotfix.adapters.journal.derived import Derived
from hotfix.domain.problem import Problem
from hotfix.runs import known_runs
from hotfix.runs import learned as learned_module
from hotfix.runs.known_runs import kept_runs, noteworthy
from hotfix.runs.learned import STATES, known_already, learned

KINDS = ("stopped-for-the-budget", "done-then-rolled-back", "locked-and-left", "bring-back-merged")
RUN = "hf-20260312-0312-checkout-0001"
TABLES = ["figures", "log", "runs", "states"]


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """Let everything be as if it had been written long ago; what is changed says so itself."""
    monkeypatch.setattr(derived, "YOUNG_NS", 0)
    monkeypatch.setattr(known_runs, "NEWEST", 1)


@pytest.fixture
def state(tmp_path):
    found = tmp_path / "state"
    for number, kind in enumerate(KINDS):
        keep(found, kind, number)
    answers(found, tmp_path)
    assert sorted(path.name for path in (found / "index").iterdir()) == TABLES
    return found


def journal(state):
    return state / "runs" / RUN / "journal.jsonl"


def rewritten(state, raw):
    journal(state).write_bytes(raw)
    changed(journal(state))


def half_written(state):
    rewritten(state, journal(state).read_bytes() + b'{"v": 1, "run": "hf-2026')


def half_of_the_last(state):
    rewritten(state, journal(state).read_bytes()[:-7])


def emptied(state):
    rewritten(state, b"")


def an_older_copy(state):
    lines = journal(state).read_bytes().splitlines(keepends=True)
    rewritten(state, b"".join(lines[:-9]))
    os.utime(journal(state), (1, 1))


def of_a_newer_version(state):
    lines = lines_of(KINDS[1])
    more = {**lines[-1], "seq": len(lines) + 1, "type": "teleported", "data": {}}
    rewritten(state, chained(RUN, [*lines, more]))


def of_another_run(state):
    rewritten(state, journal(state).read_bytes().replace(RUN.encode(), b"hf-20260312-0312-x-0001"))


def no_file(state):
    journal(state).unlink()
    journal(state).mkdir()
    changed(journal(state))


def vanished(state):
    shutil.rmtree(journal(state).parent)
    changed(state / "runs")


def went_on(state):
    rewritten(state, chained(RUN, lines_of("waiting-for-review")))
    say_state(journal(state).parent)


JOURNALS = (
    half_written,
    half_of_the_last,
    emptied,
    an_older_copy,
    of_a_newer_version,
    of_another_run,
    no_file,
    vanished,
    went_on,
)


@pytest.mark.parametrize("happens", JOURNALS)
def test_a_journal_that_is_not_what_it_was_is_read_again(state, tmp_path, happens):
    kept = tmp_path / "kept"
    shutil.copytree(journal(state).parent, kept)
    before = answers(state, tmp_path)
    happens(state)
    _let_it_age(state)
    assert answers(state, tmp_path) == without_index(state, tmp_path)
    # And it comes back as it was.
    shutil.rmtree(journal(state).parent, ignore_errors=True)
    shutil.copytree(kept, journal(state).parent)
    changed(journal(state))
    changed(state / "runs")
    assert answers(state, tmp_path) == without_index(state, tmp_path) == before


def _let_it_age(state):
    """Who edits an old journal by hand is seen when all are due, ten minutes later."""
    if (state / "index" / "runs").exists():
        os.utime(state / "index" / "runs", (1, 1))


def _of_each(change):
    def happens(state):
        for name in TABLES:
            path = state / "index" / name
            path.write_bytes(change(path.read_bytes()))

    return happens


def exchanged(state):
    """A table stands in the place of another."""
    index = state / "index"
    raw = {name: (index / name).read_bytes() for name in TABLES}
    for name, other in zip(TABLES, [*TABLES[1:], TABLES[0]], strict=True):
        (index / name).write_bytes(raw[other])


def of_another_machine(state):
    """Runs of the same names, which went otherwise there."""
    there = state.parent / "there"
    for number, kind in enumerate(reversed(KINDS)):
        keep(there, kind, number)
    answers(there, state.parent)
    shutil.rmtree(state / "index")
    shutil.copytree(there / "index", state / "index")


def folders(state):
    for name in TABLES:
        (state / "index" / name).unlink()
        (state / "index" / name).mkdir()


INDEXES = {
    "empty": _of_each(lambda _: b""),
    "cut after its head": _of_each(lambda raw: raw.splitlines(keepends=True)[0]),
    "cut in its rows": _of_each(lambda raw: raw[:-20]),
    "without its last line's end": _of_each(lambda raw: raw[:-1]),
    "more than was written": _of_each(lambda raw: raw.replace(b"\n", b"\n" + raw, 1)),
    "of no JSON": _of_each(lambda raw: b"\x00" * len(raw)),
    "exchanged": exchanged,
    "of another machine": of_another_machine,
    "folders": folders,
}


@pytest.mark.parametrize("what", INDEXES)
def test_an_index_that_is_not_what_was_written_says_nothing(state, tmp_path, what):
    INDEXES[what](state)
    for _ in range(2):
        assert answers(state, tmp_path) == without_index(state, tmp_path)


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        ("open", errno.EACCES),
        ("replace", errno.ENOSPC),
        ("mkdir", errno.EROFS),
        ("utime", errno.EACCES),
    ],
)
@pytest.mark.parametrize("had_one", [True, False])
def test_where_nothing_can_be_written_the_journals_answer(
    state, tmp_path, monkeypatch, call, refusal, had_one
):
    if not had_one:
        shutil.rmtree(state / "index")
    journal(state).unlink()
    changed(state / "runs")
    expected = without_index(state, tmp_path)
    left = sorted((state / "index").glob("*"))
    true_call = getattr(os, call)

    def refused(path, *given, **named):
        is_written = call != "open" or (given and given[0] & os.O_CREAT)
        if "/index" in str(path) and is_written:
            raise OSError(refusal, os.strerror(refusal))
        return true_call(path, *given, **named)

    monkeypatch.setattr(os, call, refused)
    for _ in range(2):
        assert answers(state, tmp_path) == expected
    if call in {"open", "replace"}:
        assert sorted((state / "index").glob("*")) == left


@pytest.mark.parametrize("happens", JOURNALS)
def test_what_somebody_goes_by_is_held_against_its_journal_also_where_the_index_holds(
    state, tmp_path, happens
):
    happens(state)
    expected = states_of(learned(state, STATES))
    shutil.rmtree(state / "index")
    answers(state, tmp_path)
    assert states_of(learned(state, STATES, matters=lambda _: True)) == expected


def test_what_nobody_goes_by_is_not_looked_at_until_a_run_comes(state, monkeypatch):
    for number in range(len(KINDS), 8):
        keep(state, "done", number)
    kept_runs(str(state))
    learned(state, STATES)
    known = learned(state, STATES)
    monkeypatch.setattr(learned_module, "listing", None)
    assert known_already(state, STATES).said == known.said
    # Whoever may be taken up again at any moment is always looked at.
    worth_a_look = [each.run for each in noteworthy(str(state))]
    assert list(learned(state, STATES, matters=lambda _: False).said) == worth_a_look
    assert len(worth_a_look) < len(known.said)
    newest = state / "runs" / worth_a_look[0]
    (newest / "journal.jsonl").write_bytes(b"no line\n")
    assert isinstance(learned(state, STATES, matters=lambda _: False).said[newest.name], Problem)
    assert known_already(state, STATES).said == {**known.said, newest.name: None}
    monkeypatch.undo()
    monkeypatch.setattr(derived, "YOUNG_NS", 0)
    keep(state, KINDS[0], 8)
    changed(state / "runs")
    assert len(learned(state, STATES, matters=lambda _: False).said) == 9


def test_a_run_of_whom_nothing_is_known_stands_in_no_table(state):
    emptied(state)
    (journal(state).parent / "state.json").unlink()
    learned(state, STATES)
    kept_runs(str(state))
    for name in ("runs", "states"):
        assert RUN not in Derived(str(state), name).rows


def test_a_damaged_run_is_read_once_and_its_problem_told_each_time(state, monkeypatch):
    rewritten(state, journal(state).read_bytes().replace(b'"seq": 2', b'"seq": 9', 1))
    kept_runs(str(state))
    first = learned(state, STATES)
    assert isinstance(first.said[RUN], Problem)
    assert learned(state, STATES).said == first.said
    # Nothing is listed or opened for it any more.
    monkeypatch.setattr(learned_module, "listing", None)
    monkeypatch.setattr(learned_module, "Runs", None)
    assert learned(state, STATES, matters=lambda _: False).said[RUN] == first.said[RUN]
    assert known_already(state, STATES).said == first.said
