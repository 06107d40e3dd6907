"""The real PyGithub, with its own objects, takes the simulator for GitHub."""

import github
import pytest
from github.GithubException import BadCredentialsException, UnknownObjectException
from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET, TOKEN
from tests.other_hands import run_of


def _repository(world, token=TOKEN):
    client = github.Github(
        auth=github.Auth.Token(token),
        base_url=world.service.url,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )
    return client, client.get_repo(REPOSITORY)


def test_its_objects_walk_through_a_whole_pull_request(world):
    client, repository = _repository(world)
    with client:
        world.service.set_protection(TARGET, ("tests",), required_approvals=1)
        issue = repository.create_issue("checkout returns 500", labels=["bug"])
        sha = world.commit(BRANCH)
        assert repository.get_branch(BRANCH).commit.sha == sha
        assert repository.compare("main", BRANCH).ahead_by == 1
        pull = repository.create_pull(base=TARGET, head=BRANCH, title="Fix", body="Body")
        assert (issue.number, pull.number, pull.mergeable_state) == (1, 2, "blocked")
        pull.create_review_request(reviewers=["rena"])
        assert [user.login for user in pull.get_review_requests()[0]] == ["rena"]
        world.service.review(2, "rena")
        (check,) = repository.get_commit(sha).get_check_runs()
        assert (check.name, check.status, check.conclusion) == ("tests", "queued", None)
        world.pass_time(90)
        (check,) = repository.get_commit(sha).get_check_runs()
        assert check.conclusion == "success"
        assert [review.state for review in pull.get_reviews()] == ["APPROVED"]
        merge = pull.merge(sha=sha, merge_method="squash")
        assert merge.merged
        pull.update()
        assert pull.merged
        (run,) = repository.get_workflow("deploy.yml").get_runs(head_sha=merge.sha)
        assert [job.name for job in run.jobs()] == ["build", "deploy"]
        assert [it.number for it in repository.get_issues()] == [1]
        assert [it.number for it in client.search_issues("checkout is:issue")] == [1]


def test_a_wrong_token_and_a_wrong_path_are_answered_as_github_does(world):
    with pytest.raises(BadCredentialsException):
        _repository(world, "ghp_wrong")
    client, repository = _repository(world)
    with client:
        with pytest.raises(UnknownObjectException):
            repository.get_pull(99)
        with pytest.raises(UnknownObjectException):
            client.get_repo("webrana/none")


def test_creating_the_deploy_branch_is_a_push_to_it(world):
    client, repository = _repository(world)
    with client:
        world.origin.delete_branch(TARGET)
        world.service.notice_pushes()
        sha = world.origin.commit_of("main")
        repository.create_git_ref(f"refs/heads/{TARGET}", sha)
        assert run_of(world.service, sha).branch == TARGET
