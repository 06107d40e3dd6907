"""What ``hotfix rollback`` asks the cluster before its words are parsed, and when it does not."""

import os
import subprocess
import sys
import time

import pytest

from hotfix.cli.early_look import early_look
from hotfix.cli.exit_codes import CONFIGURATION

TOML = """[github]
repository = "acme/shop"
[kubernetes]
namespace = "webrana"
deployments = ["web"]
kubeconfig = "{kubeconfig}"
"""


KUBECONFIG = """
current-context: live
contexts: [{name: live, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: u, user: {token: abc}}]
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "kubeconfig").write_text(KUBECONFIG)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hotfix.toml").write_text(TOML.format(kubeconfig=tmp_path / "kubeconfig"))
    return tmp_path


def test_the_configured_place_is_asked(here):
    early = early_look(["--yes"], {})
    assert early is not None
    assert early.place == ("webrana", "", str(here / "kubeconfig"))


@pytest.mark.usefixtures("here")
def test_an_override_names_another_place():
    early = early_look([], {"HOTFIX_KUBERNETES__NAMESPACE": "other"})
    assert early is not None
    assert early.place[0] == "other"


@pytest.mark.parametrize("words", [["--config", "b.toml"], ["--config=b.toml"]])
def test_the_named_file_is_read(here, words):
    text = TOML.format(kubeconfig=here / "kubeconfig")
    (here / "b.toml").write_text(text.replace("webrana", "of-b"))
    early = early_look(words, {})
    assert early is not None
    assert early.place[0] == "of-b"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("words", [["--help"], ["--via", "actions"], ["--via=actions"]])
def test_nobody_is_asked_where_the_cluster_has_no_part(words):
    assert early_look(words, {}) is None


@pytest.mark.parametrize(
    "text",
    ["", "[", "kubernetes = 1", "[kubernetes]\nnamespace = 5", "[kubernetes]\nnamespace = ''"],
)
def test_what_is_odd_is_left_to_those_who_can_say_why(here, text):
    (here / "hotfix.toml").write_text(text)
    assert early_look([], {}) is None


def test_nobody_is_asked_early_where_the_client_library_must_be_imported(here):
    provider = "{auth-provider: {name: oidc}}"
    (here / "kubeconfig").write_text(KUBECONFIG.replace("{token: abc}", provider))
    assert early_look([], {}) is None


def test_a_kubeconfig_that_is_not_there_is_left_to_those_who_can_say_why(here):
    (here / "kubeconfig").unlink()
    assert early_look([], {}) is None


def with_plugin(here):
    """Let the kubeconfig get its credentials from a program that leaves a trace."""
    login = here / "login"
    login.write_text(f"#!/bin/sh\ntouch {here}/ran\n")
    login.chmod(0o755)
    exec_ = f"{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: {login}}}}}"
    (here / "kubeconfig").write_text(KUBECONFIG.replace("{token: abc}", exec_))


def has_run(here):
    until = time.monotonic() + 10.0
    while not (here / "ran").exists() and time.monotonic() < until:
        time.sleep(0.02)
    return (here / "ran").exists()


def test_what_the_kubeconfig_names_runs_once_the_configuration_is_right(here):
    with_plugin(here)
    assert early_look([], {}) is not None
    assert has_run(here)


@pytest.mark.parametrize(
    "more", ["[rollbakc]\nautomatic = true\n", "[timeline]\ntotal = 5\n", '[slack]\ntoken = "x"\n']
)
def test_nothing_runs_before_the_whole_file_is_right(here, more):
    with_plugin(here)
    file = here / "hotfix.toml"
    file.write_text(file.read_text() + more)
    assert early_look([], {}) is None
    assert not (here / "ran").exists()


def test_nothing_runs_for_a_file_of_another_user(here, monkeypatch):
    with_plugin(here)
    monkeypatch.setattr(os, "geteuid", lambda: (here / "hotfix.toml").stat().st_uid + 1)
    assert early_look([], {}) is None
    assert not (here / "ran").exists()


def test_nothing_runs_for_a_file_above_the_repository(here, monkeypatch):
    with_plugin(here)
    (here / "shop" / ".git").mkdir(parents=True)
    monkeypatch.chdir(here / "shop")
    assert early_look([], {}) is None
    assert not (here / "ran").exists()


def test_a_rollback_below_somebody_elses_file_runs_nothing_and_says_so(here):
    """The whole command, in a repository whose parent folder has a file that leads to a plugin."""
    with_plugin(here)
    (here / "shop" / ".git").mkdir(parents=True)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOTFIX_")}
    done = subprocess.run(
        [sys.executable, "-m", "hotfix", "rollback", "--yes"],
        cwd=here / "shop",
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**ours, "HOTFIX_STATE_DIR": str(here / "state")},
    )
    assert done.returncode == CONFIGURATION
    assert "There is no hotfix.toml here." in done.stdout + done.stderr
    assert not (here / "ran").exists()
