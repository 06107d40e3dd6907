"""What stands in the environment never makes a library trip: it is said first, in one sentence."""

import os
import subprocess
import sys

import pytest

from hotfix.adapters.pagerduty import PagerDutyOnCall
from hotfix.adapters.prober import ProductionProber
from hotfix.adapters.statuspage_incidents import StatuspageIncidents
from hotfix.cli.exit_codes import CONFIGURATION
from hotfix.domain.problem import TemporaryTroubleError
from hotfix.ports.prober import Probe
from hotfix.processes.surroundings import trouble_with
from hotfix.runs.taken_up import TakingUp

TRIPS = [
    ("ALL_PROXY", "socks5://127.0.0.1:1", "names a SOCKS proxy"),
    ("all_proxy", "socks5h://127.0.0.1:1", "names a SOCKS proxy"),
    ("HTTPS_PROXY", "socks4://127.0.0.1:1", "names a SOCKS proxy"),
    ("HTTP_PROXY", "nonsense://127.0.0.1:1", "begins with nonsense"),
    ("https_proxy", "http://[::1", "is no address"),
    ("https_proxy", "http://proxy:port", "is no address"),
    ("https_proxy", "http://proxy:99999", "is no address"),
    ("HTTP_PROXY", "http://", "is no address"),
    ("SSL_CERT_FILE", "/nowhere/ca.pem", "cannot be read"),
    ("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem", "cannot be read"),
    ("CURL_CA_BUNDLE", "/nowhere/ca.pem", "cannot be read"),
    ("SSLKEYLOGFILE", "/nowhere/keys", "cannot be written"),
]


@pytest.fixture(autouse=True)
def nothing_else(monkeypatch):
    for name in [each for each in os.environ if each.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(("name", "value", "why"), TRIPS)
def test_what_trips_is_named_with_the_mend(name, value, why):
    problem = trouble_with({name: value})
    assert problem is not None
    assert problem.what.startswith(f"{name} ")
    assert why in problem.what
    assert problem.next_command.startswith(f"env -u {name} hotfix")


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"HTTP_PROXY": "", "ALL_PROXY": " "},
        {"HTTPS_PROXY": "proxy.example:3128"},
        {"HTTPS_PROXY": "http://dana:secret@proxy.example:3128/"},
        {"https_proxy": "https://[::1]:3128"},
        {"SSL_CERT_FILE": __file__, "REQUESTS_CA_BUNDLE": os.path.dirname(__file__)},  # noqa: PTH120 - as text
    ],
)
def test_what_is_in_order_is_not_spoken_of(environ):
    assert trouble_with(environ) is None


def test_a_password_in_a_proxy_is_not_shown():
    problem = trouble_with({"ALL_PROXY": "socks5://dana:secret@127.0.0.1:1"})
    assert "secret" not in str(problem)


@pytest.mark.parametrize(("name", "value", "_why"), TRIPS)
def test_the_tools_do_not_trip_all_the_same(monkeypatch, name, value, _why):
    """A way back is barred by nothing: what it asks then is out of reach, and no more."""
    monkeypatch.setenv(name, value)
    nowhere = "http://127.0.0.1:1"
    (seen,) = ProductionProber().probe([Probe(name="checkout", url=nowhere, timeout_seconds=5.0)])
    assert not seen.is_green
    with pytest.raises(TemporaryTroubleError):
        PagerDutyOnCall("key", api_url=nowhere).on_call()
    with pytest.raises(TemporaryTroubleError):
        StatuspageIncidents("key", "p", nowhere)._send("GET", "")


def test_a_way_back_goes_on_with_a_warning(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    said: list[str] = []
    assert TakingUp("rollback", said.append).environ()["ALL_PROXY"]
    assert "ALL_PROXY names a SOCKS proxy" in said[0]


@pytest.mark.parametrize("command", [["start", "checkout returns 500"], ["rollback"]])
def test_a_command_says_it_in_one_sentence(tmp_path, command):
    (tmp_path / "hotfix.toml").write_text('[github]\nrepository = "acme/shop"\n')
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOTFIX_")}
    done = subprocess.run(
        [sys.executable, "-m", "hotfix", *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={
            **ours,
            "HOTFIX_STATE_DIR": str(tmp_path / "state"),
            "ALL_PROXY": "socks5://127.0.0.1:1",
        },
    )
    assert "ALL_PROXY names a SOCKS proxy" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "state" / "tracebacks").exists()
    assert done.returncode == CONFIGURATION
