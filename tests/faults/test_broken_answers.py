"""One answer in twenty is broken, of every service, and a start goes through all the same."""

import pytest
from tests.faults.broken_answers import BreaksAnswers, Chance
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.simulators.played_fix import GOOD_FIX

FIX, DEPLOYS = "hotfix/checkout-returns-500", "hotfix/production"
SHARE = 0.05
SEEDS = (20261126, 7)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_whole_start_goes_through_with_one_answer_in_twenty_broken(tmp_path, seed):
    chance = Chance(seed, SHARE)
    with stage(tmp_path) as at:
        for service in at.world.services:
            service.app.add_middleware(BreaksAnswers, chance=chance)
        at.world.play_the_engineer(GOOD_FIX)
        at.world.play_the_reviewer()
        code = at.start()
        assert code == exit_codes.DONE, f"{chance.broken}: {at.screen.getvalue()}"
        assert chance.broken.total() > 0
        # Each effect once, whatever became of its answer.
        pulls = at.world.github.hosted.pulls.values()
        assert [(each.head, each.base) for each in pulls] == [(FIX, DEPLOYS), (FIX, "main")]
        assert at.wrote("github").count("PUT /pulls/2/merge") == 1
        assert len(at.world.slack.parents) == 1
        told = [each.metadata["event_payload"]["key"] for each in at.world.slack.messages]
        assert len(told) == len(set(told))
