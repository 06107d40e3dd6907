"""One walk with everybody to tell: killed in the middle, resumed, done, and then rolled back."""

import base64
import json
import threading
import time
from collections import Counter
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import patch

import pytest
from standardwebhooks import Webhook
from tests.stories.commands import START, commands
from tests.stories.stage import stage

from hotfix.composition.journals import Runs
from hotfix.domain.event_data import EventType, Noted
from hotfix.domain.fold import fold
from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import RunState
from hotfix.runs.asker import Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.note import note
from hotfix.runs.resume import resume
from hotfix.simulators.played_fix import GOOD_FIX
from hotfix.simulators.server import Fault

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
NOTE, REPLY = "The cache was cold.", "Orders with a voucher are fine."
RENA, LEO = "U0RENA0001", "U0LEAD0001"
PATIENCE_SECONDS = 30.0


class Receivers:
    """A webhook, whose signatures are verified, and an address that apprise sends notices to."""

    def __init__(self):
        self.events: list[dict[str, Any]] = []
        self.notices: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.path == "/events":
                    outer.events.append(Webhook(SECRET).verify(body, dict(self.headers)))
                    assert outer.events[-1]["id"] == self.headers["webhook-id"]
                else:
                    outer.notices.append(json.loads(body))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def receivers():
    made = Receivers()
    yield made
    made.stop()


def is_to_die(event, slack):
    """Whether it is waiting for a review, and the thread is there."""
    if event["step"] != "await_approval":
        return False
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not slack.parents:
        assert time.monotonic() < deadline, "nothing came into the channel"
        time.sleep(0.02)
    return True


@pytest.fixture(scope="module")
def at(tmp_path_factory, receivers):
    with commands(tmp_path_factory.mktemp("story") / "world") as at:
        at.environ_besides = {
            "NOTIFY": f"json://{receivers.place}/notices",
            "HOOK": f"http://{receivers.place}/events",
            "HOOK_SECRET": SECRET,
        }
        at.world.configure(
            '\n[notify]\naddresses_in = "NOTIFY"\n\n'
            '[[webhooks]]\nname = "audit"\naddress = "HOOK"\nsigned_with = "HOOK_SECRET"\n'
        )
        # Leo has taken the shift of the schedule over; whom the policy calls next comes after him.
        at.world.pagerduty.on_call = [
            ("Noor Haddad", "noor@webrana.example", 2),
            ("Leo Marchetti", "leo@webrana.example", 1),
        ]
        text = at.world.config_file.read_text()
        policy = '[pagerduty]\nescalation_policy_ids = ["PPOLICY1"]'
        at.world.config_file.write_text(text.replace("[pagerduty]", policy))
        at.world.play_the_engineer(GOOD_FIX)
        slack = at.world.slack
        assert at.killed(*START, when=lambda event: is_to_die(event, slack))
        (parent,) = slack.parents
        slack.react(slack.say(REPLY, parent.ts, RENA), "pushpin", LEO)
        slack.say("And a word among us.", parent.ts, RENA)
        at.seen["note"] = at.run("note", NOTE)
        at.world.play_the_reviewer()
        at.seen["resumed"] = at.run("resume", "--yes", "--json")
        at.seen["done"] = [dict(each) for each in at.world.pagerduty.events]
        at.seen["rolled back"] = at.run("rollback", "--yes", "--json")
        yield at


@pytest.fixture
def record(at):
    runs = Runs(at.world.folder / "state")
    return runs.events(runs.ids()[0])


def test_it_was_done_and_then_rolled_back(at):
    assert at.seen["resumed"].returncode == 0, at.seen["resumed"].stderr
    assert at.seen["rolled back"].returncode == 7, at.seen["rolled back"].stderr


def test_a_note_is_in_the_thread_and_a_marked_reply_on_the_timeline_each_once(at):
    slack = at.world.slack
    (parent,) = slack.parents
    assert [NOTE in each.text for each in slack.thread(parent.ts)].count(True) == 1
    told = at.json("show", "--json")
    assert [(each["by"], each["text"]) for each in told["notes"]] == [
        ("rena", REPLY),
        ("dana", NOTE),
    ]
    counted = Counter(each.text for each in slack.thread(parent.ts) if not each.user)
    assert {text: count for text, count in counted.items() if count > 1} == {}


def test_whoever_is_on_call_now_is_named_and_notified_once(at):
    told = at.json("show", "--json")
    assert "On call: Leo Marchetti, Noor Haddad." in [each["what"] for each in told["timeline"]]
    slack = at.world.slack
    (parent,) = slack.parents
    pings = [each.text for each in slack.thread(parent.ts) if f"<@{LEO}>" in each.text]
    assert len(pings) == 1
    assert pings[0].index(LEO) < pings[0].index("U0NOOR0001")


def test_an_address_of_notify_gets_what_happened_once_each(receivers, record):
    titles = [(each["title"], each["message"]) for each in receivers.notices]
    assert {each: count for each, count in Counter(titles).items() if count > 1} == {}
    progress = fold(record)
    told, perhaps = (
        {key for key in keys if key.startswith("notify:")}
        for keys in (progress.told, progress.untold)
    )
    # What the kill cut off is perhaps sent, and says so.
    assert len(told) <= len(titles) <= len(told | perhaps)
    # On a busy machine the program that sends may not be up in time: that is on record, too.
    untold = [text for key, text in progress.untold.items() if key.startswith("notify:")]
    words = " ".join([*(title for title, _ in titles), *untold])
    assert titles
    assert all(part in words for part in ("deployed", "fixed and verified"))


def test_a_webhook_gets_every_event_in_order_with_ids_that_stay(receivers, record):
    seqs = [int(each["id"].rpartition("/")[2]) for each in receivers.events]
    ends = min(event.seq for event in record if event.type == "run_finished")
    assert seqs == sorted(seqs)
    assert list(dict.fromkeys(seqs)) == list(range(1, max(seqs) + 1))
    assert max(seqs) >= ends
    by_id: dict[str, Any] = {}
    for each in receivers.events:
        assert by_id.setdefault(each["id"], each) == each


def test_pagerduty_has_one_alert_that_was_resolved_and_both_changes(at):
    (alert, resolved) = at.world.pagerduty.events
    assert (alert["event_action"], resolved["event_action"]) == ("trigger", "resolve")
    assert [each["href"] for each in alert["links"]] == [
        f"{at.world.github.url}/webrana/webrana/issues/1"
    ]
    assert alert["dedup_key"] == resolved["dedup_key"]
    assert at.seen["done"] == at.world.pagerduty.events
    changes = [each["payload"]["summary"] for each in at.world.pagerduty.changes]
    assert [each.partition(":")[0] for each in changes] == ["Hotfix deployed", "Hotfix rolled back"]


def test_whoever_was_not_there_reads_who_when_what_why_how_proven_and_what_is_open(at):
    shown, reported = at.run("show").stdout, at.run("report").stdout
    merged = at.world.github.hosted.pulls[2].merge_sha
    for words in (
        "by dana",
        "Leo Marchetti, Noor Haddad",
        "Approved by: rena",
        "red again at",
        "A KeyError without a voucher.",
        "checkout answers: red before (500",
        merged,
        f"{merged[:8]} rolled-back by dana",
        NOTE,
        REPLY,
        "A post-mortem is due.",
    ):
        assert [words in " ".join(text.split()) for text in (shown, reported)] == [True, True], (
            words
        )


def test_what_the_team_did_not_hear_of_a_run_that_is_over_is_sent_with_resume(tmp_path):
    with stage(tmp_path / "world") as on:
        on.leave_open(at="await_the_fix")
        slack = on.world.slack
        down = Fault(status=503, times=10_000)
        slack.faults.append(down)
        on.resume(plan="abort")
        assert fold(on.session.runs.events(on.run)).untold
        before = len(on.session.runs.events(on.run))
        slack.faults.remove(down)
        again = resume(on.session, on.run, Manner(Flags(yes=True)), on.terminal)
        assert (again.state, dict(again.untold)) == (RunState.ABORTED, {})
        assert len(slack.parents) == 1
        # Nothing is added but what was told.
        types = {event.type for event in on.session.runs.events(on.run)[before:]}
        assert types == {EventType.TOLD}
        # All is told: there is nothing to go on with.
        with pytest.raises(ProblemError, match="is over"):
            resume(on.session, on.run, Manner(Flags(yes=True)), on.terminal)


class Killed(BaseException):
    """The process ends here."""


def test_what_nobody_heard_of_a_run_whose_walk_was_killed_at_its_end_is_sent_with_resume(
    tmp_path, receivers
):
    with stage(tmp_path / "world") as on:
        on.configure('\n[[webhooks]]\nname = "audit"\naddress = "HOOK"\nsigned_with = "KEY"\n')
        hook = {"HOOK": f"http://{receivers.place}/events", "KEY": SECRET}
        on.session = replace(on.session, environ={**on.session.environ, **hook})
        on.leave_open(at="await_the_fix")
        slack = on.world.slack
        down = Fault(status=503, times=10_000)
        slack.faults.append(down)
        show = on.terminal.show

        def show_and_die(event, progress):
            show(event, progress)
            if progress.state.is_over:
                raise Killed

        with patch.object(on.terminal, "show", show_and_die), pytest.raises(Killed):
            on.resume(plan="abort")
        slack.faults.remove(down)
        state = on.world.folder / "state"
        said = note(state, on.run, Noted("The cache was cold.", "noor"), on.session.clock)
        assert said.endswith(f"To tell the team, too: hotfix resume {on.run}")
        again = resume(on.session, on.run, Manner(Flags(yes=True)), on.terminal)
        assert (again.state, dict(again.untold)) == (RunState.ABORTED, {})
        (parent,) = slack.parents
        ends = [each.text for each in slack.thread(parent.ts)]
        assert [text.startswith("given up: ") for text in ends].count(True) == 1
        assert ends.count("noor: The cache was cold.") == 1
        got = {each["id"] for each in receivers.events if each["subject"] == on.run}
        assert got == {f"{on.run}/{each.seq}" for each in on.session.runs.events(on.run)}
        with pytest.raises(ProblemError, match="is over"):
            resume(on.session, on.run, Manner(Flags(yes=True)), on.terminal)
