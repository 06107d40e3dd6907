import pytest
from tests.other_hands import limit_rate

from hotfix.adapters.slack_channel import SlackChannel
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.messenger import Addressee, Message, Posted
from hotfix.simulators.server import DROPPED, Fault
from hotfix.simulators.slack_people import SlackMember

RUN, TOKEN = "hf-20261123-checkout", "xoxb-drill-only"
MESSAGE = Message("checkout returns 500")


@pytest.mark.parametrize("status", [DROPPED, 502])
def test_a_post_whose_answer_is_lost_is_sent_once_and_found(channel, slack, received, status):
    slack.faults.append(Fault("chat.postMessage", status, acts=True))
    with pytest.raises(TemporaryTroubleError) as caught:
        channel.post(RUN, "parent", MESSAGE)
    assert 0 < caught.value.retry_in <= 5
    assert caught.value.__cause__ is not None
    assert [request.path for request in received.all()].count("/api/chat.postMessage") == 1
    found = channel.find(RUN)
    assert found is not None
    assert found.id == slack.messages[0].ts


def test_a_rate_limit_says_when_to_come_again(channel, slack):
    limit_rate(slack, "chat.postMessage", seconds=7)
    with pytest.raises(TemporaryTroubleError) as caught:
        channel.post(RUN, "parent", MESSAGE)
    assert caught.value.retry_in == 7
    assert slack.messages == []


def test_nobody_listening_is_temporary(channel, slack):
    slack.stop()
    with pytest.raises(TemporaryTroubleError) as caught:
        channel.find(RUN)
    assert "does not answer" in caught.value.saying


@pytest.mark.parametrize(
    "body",
    [
        '{"ok": false, "error": "internal_error"}',
        '{"ok": true, "ts',
        "<html>Sign in</html>",
        "[]",
        "null",
        "",
        '{"ok": true}',
        b"\xff\xfe",
    ],
)
def test_an_answer_that_is_not_slacks_is_temporary(channel, slack, body):
    slack.faults.append(Fault("chat.postMessage", 200, body=body))
    with pytest.raises(TemporaryTroubleError):
        channel.post(RUN, "parent", MESSAGE)


def test_a_deleted_parent_makes_the_engine_look_again(channel, slack):
    parent = channel.post(RUN, "parent", MESSAGE)
    slack.messages.clear()
    with pytest.raises(TemporaryTroubleError):
        channel.update(parent, Message("after"))
    with pytest.raises(TemporaryTroubleError):
        channel.post(RUN, "note:1", MESSAGE, parent.id)
    with pytest.raises(TemporaryTroubleError):
        channel.replies(RUN, parent.id)
    # Slack has taken the reply, into the channel itself: there it says nothing to anybody.
    assert slack.messages == []


def test_a_reply_to_what_is_gone_stays_where_somebody_was_notified_with_it(channel, slack):
    slack.join(SlackMember("U0RENA0001", "rena", "Rena Okafor", "rena@webrana.example"))
    parent = channel.post(RUN, "parent", MESSAGE)
    slack.messages.clear()
    whom = Addressee("Rena", "rena@webrana.example")
    channel.post(RUN, "on-call", Message("Rena: look, please", to=(whom,)), parent.id)
    assert [(each.text, each.thread_ts) for each in slack.messages] == [
        ("<@U0RENA0001>: look, please", "")
    ]


def test_a_reply_whose_answer_does_not_show_it_is_taken_for_one(channel, slack):
    parent = channel.post(RUN, "parent", MESSAGE)
    slack.faults.append(Fault("chat.postMessage", 200, body='{"ok": true, "ts": "17.000100"}'))
    assert channel.post(RUN, "note:1", MESSAGE, parent.id).id == "17.000100"


def test_a_wrong_token_is_a_matter_of_rights_and_stays_out_of_the_words(slack):
    with pytest.raises(ProblemError) as caught:
        SlackChannel("xoxb-wrong", "#engineering", slack.base_url).find(RUN)
    problem = caught.value.problem
    assert problem.code is ProblemCode.RIGHTS
    assert "invalid_auth" in problem.why
    assert "SLACK_BOT_TOKEN" in problem.next_command
    assert "xoxb-wrong" not in str(problem)


def test_a_token_that_cannot_be_sent_is_not_shown(slack, received):
    with pytest.raises(ProblemError) as caught:
        SlackChannel("xoxb-se\ncret", "#engineering", slack.base_url).find(RUN)
    assert "cret" not in f"{caught.value} {caught.value.__cause__}"
    assert received.all() == []


def test_spaces_around_the_token_do_not_matter(slack):
    assert SlackChannel(f" {TOKEN}\n", "#engineering", slack.base_url).find(RUN) is None


def test_a_missing_scope_is_named(channel, slack):
    slack.scopes.remove("chat:write")
    with pytest.raises(ProblemError) as caught:
        channel.post(RUN, "parent", MESSAGE)
    assert caught.value.problem.code is ProblemCode.RIGHTS
    assert "add chat:write" in caught.value.problem.next_command


def test_a_channel_without_us_says_how_to_invite(channel, slack):
    slack.members.clear()
    with pytest.raises(ProblemError) as caught:
        channel.post(RUN, "parent", MESSAGE)
    assert caught.value.problem.next_command == "In #engineering, type: /invite @hotfix"


@pytest.mark.parametrize("name", ["#nowhere", "C0NOWHERE99"])
def test_a_channel_that_is_not_there_is_a_matter_of_configuration(slack, name):
    with pytest.raises(ProblemError) as caught:
        SlackChannel(TOKEN, name, slack.base_url).post(RUN, "parent", MESSAGE)
    assert caught.value.problem.code is ProblemCode.CONFIGURATION
    assert name in caught.value.problem.what


def test_any_other_refusal_is_told_in_slacks_word(channel, slack):
    parent = Posted(slack.say("not ours").ts, "parent", "")
    body = '{"ok": false, "error": "edit_window_closed"}'
    slack.faults.append(Fault("chat.update", 200, body=body))
    with pytest.raises(ProblemError) as caught:
        channel.update(parent, MESSAGE)
    assert "edit_window_closed" in caught.value.problem.why


def test_trouble_is_not_printed_behind_our_back(channel, slack, capfd):
    slack.stop()
    with pytest.raises(TemporaryTroubleError):
        channel.find(RUN)
    assert capfd.readouterr() == ("", "")
