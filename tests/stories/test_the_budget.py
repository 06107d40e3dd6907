"""The clock binds: a total that cannot hold the rest leads to a decision before the merge."""

import pytest
from tests.runs.earlier_hotfixes import PHASES, walked
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.question import Answer
from hotfix.domain.run_settings import Origin
from hotfix.simulators.played_fix import GOOD_FIX

FEW_SECONDS = '\n[timeline]\ntotal = "5s"\n'


@pytest.fixture
def on(tmp_path):
    with stage(tmp_path / "world") as on:
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        on.configure(FEW_SECONDS)
        yield on


def test_a_run_goes_by_what_earlier_ones_took_as_it_was_known_when_it_began(on):
    ours = Origin(on.session.config.github.api_url, on.session.config.github.repository)
    for number in range(5):
        walked(on.session.state, number, 60.0 * (number + 1), origin=ours)
    assert on.start() == exit_codes.BUDGET
    begun = on.session.runs.events(on.run)[0].said
    took = {it.name: (it.median_seconds, it.p80_seconds) for it in begun.layout.phases}
    assert took == {**dict.fromkeys(PHASES, (180.0, 252.0)), "close": (None, None)}
    assert "Deploy and verify take up to 8:24, by" in on.screen.getvalue()


def test_the_team_is_told_until_when_in_the_zone_that_is_configured(on):
    on.configure(FEW_SECONDS + 'zone = "Asia/Tokyo"\n')
    assert on.start() == exit_codes.BUDGET
    told = [message.text for message in on.world.slack.messages]
    # The clock of the stage stands at 03:12 UTC; deploy and verify are planned to take 8 minutes.
    assert any("To do: merge by 12:04 JST, verify by 12:12 JST" in text for text in told)


def test_without_an_answer_nothing_is_merged_and_the_exit_code_says_why(on):
    assert on.start() == exit_codes.BUDGET
    assert any("no longer fits" in line for line in on.lines)
    assert "PUT /pulls/2/merge" not in on.wrote("github")
    assert on.world.origin.commit_of("hotfix/production") == on.world.first_commit


def test_an_extension_with_a_reason_goes_on_record_and_on(on):
    assert on.start(on_budget="extend:60") == exit_codes.DONE
    assert any("60" in line and "xtend" in line for line in on.lines)
    assert on.wrote("github").count("PUT /pulls/2/merge") == 1


def test_an_answer_can_be_given_later(on):
    assert on.start() == exit_codes.BUDGET
    answer = Answer("extend", "the reviewer is reading", 60.0)
    assert on.resume(on_budget=answer) == exit_codes.DONE


def test_stop_stops(on):
    assert on.start(on_budget="stop") == exit_codes.BUDGET
    assert "PUT /pulls/2/merge" not in on.wrote("github")


def test_an_escalation_is_told_and_leaves_the_decision_open(on):
    assert on.start(on_budget="escalate") == exit_codes.BUDGET
    assert any("@devops-lead" in message.text for message in on.world.slack.messages)
    assert "PUT /pulls/2/merge" not in on.wrote("github")
