"""One answer in twenty is broken, of every service, and a start goes through all the same."""

import pytest
from tests.faults.broken_answers import BreaksAnswers, Chance
from tests.stories.stage import stage

from hotfix.cli import exit_codes

SHARE = 0.05
SEEDS = (20261126, 7, 404)


def _is_read(scope):
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and b"watch" not in scope["query_string"]
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_whole_start_goes_through_with_one_answer_in_twenty_broken(tmp_path, seed):
    chance = Chance(seed, SHARE)
    with stage(tmp_path) as at:
        for service in at.world.services:
            service.app.add_middleware(BreaksAnswers, chance=chance, is_meant=_is_read)
        print(f"seed {seed}")
        code = at.start()
        print(at.screen.getvalue())
        print(chance.passed, chance.broken)
        assert code == exit_codes.DONE, at.lines[-5:]
