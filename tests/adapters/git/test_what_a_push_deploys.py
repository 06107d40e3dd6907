"""What a push deploys is read from the deploy workflow of the commit that is pushed."""

import pytest
from tests.adapters.git.clones import commit, git, origin_and_clone, repository

from hotfix.adapters.git.deploy_triggers import push_needs
from hotfix.ports.readiness import Finding

FIX = "hotfix/checkout-returns-500"


def with_workflow(folder, text, name="deploy.yml"):
    _, clone = origin_and_clone(folder)
    workflows = clone / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / name).write_text(text)
    sha = commit(clone, "Deploy")
    git(clone, "push", "--quiet", "origin", "main")
    return clone, sha


@pytest.mark.parametrize(
    ("text", "finding", "saw"),
    [
        (
            "on: {push: {branches: [hotfix/**]}}",
            Finding.FAILED,
            "so it is not pushed. deploy.yml deploys what is pushed to hotfix/**.",
        ),
        ("on: push", Finding.FAILED, "deploy.yml deploys what is pushed to any branch."),
        (
            "on: push\njobs: {deploy: {if: github.ref == 'refs/heads/prod'}}",
            Finding.WARNING,
            f"{FIX} is pushed; whether it deploys then is up to its own conditions",
        ),
        (
            "on: {push: {branches: [prod, main]}}",
            Finding.OK,
            f"deploy.yml deploys what is pushed to prod, main; pushing {FIX} deploys nothing",
        ),
        (
            "on: {push: {branches: [main]}}",
            Finding.WARNING,
            "deploy.yml deploys what is pushed to main: a merge into prod would not run it",
        ),
        ("on: workflow_dispatch", Finding.OK, "no push of a branch runs deploy.yml"),
        ("on: [push", Finding.WARNING, "deploy.yml cannot be read"),
        # A loader in C would end the process.
        ("- " * 50_000, Finding.WARNING, "deploy.yml cannot be read"),
        ("jobs: {}", Finding.WARNING, f"whether pushing {FIX} deploys is not known"),
    ],
)
def test_what_pushing_the_fix_would_deploy_is_known_before(text, finding, saw, tmp_path):
    clone, _ = with_workflow(tmp_path, text)
    (need,) = push_needs(repository(clone), "main", "deploy.yml", "prod", FIX)
    assert need.finding is finding
    assert saw in need.saw
    assert bool(need.mend) is (finding is not Finding.OK)


def test_the_workflow_is_read_as_the_remote_has_it_and_by_its_whole_path_too(tmp_path):
    clone, _ = with_workflow(tmp_path, "on: push", "ship it.yaml")
    git(clone, "reset", "--quiet", "--hard", "HEAD~1")
    git(clone, "update-ref", "refs/remotes/origin/main", "HEAD")
    workflow = ".github/workflows/ship it.yaml"
    (need,) = push_needs(repository(clone), "main", workflow, "main", FIX)
    assert need.finding is Finding.FAILED


def test_a_commit_without_the_workflow_runs_nothing(tmp_path):
    clone, sha = with_workflow(tmp_path, "on: push")
    here = repository(clone)
    assert here.push_triggers(sha, "deploy.yml").deploy(FIX)
    assert here.push_triggers(f"{sha}~1", "deploy.yml").deploy(FIX) is False


def test_a_base_that_is_not_there_is_told_elsewhere(tmp_path):
    clone, _ = with_workflow(tmp_path, "on: push")
    assert tuple(push_needs(repository(clone), "trunk", "deploy.yml", "main", FIX)) == ()


def test_a_remote_out_of_reach_is_a_warning(tmp_path):
    clone, _ = with_workflow(tmp_path, "on: push")
    git(clone, "remote", "set-url", "origin", "http://127.0.0.1:9/none.git")
    (need,) = push_needs(repository(clone), "main", "deploy.yml", "main", FIX)
    assert need.finding is Finding.WARNING
