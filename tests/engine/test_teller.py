import time
from collections import defaultdict
from dataclasses import dataclass, field, replace

import pytest
from tests.adapters.running_services import RunningServices
from tests.engine.small_plan import MemorySignals
from tests.memory_clock import MemoryClock
from tests.other_hands import limit_rate

from hotfix.adapters.slack_channel import SlackChannel
from hotfix.domain.event_data import Told, Untold
from hotfix.domain.problem import Problem, ProblemCode, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.engine.teller import Teller
from hotfix.ports.messenger import Announcement, Message, MessageRefusedError, Posted
from hotfix.simulators.server import DROPPED, SILENT, Fault, Received
from hotfix.simulators.slack import SlackService
from hotfix.simulators.timeline import Timeline

PHASE = "phase:hotfix:branch"
TOKEN, RUN = "xoxb-drill-only", "hf-20261123-checkout"
START = Progress(run=RUN, phase="prepare")
FIXING = replace(START, phase="fix", saying="branch: done")


def announce(progress):
    """Say the phase in the parent, and the last sentence, if there is one, in the thread."""
    replies = {"phase:hotfix:branch": Message(progress.saying)} if progress.saying else {}
    link = "https://github.example/webrana/webrana/issues/1"
    return Announcement(Message(f"checkout returns 500: {progress.phase}\n{link}"), replies)


@pytest.fixture(scope="module")
def services():
    with RunningServices() as running:
        yield running


@pytest.fixture
def received():
    return Received()


@pytest.fixture
def slack(services, received):
    return services.start(SlackService(Timeline(MemoryClock()), received, token=TOKEN))


@pytest.fixture
def signals():
    return MemorySignals()


@pytest.fixture
def teller(slack, signals):
    teller = teller_of(slack, signals)
    yield teller
    # One that still has something to say would say it to whoever listens on this port next.
    teller.close(0)


def teller_of(slack, signals):
    return Teller(SlackChannel(TOKEN, "#engineering", slack.base_url), signals, announce)


def until(condition, seconds=8.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.01)


def reported(signals):
    return [(type(signal.said), signal.said.key) for signal in signals.waiting]


def writes(received):
    sent = received.all("slack")
    return [request.path.removeprefix("/api/") for request in sent if "/chat." in request.path]


def test_one_message_is_updated_in_place_and_each_reply_comes_once(slack, signals, teller):
    teller.show(START)
    until(lambda: slack.messages)
    teller.show(FIXING)
    teller.show(FIXING)
    teller.show(replace(FIXING, phase="test"))
    assert teller.close(5)
    [parent] = slack.parents
    assert parent.text.startswith("checkout returns 500: test")
    assert parent.edited
    assert [message.text for message in slack.thread(parent.ts)] == ["branch: done"]
    assert reported(signals) == [
        (Told, "parent"),
        (Told, "phase:hotfix:branch"),
    ]


def test_an_answer_that_is_lost_leaves_one_message(slack, received, signals, teller):
    slack.faults.append(Fault("chat.postMessage", DROPPED, acts=True))
    teller.show(START)
    until(lambda: len(signals.waiting) == 2)
    assert teller.close(5)
    assert len(slack.messages) == 1
    assert writes(received) == ["chat.postMessage"]
    assert reported(signals) == [(Untold, "parent"), (Told, "parent")]


def test_a_reply_whose_answer_is_lost_is_there_once(slack, signals, teller):
    teller.show(START)
    until(lambda: slack.messages)
    slack.faults.append(Fault("chat.postMessage", DROPPED, acts=True))
    teller.show(FIXING)
    until(lambda: (Told, "phase:hotfix:branch") in reported(signals))
    assert teller.close(5)
    assert len(slack.parents) == 1
    assert len(slack.thread(slack.parents[0].ts)) == 1


def test_what_could_not_be_told_arrives_when_slack_is_back(slack, signals, teller):
    port = slack.port
    slack.stop()
    teller.show(START)
    until(lambda: signals.waiting)
    assert reported(signals) == [(Untold, "parent")]
    assert "checkout returns 500" in str(signals.waiting[0].said.text)
    slack.start(port)
    assert teller.close(8)
    assert len(slack.messages) == 1
    assert reported(signals)[-1] == (Told, "parent")


def test_a_rate_limit_is_waited_out(slack, signals, teller):
    limit_rate(slack, "chat.postMessage", seconds=1)
    teller.show(START)
    until(lambda: slack.messages)
    assert teller.close(5)
    assert len(slack.messages) == 1
    assert reported(signals) == [(Untold, "parent"), (Told, "parent")]


def test_a_fresh_teller_finds_the_message_and_does_not_post_again(slack, received, teller):
    teller.show(FIXING)
    assert teller.close(5)
    before = writes(received)
    resumed = teller_of(slack, MemorySignals())
    resumed.show(FIXING)
    assert resumed.close(5)
    assert writes(received) == before  # nothing to change: nothing sent
    resumed.show(replace(FIXING, phase="test"))
    assert resumed.close(5)
    assert writes(received) == [*before, "chat.update"]
    assert len(slack.parents) == 1


def test_a_deleted_message_is_posted_anew(slack, teller):
    teller.show(START)
    until(lambda: slack.messages)
    assert teller.close(5)
    slack.messages.clear()
    teller.show(FIXING)
    assert teller.close(5)
    [parent] = slack.parents
    assert parent.text.startswith("checkout returns 500: fix")


def test_of_a_deleted_message_no_reply_is_left_alone_in_the_channel(slack, signals):
    def announce_alike(progress):
        return Announcement(Message("parent"), announce(progress).replies)

    teller = Teller(SlackChannel(TOKEN, "#engineering", slack.base_url), signals, announce_alike)
    teller.show(START)
    until(lambda: slack.messages)
    slack.delete(slack.messages[0])
    # Nothing of it is edited: only the reply finds out that it is gone.
    teller.show(FIXING)
    assert teller.close(8)
    [parent] = slack.parents
    assert parent.text == "parent"
    assert [each.text for each in slack.thread(parent.ts)] == ["branch: done"]


def test_a_refusal_is_reported_and_mended_later(slack, signals, teller):
    slack.members.clear()
    teller.show(START)
    until(lambda: signals.waiting)
    assert "is not in #engineering" in str(signals.waiting[0].said.why)
    slack.members.add(slack.channel_id)
    assert teller.close(5)
    assert len(slack.messages) == 1


REFUSALS = ("edit_window_closed", "cant_update_message", "message_not_found", "never_heard_of")


@pytest.mark.parametrize("name", REFUSALS)
def test_a_parent_that_cannot_be_edited_holds_up_no_reply(slack, signals, teller, name):
    teller.show(START)
    until(lambda: slack.messages)
    body = f'{{"ok": false, "error": "{name}"}}'
    slack.faults.append(Fault("chat.update", 200, times=10_000, body=body))
    teller.show(FIXING)
    until(lambda: len(slack.messages) == 2)
    teller.show(replace(FIXING, phase="test"))
    until(lambda: (Untold, "parent") in reported(signals))
    [parent] = slack.parents
    assert [message.text for message in slack.thread(parent.ts)] == ["branch: done"]


def test_a_refused_edit_is_told_once_a_text_and_not_tried_for_ever(
    slack, received, signals, teller
):
    teller.show(START)
    until(lambda: slack.messages)
    slack.allows_editing = False
    teller.show(FIXING)
    assert teller.close(5)
    assert writes(received).count("chat.update") == 1
    assert reported(signals) == [(Told, "parent"), (Untold, "parent"), (Told, PHASE)]
    assert "edit_window_closed" in signals.waiting[1].said.why


def test_one_refused_reply_holds_up_no_other(slack, received, signals, teller):
    def announce_three(_progress):
        texts = {"note:1": "one", "note:2": "x" * 50_000, "note:3": "three"}
        return Announcement(Message("parent"), {key: Message(text) for key, text in texts.items()})

    teller = Teller(SlackChannel(TOKEN, "#engineering", slack.base_url), signals, announce_three)
    teller.show(START)
    assert teller.close(5)
    assert [message.text for message in slack.thread(slack.parents[0].ts)] == ["one", "three"]
    assert (Untold, "note:2") in reported(signals)
    assert writes(received).count("chat.postMessage") == 4


def test_a_reply_that_meets_trouble_for_ever_holds_up_no_other(slack, signals):
    class Stubborn(SlackChannel):
        def post(self, run, key, message, parent=""):
            if key == "note:1":
                raise TemporaryTroubleError("Slack has trouble with it.", 0.01)
            return super().post(run, key, message, parent)

    def announce_three(_progress):
        texts = {f"note:{number}": f"{number}" for number in (1, 2, 3)}
        return Announcement(Message("parent"), {key: Message(text) for key, text in texts.items()})

    teller = Teller(Stubborn(TOKEN, "#engineering", slack.base_url), signals, announce_three)
    teller.show(START)
    until(lambda: len(slack.messages) == 3)
    assert not teller.close(0.1)
    assert [message.text for message in slack.thread(slack.parents[0].ts)] == ["2", "3"]
    assert reported(signals)[-2:] == [(Told, "note:2"), (Told, "note:3")]


def test_in_an_outage_the_replies_keep_their_order(slack, signals):
    class Down(SlackChannel):
        tries = 0

        def post(self, run, key, message, parent=""):
            if key != "parent":
                self.tries += 1
                if self.tries < 9:
                    raise TemporaryTroubleError("Slack does not answer.", 0.01)
            return super().post(run, key, message, parent)

    def announce_three(_progress):
        texts = {f"note:{number}": f"{number}" for number in (1, 2, 3)}
        return Announcement(Message("parent"), {key: Message(text) for key, text in texts.items()})

    teller = Teller(Down(TOKEN, "#engineering", slack.base_url), signals, announce_three)
    teller.show(START)
    assert teller.close(60)
    texts = [message.text for message in slack.thread(slack.parents[0].ts)]
    assert texts == ["1", "2", "3"]


def test_a_parent_that_is_refused_is_told_with_all_its_replies_and_not_tried_for_ever(
    slack, received, signals, teller
):
    body = '{"ok": false, "error": "invalid_blocks"}'
    slack.faults.append(Fault("chat.postMessage", 200, times=10_000, body=body))
    teller.show(FIXING)
    assert teller.close(5)
    assert writes(received) == ["chat.postMessage"]
    assert reported(signals) == [(Untold, "parent"), (Untold, PHASE)]


def test_closing_while_slack_is_down_reports_what_is_untold(slack, signals, teller):
    slack.faults.append(Fault(status=503, times=1000))
    teller.show(FIXING)
    started = time.monotonic()
    assert not teller.close(0.8)
    assert time.monotonic() - started < 1.5
    assert reported(signals) == [
        (Untold, "parent"),
        (Untold, "phase:hotfix:branch"),
    ]


def test_what_is_untold_is_written_as_a_person_pastes_it(slack, signals, teller):
    slack.faults.append(Fault(status=503, times=1000))
    teller.show(replace(FIXING, saying="a &lt; b &amp;&amp; &amp;lt;"))
    assert not teller.close(0.3)
    texts = [each.said.text for each in signals.waiting if isinstance(each.said, Untold)]
    assert texts[-1] == "a < b && &lt;"


def test_of_a_reply_that_is_there_nothing_is_untold_however_it_would_read_by_now(
    slack, signals, teller
):
    teller.show(FIXING)
    until(lambda: (Told, PHASE) in reported(signals))
    slack.faults.append(Fault(status=503, times=1000))
    teller.show(replace(FIXING, phase="test", saying="branch: done, at last"))
    assert not teller.close(0.5)
    assert [key for kind, key in reported(signals) if kind is Untold] == ["parent"]


def test_slack_saying_nothing_holds_up_nobody_and_is_reported_in_time(slack, signals, teller):
    slack.faults.append(Fault(status=SILENT))
    teller.show(FIXING)
    assert not teller.close(0.3)
    assert reported(signals) == [(Untold, "parent"), (Untold, PHASE)]


REFUSED = MessageRefusedError(Problem(ProblemCode.FAILED, "Refused.", "So it is.", "wait"))
TROUBLE = TemporaryTroubleError("Slack has trouble with it.", 0.01)


@dataclass
class Channel:
    """A channel in memory; ``meets`` is what stands in the way of a text, one error a try."""

    meets: dict[str, list[Exception]] = field(default_factory=lambda: defaultdict(list))
    there: dict[str, Posted] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    finds: int = 0

    def find(self, _run):
        self.finds += 1
        return self.there.get("parent")

    def replies(self, _run, _parent):
        return tuple(posted for key, posted in self.there.items() if key != "parent")

    def post(self, _run, key, message, _parent=""):
        self._send(message.text)
        self.there[key] = Posted(key, key, message.text)
        return self.there[key]

    def update(self, posted, message):
        self._send(message.text)
        self.there[posted.key] = replace(posted, text=message.text)

    def _send(self, text):
        self.sent.append(text)
        if self.meets[text]:
            raise self.meets[text].pop(0)


def told(channel, *announcements):
    """Show one announcement after the other, each as (text of the parent, of the replies)."""
    waiting = list(announcements)

    def next_one(_progress):
        parent, *replies = waiting.pop(0)
        keys = {f"note:{number}": Message(text) for number, text in enumerate(replies, 1)}
        return Announcement(Message(parent), keys)

    signals = MemorySignals()
    teller = Teller(channel, signals, next_one)
    while waiting:
        teller.show(START)
        # At the end, what fails twice is left.
        until(lambda: not teller._telling._wanted)
    assert teller.close(5)
    return signals


@pytest.mark.parametrize(
    ("shown", "sent"),
    [
        # What is refused is the parent's first text, an edit of it, or a reply.
        ([("bad",), ("bad", "one")], ["bad"]),
        ([("bad",), ("bad", "one"), ("good", "one")], ["bad", "good", "one"]),
        ([("good",), ("bad",), ("bad", "one")], ["good", "bad", "one"]),
        ([("good",), ("bad",), ("better",)], ["good", "bad", "better"]),
        ([("good",), ("bad",), ("better",), ("bad",)], ["good", "bad", "better"]),
        ([("good", "bad"), ("better", "bad")], ["good", "bad", "better"]),
        ([("good", "bad"), ("good", "one")], ["good", "bad", "one"]),
        # The same text as another message may be taken.
        ([("good", "bad"), ("good", "bad", "bad")], ["good", "bad", "bad"]),
    ],
)
def test_what_is_refused_for_good_is_sent_once_and_anything_else_is_tried(shown, sent):
    channel = Channel()
    channel.meets["bad"] = [REFUSED]
    told(channel, *shown)
    assert channel.sent == sent


@pytest.mark.parametrize(
    ("meets", "shown"),
    [
        ([TROUBLE], [("good", "bad"), ("better", "bad")]),
        ([TROUBLE, REFUSED], [("good", "bad"), ("better", "bad")]),
        ([REFUSED], [("good", "bad"), ("better", "bad")]),
        ([TROUBLE], [("good",), ("bad",), ("better",)]),
        ([TROUBLE, REFUSED], [("good",), ("bad",), ("better",)]),
    ],
)
def test_once_trouble_is_over_what_is_known_to_be_there_is_not_asked_for_again(meets, shown):
    channel = Channel()
    channel.meets["bad"] = list(meets)
    told(channel, *shown)
    # Once at the beginning, and once for each answer that was lost.
    assert channel.finds == 1 + meets.count(TROUBLE)
    assert channel.there["parent"].text == "better"


@pytest.mark.parametrize("before", [[], [TROUBLE], [TROUBLE, TROUBLE, REFUSED]])
def test_only_trouble_in_a_row_makes_a_message_be_passed_by(before):
    channel = Channel()
    channel.meets["bad"], channel.meets["worse"] = list(before), [TROUBLE, TROUBLE]
    told(channel, ("good",), ("bad",), ("worse", "one"))
    assert channel.sent[-4:] == ["worse", "worse", "worse", "one"]


def test_an_outage_costs_two_messages_a_try_however_many_there_are():
    channel = Channel()
    teller = Teller(channel, MemorySignals(), announce)
    replies = {f"note:{number}": Message(f"{number}") for number in range(1, 6)}
    for each in replies.values():
        channel.meets[each.text] = [TROUBLE] * 100
    for _ in range(12):
        before = len(channel.sent)
        teller._tell(Announcement(Message("parent"), replies))
        assert len(channel.sent) - before <= 2


@pytest.mark.parametrize(
    ("pause", "pauses"),
    [
        # More and more for one that is passed by, and never less than Slack has asked for.
        (0.01, [0.01, 0.01, 0.01, 5, 10, 15, 15]),
        (7.0, [7, 7, 7, 7, 10, 15, 15]),
        (60.0, [60] * 7),
    ],
)
def test_after_trouble_nothing_is_sent_for_a_while(pause, pauses):
    channel = Channel()
    channel.meets["bad"] = [TemporaryTroubleError("Slack has trouble with it.", pause)] * 7
    teller = Teller(channel, MemorySignals(), announce)
    wanted = Announcement(Message("parent"), {"note:1": Message("bad")})
    assert [teller._tell(wanted).retry_in for _ in range(8)] == [*pauses, None]


def test_without_a_parent_no_reply_is_passed_by_in_silence():
    channel, signals = Channel(), MemorySignals()
    teller = Teller(channel, signals, announce)
    channel.meets["parent"] = [TROUBLE] * 5
    for number in range(1, 5):
        teller._tell(Announcement(Message("parent"), {f"note:{number}": Message("x")}))
    assert [key for _, key in reported(signals)] == [
        *("parent", "note:1", "note:2", "note:3", "note:4"),
    ]
