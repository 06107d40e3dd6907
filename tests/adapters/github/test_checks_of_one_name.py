"""Two checks may share a name; and what is not read has not passed."""

import pytest
from tests.adapters.github.test_faults import SHA
from tests.adapters.github.world_of_github import REPOSITORY, TARGET

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.ports.pull_requests import CheckState, MergeRefusal, NotMerged

PASSED, FAILED, PENDING = CheckState.PASSED, CheckState.FAILED, CheckState.PENDING
OTHER = ".github/workflows/nightly.yml"
JENKINS, BUILDKITE = (77, "jenkins"), (78, "buildkite")


@pytest.fixture
def green(world):
    """A world whose pull request 1 has passed the one check of its workflow."""
    world.service.set_protection(TARGET, ("tests",))
    world.head = world.opened().head_sha
    world.pass_time(90)
    return world


def states(world, **further):
    return {
        (check.name, check.state)
        for check in world.pulls.checks(world.head, TARGET)
        if all(getattr(check, name) == value for name, value in further.items())
    }


def refused(world):
    result = world.pulls.merge(1, world.head, "squash", "Title")
    return result.refusal if isinstance(result, NotMerged) else None


@pytest.mark.parametrize(("conclusion", "state"), [("failure", FAILED), (None, PENDING)])
@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("kind", ["workflow", "event", "app", "status"])
def test_whichever_of_one_name_is_not_green_is_seen(world, kind, is_first, conclusion, state):
    world.service.set_protection(TARGET, ("tests",))
    opened = world.opened()
    world.head = opened.head_sha
    report = {
        "workflow": lambda: world.service.run_workflow(
            OTHER, "pull_request", world.head, {"tests": conclusion}
        ),
        "event": lambda: world.service.run_workflow(
            world.service.hosted.runs[0].path, "push", world.head, {"tests": conclusion}
        ),
        "app": lambda: world.service.report_check(world.head, "tests", conclusion, JENKINS),
        "status": lambda: world.client.write(
            "POST",
            f"/repos/{REPOSITORY}/statuses/{world.head}",
            {"context": "tests", "state": conclusion or "pending"},
        ),
    }[kind]
    if is_first:
        report()
    world.pass_time(90)
    if not is_first:
        report()
    seen = world.pulls.checks(world.head, TARGET)
    assert sorted(check.state for check in seen) == sorted([PASSED, state])
    assert all(check.is_required for check in seen)
    assert len({check.name for check in seen}) == 2, "each is called what tells it from the other"
    # GitHub itself refuses, too.
    assert refused(world) is MergeRefusal.CHECKS


def test_of_one_workflow_the_newest_run_counts(green):
    path = green.service.hosted.runs[0].path
    green.service.run_workflow(path, "pull_request", green.head, {"tests": "failure"})
    assert states(green) == {("tests", FAILED)}
    green.service.run_workflow(path, "pull_request", green.head, {"tests": "success"})
    assert states(green) == {("tests", PASSED)}


def test_where_the_workflows_cannot_be_read_none_hides_the_other(green):
    green.service.run_workflow(OTHER, "pull_request", green.head, {"tests": "failure"})
    green.service.run_workflow(OTHER, "pull_request", green.head, {"tests": "success"})
    green.service.forbidden_areas |= {"actions"}
    assert FAILED in {state for _, state in states(green)}


def test_two_workflows_are_told_apart_by_their_jobs_alone(green):
    green.service.run_workflow(OTHER, "pull_request", green.head, {"tests": "failure"})
    green.service.forbidden_areas |= {"checks"}
    assert states(green) == {
        ("tests (tests.yml, pull_request)", PASSED),
        ("tests (nightly.yml, pull_request)", FAILED),
    }


@pytest.mark.parametrize("by_ruleset", [True, False])
def test_only_the_app_that_the_rules_name_counts(world, by_ruleset):
    apps = {"scan": JENKINS[0]}
    world.service.set_protection(TARGET, ("scan",), by_ruleset=by_ruleset, apps=apps)
    world.head = world.opened().head_sha
    world.service.report_check(world.head, "scan", "success", BUILDKITE)
    (missing,) = [check for check in world.pulls.checks(world.head, TARGET) if check.is_required]
    assert (missing.state, missing.is_reported) == (PENDING, False)
    assert missing.other_app == "buildkite"
    assert refused(world) is MergeRefusal.OTHER_APP
    world.service.report_check(world.head, "scan", "success", JENKINS)
    assert states(world, is_required=True) == {("scan (jenkins)", PASSED)}
    world.service.report_check(world.head, "scan", "failure", BUILDKITE)
    assert states(world, is_required=True) == {("scan (jenkins)", PASSED)}
    assert ("scan (buildkite)", FAILED) in states(world, is_required=False)
    assert refused(world) is None


def test_a_status_that_a_person_set_is_not_one_of_the_app(world):
    world.service.set_protection(TARGET, ("scan",), apps={"scan": JENKINS[0]})
    world.head = world.opened().head_sha
    status = {"context": "scan", "state": "success"}
    world.client.write("POST", f"/repos/{REPOSITORY}/statuses/{world.head}", status)
    (missing,) = [check for check in world.pulls.checks(world.head, TARGET) if check.is_required]
    assert (missing.state, missing.other_app) == (PENDING, "commit status")


def test_more_than_a_thousand_checks_are_read_to_the_end(world):
    world.service.set_protection(TARGET, ("last",))
    world.head = world.opened().head_sha
    world.service.report_check(world.head, "last", "failure")
    for number in range(1100):
        world.service.report_check(world.head, f"check {number}", "success")
    assert states(world, is_required=True) == {("last", FAILED)}


def run(name, conclusion="success", number=1, **more):
    return {
        "id": number,
        "name": name,
        "status": "completed",
        "conclusion": conclusion,
        "html_url": None,
        "details_url": None,
        "app": None,
        "check_suite": None,
        **more,
    }


def checks_of(server, runs, **counted):
    def answer(_method, path):
        if "/rules/" in path or "check-suites" in path:
            return 200, {}, counted if "check-suites" in path else []
        if "check-runs" in path:
            return 200, {}, {"check_runs": runs, **counted}
        if "/branches/" in path:
            return 200, {}, {"protected": False}
        if "/actions/" in path:
            return 404, {}, {"message": "Not Found"}
        return 200, {}, {"statuses": []}

    server.answer = answer
    with GithubClient("ghp_x", server.url, pauses_seconds=()) as client:
        return GithubPullRequests(client, REPOSITORY).checks(SHA, TARGET)


def test_what_github_counts_and_does_not_list_has_not_passed(server):
    told = {(check.name, check.state) for check in checks_of(server, [run("a")], total_count=2)}
    assert told == {("a", PASSED), ("further check runs, which GitHub does not list", PENDING)}


LINK = "https://github.example/o/r/actions/runs/5/job/1"
FIRST = {"html_url": LINK, "started_at": "2026-03-12T03:00:00Z"}


@pytest.mark.parametrize(
    ("second", "states"),
    [
        # Two jobs of one run: one of them ran, and the other was skipped (or ran beside it).
        ({"conclusion": "skipped", "started_at": "2026-03-12T03:00:01Z"}, {FAILED, PASSED}),
        ({"conclusion": "skipped", "started_at": "2026-03-12T03:09:00Z"}, {FAILED, PASSED}),
        ({"conclusion": "success", "started_at": "2026-03-12T03:00:01Z"}, {FAILED, PASSED}),
        # The same job, run again.
        ({"conclusion": "success", "started_at": "2026-03-12T03:09:00Z"}, {PASSED}),
        ({"conclusion": "success", "started_at": None}, {PASSED}),
    ],
)
def test_two_jobs_of_one_name_in_one_run_are_two_and_a_second_try_is_one(server, second, states):
    runs = [
        run("tests", "failure", 1, **FIRST, completed_at="2026-03-12T03:05:00Z"),
        run("tests", number=2, html_url=LINK, **second),
    ]
    assert {check.state for check in checks_of(server, runs)} == states


def test_checks_of_suites_that_nobody_knows_are_told_apart_by_their_links(server):
    links = [f"https://github.example/o/r/actions/runs/{number}/job/1" for number in (5, 6)]
    runs = [
        run("tests", "failure", 1, html_url=links[0]),
        run("tests", "success", 2, html_url=links[1]),
    ]
    assert {check.state for check in checks_of(server, runs)} == {FAILED, PASSED}
