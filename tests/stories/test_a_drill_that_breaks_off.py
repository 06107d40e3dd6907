"""Whatever ends a drill in the middle, what it names as next works without the drill's world."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest
from tests.stories.commands import HOTFIX

BROKEN = """
import sys, threading
import hotfix.cli.drill_walks as walks

def broken(*_words, **_more):
    raise KeyError("nobody foresaw this")

def in_a_thread(*words, **more):
    thread = threading.Thread(target=broken, name="mirror")
    thread.start()
    thread.join()
    raise KeyboardInterrupt

def foreseen(*_words, **_more):
    from hotfix.domain.problem import Problem, ProblemCode, ProblemError
    raise ProblemError(Problem(ProblemCode.FAILED, "No.", "Because.", "hotfix doctor"))

def interrupted(*_words, **_more):
    raise KeyboardInterrupt

def break_(where):
    import hotfix.runs.walk as walk
    import hotfix.simulators.world as world
    import hotfix.steps.update_base as update_base
    import hotfix.steps.check_readiness as check_readiness
    if where == "world": world.World.start = broken
    if where == "begin": walks.start = broken
    if where == "foreseen": walks.start = foreseen
    if where == "walk": walk.Walk._walk = broken
    if where == "step": update_base.UpdateBase.run = broken
    if where == "thread": walks.start = in_a_thread
    if where == "interrupted": walks._keep_score = interrupted
    if where in {"interrupted", "foreseen late"}: check_readiness.CheckReadiness.run = foreseen
    if where == "foreseen late": walks._keep_score = foreseen

break_(sys.argv.pop(1))
from hotfix.cli.entry import main
main()
"""
PLACES = ("world", "begin", "foreseen", "walk", "step", "thread", "interrupted", "foreseen late")


BY_SURPRISE = {"world", "begin", "walk", "step", "thread"}


@pytest.fixture
def environ(tmp_path):
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}


@pytest.mark.parametrize("words", [(), ("--json",)], ids=["words", "json"])
@pytest.mark.parametrize("where", PLACES)
def test_each_command_and_each_file_that_is_named_is_there_when_the_drill_is_over(
    where, words, environ, tmp_path
):
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, where, "drill", "--auto", *words],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode in {1, 130}
    assert "Traceback (most" not in done.stdout + done.stderr
    assert list(tmp_path.glob("hotfix-drill-*")) == []
    said = done.stderr if words else done.stdout + done.stderr
    named = re.findall(r"^Next: (.*)", said, re.MULTILINE)
    if words and said.startswith("{"):
        named += [json.loads(line)["next_command"] for line in said.splitlines()]
    named += re.findall(r"hotfix show \S+", said)
    assert named or words, said
    for command in re.findall(r"hotfix [a-z][^;,:\n\"]*", "\n".join(named)):
        assert_it_works(command, environ)
    # The words of a step name what is there while the drill is; its end names what is kept.
    files = {Path(each) for each in re.findall(r"[^\s\"]+/traceback-\d+\.txt", said)}
    kept = [each for each in files if "hotfix-drill-" not in str(each)]
    assert all(each.exists() for each in kept)
    assert bool(kept) is (where in BY_SURPRISE and not (where == "step" and words)), said


def assert_it_works(command, environ):
    program, name, *rest = shlex.split(command)
    assert (program, name) in {("hotfix", "drill"), ("hotfix", "show")}, command
    if name == "drill":
        rest = ["--list"]  # another one would take its time
    done = subprocess.run(
        [HOTFIX, name, *rest], env=environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), command


def test_what_a_broken_command_names_as_next_can_be_typed_at_the_drills_prompt(environ):
    child = pexpect.spawn(
        sys.executable,
        ["-c", BROKEN, "walk", "drill"],
        env=environ | {"TERM": "xterm", "NO_COLOR": "1"},
        dimensions=(50, 120),
        encoding="utf-8",
        timeout=40,
    )
    try:
        child.expect(r"Next: (hotfix resume \S+)")
        found = re.search(r"hotfix resume \S+", str(child.after))
        assert found
        child.expect(r"drill\$ ")
        # A process of its own, which is not broken.
        child.send(f"{found[0]}\r")
        child.expect("Update base|Do customers notice|here:")
    finally:
        child.close(force=True)


def test_who_ends_it_from_outside_is_told_what_is_kept(environ):
    with subprocess.Popen(
        [HOTFIX, "drill", "--auto", "--json"],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as drilled:
        assert drilled.stdout is not None
        drilled.stdout.readline()
        drilled.send_signal(signal.SIGTERM)
        _, said = drilled.communicate(timeout=30)
    for command in re.findall(r"hotfix [a-z][^;,:\n\"]*", said):
        assert_it_works(command, environ)
