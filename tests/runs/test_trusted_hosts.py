"""A token goes to another host than its service's own only by the person's own word."""

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace

import pytest
from tests.adapters.git.clones import origin_and_clone

from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import Origin, RecordedConfig, RunSettings
from hotfix.runs.session import open_session
from hotfix.runs.taken_up import TakingUp

HOSTS = {
    "slack": "slack.acme.test",
    "statuspage": "status.acme.test",
    "pagerduty": "pager.acme.test",
    "github": "github.acme.test",
}
TOML = """[github]
repository = "acme/shop"
api_url = "https://github.acme.test/api/v3"
[slack]
base_url = "https://slack.acme.test/api/"
[statuspage]
page_id = "p"
api_url = "https://status.acme.test"
[pagerduty]
api_url = "https://pager.acme.test"
"""
TOKENS = {
    "GH_ENTERPRISE_TOKEN": "ghp_of_the_tests_0123456789",
    "SLACK_BOT_TOKEN": "xoxb-of-the-tests",
    "STATUSPAGE_API_KEY": "key-of-the-tests",
    "PAGERDUTY_API_KEY": "key-of-the-pager",
}


@pytest.fixture
def clone(tmp_path, monkeypatch):
    clone = origin_and_clone(tmp_path / "ours")[1]
    (clone / "hotfix.toml").write_text(TOML)
    for name in [each for each in os.environ if each.startswith(("HOTFIX_", "GH_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOTFIX_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(clone)
    return clone


def sent_by(session):
    """Return the sections whose token would be sent."""
    tools = session.tools
    sent = {
        name
        for name, tool in (
            ("slack", tools.slack),
            ("statuspage", tools.status_page),
            ("pagerduty", tools.pager),
        )
        if tool is not None
    }
    try:
        return sent | ({"github"} if tools.github else set())
    except ProblemError as error:
        if "not GitHub's own host" not in error.problem.what:
            raise
        return sent


@pytest.mark.usefixtures("clone")
def test_what_a_found_file_names_gets_nothing():
    assert sent_by(open_session()) == set()


def test_what_the_person_names_gets_it(clone, monkeypatch):
    assert sent_by(open_session(clone / "hotfix.toml")) == set(HOSTS)
    # A word in passing is not kept.
    assert sent_by(open_session()) == set()
    monkeypatch.setenv("HOTFIX_CONFIG", "hotfix.toml")
    assert sent_by(open_session()) == set(HOSTS)


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize(("section", "host"), HOSTS.items())
def test_an_override_is_a_word_for_its_own_service(monkeypatch, section, host):
    key = "BASE_URL" if section == "slack" else "API_URL"
    monkeypatch.setenv(f"HOTFIX_{section.upper()}__{key}", f"https://{host}/api/v3")
    assert sent_by(open_session()) == {section}
    # The host of one service is no word for another one.
    other = "STATUSPAGE__API_URL" if section != "statuspage" else "PAGERDUTY__API_URL"
    monkeypatch.setenv(f"HOTFIX_{other}", "https://somewhere.acme.test")
    assert section in sent_by(open_session())


def test_trust_is_kept_for_the_repository_and_for_no_other(clone, tmp_path):
    assert sent_by(open_session(trust=("slack.acme.test",))) == {"slack"}
    assert sent_by(open_session()) == {"slack"}
    kept = tmp_path / "state" / "trusted-hosts.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    (clone / "hotfix.toml").write_text(TOML.replace("acme/shop", "acme/other"))
    assert sent_by(open_session()) == set()


@pytest.mark.usefixtures("clone")
@pytest.mark.parametrize("text", ["", "[]", '{"github.acme.test/acme/shop": 5}', "\x00"])
def test_a_broken_file_of_trust_trusts_nobody(tmp_path, text):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "trusted-hosts.json").write_text(text)
    assert sent_by(open_session()) == set()
    assert sent_by(open_session(trust=("slack.acme.test",))) == {"slack"}
    assert sent_by(open_session()) == {"slack"}


@pytest.mark.usefixtures("clone")
def test_trust_in_a_file_of_another_user_is_nobodys(monkeypatch):
    session = open_session(trust=("slack.acme.test",))
    owner = session.state.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert sent_by(replace(session, words=frozenset())) == set()


@pytest.mark.parametrize("is_todays", [True, False])
def test_the_record_of_a_run_is_nobodys_word(clone, is_todays):
    """It may come from another machine, by whoever may write to the cluster."""
    session = open_session()
    settings = RunSettings(
        repository=str(clone),
        origin=Origin("https://github.acme.test/api/v3", "acme/shop"),
        config=replace(
            session.kept_config() or RecordedConfig("", ""),
            overrides={"HOTFIX_SLACK__BASE_URL": "https://slack.acme.test"},
        ),
    )
    progress = Progress(run="hf-1", settings=settings)
    if not is_todays:
        (clone / "hotfix.toml").unlink()
    said: list[str] = []
    assert sent_by(TakingUp("resume", said.append).session_of(progress)) == set()
    trusting = TakingUp("resume", said.append, trust=("slack.acme.test",))
    assert sent_by(trusting.session_of(progress)) == {"slack"}
    assert sent_by(TakingUp("resume", said.append).session_of(progress)) == {"slack"}


def test_a_run_that_began_by_the_persons_word_goes_on_by_it(clone):
    session = open_session(clone / "hotfix.toml")
    session.keep_words()
    settings = RunSettings(
        repository=str(clone),
        origin=Origin("https://github.acme.test/api/v3", "acme/shop"),
        config=session.kept_config(),
    )
    progress = Progress(run="hf-1", settings=settings)
    said: list[str] = []
    assert sent_by(TakingUp("resume", said.append).session_of(progress)) == set(HOSTS)


@pytest.fixture
def proxy():
    """A proxy on loopback that refuses, and keeps where it was asked to go."""
    asked: list[str] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    asked.append(connection.recv(4096).decode("latin-1").split("\r\n")[0])
                    connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked


def doctor(proxy_url, *words):
    done = subprocess.run(
        [sys.executable, "-m", "hotfix", "doctor", "--json", *words],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "HTTPS_PROXY": proxy_url, "https_proxy": proxy_url, "NO_PROXY": ""},
    )
    return {need["area"]: need for need in json.loads(done.stdout)["needs"]}


@pytest.mark.usefixtures("clone")
def test_doctor_asks_no_host_that_nobody_trusts_and_says_how_to(proxy):
    url, asked = proxy
    found = doctor(url)
    assert asked == []
    for section, host in HOSTS.items():
        assert host in found[section]["saw"]
        assert found[section]["mend"].endswith(f"hotfix doctor --trust-host {host}")
    found = doctor(url, "--trust-host", HOSTS["statuspage"])
    assert {line.split()[1] for line in asked} == {f"{HOSTS['statuspage']}:443"}
    assert "own host" not in found["statuspage"]["saw"]
