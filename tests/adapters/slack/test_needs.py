from hotfix.adapters.slack_channel import SlackChannel
from hotfix.ports.readiness import Finding
from hotfix.simulators.server import Fault

TOKEN = "xoxb-drill-only"


def findings(needs):
    return {need.name: need.finding for need in needs}


def test_all_is_well(channel, slack):
    needs = channel.needs()
    assert findings(needs) == dict.fromkeys(["token", "scopes", "channel", "member"], Finding.OK)
    assert {need.area for need in needs} == {"slack"}
    assert slack.messages == []


def test_a_wrong_token_is_a_warning(slack):
    needs = SlackChannel("xoxb-wrong", "#engineering", slack.base_url).needs()
    assert findings(needs) == {"usable": Finding.WARNING}
    assert "SLACK_BOT_TOKEN" in needs[0].mend


def test_a_missing_scope_is_named(channel, slack):
    slack.scopes.remove("channels:history")
    needs = {need.name: need for need in channel.needs()}
    assert needs["scopes"].finding is Finding.WARNING
    assert "add channels:history" in needs["scopes"].mend
    assert needs["member"].finding is Finding.OK


def test_a_scope_that_is_needed_to_look_further_is_named_once_more(channel, slack):
    slack.scopes.remove("channels:read")
    assert findings(channel.needs()) == {
        "token": Finding.OK,
        "scopes": Finding.WARNING,
        "usable": Finding.WARNING,
    }


def test_an_app_outside_of_the_channel_is_a_warning(channel, slack):
    slack.members.clear()
    member = channel.needs()[-1]
    assert (member.name, member.finding) == ("member", Finding.WARNING)
    assert member.mend == "In #engineering, type: /invite @hotfix"


def test_an_unknown_channel_is_a_warning(slack):
    last = SlackChannel(TOKEN, "#nowhere", slack.base_url).needs()[-1]
    assert last.finding is Finding.WARNING
    assert "hotfix.toml" in last.mend


def test_slack_being_down_is_a_warning(channel, slack):
    slack.faults.append(Fault(status=503))
    assert findings(channel.needs()) == {"reachable": Finding.WARNING}
