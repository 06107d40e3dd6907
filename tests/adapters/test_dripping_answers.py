"""A service that answers a byte at a time, for ever: no single read takes long."""

import socket
import threading
import time

import pytest

from hotfix.adapters.pagerduty.events import Account, PagerDutyEvents
from hotfix.adapters.pagerduty.on_call import PagerDutyOnCall
from hotfix.adapters.slack_channel import SlackChannel
from hotfix.adapters.statuspage_incidents import StatuspageIncidents
from hotfix.domain.paging import Call, Kind
from hotfix.domain.problem import TemporaryTroubleError
from hotfix.ports.messenger import Message


@pytest.fixture
def address():
    """Where whoever asks gets the headers of an answer, and never the end of them."""
    is_over = threading.Event()

    def drip(connection):
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not is_over.wait(0.1):
                try:
                    connection.sendall(b"X-Slow: yes\r\n")
                except OSError:
                    return

    def listen():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        is_over.set()
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    "ask",
    [
        lambda at: StatuspageIncidents("key", "page", api_url=at).unresolved(),
        lambda at: SlackChannel("xoxb-1", "C0TEAM0001", f"{at}/api/").post(
            "hf-1", "k", Message("x")
        ),
        lambda at: PagerDutyOnCall("key", ("PABC123",), api_url=at).on_call(),
        lambda at: PagerDutyEvents(Account("r", "key", at, at, "")).tell(
            "hf-1", "k", Call(Kind.TRIGGER, "x")
        ),
        lambda at: PagerDutyEvents(Account("r", "key", at, at, "")).alert("hf-1"),
    ],
    ids=["status page", "Slack", "on call", "a page", "an alert"],
)
def test_it_is_waited_for_no_longer_than_one_that_never_answers(address, ask):
    begun = time.monotonic()
    with pytest.raises(TemporaryTroubleError, match="took too long"):
        ask(address)
    assert time.monotonic() - begun < 8


def test_whoever_has_a_hotfix_to_go_on_with_waits_for_the_on_call_for_a_moment(address):
    begun = time.monotonic()
    with pytest.raises(TemporaryTroubleError, match="took too long"):
        PagerDutyOnCall("key", ("PABC123",), api_url=address).on_call()
    assert time.monotonic() - begun < 4.5
