import pytest
from slack_sdk import WebClient

from hotfix.adapters.slack_channel import SlackChannel
from hotfix.domain.json_value import JsonObject
from hotfix.ports.messenger import Message, Posted

RUN = "hf-20261123-checkout"
TOKEN = "xoxb-drill-only"
BLOCKS: tuple[JsonObject, ...] = (
    {"type": "section", "text": {"type": "mrkdwn", "text": "*checkout*"}},
)


def paths(received):
    return [request.path.removeprefix("/api/") for request in received.all("slack")]


def test_a_message_is_posted_with_its_run_and_key(channel, slack, received):
    posted = channel.post(RUN, "parent", Message("checkout returns 500", BLOCKS))
    [message] = slack.messages
    assert posted == Posted(message.ts, "parent", "checkout returns 500")
    assert message.metadata == {
        "event_type": "hotfix",
        "event_payload": {"run": RUN, "key": "parent"},
    }
    assert message.blocks == list(BLOCKS)
    sent = received.all("slack")[-1].body
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)
    assert sent["text"] == "checkout returns 500"


def test_the_name_of_the_channel_is_looked_up_once(channel, slack, received):
    slack.page_size = 1
    channel.post(RUN, "parent", Message("one"))
    channel.find(RUN)
    assert paths(received) == [
        *["conversations.list"] * 3,
        "chat.postMessage",
        "conversations.history",
    ]


def test_an_id_is_used_as_it_is(slack, received):
    SlackChannel(TOKEN, slack.channel_id, slack.base_url).post(RUN, "parent", Message("one"))
    assert paths(received) == ["chat.postMessage"]


def test_a_channel_is_called_with_or_without_the_number_sign(slack):
    SlackChannel(TOKEN, "engineering", slack.base_url).post(RUN, "parent", Message("one"))
    assert [message.channel for message in slack.messages] == [slack.channel_id]


def test_the_parent_is_found_among_other_messages_and_runs(channel, slack):
    slack.page_size = 2
    parent = channel.post(RUN, "parent", Message("ours"))
    channel.post("another-run", "parent", Message("theirs"))
    channel.post(RUN, "note:1", Message("a reply"), parent.id)
    for number in range(5):
        slack.say(f"is checkout down? {number}")
    assert channel.find(RUN) == parent
    assert channel.find("no-such-run") is None


def test_the_history_is_not_read_beyond_a_day(channel, slack, clock):
    channel.post(RUN, "parent", Message("ours"))
    clock.wait(23 * 3600)
    slack.say("good morning")
    assert channel.find(RUN) is not None
    clock.wait(2 * 3600)
    slack.say("good afternoon")
    assert channel.find(RUN) is None


def test_a_long_history_is_read_in_a_bounded_number_of_pages(channel, slack, received):
    slack.page_size = 1
    for number in range(30):
        slack.say(f"{number}")
    assert channel.find(RUN) is None
    assert paths(received).count("conversations.history") == 10


def test_replies_are_found_in_the_thread(channel, slack):
    slack.page_size = 2
    parent = channel.post(RUN, "parent", Message("ours"))
    replies = [
        channel.post(RUN, f"note:{number}", Message(f"{number}"), parent.id) for number in range(4)
    ]
    assert channel.replies(RUN, parent.id) == tuple(replies)
    assert [message.thread_ts for message in slack.thread(parent.id)] == [parent.id] * 4
    assert channel.replies("another-run", parent.id) == ()


def test_a_thread_is_read_to_its_end_however_short_the_pages_are(channel, slack):
    slack.page_size = 1
    parent = channel.post(RUN, "parent", Message("ours"))
    for number in range(40):
        slack.say(f"is it {number}?", parent.id, "U0RENA0001")
    last = channel.post(RUN, "note:1", Message("ours, too"), parent.id)
    assert channel.replies(RUN, parent.id) == (last,)


def test_an_update_changes_text_and_blocks_and_keeps_the_mark(channel, slack):
    parent = channel.post(RUN, "parent", Message("before", BLOCKS))
    mark = slack.messages[0].metadata
    channel.update(parent, Message("after", BLOCKS[:1]))
    [message] = slack.messages
    assert (message.text, message.edited, message.metadata) == ("after", True, mark)
    assert message.blocks == list(BLOCKS)


def test_somebody_elses_find_is_enough_to_update(channel, slack):
    parent = channel.post(RUN, "parent", Message("before"))
    colleague = SlackChannel(TOKEN, "#engineering", slack.base_url)
    colleague.update(parent, Message("after"))
    assert colleague.find(RUN) == Posted(parent.id, "parent", "after")


@pytest.mark.parametrize(
    "text",
    [
        "checkout returns 500\nhttps://github.example/webrana/webrana/pull/7",
        "a &lt;b&gt; &amp; c https://a.example/?x=1&amp;y=2",
        "no address at all",
    ],
)
def test_text_reads_back_as_it_was_sent(channel, text):
    posted = channel.post(RUN, "parent", Message(text))
    assert channel.find(RUN) == posted


def test_text_is_not_escaped_a_second_time(channel, slack):
    channel.post(RUN, "parent", Message("&lt;!channel&gt; &amp; friends"))
    assert slack.messages[0].text == "&lt;!channel&gt; &amp; friends"


def test_the_simulator_gives_links_to_messages(channel, slack):
    posted = channel.post(RUN, "parent", Message("one"))
    client = WebClient(TOKEN, base_url=slack.base_url, retry_handlers=[])
    link = client.chat_getPermalink(channel=slack.channel_id, message_ts=posted.id)
    assert str(link["permalink"]).endswith(f"/{slack.channel_id}/p{posted.id.replace('.', '')}")
