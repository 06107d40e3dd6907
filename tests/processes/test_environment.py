"""What a program that we start sees of our environment."""

import os
import subprocess
import sys

import pytest

from hotfix.processes.environment import GITHUB, LOCAL_TO_GIT, SECRETS, of_child
from hotfix.processes.running import run

PRINTS = [sys.executable, "-c", "import os; print(sorted(os.environ))"]


def seen(**how):
    return set(eval(run(PRINTS, 30.0, **how).output))  # noqa: S307 - a list of our own script


@pytest.fixture(autouse=True)
def everything_is_set(monkeypatch):
    for name in SECRETS | LOCAL_TO_GIT:
        monkeypatch.setenv(name, "of-ours-0123456789")
    monkeypatch.setenv("DATABASE_URL", "postgres://test")


def test_a_program_sees_no_secret_of_ours_and_nothing_of_another_gits_repository():
    assert not seen() & (SECRETS | LOCAL_TO_GIT)
    assert {"DATABASE_URL", "PATH"} <= seen()


def test_it_sees_what_it_needs():
    assert seen(needs=GITHUB) & (SECRETS | LOCAL_TO_GIT) == GITHUB


def test_it_sees_what_is_given_to_it_whatever_the_name():
    given = {"GIT_INDEX_FILE": "/tmp/index", "SLACK_BOT_TOKEN": "its own"}  # noqa: S108 - not used
    assert of_child(adds=given).items() >= given.items()


def test_what_stands_in_the_place_of_our_environment_is_looked_through_too():
    assert of_child(environ={**os.environ, "MARK": "here"}).get("MARK") == "here"
    assert not of_child(environ=dict(os.environ)).keys() & (SECRETS | LOCAL_TO_GIT)


def test_the_list_is_gits_own():
    names = subprocess.run(
        ["git", "rev-parse", "--local-env-vars"],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    ).stdout.split()
    assert set(names) - LOCAL_TO_GIT == set()
