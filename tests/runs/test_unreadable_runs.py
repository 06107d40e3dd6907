"""What cannot be read is named wherever runs are looked through, whatever was known before."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from typing import cast

import pytest
from tests.memory_clock import MemoryClock
from tests.runs.many_kept import keep

from hotfix.adapters.journal import derived
from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.composition.journals import Runs
from hotfix.domain.deployment_log import entries
from hotfix.domain.event_data import Noted
from hotfix.domain.problem import Problem, ProblemError
from hotfix.runs.chosen import active_runs, chosen_run, settling
from hotfix.runs.deployments import deployments
from hotfix.runs.history import history_of
from hotfix.runs.known_runs import kept_runs
from hotfix.runs.learned import STATES, learned
from hotfix.runs.session import Session
from hotfix.runs.whose import Place

OVER = "done-then-rolled-back"


def one_letter(raw):
    return raw.replace(b"checkout", b"checkoux", 1)


def zeros(raw):
    return b"\0" * len(raw)


def a_line_less(raw):
    lines = raw.splitlines(keepends=True)
    return b"".join([*lines[:2], *lines[3:]])


def as_long_with_lines_changed_about(raw):
    first, second, third, *rest = raw.splitlines(keepends=True)
    return b"".join([first, third, second, *rest])


def at_once(_path, _before):
    """Leave the times as writing makes them."""


def with_its_old_time(path, before):
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def before_the_index_was_written(path, _before):
    """Let state.json be older than all, as whoever copies a state directory leaves it."""
    os.utime(path.with_name("state.json"), (1, 1))


@pytest.fixture(params=[True, False], ids=["indexed", "no-index"])
def run(request, tmp_path, monkeypatch):
    """A run that is over, as this version writes it, behind one that can be read."""
    monkeypatch.setattr(derived, "YOUNG_NS", 0)
    found = keep(tmp_path, OVER, 1)
    with JournalFile.open(tmp_path, found, MemoryClock(), "dana") as journal:
        journal.append(Noted("written by this version"))
    keep(tmp_path, OVER, 2)
    if request.param:
        assert len(kept_runs(str(tmp_path), settling(tmp_path))) == 2
        assert not [each for each in learned(tmp_path, STATES).said.values() if is_bad(each)]
    return found


def is_bad(said):
    return isinstance(said, Problem)


class Here:
    """As much of a session as whoever looks through runs asks."""

    def __init__(self, state):
        self.state = state
        self.place = Place(str(state), {}, configured=("https://api.github.com", "acme/other"))


@pytest.mark.parametrize("then", [at_once, with_its_old_time, before_the_index_was_written])
@pytest.mark.parametrize(
    "damage", [one_letter, zeros, a_line_less, as_long_with_lines_changed_about]
)
def test_it_is_named_by_whoever_looks_through_all(run, tmp_path, damage, then):
    path = tmp_path / "runs" / run / "journal.jsonl"
    before, raw = path.stat(), path.read_bytes()
    assert json.loads((path.with_name("state.json")).read_text())["state"] == "rolled-back"
    assert damage(raw) != raw
    path.write_bytes(damage(raw))
    then(path, before)
    kept = kept_runs(str(tmp_path), settling(tmp_path))
    (bad,) = (each for each in kept if each.run == run)
    assert (bad.is_stale, bad.is_over) == (True, False)
    said: list[str] = []
    assert list(active_runs(cast("Session", Here(tmp_path)), kept, said.append)) == []
    # Whoever asks which run is meant, too: it may be the one.
    chosen = chosen_run(tmp_path, None, Place(str(tmp_path), {}), "status", said.append)
    assert chosen != run
    assert [line.partition(" is damaged")[0] for line in said] == [
        f"Warning: The journal of run {run}"
    ] * 2
    assert is_bad(learned(tmp_path, STATES).said[run])


def test_what_is_whole_is_taken_as_its_own_file_says_unopened(run, tmp_path):
    kept = kept_runs(str(tmp_path))
    (whole,) = (each for each in kept if each.run == run)
    assert (whole.is_stale, whole.is_over) == (False, True)


READERS = (
    ("log",),
    ("history",),
    ("status", "--short"),
    ("show", "RUN"),
    ("status", "RUN"),
    ("forget", "RUN", "--yes", "--settled"),
)


@pytest.mark.parametrize("name", ["journal.jsonl", "state.json", "inbox/1-1-1.json"])
@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path, name, words):
    found = keep(tmp_path / "state", OVER, 1)
    file = tmp_path / "state" / "runs" / found / name
    file.parent.mkdir(exist_ok=True)
    file.unlink(missing_ok=True)
    os.mkfifo(file)
    surroundings = {**os.environ, "HOTFIX_STATE_DIR": str(tmp_path / "state")}
    ended = subprocess.run(
        [sys.executable, "-m", "hotfix", *(found if each == "RUN" else each for each in words)],
        cwd=tmp_path,
        env={**surroundings, "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert "Traceback" not in ended.stderr
    if name == "journal.jsonl" and words != READERS[2] and words[0] != "forget":
        assert "It is no regular file" in ended.stderr or "cannot be read" in ended.stderr


def test_a_copy_in_a_folder_of_another_name_is_no_second_run(tmp_path):
    found = keep(tmp_path, OVER, 1)
    folder = tmp_path / "runs" / found
    shutil.copytree(folder, folder.with_name(f"{found}.bak"))
    said: list[str] = []
    counted = history_of(tmp_path, None, said.append, only_here=True, with_drills=True)
    assert (counted["runs"], counted["not_readable"]) == (1, 1)
    logged = deployments(tmp_path, None, said.append, lambda _: None, only_here=True)
    assert {each["run"] for each in logged} == {found}
    assert len(logged) == len(entries(Runs(tmp_path).events(found)))
    with pytest.raises(ProblemError, match="is that of another run") as caught:
        Runs(tmp_path).events(f"{found}.bak")
    assert f"hotfix show {found};" in caught.value.problem.next_command
    with pytest.raises(ProblemError, match="is that of another run"):
        Runs(tmp_path).as_far_as_sound(f"{found}.bak")
    # Alone, it is the record of that run, whatever somebody calls its folder.
    shutil.rmtree(folder)
    assert Runs(tmp_path).events(f"{found}.bak")[0].run == found
    counted = history_of(tmp_path, None, said.append, only_here=True, with_drills=True)
    assert (counted["runs"], counted["not_readable"]) == (1, 0)


def test_lines_of_another_run_are_damage(tmp_path):
    found = keep(tmp_path, OVER, 1)
    path = tmp_path / "runs" / found / "journal.jsonl"
    made, previous = [], "0" * 64
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        event = {**json.loads(line), "previous": previous}
        event["run"] = "hf-another" if number > 5 else event["run"]
        made.append(json.dumps(event).encode())
        previous = hashlib.sha256(made[-1]).hexdigest()
    path.write_bytes(b"".join(each + b"\n" for each in made))
    events, damage = Runs(tmp_path).as_far_as_sound(found)
    assert len(events) == 5
    assert is_bad(damage)
