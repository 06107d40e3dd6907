"""The channel is found by its name in a workspace of thousands, at a few calls a minute."""

from dataclasses import dataclass

import pytest
from tests.other_hands import limit_rate

from hotfix.adapters.slack_channel import SlackChannel
from hotfix.adapters.slack_channel import channel as channel_module
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.messenger import Message
from hotfix.simulators.server import Fault

RUN, TOKEN = "hf-20261123-checkout", "xoxb-drill-only"
MESSAGE = Message("checkout returns 500")
LISTING = "/api/conversations.list"


LIMITED = '{"ok": false, "error": "ratelimited"}'


@dataclass
class Later(Fault):
    """A fault that comes after so many requests of its kind."""

    after: int = 0

    def hits(self, request):
        is_one = super().hits(request)
        self.after -= is_one
        return is_one and self.after < 0


@pytest.fixture
def crowded(slack):
    """A workspace with the channel on page 25."""
    slack.page_size = 3
    others = {f"team-{number}": f"C0OTHER{number:03d}" for number in range(73)}
    ours = {"engineering": slack.channels["engineering"]}
    slack.channels = {**others, **ours, "later": "C0LATER001"}
    return slack


def listings(received):
    return [each for each in received.all() if each.path == LISTING]


def test_a_channel_far_back_is_found(crowded, channel, received):
    channel.post(RUN, "parent", MESSAGE)
    assert len(listings(received)) == 25
    assert len(crowded.messages) == 1


def test_the_search_goes_on_where_a_rate_limit_has_stopped_it(crowded, channel, received):
    crowded.faults.append(Later("conversations.list", 429, body=LIMITED, after=10))
    with pytest.raises(TemporaryTroubleError):
        channel.find(RUN)
    asked = len(listings(received))
    assert asked == 11
    assert channel.find(RUN) is None
    assert len(listings(received)) - asked == 15


@pytest.mark.usefixtures("crowded")
def test_what_was_not_looked_at_to_its_end_is_not_said_to_be_missing(channel, monkeypatch):
    monkeypatch.setattr(channel_module, "_CHANNEL_PAGES", 2)
    with pytest.raises(ProblemError) as caught:
        channel.find(RUN)
    problem = caught.value.problem
    assert problem.code is ProblemCode.CONFIGURATION
    assert problem.why == "It is not among the first 6 public channels: give its id."
    assert "to its id" in problem.next_command


def test_what_was_looked_at_to_its_end_is_not_there_until_somebody_makes_it(crowded):
    new = SlackChannel(TOKEN, "#Brand-New", crowded.base_url)
    with pytest.raises(ProblemError, match="none of the 75 public channels"):
        new.find(RUN)
    crowded.channels["brand-new"] = "C0NEWONE01"
    crowded.members.add("C0NEWONE01")
    assert new.find(RUN) is None


def test_a_page_without_a_channel_is_not_the_last(crowded, channel):
    empty = '{"ok": true, "channels": [], "response_metadata": {"next_cursor": "3"}}'
    crowded.faults.append(Fault("conversations.list", 200, body=empty))
    assert channel.find(RUN) is None


def test_a_cursor_that_has_expired_is_forgotten(crowded, channel):
    limit_rate(crowded, "conversations.list")
    with pytest.raises(TemporaryTroubleError):
        channel.find(RUN)
    body = '{"ok": false, "error": "invalid_cursor"}'
    crowded.faults.append(Fault("conversations.list", 200, body=body))
    with pytest.raises(ProblemError):
        channel.find(RUN)
    assert channel.find(RUN) is None


@pytest.mark.parametrize(
    "metadata",
    [
        "INC-77",
        {"event_type": "hotfix", "event_payload": "INC-77"},
        {"event_type": "hotfix", "event_payload": ["run"]},
        ["hotfix"],
    ],
)
def test_metadata_of_somebody_else_is_passed_over(slack, channel, metadata):
    ours = channel.post(RUN, "parent", MESSAGE)
    slack.say("not ours").metadata = metadata
    found = channel.find(RUN)
    assert found is not None
    assert found.id == ours.id
