"""What a script does by JSON alone, and what it leaves to a person; ``make agent`` has more."""

import pytest
from tests.stories.scripted_agent import walk

from hotfix.simulators.scenarios import SCENARIOS


@pytest.mark.parametrize("name", ["bad-fix", "ci-red", "locked"])
def test_a_scenario_is_walked_by_json_alone_and_what_is_a_persons_is_left(tmp_path, name):
    walked = walk(SCENARIOS[name], tmp_path)
    assert walked.code == SCENARIOS[name].ends_with
    assert not set(walked.answers) & set(walked.agent.left)
    left = {"bad-fix": ["still-red=accept"], "locked": ["locked=wait"], "ci-red": []}
    assert walked.agent.left == left[name]
