"""A remote that is not there, or there and silent: given up at the deadline, with its helpers."""

import os
import time

import pytest
from tests.adapters.git.clones import git, published, repository

from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError

BRANCH = "hotfix/checkout"


def ssh(clone, tmp_path, monkeypatch, body):
    """Put a program in the place of ssh."""
    stub = tmp_path / "ssh"
    stub.write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/pids\n{body}\n")
    stub.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(stub))
    git(clone, "remote", "set-url", "origin", "ssh://git@code.example/shop.git")


def test_a_silent_ssh_is_ended_at_the_deadline(both, tmp_path, monkeypatch):
    _, clone = both
    ssh(clone, tmp_path, monkeypatch, "exec sleep 60")
    started = time.monotonic()
    with pytest.raises(TemporaryTroubleError, match="did not answer within 1 s"):
        repository(clone, seconds=1.0).remote_commit("main")
    assert time.monotonic() - started < 5
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            _wait_until_gone(pid)


def test_a_silent_ssh_is_known_to_doctor(both, tmp_path, monkeypatch):
    _, clone = both
    ssh(clone, tmp_path, monkeypatch, "exec sleep 60")
    failed = [it for it in repository(clone, seconds=1.0).needs("main") if it.finding == "failed"]
    assert [(need.name, need.mend) for need in failed] == [
        ("remote within reach", "git ls-remote origin")
    ]


def test_ssh_never_asks_anybody_anything(both, tmp_path, monkeypatch):
    _, clone = both
    refusal = 'echo "$@" > words\necho "git@code.example: Permission denied (publickey)." >&2'
    ssh(clone, tmp_path, monkeypatch, f"cd {tmp_path}\n{refusal}\nexit 255")
    with pytest.raises(ProblemError) as error:
        repository(clone).remote_commit("main")
    assert error.value.problem.code is ProblemCode.RIGHTS
    words = (tmp_path / "words").read_text()
    assert "-oBatchMode=yes" in words
    assert "-oConnectTimeout=10" in words


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            "ssh: Could not resolve hostname code.example: Name or service not known",
            "no host is called code.example",
        ),
        (
            "ssh: connect to host code.example port 22: Network is unreachable",
            "no route to code.example",
        ),
        (
            "ssh: connect to host code.example port 22: Connection timed out",
            "code.example took too long",
        ),
        ("Connection closed by 192.0.2.1 port 22", "the connection to it broke off"),
    ],
)
def test_a_network_that_is_gone_is_a_temporary_trouble(both, tmp_path, monkeypatch, said, why):
    _, clone = both
    ssh(clone, tmp_path, monkeypatch, f'echo "{said}" >&2; exit 255')
    with pytest.raises(TemporaryTroubleError) as caught:
        repository(clone).remote_commit("main")
    assert caught.value.saying == f"The git remote does not answer ({why})."
    assert caught.value.mend


def test_the_remote_goes_away_in_the_middle_of_a_push(both, tmp_path, monkeypatch):
    origin, clone = both
    here = repository(clone)
    here.cut_branch(BRANCH, git(clone, "rev-parse", "HEAD"), beside=False)
    ssh(clone, tmp_path, monkeypatch, f"git receive-pack {origin} </dev/null; exit 255")
    with pytest.raises(TemporaryTroubleError, match="The git remote does not answer"):
        published(here, BRANCH)
    assert git(origin, "branch", "--list", BRANCH) == ""


def _wait_until_gone(pid):
    for _ in range(100):
        os.kill(pid, 0)
        time.sleep(0.02)
