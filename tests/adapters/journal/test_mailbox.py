import json
import stat
import subprocess
import sys

import pytest

from hotfix.adapters.mailbox import Mailbox
from hotfix.domain.event_data import LockLost, Noted, Told, Untold
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.signals import Reply, Signal

PROBLEM = Problem(ProblemCode.LOCKED, "noor took over this hotfix.", "She did.", "hotfix status")
LETTERS = (
    (Noted("x", "noor"), {"kind": "note", "data": {"text": "x", "by": "noor"}}),
    (Told("parent", "x"), {"kind": "told", "data": {"key": "parent", "text": "x"}}),
    (
        Untold("parent", "x", "502"),
        {"kind": "untold", "data": {"key": "parent", "text": "x", "why": "502"}},
    ),
    (
        LockLost(PROBLEM, by_this_run=True),
        {"kind": "lock_lost", "data": {"problem": PROBLEM.to_json(), "by_this_run": True}},
    ),
    (
        Reply("merge", "go", "sure", 2.5),
        {
            "kind": "decision_made",
            "data": {"key": "merge", "choice": "go", "reason": "sure", "minutes": 2.5},
        },
    ),
)


def note(text):
    return Signal(Noted(text))


def texts(signals):
    return [signal.said.text for signal in signals]


def test_what_is_sent_is_taken_oldest_first_and_once(tmp_path):
    box = Mailbox(tmp_path / "inbox")
    assert box.take() == ()
    for number in range(12):
        box.send(note(f"{number} 決済"))
    taken = box.take()
    assert texts(taken) == [f"{number} 決済" for number in range(12)]
    assert [type(signal.said) for signal in taken] == [Noted] * 12
    assert len({signal.id for signal in taken}) == 12
    assert box.take() == ()
    # Beside what is sent there is when it was looked.
    assert [each.name for each in (tmp_path / "inbox").iterdir()] == [".looked"]


def test_what_was_taken_and_not_written_down_comes_again_with_the_same_id(tmp_path):
    box = Mailbox(tmp_path)
    box.send(note("x"))
    (before_the_crash,) = box.take()
    (after_it,) = Mailbox(tmp_path).take()
    assert after_it == before_the_crash


def test_what_comes_while_others_are_written_down_is_not_lost(tmp_path):
    box = Mailbox(tmp_path)
    box.send(note("first"))
    assert texts(box.take()) == ["first"]
    box.send(note("second"))
    assert texts(box.take()) == ["second"]


def test_what_is_sent_after_the_clock_was_set_back_comes_after_what_waits(tmp_path, monkeypatch):
    box = Mailbox(tmp_path)
    for number, at in enumerate((2_000_000, 1_000_000, 1_000_000, 500_000)):
        monkeypatch.setattr("time.time_ns", lambda at=at: at)
        box.send(note(str(number)))
    assert texts(box.take()) == ["0", "1", "2", "3"]


def test_a_signal_carries_its_data_whole(tmp_path):
    reply = Reply("merge", "go", "a\nb \ud800", 2.5)
    box = Mailbox(tmp_path)
    box.send(Signal(reply))
    (taken,) = box.take()
    assert taken.said == reply


def test_the_letters_are_what_other_versions_read(tmp_path):
    for said, letter in LETTERS:
        folder = tmp_path / said.type
        Mailbox(folder).send(Signal(said))
        (path,) = folder.iterdir()
        assert json.loads(path.read_bytes()) == letter
        assert list(json.loads(path.read_bytes())["data"]) == list(letter["data"])


def test_the_box_is_the_operators_alone(tmp_path):
    Mailbox(tmp_path / "inbox").send(note("x"))
    (path,) = (tmp_path / "inbox").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"kind": "gossip", "data": {}}',
        b'{"kind": "step_done", "data": {"saying": "x", "facts": {}}}',
        b'{"kind": "note"}',
        b'{"kind": "note", "data": 5}',
        b"[" * 100_000,
    ],
    ids=["empty", "bytes", "list", "null", "kind", "no letter", "no data", "data", "deep"],
)
def test_what_is_no_signal_is_moved_aside_and_stops_nobody(tmp_path, raw):
    box = Mailbox(tmp_path)
    (tmp_path / "0.json").write_bytes(raw)
    box.send(note("x"))
    assert texts(box.take()) == ["x"]
    assert (tmp_path / "0.unreadable-1").read_bytes() == raw
    assert box.take() == ()
    (tmp_path / "0.json").write_bytes(b"other")
    assert box.take() == ()
    assert (tmp_path / "0.unreadable-1").read_bytes() == raw
    assert (tmp_path / "0.unreadable-2").read_bytes() == b"other"


def test_half_a_letter_is_not_taken(tmp_path):
    box = Mailbox(tmp_path)
    box.send(note("x"))
    (path,) = tmp_path.iterdir()
    path.rename(tmp_path / f".{path.stem}")
    assert box.take() == ()


def test_many_processes_may_send_at_once(tmp_path):
    code = (
        "import sys; from pathlib import Path; from hotfix.adapters.mailbox import Mailbox\n"
        "from hotfix.domain.event_data import Noted; from hotfix.ports.signals import Signal\n"
        "box = Mailbox(Path(sys.argv[1]))\n"
        "for number in range(20):\n"
        "    box.send(Signal(Noted(f'{sys.argv[2]}-{number}')))\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "abc"
    ]
    assert [process.wait(20) for process in processes] == [0, 0, 0]
    found = texts(Mailbox(tmp_path).take())
    assert len(found) == 60
    for name in "abc":
        mine = [text for text in found if text.startswith(name)]
        assert mine == [f"{name}-{number}" for number in range(20)]
    sent = [path for path in tmp_path.iterdir() if not path.name.startswith(".")]
    assert all(json.loads(path.read_bytes()) for path in sent)
