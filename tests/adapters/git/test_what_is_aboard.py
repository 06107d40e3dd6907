"""A rolled back commit is found under each of its names, on each branch. Real git."""

from dataclasses import replace

import pytest
from tests.adapters.git.clones import commit, git, origin_and_clone, repository
from tests.engine.small_plan import ports

from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import BAD_COMMITS
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done
from hotfix.domain.question import Answer
from hotfix.steps.look_for_bad_commits import LookForBadCommits

DEPLOY = "hotfix/production"


@pytest.fixture
def clone(tmp_path):
    """A fix that was squashed onto the deploy branch, which has been reverted there."""
    _, clone = origin_and_clone(tmp_path)
    git(clone, "checkout", "--quiet", "-b", "fix")
    (clone / "shop.py").write_text("total = 0\n")
    commit(clone, "Fix")
    git(clone, "checkout", "--quiet", "-b", DEPLOY, "main")
    git(clone, "merge", "--quiet", "--squash", "fix")
    commit(clone, "[HOTFIX] Fix")
    git(clone, "push", "--quiet", "origin", DEPLOY, "fix")
    return clone


def bad(clone):
    sha, fix = git(clone, "rev-parse", DEPLOY), git(clone, "rev-parse", "fix")
    return BadCommit("hf-1", "checkout", sha, (fix,), DEPLOY)


def looked(clone, bad, **answers):
    at = replace(ports(), repository=repository(clone))
    step = LookForBadCommits((bad,), "main", DEPLOY)
    return step.run(Facts(answers={key: Answer(choice) for key, choice in answers.items()}), at)


def test_on_the_deploy_branch_it_is_asked_about(clone):
    outcome = looked(clone, bad(clone))
    assert isinstance(outcome, Ask)
    (line,) = outcome.question.shown
    assert f"on {DEPLOY}, rolled back by hf-1" in line


def test_reverted_there_and_nowhere_else_it_is_gone(clone):
    known = bad(clone)
    git(clone, "revert", "--no-edit", "HEAD")
    git(clone, "push", "--quiet", "origin", DEPLOY)
    outcome = looked(clone, known)
    assert isinstance(outcome, Done)
    assert outcome.facts == (BAD_COMMITS(()),)


def test_brought_back_to_the_base_it_is_found_under_its_other_name(clone):
    known = bad(clone)
    git(clone, "revert", "--no-edit", "HEAD")
    git(clone, "checkout", "--quiet", "main")
    git(clone, "merge", "--quiet", "--no-ff", "-m", "Bring back", "fix")
    git(clone, "push", "--quiet", "origin", DEPLOY, "main")
    outcome = looked(clone, known, **{"bad-commits": "go-on"})
    assert isinstance(outcome, Done)
    found = Facts(by_key(outcome.facts))[BAD_COMMITS]
    assert [each.branch for each in found] == ["main"]
