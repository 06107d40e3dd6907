"""``python -m hotfix`` is ``hotfix``, and the package says that it is typed."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path


def helped(*words):
    return subprocess.run([*words, "--help"], capture_output=True, text=True, check=True).stdout


def test_it_prints_the_same_help_as_the_command():
    told = helped(sys.executable, "-m", "hotfix")
    assert told == helped(Path(sys.executable).with_name("hotfix"))
    assert "  rollback " in told


def test_it_says_that_it_is_typed():
    assert files("hotfix").joinpath("py.typed").is_file()
