"""``hotfix init`` in a world of its own: no user's git, no token, no cluster."""

import os
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from hotfix.cli.app import app_for

_OURS = ("HOTFIX_", "GH_", "GITHUB_", "SLACK_", "STATUSPAGE_", "PAGERDUTY_", "KUBE", "GIT_")


class Done(NamedTuple):
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def said(self) -> str:
        """Everything that was said, on one line."""
        return " ".join(f"{self.stdout} {self.stderr}".split())


@pytest.fixture
def give(monkeypatch, tmp_path):
    """Give a command as the entry would, in a folder; nothing of the user's is seen."""
    for name in list(os.environ):
        if name.startswith(_OURS):
            monkeypatch.delenv(name)
    (tmp_path / "home").mkdir()
    for name, value in {
        "HOME": tmp_path / "home",
        "HOTFIX_STATE_DIR": tmp_path / "state",
        "KUBECONFIG": tmp_path / "no-kubeconfig",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Dana",
        "GIT_AUTHOR_EMAIL": "dana@acme.example",
        "GIT_COMMITTER_NAME": "Dana",
        "GIT_COMMITTER_EMAIL": "dana@acme.example",
    }.items():
        monkeypatch.setenv(name, str(value))

    def give(folder, *words):
        monkeypatch.chdir(folder)
        done = CliRunner().invoke(app_for(words), list(words))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    return give
