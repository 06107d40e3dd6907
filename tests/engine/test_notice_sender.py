"""Notices over HTTP, sent by apprise in a program of its own, to receivers that fail."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.engine.small_plan import MemorySignals

from hotfix.adapters.notifications import AppriseAddress, Courier
from hotfix.domain.event_data import Told, Untold
from hotfix.domain.page_texts import PERHAPS, whom_of
from hotfix.domain.progress import Progress
from hotfix.domain.standing import Standing
from hotfix.domain.still_to_do import still_to_do
from hotfix.engine import reconciler
from hotfix.engine.notice_sender import NoticeSender
from hotfix.ports.notifier import Notice
from hotfix.processes.line_server import LineServer

RUN = "hf-20261123-checkout"
BEGUN = {"begun": Notice("[HOTFIX] checkout", "A hotfix has begun, by dana.")}
BOTH = BEGUN | {"deployed": Notice("[HOTFIX] checkout: deployed", "Deployed.")}


class Receiver:
    """Answers with ``status`` what comes; with None, nothing until ``release`` is set."""

    def __init__(self):
        self.got: list[dict[str, Any]] = []
        self.status: int | None = 200
        self.release = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.got.append(json.loads(body))
                if outer.status is None:
                    outer.release.wait(60)
                    return
                answer = json.dumps({"id": "x", "event": "message"}).encode()
                self.send_response(outer.status)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self):
        self.release.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """A busy machine takes its time for an answer; who counts as silent is tested elsewhere."""
    monkeypatch.setattr(reconciler, "_SILENT_SECONDS", 30.0)


class OneCourier(Courier):
    """The real program, which is not started anew for each test."""

    def close(self):
        pass


@pytest.fixture(scope="module")
def courier():
    made = OneCourier()
    yield made
    made._server.kill()


@pytest.fixture
def signals():
    return MemorySignals()


@pytest.fixture
def sender_to(courier, signals, tmp_path):
    def make(address, wanted):
        return NoticeSender(
            AppriseAddress(2, address, tmp_path / "notices", courier), signals, lambda _: wanted
        )

    return make


def said(signals):
    return [(type(each.said), each.said.key) for each in signals.waiting]


class SlowlyStarting(Courier):
    """The real program on a machine that is so busy that it is up after three seconds only."""

    def __init__(self):
        super().__init__()
        slowly = "import time; time.sleep(3.0); import runpy; "
        slowly += "runpy.run_module('hotfix.adapters.notifying', run_name='__main__')"
        self._server = LineServer((sys.executable, "-P", "-c", slowly), 45.0)


def test_a_busy_machine_is_no_silent_address(receiver, signals, tmp_path, monkeypatch):
    # Shorter than the start takes.
    monkeypatch.setattr(reconciler, "_SILENT_SECONDS", 2.0)
    address = f"json://127.0.0.1:{receiver.port}/"
    notifier = AppriseAddress(1, address, tmp_path / "notices", SlowlyStarting())
    sender = NoticeSender(notifier, signals, lambda _: BEGUN)
    sender.show(Progress(run=RUN))
    assert sender.close(45.0)
    assert said(signals) == [(Told, "notify:1-json:begun")]


@pytest.mark.parametrize("scheme", ["json", "ntfy"])
def test_each_notice_arrives_once_over_restarts(scheme, receiver, signals, sender_to):
    address = f"{scheme}://127.0.0.1:{receiver.port}/very-secret-path"
    for wanted in (BEGUN, BEGUN, BOTH):
        sender = sender_to(address, wanted)
        told = frozenset(each.said.key for each in signals.waiting)
        sender.show(Progress(run=RUN, told=told))
        assert sender.close(60)
    assert [each["title"] for each in receiver.got] == [each.title for each in BOTH.values()]
    assert receiver.got[0]["message"] == BEGUN["begun"].text
    assert said(signals) == [(Told, f"notify:2-{scheme}:{key}") for key in BOTH]


@pytest.mark.parametrize(
    ("status", "why"),
    [(500, "it has not confirmed it (500)."), (None, "it has not confirmed it.")],
    ids=["answers 500", "hangs"],
)
def test_what_is_not_confirmed_is_perhaps_sent_and_never_repeated(
    status, why, receiver, signals, sender_to
):
    receiver.status = status
    address = f"json://127.0.0.1:{receiver.port}/very-secret-path?rto=0.5"
    for _ in range(2):
        sender = sender_to(address, BEGUN)
        untold = {each.said.key: each.said.text for each in signals.waiting}
        sender.show(Progress(run=RUN, untold=untold))
        assert sender.close(60)
    assert len(receiver.got) == 1
    [only] = [signal.said for signal in signals.waiting]
    assert (only.key, only.why) == ("notify:2-json:begun", f"perhaps sent: {why}")
    assert only.text.startswith(PERHAPS)
    assert "secret" not in repr(only)
    assert str(receiver.port) not in repr(only)


@pytest.mark.parametrize("status", [400, 401, 404, 410, 413])
def test_what_was_refused_was_not_told_and_is_sent_once_the_address_is_mended(
    status, receiver, signals, sender_to
):
    receiver.status = status
    address = f"json://127.0.0.1:{receiver.port}/very-secret-path"
    sender = sender_to(address, BEGUN)
    sender.show(Progress(run=RUN))
    assert sender.close(60)
    [only] = [signal.said for signal in signals.waiting]
    assert only.why == f"Address 2 (json) did not take it: it answers {status}."
    assert not only.text.startswith(PERHAPS)
    receiver.status = 200
    sender = sender_to(address, BEGUN)
    sender.show(Progress(run=RUN, untold={only.key: only.text}))
    assert sender.close(60)
    assert len(receiver.got) == 2
    assert said(signals)[1:] == [(Told, "notify:2-json:begun")]


def test_one_that_asks_to_wait_has_taken_nothing_and_is_asked_again(receiver, signals, sender_to):
    receiver.status = 429
    sender = sender_to(f"json://127.0.0.1:{receiver.port}/", BEGUN)
    assert sender._send(BEGUN).retry_in == 30
    assert sender._notifier.standing("begun") is Standing.NEW
    receiver.status = 200
    assert sender._send(BEGUN).retry_in is None
    assert said(signals) == [(Untold, "notify:2-json:begun"), (Told, "notify:2-json:begun")]


@pytest.mark.parametrize(
    "address",
    ["mmost://127.0.0.1:{}/3ccdd113474722377935511fc85d3dd4", "json://127.0.0.1:{}/"],
)
def test_a_text_that_is_longer_than_the_service_takes_arrives_whole(
    address, receiver, signals, sender_to
):
    lines = [f"line {number} of what is still to do" for number in range(300)]
    wanted = {"ended:done": Notice("[HOTFIX] checkout: fixed and verified", "\n".join(lines))}
    sender = sender_to(address.format(receiver.port), wanted)
    sender.show(Progress(run=RUN))
    assert sender.close(60)
    texts = [each.get("text") or each["message"] for each in receiver.got]
    # Mattermost takes 4,000 characters.
    assert all(len(each) <= 4000 for each in texts) or address.startswith("json")
    told = "\n".join(texts)
    assert [line for line in lines if line not in told] == []
    assert said(signals) == [(Told, "notify:2-" + address.partition(":")[0] + ":ended:done")]


@pytest.mark.parametrize("to", ["b@y.example", "b@y.example,c@y.example"])
def test_a_mail_server_that_cannot_be_reached_has_sent_nothing(to, signals, sender_to):
    address = f"mailto://127.0.0.1:1?from=a@x.example&to={to}&mode=insecure"
    sender = sender_to(address, BEGUN)
    assert sender._send(BEGUN).retry_in
    assert signals.waiting[0].said.why == "it cannot be reached."
    assert sender._notifier.standing("begun") is Standing.NEW


def test_a_kill_between_send_and_record_is_perhaps_sent(courier, receiver, signals, sender_to):
    address = f"json://127.0.0.1:{receiver.port}/"
    sender = sender_to(address, BEGUN)
    sender._notifier._courier = Dies(courier)
    with pytest.raises(Killed):
        sender._send(BEGUN)
    assert len(receiver.got) == 1
    sender = sender_to(address, BEGUN)
    sender.show(Progress(run=RUN))
    assert sender.close(60)
    assert len(receiver.got) == 1
    assert said(signals) == [(Untold, "notify:2-json:begun")]
    assert signals.waiting[0].said.why.startswith("perhaps sent: ")


class Killed(BaseException):
    """The process ends here."""


class Dies:
    """Sends, and its process is killed before the answer is on record."""

    def __init__(self, courier):
        self.courier = courier

    def ask(self, **asked):
        assert self.courier.ask(**asked)[0] == "sent"
        raise Killed

    def close(self):
        pass


def test_a_kill_between_record_and_journal_is_made_up_for(receiver, signals, sender_to):
    address = f"json://127.0.0.1:{receiver.port}/"
    sender_to(address, BEGUN)._notifier.send("begun", BEGUN["begun"])
    sender = sender_to(address, BEGUN)
    sender.show(Progress(run=RUN))
    assert sender.close(60)
    assert len(receiver.got) == 1
    assert said(signals) == [(Told, "notify:2-json:begun")]


def test_after_a_takeover_what_was_due_is_perhaps_sent_and_the_rest_is_sent(
    receiver, signals, sender_to
):
    wanted = dict(BEGUN)
    sender = sender_to(f"json://127.0.0.1:{receiver.port}/", wanted)
    sender._notices = lambda _: dict(wanted)
    sender.show(Progress(run=RUN, is_taken_over=True))
    wanted |= BOTH
    sender.show(Progress(run=RUN, is_taken_over=True))
    assert sender.close(60)
    assert [each["title"] for each in receiver.got] == [BOTH["deployed"].title]
    assert said(signals) == [(Untold, "notify:2-json:begun"), (Told, "notify:2-json:deployed")]


def test_one_that_cannot_be_reached_is_said_once_and_gets_all_when_it_is_back(
    receiver, signals, sender_to
):
    sender = sender_to("json://127.0.0.1:1/", BOTH)
    assert sender._send(BOTH).retry_in
    assert sender._send(BOTH).retry_in
    assert said(signals) == [(Untold, "notify:2-json:begun")]
    assert signals.waiting[0].said.why == "it cannot be reached."
    sender._notifier._address = f"json://127.0.0.1:{receiver.port}/"
    assert sender._send(BOTH).retry_in is None
    assert [each["title"] for each in receiver.got] == [each.title for each in BOTH.values()]


def test_what_one_that_is_down_has_missed_is_said_at_the_end_without_waiting(signals, sender_to):
    sender = sender_to("json://127.0.0.1:1/", BOTH)
    sender._send(BOTH)
    sender._wanted = BOTH
    sender.close(600)
    assert said(signals) == [(Untold, f"notify:2-json:{key}") for key in BOTH]
    assert not any(each.said.text.startswith(PERHAPS) for each in signals.waiting)
    assert sender._notifier.standing("begun") is Standing.NEW


@pytest.mark.parametrize("address", ["nope://very-secret", "very-secret", "discord://secret"])
def test_an_address_that_is_none_is_words_and_told_nobody(address, signals, sender_to):
    sender = sender_to(address, BEGUN)
    sender.show(Progress(run=RUN))
    assert sender.close(60)
    [only] = [signal.said for signal in signals.waiting]
    assert only.why.startswith("Address 2 (")
    assert "secret" not in repr(only)


@pytest.mark.parametrize(
    ("key", "text", "what"),
    [
        (
            "notify:2-ntfy:begun",
            f"{PERHAPS}[HOTFIX] x\nmore",
            "It is not known whether address 2 of [notify] (ntfy) was told: [HOTFIX] x",
        ),
        (
            "notify:1-json:begun",
            "[HOTFIX] x",
            "Address 1 of [notify] (json) was not told: [HOTFIX] x",
        ),
        ("notify:1-json:question:hotfix:merge:0", "[HOTFIX] x", None),
    ],
)
def test_what_is_left_to_do(key, text, what):
    found = [each.what for each in still_to_do(Progress(run=RUN, untold={key: text}))]
    assert (what in found) if what else len(found) == 1
    assert whom_of(key).startswith("address ")
