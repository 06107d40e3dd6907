import json
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from hotfix.adapters.local_suites import LocalSuites
from hotfix.domain.suite_state import SuiteState
from hotfix.ports.suite_runner import Suite

PATIENCE_SECONDS = 15.0


@pytest.fixture
def runner(tmp_path):
    made = LocalSuites(tmp_path / "logs", tmp_path / "suites")
    yield made
    made.stop()


def suite(name, code, directory=".", timeout=30.0, grace=15.0):
    return Suite(name, (sys.executable, "-c", code), directory, timeout, grace)


def wait_until(holds):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)
    return found


def ended(runner):
    """Look until every suite is over."""

    def over():
        seen = runner.look()
        return seen if all(each.state is not SuiteState.RUNNING for each in seen) else None

    return wait_until(over)


def is_alive(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    # A zombie that nobody has waited for yet runs no more.
    state = Path(f"/proc/{number}/stat")
    return not state.exists() or state.read_text("utf-8").rpartition(")")[2].split()[0] != "Z"


def number_in(path):
    return wait_until(lambda: path.exists() and path.read_text("utf-8").strip()) and int(
        path.read_text("utf-8")
    )


SAYS_CI = (
    "import os, sys; print(os.environ.get('CI')); print(sys.stdin.isatty() or sys.stdin.read())"
)


@pytest.mark.parametrize("ours", [None, "false", "1"])
@pytest.mark.parametrize("is_ci", [True, False])
def test_a_runner_is_told_that_nobody_watches_unless_the_team_says_otherwise(
    runner, tmp_path, monkeypatch, ours, is_ci
):
    monkeypatch.delenv("CI", raising=False)
    if ours is not None:
        monkeypatch.setenv("CI", ours)
    told = replace(suite("unit", SAYS_CI), is_ci=is_ci)
    runner.start([told], tmp_path)
    (seen,) = ended(runner)
    # And there is nothing to read for one that waits for keys.
    assert seen.last_lines == ("true" if is_ci else str(ours), "")


def test_how_long_a_suite_has_said_nothing_is_seen(runner, tmp_path):
    code = "import sys; print('Press a to run all tests.', flush=True); input_ = open('{}').read()"
    os.mkfifo(tmp_path / "never")
    runner.start([suite("unit", code.format(tmp_path / "never"))], tmp_path)
    wait_until(lambda: runner.look()[0].last_lines)
    wait_until(lambda: runner.look()[0].silent_seconds > 0.1)
    (seen,) = runner.look()
    assert seen.silent_seconds < seen.seconds
    assert seen.last_lines == ("Press a to run all tests.",)


def test_suites_run_side_by_side_and_are_told_apart(runner, tmp_path):
    # Each waits for the file of the other: one after the other, neither would end.
    code = (
        "import pathlib, time\n"
        "pathlib.Path('{}').touch()\n"
        "while not pathlib.Path('{}').exists(): time.sleep(0.01)\n"
        "raise SystemExit({})"
    )
    runner.start(
        [suite("backend", code.format("a", "b", 0)), suite("frontend", code.format("b", "a", 3))],
        tmp_path,
    )
    seen = ended(runner)
    assert [(each.name, each.state, each.exit_code) for each in seen] == [
        ("backend", SuiteState.PASSED, 0),
        ("frontend", SuiteState.FAILED, 3),
    ]


def test_a_suite_is_running_until_it_is_over(runner, tmp_path):
    code = "import pathlib, time\nwhile not pathlib.Path('go').exists(): time.sleep(0.01)"
    runner.start([suite("slow", code)], tmp_path)
    (seen,) = runner.look()
    assert (seen.state, seen.exit_code) == (SuiteState.RUNNING, None)
    (tmp_path / "go").touch()
    (over,) = ended(runner)
    assert over.state is SuiteState.PASSED
    time.sleep(0.02)
    assert runner.look() == (over,)


EMPTY = "import unittest; unittest.main(exit=False)"


def test_a_suite_that_ends_well_and_ran_no_test_says_so(runner, tmp_path):
    suites = [suite("empty", EMPTY), suite("silent", ""), suite("red", EMPTY + "; exit(3)")]
    runner.start(suites, tmp_path)
    found = {each.name: (each.state, each.exit_code) for each in ended(runner)}
    assert found == {
        "empty": (SuiteState.RAN_NO_TEST, 0),
        "silent": (SuiteState.PASSED, 0),
        "red": (SuiteState.FAILED, 3),
    }


def test_a_suite_runs_in_its_directory(runner, tmp_path):
    (tmp_path / "backend").mkdir()
    runner.start([suite("x", "import os; print(os.getcwd())", "backend")], tmp_path)
    assert ended(runner)[0].last_lines == (str((tmp_path / "backend").resolve()),)


def test_the_log_holds_all_output_and_is_the_operators_alone(runner, tmp_path):
    code = (
        "import sys\n"
        "for number in range(3000): print('line', number, flush=True)\n"
        "print('to the other stream', file=sys.stderr)"
    )
    runner.start([suite("a/b", code)], tmp_path)
    (seen,) = ended(runner)
    lines = seen.log_file.read_text("utf-8").splitlines()
    assert lines == [*(f"line {number}" for number in range(3000)), "to the other stream"]
    assert seen.last_lines == tuple(lines[-20:])
    assert seen.lines == len(lines)
    assert seen.log_file.parent == tmp_path / "logs"
    assert stat.S_IMODE(seen.log_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(seen.log_file.parent.stat().st_mode) == 0o700


def test_binary_output_is_kept_whole_and_shown_leniently(runner, tmp_path):
    code = r"import sys; sys.stdout.buffer.write(b'ok \xff\xfe\x00\n\xe6\xb1')"
    runner.start([suite("x", code)], tmp_path)
    (seen,) = ended(runner)
    assert seen.log_file.read_bytes() == b"ok \xff\xfe\x00\n\xe6\xb1"
    assert seen.last_lines == ("ok ��\x00", "�")


@pytest.mark.parametrize("end", [r"\n", r"\r\n", r"\r"])
def test_lines_end_as_they_do_on_any_machine(runner, tmp_path, end):
    runner.start([suite("x", f"import os; os.write(1, b'one{end}two{end}')")], tmp_path)
    assert ended(runner)[0].last_lines == ("one", "two")


# In a process of its own: what else this one does must not count.
LOOKS_AT_200_MEGABYTES = """
import resource, sys, time
from pathlib import Path
from hotfix.adapters.local_suites import LocalSuites
from hotfix.domain.suite_state import SuiteState
from hotfix.ports.suite_runner import Suite
folder = Path(sys.argv[1])
code = "import os\\nos.write(1, b'begin\\\\n')\\n"
code += "for _ in range(200): os.write(1, b'x' * 1048576)\\nos.write(1, b'\\\\nend\\\\n')"
runner = LocalSuites(folder / "logs", folder / "suites")
runner.start([Suite("x", (sys.executable, "-c", code), ".", 60.0)], folder)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
most = 0
while (seen := runner.look()[0]).state is SuiteState.RUNNING:
    most = max(most, seen.log_file.stat().st_size)
    time.sleep(0.01)
runner.stop()
assert seen.last_lines[-1] == "end"
assert all(len(line) <= 300 for line in seen.last_lines)
log = seen.log_file.read_bytes()
assert max(most, len(log)) < 16 * 1048576, (most, len(log))
assert log.startswith(b"begin\\nxxx") and log.endswith(b"xxx\\nend\\n")
words = b"\\n[hotfix: %s bytes are left out here]\\n" % f"{seen.left_out:,}".encode()
assert log.count(words) == 1 and log.count(b"[hotfix") == 1
assert len(log) - len(words) + seen.left_out == 200 * 1048576 + 11
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_output_of_any_size_is_kept_in_bounded_memory_and_on_bounded_disk(tmp_path):
    command = [sys.executable, "-c", LOOKS_AT_200_MEGABYTES, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 30 * 1024, "kilobytes"


def test_a_suite_that_prints_for_ever_fills_no_disk_until_its_timeout(runner, tmp_path):
    runner.start([suite("x", "while True: print('again')", timeout=2.0)], tmp_path)
    (seen,) = ended(runner)
    assert seen.state is SuiteState.TIMED_OUT
    assert seen.log_file.stat().st_size < 16 * 1048576
    assert seen.last_lines[-2] == "again"


def test_a_timeout_ends_the_suite_and_its_grandchildren(runner, tmp_path):
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"
        "open('grandchild', 'w').write(str(child.pid))\n"
        "print('hanging', flush=True)\n"
        "time.sleep(300)"
    )
    runner.start([suite("hangs", code, timeout=0.5)], tmp_path)
    grandchild = number_in(tmp_path / "grandchild")
    (seen,) = ended(runner)
    assert (seen.state, seen.exit_code) == (SuiteState.TIMED_OUT, -signal.SIGTERM)
    assert seen.last_lines == ("hanging",)
    assert 0.5 < seen.seconds < PATIENCE_SECONDS
    wait_until(lambda: not is_alive(grandchild))


def test_a_suite_that_ignores_the_request_to_end_is_made_to(runner, tmp_path):
    code = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "open('ready', 'w').write(str(os.getpid()))\n"
        "time.sleep(300)"
    )
    runner.start([suite("stubborn", code, timeout=0.3, grace=0.3)], tmp_path)
    number_in(tmp_path / "ready")
    (seen,) = ended(runner)
    assert (seen.state, seen.exit_code) == (SuiteState.TIMED_OUT, -signal.SIGKILL)


def test_what_a_suite_leaves_running_is_ended_with_it(runner, tmp_path):
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"
        "open('left', 'w').write(str(child.pid))"
    )
    runner.start([suite("careless", code)], tmp_path)
    assert ended(runner)[0].state is SuiteState.PASSED
    left = number_in(tmp_path / "left")
    wait_until(lambda: not is_alive(left))


def test_a_missing_program_is_told_and_stops_no_other(runner, tmp_path):
    missing = Suite("missing", ("no-such-program-here", "x"), ".", 5)
    runner.start([missing, suite("fine", "print('fine')")], tmp_path)
    absent, fine = ended(runner)
    assert (absent.state, absent.exit_code) == (SuiteState.NOT_STARTED, None)
    assert absent.why == "There is no program no-such-program-here."
    assert absent.last_lines == ()
    assert fine.state is SuiteState.PASSED


def test_a_missing_directory_and_a_file_that_is_no_program_are_told(runner, tmp_path):
    plain = tmp_path / "plain.txt"
    plain.write_text("x", encoding="utf-8")
    runner.start(
        [suite("lost", "", "nowhere"), Suite("plain", (str(plain),), ".", 5)],
        tmp_path,
    )
    lost, no_program = runner.look()
    assert lost.why == "There is no folder nowhere."
    assert no_program.state is SuiteState.NOT_STARTED
    assert "Permission denied" in no_program.why


def test_stop_ends_what_runs_and_forgets_it(runner, tmp_path):
    code = "import os, time; open('started', 'w').write(str(os.getpid())); time.sleep(300)"
    runner.start([suite("x", code)], tmp_path)
    child = number_in(tmp_path / "started")
    runner.stop()
    assert not is_alive(child)
    assert runner.look() == ()
    runner.stop()


def test_starting_again_ends_what_still_ran(runner, tmp_path):
    code = "import os, time; open('started', 'w').write(str(os.getpid())); time.sleep(300)"
    runner.start([suite("old", code)], tmp_path)
    child = number_in(tmp_path / "started")
    runner.start([suite("new", "print('new')")], tmp_path)
    assert not is_alive(child)
    assert [each.name for each in ended(runner)] == ["new"]


def test_secrets_are_hidden_and_the_rest_of_the_environment_is_there(runner, tmp_path, monkeypatch):
    monkeypatch.setenv("GH_TOKEN", "ghp_secret")
    monkeypatch.setenv("DATABASE_URL", "postgres://test")
    runner.start(
        [suite("x", "import os; print(os.getenv('GH_TOKEN'), os.getenv('DATABASE_URL'))")],
        tmp_path,
    )
    assert ended(runner)[0].last_lines == ("None postgres://test",)


def test_a_suite_that_reads_its_input_finds_none(runner, tmp_path):
    runner.start([suite("x", "import sys; print(repr(sys.stdin.read()))")], tmp_path)
    assert ended(runner)[0].last_lines == ("''",)


def test_each_start_has_a_log_of_its_own(runner, tmp_path):
    for said in ("first, and longer", "second"):
        runner.start([suite("x", f"print({said!r})")], tmp_path)
        assert ended(runner)[0].last_lines == (said,)
    logs = {path.name: path.read_text("utf-8") for path in (tmp_path / "logs").iterdir()}
    assert logs == {"x.1.log": "first, and longer\n", "x.2.log": "second\n"}


def test_suites_whose_names_are_one_file_have_logs_of_their_own(runner, tmp_path):
    runner.start([suite("a/b", "print(1)"), suite("a_b", "print(2)")], tmp_path)
    seen = ended(runner)
    assert [each.log_file.read_text("utf-8") for each in seen] == ["1\n", "2\n"]


def test_whoever_left_the_suite_and_prints_on_holds_nothing_up(runner, tmp_path):
    left = (
        "import os, time\nopen('left', 'w').write(str(os.getpid()))\n"
        "while True: print('again', flush=True); time.sleep(0.001)"
    )
    code = (
        "import pathlib, subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {left!r}], start_new_session=True)\n"
        "while not pathlib.Path('left').exists(): time.sleep(0.01)"
    )
    runner.start([suite("x", code)], tmp_path)
    assert ended(runner)[0].state is SuiteState.PASSED
    with suppress(ProcessLookupError):
        os.kill(number_in(tmp_path / "left"), signal.SIGKILL)


PUTS_IN_ORDER = """
import os, pathlib, signal, sys, time
def put_in_order(*_):
    time.sleep(0.5)
    pathlib.Path("order").write_text("in order")
    sys.exit(0)
signal.signal(signal.SIGTERM, put_in_order)
pathlib.Path("pid").write_text(str(os.getpid()))
while True: time.sleep(0.05)
"""


@pytest.mark.parametrize("timeout", [1.0, 300.0], ids=["timeout", "stop"])
def test_a_suite_has_its_grace_to_put_things_in_order(runner, tmp_path, timeout):
    runner.start([suite("docker", PUTS_IN_ORDER, timeout=timeout)], tmp_path)
    number_in(tmp_path / "pid")
    if timeout < 300:
        assert ended(runner)[0].state is SuiteState.TIMED_OUT
    runner.stop()
    assert (tmp_path / "order").read_text("utf-8") == "in order"


def test_the_grace_holds_up_no_look(runner, tmp_path):
    code = (
        "import pathlib, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "pathlib.Path('pid').write_text('1')\ntime.sleep(300)"
    )
    runner.start([suite("stubborn", code, timeout=0.5, grace=3.0)], tmp_path)
    number_in(tmp_path / "pid")
    looks, state = [], SuiteState.RUNNING
    while state is SuiteState.RUNNING:
        began = time.monotonic()
        state = runner.look()[0].state
        looks.append(time.monotonic() - began)
        time.sleep(0.01)
    assert state is SuiteState.TIMED_OUT
    assert max(looks) < 1.0


# A process that starts a suite and is killed before it can end it.
IS_KILLED = """
import os, signal, sys, time
from pathlib import Path
from hotfix.adapters.local_suites import LocalSuites
from hotfix.ports.suite_runner import Suite
folder = Path(sys.argv[1])
runner = LocalSuites(folder / "logs", folder / "suites")
runner.start([Suite("unit", (sys.executable, "-c", sys.argv[2]), ".", 300.0, 5.0)], folder)
while not (folder / "pid").exists(): time.sleep(0.01)
os.kill(os.getpid(), signal.SIGKILL)
"""
# Its leader ends when it is killed off; whom it has started runs on.
LEAVES_AN_ORPHAN = (
    "import os, subprocess, sys, time\n"
    f"subprocess.Popen([sys.executable, '-c', {PUTS_IN_ORDER!r}])\n"
    "while not os.path.exists('pid'): time.sleep(0.01)\n"
    "os.kill(os.getpid(), 9)"
)


def killed(folder, code=PUTS_IN_ORDER):
    done = subprocess.run([sys.executable, "-c", IS_KILLED, str(folder), code], check=False)
    assert done.returncode == -signal.SIGKILL
    return number_in(folder / "pid")


@pytest.mark.parametrize("code", [PUTS_IN_ORDER, LEAVES_AN_ORPHAN], ids=["leader", "orphan"])
def test_what_a_killed_process_left_is_ended_first_with_its_grace(runner, tmp_path, code):
    left = killed(tmp_path, code)
    assert is_alive(left)
    assert runner.end_what_is_left() == ("unit",)
    runner.start(
        [suite("unit", "import pathlib; print(pathlib.Path('order').read_text())")], tmp_path
    )
    assert not is_alive(left)
    (seen,) = ended(runner)
    assert seen.last_lines == ("in order",)
    assert seen.log_file.name == "unit.2.log"
    assert runner.end_what_is_left() == ()
    assert list((tmp_path / "suites").iterdir()) == []


def test_what_was_left_is_ended_by_the_next_start_that_nobody_told(runner, tmp_path):
    left = killed(tmp_path)
    runner.start([suite("unit", "")], tmp_path)
    assert not is_alive(left)


def record_of(folder):
    (path,) = (folder / "suites").iterdir()
    return path, json.loads(path.read_text("utf-8"))


def test_a_process_that_has_the_number_by_now_is_left_alone(runner, tmp_path):
    left = killed(tmp_path)
    path, record = record_of(tmp_path)
    stranger = subprocess.Popen(["sleep", "300"], start_new_session=True)
    try:
        path.write_text(json.dumps({**record, "pid": stranger.pid}), "utf-8")
        assert runner.end_what_is_left() == ()
        runner.stop()
        assert stranger.poll() is None
        assert list((tmp_path / "suites").iterdir()) == []
    finally:
        stranger.kill()
        stranger.wait()
        os.kill(left, signal.SIGKILL)


def test_a_suite_whose_number_did_not_get_on_record_is_found_by_its_mark(runner, tmp_path):
    left = killed(tmp_path)
    path, record = record_of(tmp_path)
    path.write_text(json.dumps({**record, "pid": 0, "started": ""}), "utf-8")
    assert runner.end_what_is_left() == ("unit",)
    runner.stop()
    assert not is_alive(left)


def test_a_record_that_is_torn_stops_nobody(runner, tmp_path):
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "x.json").write_text('{"suite": "un', "utf-8")
    assert runner.end_what_is_left() == ()
    runner.start([suite("unit", "")], tmp_path)
    assert ended(runner)[0].state is SuiteState.PASSED
