"""``hotfix drill`` as a command: hands-free, by scenario, and as a world for other terminals."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from tests.stories.commands import HOTFIX

from hotfix.processes import table


@pytest.fixture
def environ(tmp_path):
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}


def drill(environ, *words, cwd="/"):
    return subprocess.run(
        [HOTFIX, "drill", *words],
        cwd=cwd,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_hands_free_shows_targets_proof_and_log_and_how_to_take_the_wheel(environ, tmp_path):
    done = drill(environ)
    assert done.returncode == 0, done.stdout + done.stderr
    for part in (
        "Pull request: http",
        "Merge commit: ",
        "Rollout:      webrana-backend at revision 2",
        "Proof:        checkout answers: red before (500",
        "Log entry:    ",
        "Now take the wheel:",
    ):
        assert part in done.stdout
    papers = tmp_path / ".local/state/hotfix/drills/last"
    assert f"there is in {papers}:" in done.stdout
    assert_it_answers(done.stdout, papers, environ)
    assert re.search(r"total +30:00 +0:\d\d +from the start to the proof", done.stdout)
    assert done.stderr == ""
    assert list(tmp_path.glob("hotfix-drill-*")) == []


def assert_it_answers(said, papers, environ):
    """What is printed at the end of a drill is true then: the record is there, and is read."""
    assert "</html>" in (papers / "report.html").read_text()
    assert "BEGIN:VCALENDAR" in (papers / "post-mortem.ics").read_text()
    [run] = re.findall(r"Its record is kept: hotfix show (\S+)", said)
    for command, part in (("show", "Confirmed by dana."), ("report", "# "), ("checklist", "- [x]")):
        words = [HOTFIX, command, "--local", run]
        told = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
        assert (told.returncode, told.stderr) == (0, "")
        assert part in told.stdout


def test_the_scenario_that_is_rolled_back_ends_well(environ):
    done = drill(environ, "--auto", "--scenario", "bad-fix", "--json")
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[-2]["type"] in {"run_finished", "told"}
    assert any(event["type"] == "plan_chosen" for event in events)


def test_scenarios_are_listed_and_an_unknown_one_is_wrong_use(environ):
    assert "bad-fix" in drill(environ, "--list").stdout
    names = {each["name"] for each in json.loads(drill(environ, "--list", "--json").stdout)}
    assert {"good-fix", "bad-fix"} <= names
    for words in (["--scenario", "nope"], ["nope"], ["bad-fix", "--scenario", "good-fix"]):
        done = drill(environ, *words)
        assert done.returncode == 2
        assert "hotfix drill --list" in done.stderr


@pytest.mark.parametrize("version", ["git version 2.25.1", ""])
def test_an_old_or_missing_git_is_named(environ, tmp_path, version):
    tools = tmp_path / "tools"
    tools.mkdir()
    if version:
        (tools / "git").write_text(f"#!/bin/sh\necho '{version}'\n")
        (tools / "git").chmod(0o755)
    done = drill(environ | {"PATH": str(tools)})
    assert done.returncode == 3
    assert "git 2.38 or newer" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.glob("hotfix-drill-*")) == []


def from_a_fresh_clone(said, environ):
    """Give the commands that are printed for a clone of one's own, at a shell with nothing else."""
    printed = said.partition("from a fresh clone")[2].partition("Ready-made:")
    *commands, _ = re.findall(r"^  (\S.*)", printed[0], re.MULTILINE)
    patch = re.search(r"(git apply \S+)$", printed[2], re.MULTILINE)
    assert patch, said
    words = [re.sub(r"hotfix init.*", "hotfix init --yes", each) for each in commands]
    done = subprocess.run(
        ["sh", "-ec", "\n".join([*words, "hotfix doctor", patch[1], "git diff --stat"])],
        env=environ | {"PATH": os.defpath},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nReady" in done.stdout
    assert "2 files changed" in done.stdout
    for address in re.findall(r"http://\S+", said):
        page = requests.get(address, headers={"Accept": "text/html,*/*"}, timeout=10)
        assert "<h1>" in page.text, address


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_served_world_takes_every_command_and_leaves_nothing_behind(environ, tmp_path, number):
    with subprocess.Popen(
        [HOTFIX, "drill", "--serve"],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as world:
        said = ""
        for line in world.stdout or ():
            said += line
            if "Ctrl-C ends it all" in line:
                break
        script = re.search(r"\. (\S+/environment)", said)
        clone = re.search(r"cd (\S+)", said)
        assert script, said
        assert clone, said
        asked = subprocess.run(
            ["bash", "-c", f". {script[1]}; cd {clone[1]}; {HOTFIX} doctor && {HOTFIX} contacts"],
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert asked.returncode == 0, asked.stdout + asked.stderr
        assert "Noor Haddad" in asked.stdout
        if number == signal.SIGINT:
            from_a_fresh_clone(said, environ)
        world.send_signal(number)
        assert world.wait(timeout=30) == 0
    assert not Path(clone[1]).exists()
    assert list(tmp_path.glob("hotfix-drill-*")) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("when", ["it comes up", "it is walked"])
def test_an_ended_drill_leaves_nothing_behind(environ, tmp_path, number, when):
    with subprocess.Popen(
        [HOTFIX, "drill", "--auto", "--json"],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as drilled:
        assert drilled.stdout is not None
        if when == "it is walked":
            drilled.stdout.readline()
        else:
            deadline = time.monotonic() + 30
            while not pods_in(tmp_path):
                assert time.monotonic() < deadline
                time.sleep(0.02)
        pods = pods_in(tmp_path)
        drilled.send_signal(number)
        _, errors = drilled.communicate(timeout=30)
    assert pods
    assert b"Traceback" not in errors
    assert drilled.returncode == 130
    assert not any(table.entry_of(pid) for pid in pods)
    assert list(tmp_path.glob("hotfix-*")) == []


def pods_in(folder):
    """The processes of pods; each stands in the folder of its commit."""
    python = Path(sys.executable)
    names = {python.name, python.resolve().name, "python", "python3"}
    return {pid for name in names for pid in table.at_work(name, folder) or ()}
