import time
from dataclasses import replace

import pytest
from tests.adapters.running_services import RunningServices
from tests.engine.small_plan import MemorySignals
from tests.memory_clock import MemoryClock
from tests.other_hands import limit_rate

from hotfix.adapters.slack_channel import SlackChannel
from hotfix.domain.event_data import Told, Untold
from hotfix.domain.progress import Progress
from hotfix.engine.teller import Teller
from hotfix.ports.messenger import Announcement, Message
from hotfix.simulators.server import DROPPED, SILENT, Fault, Received
from hotfix.simulators.slack import SlackService
from hotfix.simulators.timeline import Timeline

_TELLING_SECONDS = 5.0  # as long as a command waits at its end
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
    slack.faults.clear()
    assert teller.close(8)


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


def test_a_refusal_is_reported_and_mended_later(slack, signals, teller):
    slack.members.clear()
    teller.show(START)
    until(lambda: signals.waiting)
    assert "is not in #engineering" in str(signals.waiting[0].said.why)
    slack.members.add(slack.channel_id)
    assert teller.close(5)
    assert len(slack.messages) == 1


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


def test_slack_saying_nothing_holds_up_nobody_and_is_reported_in_time(slack, signals, teller):
    slack.faults.append(Fault(status=SILENT))
    teller.show(START)
    started = time.monotonic()
    assert not teller.close(0.3)
    assert time.monotonic() - started < 1
    until(lambda: reported(signals) == [(Untold, "parent")], _TELLING_SECONDS)
