"""What we ask and what the simulators answer in a walk is what the public descriptions say."""

import pytest
from tests.openapi.exchanges import Exchange, Recorder, complaints, is_there
from tests.openapi.lacks import described
from tests.stories.stage import stage

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.issues import GithubIssues
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
from hotfix.simulators.github.records import Note
from hotfix.simulators.played_fix import GOOD_FIX

TOLD = ("slack", "pagerduty", "statuspage")

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def every(tmp_path_factory):
    """What went over the wire in one walk, by service."""
    kept = {name: list[Exchange]() for name in ("github", *TOLD)}
    with stage(tmp_path_factory.mktemp("openapi") / "world") as on:
        for name, exchanges in kept.items():
            getattr(on.world, name).app.add_middleware(Recorder, kept=exchanges)
        on.configure("\n[close]\nfollow_up = true\n")
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        assert on.start() == 0, on.screen.getvalue()
        _do_what_the_happy_walk_does_not(on.world)
        yield kept


@pytest.fixture
def exchanges(every):
    missing = is_there()
    if missing:
        pytest.skip(missing)
    return every["github"]


def _do_what_the_happy_walk_does_not(world):
    with GithubClient(world.environ["GH_TOKEN"], world.github.url) as client:
        pulls = GithubPullRequests(client, "webrana/webrana")
        runs = GithubWorkflowRuns(client, "webrana/webrana", "deploy.yml")
        GithubIssues(client, "webrana/webrana").comment(2, "It is out.")
        pulls.close(4)
        run = runs.find(pulls.get(2).merge_sha)
        assert run is not None
        assert runs.last_log_lines(run.jobs[0].id, 5)
        note, sha = Note("backend/shop/server.py", 12, "Line too long"), pulls.get(2).merge_sha
        world.github.report_check(sha, "lint", "failure", title="1 finding", notes=(note,))
        (red,) = [check for check in pulls.checks(sha, "main") if check.name == "lint"]
        assert pulls.causes([red]) == (("1 finding", "backend/shop/server.py:12: Line too long"),)
        pulls.ensure_branch("hotfix/another", pulls.get(2).merge_sha)
        assert pulls.branch_commit("hotfix/none") is None


def test_the_happy_walk(exchanges):
    wrong = {said: None for exchange in exchanges for said in complaints(exchange)}
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("service", TOLD)
def test_whom_it_tells(every, service):
    description = described(service)
    wrong = {said: None for it in every[service] for said in description.complaints(it)}
    assert every[service]
    assert not wrong, "\n".join(wrong)
