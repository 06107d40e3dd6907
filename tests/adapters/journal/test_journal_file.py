import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path

import pytest
from tests.memory_clock import MemoryClock

from hotfix.adapters.journal.adoption import adopt
from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.adapters.journal.lines import parsed, read_events
from hotfix.adapters.journal.order import newest_first, note_newest
from hotfix.adapters.journal.tracebacks import keep_traceback
from hotfix.cli.errors import problems_in_words
from hotfix.domain.event_data import (
    Noted,
    RunFinished,
    RunInterrupted,
    RunResumed,
    RunStarted,
    StepDone,
    StepWaiting,
)
from hotfix.domain.fold import fold
from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.progress import RunState
from hotfix.domain.status import status
from hotfix.ports.journal import Kept

RUN = "hf-20260312-0312-checkout-returns-500-abcd"
DATA: JsonObject = {
    "incident": {"description": "checkout returns 500"},
    "settings": {},
    "plan": "hotfix",
    "phases": [{"name": "fix", "target_seconds": 900.0}],
    "total_seconds": 1800.0,
    "counts_until": "fix",
    "point_of_no_return": "",
    "needed_after": [],
}
STARTED = RunStarted.from_json(DATA)


def created(state, **more):
    return JournalFile.create(state, RUN, MemoryClock(), "dana", **more)


def opened(state, **more):
    return JournalFile.open(state, RUN, MemoryClock(), "dana", **more)


def filled(state, notes=3):
    """Make a journal with a start and some notes, and return its path."""
    with created(state) as journal:
        journal.append(STARTED)
        for number in range(notes):
            journal.append(Noted(f"note {number}"))
    return file_of(state)


def file_of(state):
    return state / "runs" / RUN / "journal.jsonl"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def assert_chain_is_whole(path):
    previous = "0" * 64
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
        data = json.loads(line)
        assert (data["seq"], data["previous"]) == (number, previous)
        previous = hashlib.sha256(line).hexdigest()


def test_what_is_appended_is_read_back(tmp_path):
    data = {"text": "naïve 決済 🔥 \u2028 \n \x00 \ud800", "more": [1, 2.5, None, {"a": ["b"]}]}
    with created(tmp_path) as journal:
        first = journal.append(STARTED)
        second = journal.append(StepDone("Fixed.", data), "fix", "await_the_fix")
        assert journal.run == RUN
        assert journal.events() == (first, second)
    assert (second.seq, second.operator, second.data) == (
        2,
        "dana",
        {"saying": "Fixed.", "facts": data},
    )
    assert read_events(tmp_path, RUN) == (first, second)
    with opened(tmp_path) as journal:
        assert journal.events() == (first, second)
        third = journal.append(RunResumed())
    assert third.seq == 3
    assert_chain_is_whole(file_of(tmp_path))


def test_every_line_carries_the_hash_of_the_line_before(tmp_path):
    assert_chain_is_whole(filled(tmp_path))


def test_files_and_folders_are_the_operators_alone(tmp_path):
    before = os.umask(0)
    try:
        filled(tmp_path / "state")
        with file_of(tmp_path / "state").open("ab") as file:
            file.write(b'{"v": 1, "ru')
        opened(tmp_path / "state").close()
    finally:
        os.umask(before)
    folder = tmp_path / "state" / "runs" / RUN
    assert {each.name for each in folder.iterdir()} == {
        *("journal.jsonl", "journal.torn-1", "state.json", "writer.lock")
    }
    assert {mode(each) for each in folder.iterdir()} == {0o600}
    assert {mode(each) for each in (folder, folder.parent, folder.parent.parent)} == {0o700}


@pytest.mark.parametrize("torn", [b'{"v": 1, "run": "hf', b"\x00" * 40, b"{}"])
def test_a_torn_last_line_is_cut_and_kept_beside(tmp_path, torn):
    path = filled(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    assert len(read_events(tmp_path, RUN)) == 4
    assert path.read_bytes() == whole + torn
    with opened(tmp_path) as journal:
        assert path.read_bytes() == whole
        assert len(journal.events()) == 4
        assert journal.append(RunResumed()).seq == 5
    assert (path.parent / "journal.torn-1").read_bytes() == torn
    assert_chain_is_whole(path)


def test_what_was_set_aside_before_is_never_overwritten(tmp_path):
    path = filled(tmp_path)
    whole = path.read_bytes()
    (path.parent / "elsewhere").write_bytes(b"mine")
    (path.parent / "journal.torn-2").symlink_to(path.parent / "elsewhere")
    for torn in (b"first", b"second"):
        path.write_bytes(whole + torn)
        opened(tmp_path).close()
    (path.parent / "journal.torn-1").unlink()
    path.write_bytes(whole + b"third")
    opened(tmp_path).close()
    kept = {each.name: each.read_bytes() for each in path.parent.glob("journal.torn-*")}
    assert kept == {
        "journal.torn-1": b"third",
        "journal.torn-2": b"mine",
        "journal.torn-3": b"second",
    }


def test_a_last_line_that_lacks_only_its_end_is_torn_too(tmp_path):
    path = filled(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    assert len(read_events(tmp_path, RUN)) == 3
    with opened(tmp_path) as journal:
        assert journal.append(RunResumed()).seq == 4
    assert_chain_is_whole(path)


def changed_word(lines):
    lines[1] = lines[1].replace(b"note 0", b"note 9")


def left_out(lines):
    del lines[1]


def swapped(lines):
    lines[1], lines[2] = lines[2], lines[1]


def doubled(lines):
    lines.insert(1, lines[1])


def no_json(lines):
    lines[2] = b"\xff\xfe not json"


def no_object(lines):
    lines[2] = b"[1, 2]"


def too_deep(lines):
    lines[2] = b"[" * 100_000


def cut_by_a_carriage_return(lines):
    lines[1] = lines[1].replace(b"note 0", b"note\r0")


def end_that_is_none(lines):
    lines[1:3] = [lines[1] + b"\x0b" + lines[2]]


def unknown_type(lines):
    lines[2] = lines[2].replace(b'"note"', b'"gossip"')


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (changed_word, 3),
        (left_out, 2),
        (swapped, 2),
        (doubled, 3),
        (no_json, 3),
        (no_object, 3),
        (too_deep, 3),
        (cut_by_a_carriage_return, 2),
        (end_that_is_none, 2),
        (unknown_type, 4),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_damage_in_the_middle_is_refused_and_says_what_can_be_trusted(tmp_path, damage, line):
    path = filled(tmp_path)
    lines = path.read_bytes().split(b"\n")
    damage(lines)
    damaged = b"\n".join(lines)
    path.write_bytes(damaged)
    for read in (lambda: read_events(tmp_path, RUN), lambda: opened(tmp_path)):
        with pytest.raises(ProblemError) as caught:
            read()
        problem = caught.value.problem
        assert problem.code is ProblemCode.FAILED
        assert f"line {line}" in problem.what
        assert problem.next_command.startswith(f"head -n {line - 1} {path}")
    # Nothing was mended behind anybody's back, and what can be trusted is still there to read.
    assert path.read_bytes() == damaged
    trusted = damaged.split(b"\n")[: line - 1]
    assert [json.loads(each)["seq"] for each in trusted] == list(range(1, line))


def test_no_flipped_bit_drops_an_event_without_a_word(tmp_path):
    """Wherever it is: it is said to be damage, or all events are there still."""
    path = filled(tmp_path)
    whole = path.read_bytes()
    start_of_last = whole[:-1].rindex(b"\n") + 1
    silent = []
    for at in range(len(whole)):
        for bit in range(8):
            raw = bytearray(whole)
            raw[at] ^= 1 << bit
            found = parsed(bytes(raw))
            is_said = found.damaged_line > 0
            # Nothing names the hash of the last line; all its bytes are there all the same.
            is_all_there = at >= start_of_last and len(found.events) == 4
            if not is_said and not is_all_there:
                silent.append((at, bit))
    assert silent == []
    path.write_bytes(whole[:-1] + b"\x0b")
    with pytest.raises(ProblemError, match="damaged in line 4"):
        opened(tmp_path)
    assert path.read_bytes() == whole[:-1] + b"\x0b"


FILES = Path("/proc/self/fd")


def open_files():
    return {each.name for each in FILES.iterdir()}


@pytest.mark.skipif(not FILES.is_dir(), reason="counts open files by /proc")
def test_a_refused_journal_leaves_no_file_open_and_no_lock(tmp_path):
    path = filled(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"note 0", b"note 9"))
    before = open_files()
    with pytest.raises(ProblemError) as caught:
        opened(tmp_path)
    assert open_files() == before, caught
    path.write_bytes(whole)
    opened(tmp_path).close()


def test_a_second_writer_is_refused_while_the_first_is_open(tmp_path):
    with created(tmp_path) as journal:
        journal.append(STARTED)
        with pytest.raises(ProblemError) as caught:
            opened(tmp_path)
        assert caught.value.problem.code is ProblemCode.LOCKED
        assert f"pid {os.getpid()}," in caught.value.problem.what
        # Readers need no lock.
        assert len(read_events(tmp_path, RUN)) == 1
    opened(tmp_path).close()


PRELUDE = f"""
import os, sys, resource, signal
from pathlib import Path
from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.adapters.journal.lines import read_events
from hotfix.domain.event_data import Noted, RunResumed, RunStarted
from hotfix.domain.problem import ProblemError
from tests.memory_clock import MemoryClock
state, run, started = Path(sys.argv[1]), {RUN!r}, RunStarted.from_json({DATA!r})
"""


def child(state, body, **more):
    """Start a Python process that runs ``body`` on the journal in ``state``."""
    code = PRELUDE + textwrap.dedent(body)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **more,
    )


def test_a_second_process_is_refused_while_the_first_is_alive(tmp_path):
    body = """
        journal = JournalFile.create(state, run, MemoryClock(), "rena")
        journal.append(started)
        print("open", flush=True)
        sys.stdin.read()
    """
    with child(tmp_path, body) as process:
        assert process.stdout.readline() == "open\n"
        with pytest.raises(ProblemError) as caught:
            opened(tmp_path)
        assert caught.value.problem.code is ProblemCode.LOCKED
        assert f"pid {process.pid}," in caught.value.problem.what
        process.stdin.close()
        assert process.wait(20) == 0
    with opened(tmp_path) as journal:
        assert len(journal.events()) == 1


@pytest.mark.parametrize("count", [300, 700, 1500])
def test_a_killed_process_loses_nothing_that_it_was_told_is_written(tmp_path, count):
    body = """
        with JournalFile.create(state, run, MemoryClock(), "dana") as journal:
            journal.append(started)
            for count in range(100_000):
                event = journal.append(Noted("x" * (count % 2000)))
                print(event.seq, flush=True)
    """
    with child(tmp_path, body) as process:
        for _ in range(count):
            last = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split("\n")
        assert process.wait(20) == -signal.SIGKILL
    told = int(rest[-2] if len(rest) > 1 else last)
    assert told > count
    with opened(tmp_path) as journal:
        # One more may be on disk: killed between writing it and saying so.
        assert len(journal.events()) - told in {0, 1}
        assert journal.append(RunResumed()).seq == len(journal.events())
        assert fold(journal.events()).state is RunState.RUNNING
    assert_chain_is_whole(file_of(tmp_path))


def test_a_full_disk_is_a_problem_and_what_was_written_stays_whole(tmp_path):
    body = """
        journal = JournalFile.create(state, run, MemoryClock(), "dana")
        journal.append(started)
        full = (state / "runs" / run / "journal.jsonl").stat().st_size + 100
        full = max(full, (state / "runs" / run / "state.json").stat().st_size + 100)
        most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (full, most))
        try:
            journal.append(Noted("y" * 5000))
        except ProblemError as error:
            print(error.problem.what, error.problem.why, flush=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        print(len(journal.events()), journal.append(Noted("later")).seq)
        journal.close()
    """
    with child(tmp_path, body) as process:
        said, _ = process.communicate(timeout=20)
        assert process.returncode == 0
    refusal, after = said.splitlines()
    assert "cannot be written. File too large" in refusal
    assert after == "1 2"
    assert [event.data.get("text") for event in read_events(tmp_path, RUN)] == [None, "later"]
    assert_chain_is_whole(file_of(tmp_path))


def test_a_torn_end_that_cannot_be_kept_on_a_full_disk_is_a_problem(tmp_path):
    path = filled(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + b"z" * 5000)
    body = """
        limit = (1000, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        try:
            JournalFile.open(state, run, MemoryClock(), "dana")
        except ProblemError as error:
            print(error.problem.what)
    """
    with child(tmp_path, body) as process:
        said, _ = process.communicate(timeout=20)
    assert "cannot be written" in said
    with opened(tmp_path):
        assert path.read_bytes() == whole


SECRET = "ghp_" + "s3cr3t" * 6


def test_secrets_never_reach_the_disk(tmp_path):
    odd = 'quo"te\\back\nline'
    data: JsonObject = {"text": f"push to https://x:{SECRET}@host", "deep": [{"a": (SECRET, odd)}]}
    with created(tmp_path, secrets=[SECRET, odd, "", "short"]) as journal:
        journal.append(STARTED)
        event = journal.append(StepDone("Fixed.", data))
        journal.append(StepWaiting(f"short wait with {SECRET}"))
    assert event.data["facts"] == {
        "text": "push to https://x:[redacted]@host",
        "deep": [{"a": ["[redacted]", "[redacted]"]}],
    }
    for path in file_of(tmp_path).parent.iterdir():
        assert SECRET not in path.read_text(encoding="utf-8")
    assert "short wait with [redacted]" in file_of(tmp_path).read_text(encoding="utf-8")
    assert_chain_is_whole(file_of(tmp_path))


def test_what_a_rollback_restores_is_kept_to_the_letter(tmp_path):
    """A deployment may have the operator's token in its own template."""
    template = {"spec": {"containers": [{"env": [{"name": "TOKEN", "value": SECRET}]}]}}
    record: JsonObject = {"name": "web", "annotation": SECRET, "template": template}
    with created(tmp_path, secrets=[SECRET]) as journal:
        journal.append(STARTED)
        event = journal.append(StepDone("Recorded.", {"healthy": [record]}))
    kept = {"name": "web", "annotation": "[redacted]", "template": template}
    assert event.data["facts"] == {"healthy": [kept]}


def test_what_is_found_out_to_be_a_secret_is_one_here_too(tmp_path, monkeypatch):
    monkeypatch.setenv("PAGERDUTY_API_KEY", "key-of-the-environment")
    with created(tmp_path) as journal:
        journal.append(STARTED)
        event = journal.append(StepWaiting("refused: key-of-the-environment"))
    assert event.data["saying"] == "refused: [redacted]"


@pytest.mark.parametrize("secret", ["00000000", "previous", "12345678", "run_started", '"seq": 2'])
def test_a_secret_that_looks_like_our_own_words_does_not_damage_the_journal(tmp_path, secret):
    with created(tmp_path, secrets=[secret]) as journal:
        journal.append(STARTED)
        journal.append(StepDone(secret, {"seconds": 0.12345678}))
    said = [event.data.get("saying") for event in read_events(tmp_path, RUN)]
    assert said == [None, "[redacted]"]
    assert_chain_is_whole(file_of(tmp_path))


@pytest.mark.parametrize("name", ["journal.jsonl", "writer.lock", "state.json.new"])
def test_nothing_is_written_through_a_link(tmp_path, name):
    path = filled(tmp_path)
    (tmp_path / "elsewhere").write_bytes(b"mine")
    (path.parent / name).unlink(missing_ok=True)
    (path.parent / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ProblemError) as caught, opened(tmp_path) as journal:
        journal.append(Noted("x"))
    assert "cannot be written" in caught.value.problem.what
    assert (tmp_path / "elsewhere").read_bytes() == b"mine"


def test_a_link_in_place_of_the_folder_is_refused(tmp_path):
    path = filled(tmp_path)
    path.parent.rename(tmp_path / "elsewhere")
    path.parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ProblemError, match="is a link"):
        opened(tmp_path)


def test_a_file_in_place_of_the_state_directory_is_a_problem(tmp_path):
    (tmp_path / "state").write_text("", encoding="utf-8")
    with pytest.raises(ProblemError, match="cannot be written"):
        created(tmp_path / "state")


def test_a_journal_that_cannot_be_read_is_a_problem(tmp_path):
    path = filled(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(ProblemError) as caught:
        read_events(tmp_path, RUN)
    assert "cannot be read" in caught.value.problem.what
    assert caught.value.problem.next_command.startswith("ls -l")


@pytest.mark.parametrize("read", [read_events, lambda state, _run: opened(state)])
def test_a_run_that_is_not_there_is_a_problem(tmp_path, read):
    with pytest.raises(ProblemError) as caught:
        read(tmp_path, RUN)
    assert caught.value.problem.code is ProblemCode.USAGE
    assert f"There is no run {RUN}." in caught.value.problem.what


class InterruptingClock(MemoryClock):
    """Ctrl-C arrives when the time is asked for: in the middle of an append."""

    def __init__(self):
        super().__init__()
        self.interrupts = False

    def now(self):
        if self.interrupts:
            raise KeyboardInterrupt
        return super().now()


class SetBackClock(MemoryClock):
    """Set back by an hour each time it is looked at, and it tells so."""

    def now(self):
        self._now -= timedelta(hours=1)
        return self._now


def test_no_event_is_before_the_one_before_it_whatever_the_clock_says(tmp_path):
    with JournalFile.create(tmp_path, RUN, SetBackClock(), "dana") as journal:
        journal.append(STARTED)
        for _ in range(3):
            journal.append(Noted("x"))
        times = [event.at for event in journal.events()]
    assert times == [times[0]] * 4
    assert [event.at for event in read_events(tmp_path, RUN)] == times


def test_opened_under_a_clock_that_is_behind_it_goes_on_from_its_last_event(tmp_path):
    filled(tmp_path)
    last = read_events(tmp_path, RUN)[-1].at
    clock = MemoryClock(last - timedelta(hours=1))
    with JournalFile.open(tmp_path, RUN, clock, "dana") as journal:
        assert (clock.now(), clock.jump()) == (last, -3600)
        clock.wait(10)
        assert journal.append(Noted("x")).at == last + timedelta(seconds=10)


def test_an_interrupt_before_the_write_leaves_nothing(tmp_path):
    clock = InterruptingClock()
    with JournalFile.create(tmp_path, RUN, clock, "dana") as journal:
        journal.append(STARTED)
        clock.interrupts = True
        with pytest.raises(KeyboardInterrupt):
            journal.append(Noted("lost"))
        clock.interrupts = False
        assert journal.append(RunInterrupted("Ctrl-C")).seq == 2
    assert_chain_is_whole(file_of(tmp_path))


# Between opening state.json.new and its with block, Python itself leaves the closing to the
# collector; the journal is what must be whole.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("moment", range(3))
def test_an_interrupt_at_any_line_of_append_keeps_the_journal_whole(tmp_path, moment):
    """Ctrl-C is raised at every line of the module that an append runs through, one at a time."""
    with created(tmp_path) as journal:
        journal.append(STARTED)
        line, is_through = moment, False
        while not is_through:
            is_through = interrupted_after(line, journal)
            line += 3
            written = [event.seq for event in journal.events()]
            assert written == list(range(1, len(written) + 1))
            assert journal.append(RunInterrupted("x")).seq == len(journal.events())
        assert line > 20
    assert read_events(tmp_path, RUN)[-1].type == RunInterrupted.type
    assert_chain_is_whole(file_of(tmp_path))


def interrupted_after(lines, journal):
    """Append with Ctrl-C after so many lines; returns whether the append was over before."""
    left = lines

    def trace(frame, event, _argument):
        nonlocal left
        if not frame.f_code.co_filename.endswith("journal_file.py"):
            return None
        if event == "line":
            left -= 1
            if left < 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    try:
        sys.settrace(trace)
        journal.append(Noted("interrupted"))
    except KeyboardInterrupt:
        return False
    finally:
        sys.settrace(before)
    return True


def test_state_json_follows_the_journal_and_names_the_holder(tmp_path):
    with created(tmp_path) as journal:
        journal.append(STARTED)
        for said in (StepWaiting("waiting for CI"), RunInterrupted("Ctrl-C")):
            journal.append(said)
            found = json.loads((tmp_path / "runs" / RUN / "state.json").read_bytes())
            assert found.pop("holder")["pid"] == os.getpid()
            now = file_of(tmp_path).stat()
            assert found.pop("journal_bytes") == now.st_size
            assert found.pop("journal_times") == [now.st_mtime_ns, now.st_ctime_ns]
            assert found.pop("whose") == fold(journal.events()).settings.whose()
            assert found.pop("checksum")
            assert found == json.loads(json.dumps(status(fold(journal.events()))))


def test_where_a_run_stands_is_the_fold_of_its_events_written_or_read(tmp_path):
    with created(tmp_path) as journal:
        for said in (STARTED, StepWaiting("waiting for CI"), RunInterrupted("Ctrl-C")):
            journal.append(said)
            assert journal.progress() == fold(journal.events())
        written = journal.progress()
    with opened(tmp_path) as journal:
        assert journal.progress() == written


def test_a_lost_state_json_loses_nothing(tmp_path):
    path = filled(tmp_path)
    (path.parent / "state.json").unlink()
    with opened(tmp_path) as journal:
        assert len(journal.events()) == 4
        journal.append(RunResumed())
    assert (path.parent / "state.json").is_file()


def test_the_traceback_of_a_fault_is_kept_privately_numbered_and_without_secrets(tmp_path):
    nothing: dict[str, str] = {}
    with created(tmp_path, secrets={"token-of-dana"}) as journal:
        for number in (1, 2):
            try:
                nothing["token-of-dana"]
            except KeyError as error:
                kept = journal.keep_traceback(error)
            assert kept.words == "KeyError: '[redacted]'"
            path = tmp_path / "runs" / RUN / f"traceback-{number}.txt"
            assert kept.file == str(path)
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            text = path.read_text()
            assert "test_journal_file.py" in text
            assert "KeyError: '[redacted]'" in text
        assert "token-of-dana" not in text
        assert journal.append(STARTED).seq == 1


def test_the_folder_of_tracebacks_is_made_as_private_as_they_are(tmp_path):
    folder = tmp_path / "state" / "tracebacks"
    before = os.umask(0)
    try:
        kept = keep_traceback(folder, ValueError("odd"))
    finally:
        os.umask(before)
    assert kept == Kept("ValueError: odd", str(folder / "traceback-1.txt"))
    assert (mode(folder), mode(folder / "traceback-1.txt")) == (0o700, 0o600)


def test_a_traceback_that_cannot_be_written_hides_no_fault(tmp_path):
    with created(tmp_path) as journal:
        folder = tmp_path / "runs" / RUN
        folder.chmod(0o500)
        try:
            kept = journal.keep_traceback(ValueError("odd"))
        finally:
            folder.chmod(0o700)
    is_root = os.geteuid() == 0
    assert kept == Kept("ValueError: odd", str(folder / "traceback-1.txt") if is_root else "")


def test_an_event_is_synced_before_it_is_returned(tmp_path, monkeypatch):
    synced: list[str] = []
    with created(tmp_path) as journal:
        path = file_of(tmp_path)
        true_sync = os.fsync

        def sync(handle):
            true_sync(handle)
            synced.append(path.read_text().splitlines()[-1])

        monkeypatch.setattr(os, "fsync", sync)
        journal.append(Noted("it is on disk"))
        assert "it is on disk" in synced[-1]


def test_no_file_stays_open(tmp_path):
    before = sorted(Path("/dev/fd").iterdir())
    path = filled(tmp_path / "dana")
    opened(tmp_path / "dana").close()
    adopt(tmp_path / "noor", RUN, path.read_bytes())
    note_newest(str(tmp_path / "noor"), RUN)
    assert newest_first(str(tmp_path / "noor")) == [RUN]
    keep_traceback(tmp_path / "tracebacks", ValueError("odd"))
    assert sorted(Path("/dev/fd").iterdir()) == before


def test_nothing_is_read_through_a_link(tmp_path):
    filled(tmp_path / "elsewhere")
    path = file_of(tmp_path)
    path.parent.mkdir(parents=True)
    path.symlink_to(file_of(tmp_path / "elsewhere"))
    with pytest.raises(ProblemError, match="cannot be read"):
        read_events(tmp_path, RUN)


def test_what_was_written_and_not_synced_is_known_to_the_next_event(tmp_path, monkeypatch):
    with created(tmp_path) as journal:
        journal.append(STARTED)

        def fail(_handle):
            raise OSError("no space")

        with monkeypatch.context() as patched, pytest.raises(ProblemError):
            patched.setattr(os, "fsync", fail)
            journal.append(Noted("written"))
        assert journal.append(Noted("later")).seq == 3
    assert_chain_is_whole(file_of(tmp_path))


def test_whoever_breaks_a_command_off_hears_which_run_it_leaves_open(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended, problems_in_words(), created(tmp_path) as journal:
        journal.append(STARTED)
        raise KeyboardInterrupt
    assert ended.value.code == 130
    said = f"Interrupted.\nRun {RUN} is open: hotfix resume {RUN}\n"
    assert capsys.readouterr().err == said


def test_a_run_that_has_not_begun_or_is_over_is_not_called_open(tmp_path, capsys):
    with pytest.raises(SystemExit), problems_in_words(), created(tmp_path):
        raise KeyboardInterrupt
    with pytest.raises(SystemExit), problems_in_words(), opened(tmp_path) as journal:
        journal.append(STARTED)
        journal.append(RunFinished(RunState.DONE))
        raise KeyboardInterrupt
    assert capsys.readouterr().err == "Interrupted.\n" * 2
