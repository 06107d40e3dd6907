"""A fresh clone with a configuration of its own, and the commands in it, for reports of others."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.adapters.git.clones import commit, git
from tests.stories import commands as running

from hotfix.simulators.played_fix import GOOD_FIX

_START = ("start", "checkout returns 500", "--category=api-errors", "--issue=1")
_LONGEST_SECONDS = 60


@dataclass
class Case:
    """A fresh clone, a configuration without a cluster, and the commands in it."""

    at: running.Commands
    clone: Path
    config: Path

    @property
    def origin(self) -> Path:
        return self.at.world.origin.path

    @property
    def environ(self) -> dict[str, str]:
        return self.at.environ | {
            "HOTFIX_STATE_DIR": str(self.clone.parent / "state"),
            "HOTFIX_CONFIG": str(self.config),
        }

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [running.HOTFIX, *words],
            cwd=self.clone,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )

    def start(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return self.run(*_START, *words)

    def start_with_the_fix(self, until: str) -> str:
        """Start with a fix that is there already; return what is said up to ``until``, or all."""
        git(self.clone, "checkout", "--quiet", "-b", "feature")
        GOOD_FIX.write(self.clone)
        fix = commit(self.clone, GOOD_FIX.message)
        git(self.clone, "checkout", "--quiet", "main")
        said = ""
        with subprocess.Popen(
            [running.HOTFIX, *_START, "--yes", "--pick", fix],
            cwd=self.clone,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            late = threading.Timer(_LONGEST_SECONDS, process.kill)
            late.start()
            for line in process.stdout or ():
                said += line
                if until in line:
                    process.terminate()
                    break
            process.communicate()
            late.cancel()
        return said

    def configure(self, old: str, new: str) -> None:
        text = self.config.read_text()
        assert old in text
        self.config.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def at(tmp_path_factory) -> Iterator[running.Commands]:
    with running.commands(tmp_path_factory.mktemp("world") / "world") as at:
        yield at


@pytest.fixture
def case(at, tmp_path) -> Iterator[Case]:
    before = at.world.origin.branches()
    text = at.world.config_file.read_text()
    config = tmp_path / "hotfix.toml"
    config.write_text(text.partition("[kubernetes]")[0])
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(at.world.origin.path), str(clone))
    git(clone, "config", "user.name", "Dana")
    git(clone, "config", "user.email", "dana@webrana.example")
    yield Case(at, clone, config)
    shutil.rmtree(at.world.origin.path / "hooks", ignore_errors=True)
    for branch in at.world.origin.branches():
        at.world.origin.delete_branch(branch)
    for branch, sha in before.items():
        at.world.origin.create_branch(branch, sha)
