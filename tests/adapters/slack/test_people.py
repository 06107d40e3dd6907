"""Who is notified, whose words are kept, and what the app may do."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from hotfix.adapters.slack_channel import SlackChannel
from hotfix.adapters.slack_channel.needs import SCOPES, SCOPES_OF_GROUPS, SCOPES_OF_PEOPLE
from hotfix.domain.problem import TemporaryTroubleError
from hotfix.ports.messenger import Addressee, Message
from hotfix.ports.readiness import Finding
from hotfix.ports.remarks import Remark
from hotfix.simulators.server import Fault
from hotfix.simulators.slack_people import SlackMember

RUN, TOKEN = "hf-20261123-checkout", "xoxb-drill-only"
RENA = SlackMember("U0RENA0001", "rena", "Rena Okafor", "rena@webrana.example")
MANIFEST = Path(__file__).parents[3] / "docs" / "slack-app-manifest.yml"
USERS = {
    "rena": "rena@webrana.example",
    "@devops-lead": "S0LEADS001",
    "noor@webrana.example": "U0NOOR0001",
    "gone": "gone@webrana.example",
}


@pytest.fixture
def channel(slack):
    slack.join(RENA)
    return SlackChannel(TOKEN, "#engineering", slack.base_url, USERS, "pushpin")


def to(*whom, text="please"):
    names = ", ".join(each.name for each in whom)
    return Message(f"{names}: {text}", to=whom)


@pytest.mark.parametrize(
    ("whom", "begins"),
    [
        (Addressee("rena"), "<@U0RENA0001>: please"),
        (Addressee("@Rena"), "<@U0RENA0001>: please"),
        (Addressee("Rena Okafor", RENA.email), "<@U0RENA0001>: please"),
        (Addressee("Noor", "noor@webrana.example"), "<@U0NOOR0001>: please"),
        (Addressee("@devops-lead"), "<!subteam^S0LEADS001>: please"),
        (Addressee("gone"), "gone: please"),
        (Addressee("somebody", "somebody@else.example"), "somebody: please"),
        (Addressee("@pm"), "@pm: please"),
        (Addressee(""), ": please"),
    ],
)
def test_whoever_a_message_is_for_is_mentioned_where_slack_knows_them(channel, slack, whom, begins):
    channel.post(RUN, "review:x", to(whom))
    assert slack.messages[-1].text == begins


def test_each_is_looked_up_once(channel, slack, received):
    for _ in range(2):
        channel.post(RUN, "on-call", to(Addressee("rena"), Addressee("gone"), Addressee("@pm")))
    assert [message.text for message in slack.messages] == ["<@U0RENA0001>, gone, @pm: please"] * 2
    paths = [request.path for request in received.all("slack")]
    assert paths.count("/api/users.lookupByEmail") == 2


def test_what_is_marked_in_the_thread_of_a_message_that_is_gone_and_then_in_the_next(
    channel, slack
):
    parent = channel.post(RUN, "parent", Message("checkout returns 500"))
    old = slack.say("since 14:00", parent.id, RENA.id)
    assert channel.remarks(RUN) == ()
    slack.delete(slack.messages[0])
    # Slack keeps the thread, and answers for it.
    slack.react(old, "pushpin", RENA.id)
    assert [each.text for each in channel.remarks(RUN)] == ["since 14:00"]
    another = channel.post(RUN, "parent", Message("checkout returns 500"))
    slack.react(slack.say("since 13:00", another.id, RENA.id), "pushpin", RENA.id)
    assert [each.text for each in channel.remarks(RUN)] == ["since 13:00"]


def test_somebody_by_two_names_is_mentioned_once(channel, slack):
    channel.post(RUN, "on-call", to(Addressee("rena"), Addressee("Rena Okafor", RENA.email)))
    assert slack.messages[-1].text == "<@U0RENA0001>: please"


def test_without_the_scope_the_name_is_written(channel, slack):
    slack.scopes.remove("users:read.email")
    channel.post(RUN, "review:x", to(Addressee("rena")))
    assert slack.messages[-1].text == "rena: please"


def test_while_slack_does_not_say_who_it_is_nothing_is_posted(channel, slack):
    slack.faults.append(Fault("users.lookupByEmail", 503))
    with pytest.raises(TemporaryTroubleError):
        channel.post(RUN, "review:x", to(Addressee("rena")))
    assert slack.messages == []
    channel.post(RUN, "review:x", to(Addressee("rena")))
    assert slack.messages[-1].text == "<@U0RENA0001>: please"


def test_what_is_marked_in_the_thread_is_read_with_who_and_when(channel, slack):
    parent = channel.post(RUN, "parent", Message("checkout returns 500"))
    channel.post(RUN, "note:1", Message("dana: ours"), parent.id)
    said = slack.say(
        "since &lt;14:00&gt;, see <https://graphs.example|the graph>", parent.id, RENA.id
    )
    left = slack.say("me too", parent.id, RENA.id)
    elsewhere = slack.say("not in the thread", user=RENA.id)
    for message in slack.messages:
        if message is not left:
            slack.react(message, "pushpin", RENA.id)
    slack.react(left, "eyes", RENA.id)
    assert channel.remarks(RUN) == (
        Remark(
            said.ts,
            "rena",
            "since <14:00>, see the graph (https://graphs.example)",
            datetime.fromtimestamp(float(said.ts), UTC),
        ),
    )
    assert elsewhere in slack.messages


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"subtype": "thread_broadcast"}, "since 14:00"),
        ({"subtype": "me_message"}, "since 14:00"),
        ({"subtype": "file_share", "files": [{"name": "graph.png"}]}, "since 14:00 [graph.png]"),
        ({"text": "", "files": [{"id": "F1"}, {"name": "graph.png"}]}, "[graph.png]"),
        (
            {"text": "", "attachments": [{"text": "full &amp; slow", "author_name": "Leo"}]},
            "full & slow",
        ),
        ({"text": "", "attachments": [{"fallback": "The DB is full"}]}, "The DB is full"),
        ({"text": "", "attachments": [{"image_url": "https://x.example/y.png"}]}, "[no words]"),
        ({"text": "", "files": [{"id": "F1", "mode": "tombstone"}]}, "[no words]"),
        (
            {"text": "<https://a.example> <https://a.example/|a.example>"},
            "https://a.example https://a.example/",
        ),
        ({"text": "<https://a.example/d?x=1|the graph>"}, "the graph (https://a.example/d?x=1)"),
        ({"text": "<mailto:leo@a.example|leo@a.example>"}, "leo@a.example"),
        (
            {"text": "<!subteam^S0LEADS001> <!date^1392734382^{date_num}|2014-02-18>"},
            "@S0LEADS001 2014-02-18",
        ),
        ({"text": "ask <@U0RENA0001> and <@U0GONE0001>"}, "ask @rena and @U0GONE0001"),
        ({"text": "<!here> <!channel|channel>"}, "@here channel"),
        ({"text": "<!subteam^S0LEADS001|@leads> <#C0GENERAL1|general>"}, "@leads #general"),
        ({"text": "&lt;!channel&gt; &amp;amp; `x`"}, "<!channel> &amp; `x`"),
        # No person has said that.
        ({"bot_id": "B0WORKFLOW"}, None),
        ({"subtype": "bot_message", "user": None, "bot_id": "B0WORKFLOW"}, None),
        ({"subtype": "tombstone", "user": "USLACKBOT"}, None),
        ({"subtype": "channel_join"}, None),
    ],
)
def test_what_a_person_says_is_read_as_people_read_it_and_what_no_person_says_is_not(
    channel, slack, more, text
):
    parent = channel.post(RUN, "parent", Message("checkout returns 500"))
    said = slack.say("since 14:00", parent.id, RENA.id)
    slack.react(said, "pushpin", "U0HOTFIX01")
    said.more = more
    assert [remark.text for remark in channel.remarks(RUN)] == ([] if text is None else [text])


@pytest.mark.parametrize(
    ("configured", "marked", "is_noted"),
    [
        ("+1", "+1", True),
        ("+1", "+1::skin-tone-4", True),
        ("thumbsup", "+1", True),
        ("thumbsup", "+1::skin-tone-2", True),
        ("thumbsdown", "+1", False),
        ("pushpin", "round_pushpin", False),
        ("", "+1", False),
    ],
)
def test_a_mark_is_known_by_whatever_name_it_goes(slack, configured, marked, is_noted):
    slack.join(RENA)
    channel = SlackChannel(TOKEN, "#engineering", slack.base_url, USERS, configured)
    parent = channel.post(RUN, "parent", Message("checkout returns 500"))
    slack.react(slack.say("since 14:00", parent.id, RENA.id), marked, RENA.id)
    assert bool(channel.remarks(RUN)) is is_noted


def test_that_a_reply_was_edited_is_known_and_one_that_was_deleted_is_gone(channel, slack):
    parent = channel.post(RUN, "parent", Message("checkout returns 500"))
    said = slack.say("since 14:00", parent.id, RENA.id)
    slack.react(said, "pushpin", RENA.id)
    said.more = {"edited": {"user": RENA.id, "ts": "1700000000.000000"}}
    (remark,) = channel.remarks(RUN)
    assert remark.edited_at == datetime.fromtimestamp(1_700_000_000, UTC)
    slack.messages.remove(said)
    assert channel.remarks(RUN) == ()


def test_without_a_thread_nothing_is_marked_and_without_a_scope_people_have_ids(channel, slack):
    assert channel.remarks(RUN) == ()
    parent = channel.post(RUN, "parent", Message("checkout returns 500"))
    slack.react(slack.say("x", parent.id, RENA.id), "pushpin", RENA.id)
    slack.scopes.remove("users:read")
    assert [remark.by for remark in channel.remarks(RUN)] == [RENA.id]


def test_who_is_not_going_to_be_notified_is_said_beforehand(channel):
    needs = {need.name: need for need in channel.needs((Addressee("rena"), Addressee("@pm")))}
    assert needs["pings"].finding is Finding.WARNING
    assert needs["pings"].saw == "named without a ping: @pm"
    assert needs["pings"].mend == 'In hotfix.toml: [slack] users = { "@pm" = "U..." }'
    known = {need.name: need for need in channel.needs((Addressee("rena"),))}
    assert known["pings"].finding is Finding.OK


@pytest.mark.parametrize(
    ("groups", "scopes", "name", "saw"),
    [
        ({"S0LEADS001"}, {"usergroups:read"}, "pings", "@devops-lead"),
        (set(), {"usergroups:read"}, "pings", "named without a ping: @devops-lead"),
        (set(), set(), "pings not checked", "not known whether Slack has @devops-lead"),
    ],
)
def test_a_group_that_is_not_there_is_said_and_one_that_may_not_be_asked_for_is_not_known(
    channel, slack, groups, scopes, name, saw
):
    slack.groups = groups
    slack.scopes = slack.scopes - {"usergroups:read"} | scopes
    needs = {need.name: need for need in channel.needs((Addressee("@devops-lead"),))}
    assert needs[name].saw.startswith(saw)
    assert len({"pings", "pings not checked"} & needs.keys()) == 1


@pytest.mark.parametrize("mapped", ["U0GONE0001", "gone@webrana.example"])
def test_who_has_left_the_workspace_is_notified_of_nothing_and_that_is_said(slack, mapped):
    slack.join(SlackMember("U0GONE0001", "gone", "Gone", "gone@webrana.example", has_left=True))
    channel = SlackChannel(TOKEN, "#engineering", slack.base_url, {"@devops-lead": mapped})
    needs = {need.name: need for need in channel.needs((Addressee("@devops-lead"),))}
    assert needs["pings"].saw == "named without a ping: @devops-lead"


def test_a_scope_that_tells_people_apart_is_named_where_it_lacks(channel, slack):
    slack.scopes -= {"users:read.email"}
    needs = {need.name: need for need in channel.needs()}
    assert needs["scopes"].finding is Finding.OK
    assert needs["people"].finding is Finding.WARNING
    assert "add users:read.email" in needs["people"].mend


def test_an_archived_channel_is_said_beforehand(slack):
    slack.archived.add(slack.channel_id)
    for name in ("#engineering", slack.channel_id):
        last = SlackChannel(TOKEN, name, slack.base_url).needs()[-1]
        assert last.finding is Finding.WARNING
        assert "hotfix.toml" in last.mend


def everything(slack):
    """Do all that the adapter does, and return what it could not see or do."""
    channel = SlackChannel(TOKEN, "#engineering", slack.base_url, USERS, "pushpin")
    parent = channel.post(RUN, "parent", Message("checkout returns 500"))
    channel.update(parent, Message("checkout returns 500: fix"))
    channel.post(RUN, "review:rena", to(Addressee("rena")), parent.id)
    slack.react(slack.say("x", parent.id, RENA.id), "pushpin", RENA.id)
    group = (Addressee("@devops-lead"),)
    lacking = [need.name for need in channel.needs(group) if need.finding is not Finding.OK]
    if "<@" not in slack.thread(parent.id)[0].text:
        lacking.append("mention")
    if [remark.by for remark in channel.remarks(RUN)] != ["rena"]:
        lacking.append("name")
    return lacking


def test_the_manifest_asks_for_the_scopes_that_are_used_and_for_no_other(slack):
    asked = yaml.safe_load(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]["bot"]
    assert sorted(asked) == sorted({*SCOPES, *SCOPES_OF_PEOPLE, *SCOPES_OF_GROUPS})
    slack.join(RENA)
    slack.scopes = set(asked)
    assert everything(slack) == []
    for scope in asked:
        slack.scopes = set(asked) - {scope}
        try:
            lacking = everything(slack)
        except Exception as error:  # noqa: BLE001 - refused, as it should be
            lacking = [str(error)]
        assert lacking, f"nothing needs {scope}"
