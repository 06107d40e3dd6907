"""What stands in the environment for another git, and what stands there for ours."""

import pytest
from tests.adapters.git.clones import git, repository

BRANCH = "hotfix/checkout"


def ssh(tmp_path, monkeypatch, *, named_by, name="ssh", **environ):
    """Put a program in the place of ssh that keeps its words; returns where."""
    stub = tmp_path / name
    stub.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/words\nexit 255\n')
    stub.chmod(0o755)
    for variable in ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(named_by, str(stub))
    for variable, value in environ.items():
        monkeypatch.setenv(variable, value)
    return tmp_path / "words"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GIT_DIR", "{other}/.git"),
        ("GIT_WORK_TREE", "{other}"),
        ("GIT_INDEX_FILE", "{other}/.git/index"),
        ("GIT_OBJECT_DIRECTORY", "{other}/.git/objects"),
        ("GIT_COMMON_DIR", "{other}/.git"),
        ("GIT_PREFIX", "src/"),
        ("GIT_CONFIG_PARAMETERS", "'core.bare'='true'"),
    ],
)
def test_what_git_exports_to_aliases_and_hooks_leads_nowhere_else(
    both, tmp_path, monkeypatch, variable, value
):
    _, clone = both
    other = tmp_path / "other"
    git(clone, "clone", "--quiet", str(clone), str(other))
    tip = git(clone, "rev-parse", "HEAD")
    monkeypatch.setenv(variable, value.format(other=other))
    here = repository(clone)
    assert here.work_tree().folder == clone
    here.cut_branch(BRANCH, tip, beside=False)
    monkeypatch.setenv(variable, value.format(other=other))
    assert here.branch_commit(BRANCH) == tip
    monkeypatch.delenv(variable)
    assert git(clone, "branch", "--show-current") == BRANCH
    assert git(other, "branch", "--list", BRANCH) == ""


@pytest.mark.parametrize("named_by", ["GIT_SSH", "GIT_SSH_COMMAND"])
def test_the_ssh_that_the_operator_names_is_used(both, tmp_path, monkeypatch, named_by):
    _, clone = both
    words = ssh(tmp_path, monkeypatch, named_by=named_by)
    git(clone, "remote", "set-url", "origin", "ssh://git@code.example/shop.git")
    assert [need.name for need in repository(clone).needs("main") if need.finding == "failed"]
    assert "git@code.example" in words.read_text()


@pytest.mark.parametrize(
    ("name", "environ"), [("plink", {}), ("ssh", {"GIT_SSH_VARIANT": "plink"})]
)
def test_an_ssh_of_another_kind_gets_no_options_that_it_does_not_know(
    both, tmp_path, monkeypatch, name, environ
):
    _, clone = both
    words = ssh(tmp_path, monkeypatch, named_by="GIT_SSH_COMMAND", name=name, **environ)
    git(clone, "remote", "set-url", "origin", "ssh://git@code.example/shop.git")
    assert [need.name for need in repository(clone).needs("main") if need.finding == "failed"]
    assert "-oBatchMode" not in words.read_text()


def test_a_hook_sees_no_secret_but_githubs(both, tmp_path, monkeypatch):
    _, clone = both
    for name in ("GH_TOKEN", "SLACK_BOT_TOKEN", "STATUSPAGE_API_KEY", "PAGERDUTY_API_KEY"):
        monkeypatch.setenv(name, "of-ours-0123456789")
    hook = clone / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\n")
    hook.chmod(0o755)
    repository(clone).cut_branch(BRANCH, git(clone, "rev-parse", "HEAD"), beside=False)
    seen = [line.partition("=")[0] for line in (tmp_path / "seen").read_text().splitlines()]
    assert {"GH_TOKEN", "PATH"} <= set(seen)
    assert not {"SLACK_BOT_TOKEN", "STATUSPAGE_API_KEY", "PAGERDUTY_API_KEY"} & set(seen)
