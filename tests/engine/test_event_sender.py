"""A receiver over HTTP, judged by the reference library of the Standard Webhooks specification."""

import base64
import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from tests.engine.small_plan import MemorySignals

from hotfix.adapters.signed_webhook import SignedWebhook
from hotfix.domain.event_data import Told, Untold
from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import Progress
from hotfix.engine.event_sender import EventSender

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
OTHER = "whsec_" + base64.b64encode(b"fedcba9876543210fedcba9876543210").decode()
RUN = "hf-20261123-checkout"


class Receiver:
    """Verifies what comes; ``answers`` are statuses for the next requests, then 200."""

    def __init__(self):
        self.got: list[dict[str, Any]] = []
        self.answers: list[int] = []
        self.drops = 0
        self.pause = 0.0  # seconds before each answer
        self.raw: list[bytes] = []  # answers, byte for byte; the connection is closed after each
        self.drips: list[bytes] = []  # answers of which a byte at a time comes
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                try:
                    Webhook(SECRET).verify(body, dict(self.headers))
                except WebhookVerificationError:
                    self.send_response(400)
                    self.end_headers()
                    return
                time.sleep(outer.pause)
                assert self.headers["content-type"] == "application/cloudevents+json"
                event = json.loads(body)
                assert event["id"] == self.headers["webhook-id"]
                if outer.raw or outer.drips:
                    outer.got.append(event)
                    with contextlib.suppress(OSError):
                        self.say()
                    self.close_connection = True
                    return
                status = outer.answers.pop(0) if outer.answers else 200
                if status == 200:
                    outer.got.append(event)
                if outer.drops:
                    outer.drops -= 1
                    self.connection.close()
                    return
                self.send_response(status)
                self.end_headers()

            def say(self):
                if outer.raw:
                    self.connection.sendall(outer.raw.pop(0))
                    return
                for byte in outer.drips.pop(0):
                    self.connection.sendall(bytes([byte]))
                    time.sleep(0.05)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/very-secret-path"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def seqs(self):
        return [int(event["id"].rpartition("/")[2]) for event in self.got]


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def signals():
    return MemorySignals()


def lines(count):
    events = (
        {"v": 1, "run": RUN, "seq": seq, "at": "2026-11-23T03:12:09Z", "type": "noted"}
        | {"data": {"text": f"note {seq}"}, "previous": "ab" * 32}
        for seq in range(1, count + 1)
    )
    return "".join(f"{json.dumps(event)}\n" for event in events).encode()


def sender_of(receiver, signals, folder, count, secret=SECRET):
    hook = SignedWebhook("ops", receiver.url, secret, folder / "webhooks" / "ops")
    return EventSender(hook, signals, lambda: lines(count), "acme/shop")


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)


def test_every_event_arrives_signed_in_order_as_a_cloud_event(receiver, signals, tmp_path):
    sender = sender_of(receiver, signals, tmp_path, 5)
    sender.show(Progress(run=RUN, events=5))
    assert sender.close(20)
    assert receiver.seqs() == [1, 2, 3, 4, 5]
    assert receiver.got[0] == {
        "specversion": "1.0",
        "id": f"{RUN}/1",
        "source": "urn:hotfix:acme/shop",
        "type": "hotfix.noted",
        "time": "2026-11-23T03:12:09Z",
        "subject": RUN,
        "datacontenttype": "application/json",
        "data": {
            "v": 1,
            "run": RUN,
            "seq": 1,
            "at": "2026-11-23T03:12:09Z",
            "type": "noted",
            "data": {"text": "note 1"},
        },
    }
    assert signals.waiting == []


def test_another_process_sends_what_is_new_alone(receiver, signals, tmp_path):
    for count in (2, 2, 4):
        sender = sender_of(receiver, signals, tmp_path, count)
        sender.show(Progress(run=RUN, events=count))
        assert sender.close(20)
    assert receiver.seqs() == [1, 2, 3, 4]


def test_what_was_confirmed_of_another_machines_record_is_forgotten(receiver, signals, tmp_path):
    hook = SignedWebhook("ops", receiver.url, SECRET, tmp_path / "webhooks" / "ops")
    hook.begin_anew()
    assert EventSender(hook, signals, lambda: lines(3), "")._send(3).retry_in is None
    hook.begin_anew()
    assert hook.received() == 0
    assert EventSender(hook, signals, lambda: lines(2), "")._send(2).retry_in is None
    assert receiver.seqs() == [1, 2, 3, 1, 2]


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_receiver_that_refuses_what_is_dated_wrong_gets_it_by_its_own_clock(
    receiver, signals, tmp_path, monkeypatch, hours
):
    # This machine's clock is wrong; the receiver's is not.
    ours = time.time() + hours * 3600.0
    wrong = SimpleNamespace(time=lambda: ours)
    monkeypatch.setattr("hotfix.adapters.signed_webhook.time", wrong)
    sender = sender_of(receiver, signals, tmp_path, 3)
    assert sender._send(3).retry_in
    assert receiver.seqs() == []
    assert sender._send(3).retry_in is None
    assert receiver.seqs() == [1, 2, 3]


def test_a_refusal_for_another_reason_leaves_the_date_as_it_is(receiver, signals, tmp_path):
    receiver.raw = [raw(401, "Date: Thu, 12 Mar 2026 03:12:00 GMT\r\n")]
    sender = sender_of(receiver, signals, tmp_path, 2)
    # The second is refused since their clock is no better; ours is right.
    assert sender._send(2).retry_in
    assert sender._send(2).retry_in
    assert sender._send(2).retry_in is None
    assert receiver.seqs() == [1, 1, 2]


def test_an_answer_that_is_lost_repeats_that_event_alone(receiver, signals, tmp_path):
    receiver.drops = 1
    hook = SignedWebhook("ops", receiver.url, SECRET, tmp_path / "webhooks" / "ops")
    sender = EventSender(hook, signals, lambda: lines(3), "")
    assert sender._send(3).retry_in
    # The process is killed here; the next one goes on from what was confirmed.
    again = EventSender(hook, signals, lambda: lines(3), "")
    assert again._send(3).retry_in is None
    assert receiver.seqs() == [1, 1, 2, 3]


def test_one_that_is_down_is_said_once_and_told_of_when_it_is_back(receiver, signals, tmp_path):
    receiver.answers = [200, 503, 500]
    sender = sender_of(receiver, signals, tmp_path, 3)
    assert sender._send(3).retry_in
    assert sender._send(3).retry_in
    assert sender._send(3).retry_in is None
    assert receiver.seqs() == [1, 2, 3]
    said = [signal.said for signal in signals.waiting]
    assert [(type(each), each.key) for each in said] == [
        (Untold, "webhook:ops"),
        (Told, "webhook:ops"),
    ]
    assert said[0].why == "Webhook ops answers 503."


def test_one_that_is_down_is_not_waited_for_and_its_address_is_told_nobody(
    receiver, signals, tmp_path
):
    receiver.server.shutdown()
    receiver.server.server_close()
    sender = sender_of(receiver, signals, tmp_path, 3)
    sender.show(Progress(run=RUN, events=3))
    until(lambda: signals.waiting)
    assert not sender.close(600)
    [said] = [signal.said for signal in signals.waiting]
    assert "secret" not in f"{said.text} {said.why}"
    assert str(receiver.server.server_port) not in f"{said.text} {said.why}"


@pytest.mark.parametrize("secrets", [(SECRET, OTHER), (OTHER, SECRET)])
def test_while_one_secret_takes_the_place_of_another_it_is_signed_with_both(
    receiver, signals, tmp_path, secrets
):
    # The receiver knows one of them, the old one or the new one.
    sender = sender_of(receiver, signals, tmp_path, 2, "\n".join(secrets))
    assert sender._send(2).retry_in is None
    assert receiver.seqs() == [1, 2]


@pytest.mark.parametrize(
    "secret", [f"{SECRET} whsec_c2hvcnQ=", "", "whsec_", "whsec_c2hvcnQ=", "not base64 at all!"]
)
def test_a_secret_that_is_none_sends_nothing(receiver, signals, tmp_path, secret):
    sender = sender_of(receiver, signals, tmp_path, 3, secret)
    assert sender._send(3).retry_in
    assert receiver.got == []
    assert signals.waiting[0].said.why == "Webhook ops has no usable secret."


@pytest.mark.parametrize(
    "address", ["", "ops.example/hook", "http://ops.example/hook", "ftp://x", "https://[::"]
)
def test_an_address_that_is_none_or_in_the_open_is_refused(address):
    with pytest.raises(ProblemError, match="usable address"):
        SignedWebhook("ops", address, SECRET).checked_address()


def raw(status, more="", body=b""):
    """Return an answer as it comes over the line."""
    head = f"HTTP/1.1 {status} x\r\nConnection: close\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


ELSEWHERE = "Location: http://127.0.0.1:1/\r\n"
DATES = "Date: Thu, 12 Mar 2026 03:12:00 GMT\r\nRetry-After: Thu, 12 Mar 2026 03:12:42 GMT\r\n"


@pytest.mark.parametrize(
    ("answer", "why", "retry_in"),
    [
        *(
            (raw(each, ELSEWHERE), f"answers {each}, which is not followed.", 5)
            for each in (301, 302)
        ),
        *(
            (raw(each, ELSEWHERE), f"answers {each}, which is not followed.", 5)
            for each in (307, 308)
        ),
        (raw(410), "is gone.", 5),
        (raw(413), "answers 413 (event 1, ", 5),
        (raw(429), "answers 429 (event 1, ", 5),
        (raw(429, "Retry-After: 7\r\n"), "asks to wait 7 s.", 7),
        (raw(503, "retry-after: 0\r\n"), "asks to wait 1 s.", 5),
        (raw(503, f"Retry-After: {'9' * 400}\r\n"), "asks to wait 86400 s.", 86_400),
        (raw(429, DATES), "asks to wait 42 s.", 42),
        (raw(503, "Retry-After: soon\r\n"), "answers 503.", 5),
        (b"HTTP/1.1 200", "does not answer", 5),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "does not answer", 5),
        (b"", "does not answer", 5),
    ],
)
def test_each_answer_that_is_no_yes_is_told_for_what_it_is_and_comes_again(
    receiver, signals, tmp_path, answer, why, retry_in
):
    receiver.raw = [answer]
    sender = sender_of(receiver, signals, tmp_path, 2)
    attempt = sender._send(2)
    assert (attempt.retry_in, attempt.is_last) == (retry_in, "is gone" in why)
    assert attempt.is_asked_to_wait == ("asks to wait" in why)
    assert why in signals.waiting[0].said.why
    assert "127.0.0.1" not in str(signals.waiting)
    assert sender._send(2).retry_in is None
    assert receiver.seqs() == [1, 1, 2]


def test_one_that_wants_no_events_any_more_gets_none_and_holds_up_nothing(
    receiver, signals, tmp_path
):
    receiver.answers = [410]
    sender = sender_of(receiver, signals, tmp_path, 3)
    sender.show(Progress(run=RUN, events=3))
    until(lambda: signals.waiting)
    sender.show(Progress(run=RUN, events=3))
    assert not sender.close(600)
    assert receiver.got == []


@pytest.mark.parametrize("length", [5, 10**12])
def test_an_event_that_was_answered_is_not_sent_again_for_what_becomes_of_the_answer(
    receiver, signals, tmp_path, length
):
    receiver.raw = [f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nok".encode()] * 2
    assert sender_of(receiver, signals, tmp_path, 2)._send(2).retry_in is None
    assert receiver.seqs() == [1, 2]


def test_an_answer_that_drips_for_ever_is_waited_for_no_longer_than_one_that_never_comes(
    receiver, signals, tmp_path
):
    receiver.drips = [b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 99]
    hook = SignedWebhook("ops", receiver.url, SECRET, tmp_path / "ops", timeout_seconds=0.3)
    sender = EventSender(hook, signals, lambda: lines(2), "")
    begun = time.monotonic()
    assert sender._send(2).retry_in
    assert time.monotonic() - begun < 5
    assert "took too long" in signals.waiting[0].said.why
    assert sender._send(2).retry_in is None
    assert receiver.seqs() == [1, 1, 2]


@pytest.mark.parametrize("seconds", [0, 0.3])
def test_of_one_that_is_only_slow_the_rest_is_said_where_it_was_waited_for(
    receiver, signals, tmp_path, seconds
):
    receiver.pause = 0.2
    sender = sender_of(receiver, signals, tmp_path, 9)
    sender.show(Progress(run=RUN, events=9))
    until(lambda: receiver.got)
    assert not sender.close(seconds)
    said = [(each.said.key, each.said.why) for each in signals.waiting]
    why = "Webhook ops has not taken them all in time."
    assert said == ([("webhook:ops", why)] if seconds else [])
    receiver.pause = 0.0
    untold = {each.said.key: each.said.text for each in signals.waiting}
    again = sender_of(receiver, signals, tmp_path, 9)
    again.show(Progress(run=RUN, events=9, untold=untold))
    assert again.close(20)
    assert list(dict.fromkeys(receiver.seqs())) == list(range(1, 10))
