"""The life of a pull request, from the push to the deployed merge."""

import pytest
from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET

from hotfix.adapters.github.needs import needs
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.pull_requests import (
    Check,
    CheckState,
    Merged,
    MergeRefusal,
    NotMerged,
    ReviewVerdict,
)
from hotfix.ports.readiness import Finding
from hotfix.ports.workflow_runs import WorkflowState
from hotfix.simulators.github import DeployFailedError


def test_a_pull_request_is_opened_checked_approved_merged_and_deployed(world):
    deployed: list[str] = []
    world.service.hosted.deploy = deployed.append
    world.service.set_protection(TARGET, ("tests",), required_approvals=1)
    world.service.hosted.on_review_requested = world.service.review
    opened = world.opened()
    assert (opened.number, opened.author, opened.is_open) == (1, "dana", True)
    assert opened.merge_sha == ""
    (check,) = world.pulls.checks(opened.head_sha, TARGET)
    assert (check.name, check.state, check.is_required) == ("tests", CheckState.PENDING, True)

    world.pass_time(90)
    world.pulls.request_review(1, "rena")
    (check,) = world.pulls.checks(opened.head_sha, TARGET)
    assert check.state is CheckState.PASSED
    (review,) = world.pulls.reviews(1)
    assert (review.reviewer, review.verdict) == ("rena", ReviewVerdict.APPROVED)
    assert review.sha == opened.head_sha

    merged = world.pulls.merge(1, opened.head_sha, "squash", "[HOTFIX] checkout")
    assert isinstance(merged, Merged)
    assert world.origin.commit_of(TARGET) == merged.sha
    assert world.origin.commit(merged.sha).message == "[HOTFIX] checkout"
    after = world.pulls.get(1)
    assert (after.is_open, after.is_merged, after.merge_sha) == (False, True, merged.sha)
    assert world.pulls.find(BRANCH, TARGET) == after

    run = world.runs.find(merged.sha)
    assert run.state is WorkflowState.QUEUED
    world.pass_time(5)
    run = world.runs.find(merged.sha)
    assert [(job.name, job.state) for job in run.jobs] == [
        ("build", WorkflowState.RUNNING),
        ("deploy", WorkflowState.QUEUED),
    ]
    assert run.jobs[0].step == "Build and push the image"
    world.pass_time(80)
    assert world.runs.get(run.id).state is WorkflowState.SUCCEEDED
    assert deployed == [merged.sha]


def test_nothing_is_found_before_it_is_opened(world):
    world.commit(BRANCH)
    assert world.pulls.find(BRANCH, TARGET) is None
    assert world.runs.find("0" * 40) is None


def test_a_closed_pull_request_is_not_found_and_closing_it_again_does_nothing(world):
    world.opened()
    world.pulls.close(1)
    world.pulls.close(1)
    assert world.pulls.find(BRANCH, TARGET) is None
    assert len(world.writes("PATCH")) == 1


def test_labels_that_the_repository_lacks_are_created(world):
    world.service.hosted.add_label("Hotfix")
    world.opened()
    world.pulls.add_labels(1, ["hotfix", "urgent"])
    assert set(world.pulls.get(1).labels) == {"Hotfix", "urgent"}
    created = [
        it.body["name"] for it in world.writes("POST") if it.path.endswith("/webrana/labels")
    ]
    assert created == ["urgent"]


def test_a_second_pull_request_from_the_same_branch_sends_the_engine_to_look(world):
    first = world.opened()
    with pytest.raises(TemporaryTroubleError, match="already"):
        world.pulls.open("Again", "Body", BRANCH, TARGET)
    assert world.pulls.find(BRANCH, TARGET) == first


def test_a_branch_without_commits_of_its_own_is_no_pull_request(world):
    world.git("push", "--quiet", "origin", f"main:{BRANCH}")
    with pytest.raises(ProblemError) as refusal:
        world.pulls.open("Nothing", "Body", BRANCH, TARGET)
    assert "No commits between" in refusal.value.problem.why


def test_an_approval_is_of_the_commit_that_was_seen(world):
    opened = world.opened()
    world.service.review(1, "rena")
    newer = world.commit(BRANCH, text="fixed again\n")
    (review,) = world.pulls.reviews(1)
    assert review.sha == opened.head_sha
    assert world.pulls.get(1).head_sha == newer
    assert [check.state for check in world.pulls.checks(newer, TARGET)] == [CheckState.PENDING]


def test_a_comment_takes_back_no_approval_but_a_request_for_changes_does(world):
    world.opened()
    world.service.review(1, "rena")
    world.service.review(1, "rena", "COMMENTED")
    assert world.pulls.reviews(1)[0].verdict is ReviewVerdict.APPROVED
    world.service.review(1, "rena", "CHANGES_REQUESTED")
    assert world.pulls.reviews(1)[0].verdict is ReviewVerdict.CHANGES_REQUESTED


@pytest.mark.parametrize("stranger", ["guest", "passer-by"])
def test_an_approval_without_write_access_is_one_that_does_not_count(world, stranger):
    world.opened()
    world.service.review(1, stranger)
    (review,) = world.pulls.reviews(1)
    assert (review.verdict, review.counts) == (ReviewVerdict.APPROVED, False)


@pytest.mark.parametrize(
    ("who", "counts"), [("passer-by", False), ("rena", True), ("webrana", True)]
)
def test_where_the_token_may_not_read_permissions_only_insiders_count(world, who, counts):
    world.opened()
    world.service.review(1, who)
    world.service.forbidden_areas |= {"metadata"}
    assert world.pulls.reviews(1)[0].counts is counts


def test_the_author_cannot_be_asked_for_a_review(world):
    world.opened()
    with pytest.raises(ProblemError) as refusal:
        world.pulls.request_review(1, "dana")
    assert "author" in refusal.value.problem.why
    with pytest.raises(ProblemError):
        world.pulls.request_review(1, "nobody")
    world.pulls.request_review(1, "rena")
    assert world.pulls.get(1).requested_reviewers == ("rena",)


def test_a_head_that_moved_after_the_approval_is_not_merged(world):
    opened = world.opened()
    newer = world.commit(BRANCH, text="sneaked in\n")
    result = world.pulls.merge(1, opened.head_sha, "squash", "Title")
    assert isinstance(result, NotMerged)
    assert result.refusal is MergeRefusal.HEAD_MOVED
    assert world.pulls.get(1).head_sha == newer
    assert not world.pulls.get(1).is_merged


def test_a_conflict_and_a_missing_approval_are_told_apart(world):
    opened = world.opened()
    world.commit("other", text="something else\n")
    world.git("push", "--quiet", "origin", f"other:{TARGET}")
    result = world.pulls.merge(1, opened.head_sha, "squash", "Title")
    assert isinstance(result, NotMerged)
    assert result.refusal is MergeRefusal.CONFLICT

    head = world.commit("second", path="other.py")
    second = world.pulls.open("Second", "Body", "second", "main")
    world.service.set_protection("main", (), required_approvals=1)
    result = world.pulls.merge(second.number, head, "squash", "Title")
    assert isinstance(result, NotMerged)
    assert result.refusal is MergeRefusal.REVIEWS
    assert "approving review" in result.why


def test_merging_what_is_merged_says_merged(world):
    opened = world.opened()
    merged = world.pulls.merge(1, opened.head_sha, "squash", "Title")
    assert world.pulls.merge(1, opened.head_sha, "squash", "Title") == merged


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_every_merge_method_brings_the_fix_to_the_target(world, method):
    opened = world.opened()
    merged = world.pulls.merge(1, opened.head_sha, method, "Title")
    assert isinstance(merged, Merged)
    assert world.origin.read(merged.sha, "app.py") == "fixed\n"


def test_a_required_check_that_has_not_reported_is_pending(world):
    world.service.set_protection(TARGET, ("tests", "security"))
    opened = world.opened()
    world.pass_time(90)
    found = {check.name: check.state for check in world.pulls.checks(opened.head_sha, TARGET)}
    assert found == {"tests": CheckState.PASSED, "security": CheckState.PENDING}


def test_what_a_ruleset_demands_counts_as_what_a_protection_does(world):
    world.service.hosted.permissions["dana"] = "admin"
    world.service.set_protection(TARGET, ("tests", "security"), 2, by_ruleset=True)
    opened = world.opened()
    checks = world.pulls.checks(opened.head_sha, TARGET)
    assert {check.name for check in checks if check.is_required} == {"tests", "security"}
    assert not any(check.is_guess for check in checks)
    need = _needs(world)["branch protection"]
    assert need.saw.endswith("requires checks: security, tests; approvals: 2")
    world.pass_time(90)
    refused = world.pulls.merge(1, opened.head_sha, "squash", "Title")
    assert isinstance(refused, NotMerged)
    assert refused.refusal is MergeRefusal.REVIEWS


def test_an_optional_check_is_not_required(world):
    opened = world.opened()
    (check,) = world.pulls.checks(opened.head_sha, TARGET)
    assert not check.is_required


def test_a_token_that_may_not_read_check_runs_sees_the_same_checks_through_actions(world):
    world.service.set_protection(TARGET, ("tests",))
    world.service.forbidden_areas.add("checks")
    opened = world.opened()
    world.pass_time(90)
    (check,) = world.pulls.checks(opened.head_sha, TARGET)
    assert (check.name, check.state) == ("tests", CheckState.PASSED)


def test_where_neither_runs_nor_actions_can_be_read_statuses_are_what_is_left(world):
    world.service.set_protection(TARGET, ("lint", "tests"))
    world.service.forbidden_areas |= {"checks", "actions"}
    opened = world.opened()
    path = f"/repos/{REPOSITORY}/statuses/{opened.head_sha}"
    world.client.write("POST", path, {"state": "failure", "context": "lint"})
    world.client.write("POST", path, {"state": "success", "context": "lint"})
    world.pass_time(90)
    found = {check.name: check.state for check in world.pulls.checks(opened.head_sha, TARGET)}
    assert found == {"lint": CheckState.PASSED, "tests": CheckState.PENDING}


def test_where_nothing_at_all_can_be_read_the_checks_are_pending(world):
    opened = world.opened("main")
    world.service.forbidden_areas |= {"checks", "actions", "statuses", "metadata"}
    (check,) = world.pulls.checks(opened.head_sha, "main")
    assert check == Check(check.name, CheckState.PENDING, "", is_required=True, is_assumed=True)


def test_a_check_that_was_run_again_counts_with_its_newest_run(world):
    world.service.hosted.run_checks = lambda _sha: False
    opened = world.opened()
    world.pass_time(90)
    assert world.pulls.checks(opened.head_sha, TARGET)[0].state is CheckState.FAILED
    world.service.hosted.run_checks = lambda _sha: True
    run = world.service.hosted.runs[0]
    world.client.write("POST", f"/repos/{REPOSITORY}/actions/runs/{run.id}/rerun")
    assert world.pulls.checks(opened.head_sha, TARGET)[0].state is CheckState.PENDING
    world.pass_time(90)
    assert world.pulls.checks(opened.head_sha, TARGET)[0].state is CheckState.PASSED


def test_a_failed_deployment_shows_the_end_of_its_log(world):
    def fail(_sha):
        raise DeployFailedError("rolling out\nerror: deployment exceeded its progress deadline")

    world.service.hosted.deploy = fail
    opened = world.opened()
    merged = world.pulls.merge(1, opened.head_sha, "squash", "Title")
    assert world.runs.find(merged.sha) is not None
    world.pass_time(85)
    run = world.runs.find(merged.sha)
    assert run.state is WorkflowState.FAILED
    deploy = run.jobs[1]
    assert (deploy.state, deploy.step) == (WorkflowState.FAILED, "Deploy")
    assert world.runs.last_log_lines(deploy.id, 2) == (
        "error: deployment exceeded its progress deadline",
        "Error: Process completed with exit code 1.",
    )
    (why,) = world.runs.last_log_lines(424242, 5)
    assert why == "why cannot be read: it is not there (Not Found)"


def test_a_branch_is_created_once(world):
    sha = world.origin.commit_of("main")
    assert world.pulls.branch_commit("hotfix/new") is None
    assert world.pulls.ensure_branch("hotfix/new", sha) == sha
    assert world.pulls.ensure_branch("hotfix/new", "0" * 40) == sha
    assert world.pulls.branch_commit("hotfix/new") == sha
    assert len(world.writes("POST")) == 1


def test_an_issue_is_read_opened_and_found_by_its_marker(world):
    world.service.hosted.open_issue("checkout returns 500", "It does.", "noor")
    assert world.issues.get(1).title == "checkout returns 500"
    assert world.issues.get(2) is None
    opened = world.issues.open("Follow-up", "Body <!-- hotfix-run: hf-1 -->", ["hotfix"])
    assert opened.number == 2
    assert world.issues.find("<!-- hotfix-run: hf-1 -->") == opened
    assert world.issues.find("<!-- hotfix-run: hf-2 -->") is None


def test_what_did_not_change_is_answered_with_304(world):
    world.opened()
    first = world.pulls.get(1)
    assert world.pulls.get(1) == first
    statuses = [it.status for it in world.received.all("github") if it.path.endswith("/pulls/1")]
    assert statuses == [200, 304]
    world.service.review(1, "rena")
    world.issues.comment(1, "Now it has changed.")
    world.pulls.add_labels(1, ["urgent"])
    assert world.pulls.get(1).labels == ("urgent",)


def _needs(world, **changes):
    asked = {
        "base": "main",
        "merge_into": TARGET,
        "merge_method": "squash",
        "labels": ("hotfix", "urgent"),
        "reviewer": "rena",
        "workflow": "deploy.yml",
    }
    found = needs(world.client, REPOSITORY, **(asked | changes))
    return {need.name: need for need in found}


def test_all_needs_are_met_but_the_labels_which_will_be_created(world):
    found = _needs(world)
    warnings = {name for name, need in found.items() if need.finding is not Finding.OK}
    assert warnings == {"labels"}
    assert found["token"].saw == "signed in as dana"
    assert "will be created" in found["labels"].saw


def test_each_need_that_fails_names_what_mends_it(world):
    world.service.hosted.merge_methods.discard("squash")
    found = _needs(
        world,
        base="trunk",
        merge_into="hotfix/none",
        reviewer="nobody",
        workflow="release.yml",
    )
    failed = {name for name, need in found.items() if need.finding is Finding.FAILED}
    assert failed == {"base", "reviewer", "workflow"}
    assert found["merge method"].finding is Finding.WARNING
    assert "will be used instead" in found["merge method"].saw
    assert found["merge into"].finding is Finding.WARNING
    assert all(need.mend for name, need in found.items() if name in failed)


def test_a_repository_that_may_not_be_pushed_to_is_a_matter_of_rights(world):
    world.service.hosted.permissions["dana"] = "read"
    need = _needs(world)["repository"]
    assert (need.finding, need.code) == (Finding.FAILED, ProblemCode.RIGHTS)


def test_a_deploy_that_is_not_over_is_found_until_it_is(world):
    world.service.hosted.deploy = lambda _: None
    assert world.runs.unfinished() == ()
    opened = world.opened()
    world.pass_time(90)
    world.service.review(1, "rena")
    merged = world.pulls.merge(1, opened.head_sha, "squash", "[HOTFIX] checkout")
    (run,) = world.runs.unfinished()
    assert (run.sha, run.state, run.jobs) == (merged.sha, WorkflowState.QUEUED, ())
    world.pass_time(90)
    assert world.runs.unfinished() == ()
