"""The index spares opening journals, and answers nothing that they would not."""

import builtins
import json
import os
import shutil
import threading
from contextlib import contextmanager
from random import Random

import pytest
from tests.memory_clock import MemoryClock
from tests.runs.index_answers import ORDERED, answers, changed, states_of, without_index
from tests.runs.many_kept import chained, keep, lines_of, say_state

from hotfix.adapters.journal import derived
from hotfix.adapters.journal.derived import Derived
from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.adapters.journal.order import note_newest
from hotfix.cli import fast_status
from hotfix.domain.event_data import Noted
from hotfix.domain.problem import Problem
from hotfix.runs import known_runs
from hotfix.runs import learned as learning
from hotfix.runs.known_runs import kept_runs, noteworthy
from hotfix.runs.learned import LOG, STATES, known_already, learned

KINDS = (
    "stopped-for-the-budget",
    "budget-escalated",
    "done-then-rolled-back",
    "locked-and-left",
    "stopped-for-the-budget",
    "rolled-back-to-a-revision",
    "brought-to-other-branches",
)


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """Let everything be as if it had been written long ago; what is changed says so itself."""
    monkeypatch.setattr(derived, "YOUNG_NS", 0)
    monkeypatch.setattr(known_runs, "NEWEST", 2)


def append(state, run, random):
    with JournalFile.open(state, run, MemoryClock(), "dana") as journal:
        journal.append(Noted(f"x{random.random()}"))


def edit(state, run, random):
    path = state / "runs" / run / "journal.jsonl"
    raw = bytearray(path.read_bytes())
    raw[random.randrange(len(raw))] ^= 1
    path.write_bytes(raw)
    changed(path)


def cut(state, run, random):
    """Somebody takes events away, and a look at everything is due."""
    path = state / "runs" / run / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: random.randint(1, len(lines))]))
    changed(path)
    _let_it_age(state)


def _let_it_age(state):
    table = state / "index" / "runs"
    if table.exists():
        os.utime(table, (1, 1))


def remove(state, run, _random):
    shutil.rmtree(state / "runs" / run)
    changed(state / "runs")


def forget_state(state, run, _random):
    (state / "runs" / run / "state.json").unlink(missing_ok=True)


def damage_index(state, _run, random):
    for path in sorted((state / "index").glob("*")):
        raw = bytearray(path.read_bytes())
        raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
        path.write_bytes(raw)


def tear_index(state, _run, random):
    for path in sorted((state / "index").glob("*")):
        raw = path.read_bytes()
        path.write_bytes(raw[: random.randrange(len(raw))])


def delete_index(state, _run, _random):
    shutil.rmtree(state / "index", ignore_errors=True)


def begin(state, _run, random):
    keep(state, random.choice(KINDS), 1000 + next(ORDERED), is_quick=random.random() < 0.7)
    changed(state / "runs")


def leave_unbegun(state, _run, _random):
    (state / "runs" / f"hf-20260312-0313-x-{next(ORDERED)}").mkdir()
    changed(state / "runs")


ACTS = (
    append,
    edit,
    cut,
    remove,
    forget_state,
    damage_index,
    tear_index,
    delete_index,
    begin,
    leave_unbegun,
)


@pytest.mark.parametrize("seed", range(3))
def test_with_and_without_an_index_the_answers_are_the_same(tmp_path, seed):
    random = Random(seed)  # noqa: S311 - histories, not secrets
    state = tmp_path / "state"
    for number in range(9):
        keep(state, random.choice(KINDS), number, is_quick=random.random() < 0.7)
    stale = tmp_path / "stale"
    for number in range(8):
        act = ACTS[(number + seed * 7) % len(ACTS)]
        known = sorted(path.parent.name for path in state.glob("runs/*/journal.jsonl"))
        if act is append:
            known = [each.run for each in kept_runs(str(state)) if _is_sound(state, each.run)]
        act(state, random.choice(known), random)
        if number == 4 and stale.exists():
            shutil.rmtree(state / "index", ignore_errors=True)
            shutil.copytree(stale, state / "index")
        assert answers(state, tmp_path) == without_index(state, tmp_path), act.__name__
        if number == 2:
            shutil.copytree(state / "index", stale)


def _is_sound(state, run):
    return not isinstance(learned(state, STATES).said[run], Problem)


def test_no_byte_of_the_index_can_be_changed_unseen(tmp_path):
    for number, kind in enumerate(KINDS[:3]):
        keep(tmp_path, kind, number)
    kept_runs(str(tmp_path))
    path = tmp_path / "index" / "runs"
    raw = path.read_bytes()
    sound = Derived(str(tmp_path), "runs")
    for place in sorted({*range(20), *range(0, len(raw), 17), len(raw) - 1}):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :])
        found = Derived(str(tmp_path), "runs")
        assert (found.head, found.rows) in (({}, {}), (sound.head, sound.rows)), place


@contextmanager
def opened(monkeypatch, name):
    """Collects the paths of that name that are opened."""
    found: list[str] = []
    true_open, true_os_open = builtins.open, os.open

    def noted(path):
        if str(path).endswith(name):
            found.append(str(path))

    def an_open(file, *given, **named):
        noted(file)
        return true_open(file, *given, **named)

    def an_os_open(path, *given, **named):
        noted(path)
        return true_os_open(path, *given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(builtins, "open", an_open)
        patched.setattr(os, "open", an_os_open)
        yield found


@pytest.mark.parametrize("number", [3, 300])
def test_a_finished_run_that_has_not_changed_is_not_opened(tmp_path, monkeypatch, number):
    state = tmp_path / "state"
    for each in range(number):
        keep(state, "stopped-for-the-budget", each, is_quick=(number - each) % 2 == 1)
    with opened(monkeypatch, "journal.jsonl") as before:
        first = answers(state, tmp_path)
    # It is seen where one is opened: to tell that it has begun, and to read it.
    assert len(before) >= number
    with opened(monkeypatch, "journal.jsonl") as journals:
        again = answers(state, tmp_path)
        known_already(state, STATES)
    assert again == first
    # Of one that is meant, it is looked whether it can be read.
    assert len(set(journals)) <= 2
    monkeypatch.setenv("HOTFIX_STATE_DIR", str(state))
    monkeypatch.chdir(tmp_path)
    with (
        opened(monkeypatch, "journal.jsonl") as journals,
        opened(monkeypatch, "state.json") as states,
    ):
        assert fast_status.fast_status(["--json"]) == 0
    assert journals == []
    assert len(set(states)) == 1


def test_one_that_changes_is_opened_and_no_other(tmp_path, monkeypatch):
    for each in range(20):
        keep(tmp_path, "stopped-for-the-budget", each)
    learned(tmp_path, STATES)
    append(tmp_path, "hf-20260312-0312-checkout-0007", Random(0))  # noqa: S311 - likewise
    with opened(monkeypatch, "journal.jsonl") as journals:
        learned(tmp_path, STATES)
    assert {path.split("/")[-2] for path in journals} == {"hf-20260312-0312-checkout-0007"}


def test_a_reading_that_takes_long_is_told_once_and_one_that_does_not_never(tmp_path, monkeypatch):
    for each in range(3):
        keep(tmp_path, "stopped-for-the-budget", each)
    told: list[str] = []
    monkeypatch.setattr(learning, "_QUIET_SECONDS", -1.0)
    monkeypatch.setattr(learning, "_FEW", 1)
    learned(tmp_path, LOG, told.append)
    assert told == ["Reading the records for the first time: 2 of 3 by now."]
    learned(tmp_path, LOG, told.append)
    assert len(told) == 1


def test_a_damaged_journal_is_named_each_time(tmp_path):
    for each in range(3):
        keep(tmp_path, "stopped-for-the-budget", each)
    path = tmp_path / "runs" / "hf-20260312-0312-checkout-0001" / "journal.jsonl"
    learned(tmp_path, STATES)
    path.write_bytes(path.read_bytes().replace(b"dana", b"dora", 1))
    changed(path)
    for _ in range(3):
        (problem,) = [
            each for each in learned(tmp_path, LOG).said.values() if isinstance(each, Problem)
        ]
        assert problem.what == f"The journal of run {path.parent.name} is damaged in line 2."


def test_what_was_changed_a_moment_ago_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(derived, "YOUNG_NS", 10**18)
    keep(tmp_path, "stopped-for-the-budget", 0)
    assert len(kept_runs(str(tmp_path))) == len(learned(tmp_path, STATES).said) == 1
    assert not (tmp_path / "index").exists()


def test_a_run_that_is_taken_up_after_it_was_over_is_open_at_once(tmp_path):
    for each in range(30):
        keep(tmp_path, "stopped-for-the-budget", each)
    run = "hf-20260312-0312-checkout-0002"
    assert run not in {each.run for each in noteworthy(str(tmp_path))}
    folder = tmp_path / "runs" / run
    note_newest(str(tmp_path), run)
    assert noteworthy(str(tmp_path))[0].run == run
    (folder / "journal.jsonl").write_bytes(chained(run, lines_of("budget-escalated")))
    say_state(folder)
    newest = noteworthy(str(tmp_path))[0]
    assert (newest.run, newest.is_over) == (run, False)


@pytest.mark.parametrize("barred", ["a file", "a link", "somebody writes", "version"])
def test_where_it_cannot_be_written_or_read_the_journals_answer(tmp_path, monkeypatch, barred):
    state, index = tmp_path / "state", tmp_path / "state" / "index"
    for each in range(3):
        keep(state, KINDS[each], each)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if barred == "a file":
        index.write_text("")
    elif barred == "a link":
        index.symlink_to(elsewhere)
    elif barred == "somebody writes":
        index.mkdir()
        for name in ("runs", "log", "states", "figures"):
            (index / f"{name}.new").write_text("{")
    else:
        kept_runs(str(state))
        monkeypatch.setattr(derived, "_FORMAT", "0 0.0.1")
    assert answers(state, tmp_path) == without_index(state, tmp_path)
    assert list(elsewhere.iterdir()) == []
    if barred == "somebody writes":
        # Who was killed while writing bars nobody for long.
        for path in index.glob("*.new"):
            os.utime(path, (1, 1))
        answers(state, tmp_path)
        assert sorted(path.name for path in index.iterdir()) == ["figures", "log", "runs", "states"]


def test_many_may_write_at_once(tmp_path):
    for each in range(6):
        keep(tmp_path, KINDS[each], each)
    expected = states_of(learned(tmp_path, STATES))
    found = []

    def look(number):
        for _ in range(3):
            if number % 2:
                shutil.rmtree(tmp_path / "index", ignore_errors=True)
            found.append((states_of(learned(tmp_path, STATES)), len(kept_runs(str(tmp_path)))))

    threads = [threading.Thread(target=look, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(expected, 6)] * 9


def test_a_state_directory_that_is_not_there_is_not_made(tmp_path):
    assert kept_runs(str(tmp_path / "none")) == noteworthy(str(tmp_path / "none")) == []
    assert not learned(tmp_path / "none", STATES).said
    assert not (tmp_path / "none").exists()


def test_what_is_kept_of_a_run_is_private(tmp_path):
    keep(tmp_path, KINDS[0], 0)
    kept_runs(str(tmp_path))
    index = tmp_path / "index"
    assert (index.stat().st_mode & 0o777, (index / "runs").stat().st_mode & 0o777) == (0o700, 0o600)
    assert json.loads((index / "runs").read_text().splitlines()[0][9:])["noteworthy"]
