"""What we ask and what the simulator answers is what GitHub's own description says."""

import pytest
from tests.openapi.exchanges import Exchange, Recorder, complaints, is_there
from tests.stories.stage import stage

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.issues import GithubIssues
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
from hotfix.simulators.played_fix import GOOD_FIX

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def exchanges(tmp_path_factory):
    missing = is_there()
    if missing:
        pytest.skip(missing)
    kept: list[Exchange] = []
    with stage(tmp_path_factory.mktemp("openapi") / "world") as on:
        on.world.github.app.add_middleware(Recorder, kept=kept)
        on.configure("\n[close]\nfollow_up = true\n")
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        assert on.start() == 0, on.screen.getvalue()
        _do_what_the_happy_walk_does_not(on.world)
        yield kept


def _do_what_the_happy_walk_does_not(world):
    with GithubClient(world.environ["GH_TOKEN"], world.github.url) as client:
        pulls = GithubPullRequests(client, "webrana/webrana")
        runs = GithubWorkflowRuns(client, "webrana/webrana", "deploy.yml")
        GithubIssues(client, "webrana/webrana").comment(2, "It is out.")
        pulls.close(4)
        run = runs.find(pulls.get(2).merge_sha)
        assert run is not None
        assert runs.last_log_lines(run.jobs[0].id, 5)
        pulls.ensure_branch("hotfix/another", pulls.get(2).merge_sha)
        assert pulls.branch_commit("hotfix/none") is None


def test_the_happy_walk(exchanges):
    wrong = {said: None for exchange in exchanges for said in complaints(exchange)}
    assert not wrong, "\n".join(wrong)
