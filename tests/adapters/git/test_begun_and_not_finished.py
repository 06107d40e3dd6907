"""What git is in the middle of, and what was begun by us and carries the fix by now. Real git."""

import subprocess
from dataclasses import replace

import pytest
from tests.adapters.git.clones import commit, git, repository
from tests.engine.small_plan import ports

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done
from hotfix.domain.problem import ProblemError
from hotfix.simulators.git_origin import git_environ
from hotfix.steps.cut_branch import CutBranch


def stopped(clone, *words):
    """Begin what git cannot finish, for there is a conflict."""
    folder = ["git", "-C", str(clone), "-c", "core.editor=true"]
    done = subprocess.run([*folder, *words], env=git_environ(), capture_output=True, check=False)
    assert done.returncode != 0


@pytest.fixture
def torn(both):
    """A clone whose main and side change the same line."""
    _, clone = both
    git(clone, "checkout", "--quiet", "-b", "side")
    (clone / "shop.py").write_text("total = 2\n")
    commit(clone, "On the side")
    git(clone, "checkout", "--quiet", "main")
    (clone / "shop.py").write_text("total = 3\n")
    commit(clone, "On main")
    return clone


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("merge", "side"), "merge"),
        (("rebase", "side"), "rebase"),
        (("cherry-pick", "side"), "cherry-pick"),
        (("revert", "HEAD~1"), "revert"),
    ],
)
def test_no_branch_is_cut_into_what_is_not_finished(torn, words, named):
    stopped(torn, *words)
    before = git(torn, "status")
    with pytest.raises(ProblemError) as error:
        repository(torn).check_cut("hotfix/x", beside=False)
    assert named in error.value.problem.what
    assert "not finished" in error.value.problem.what
    repository(torn).check_cut("hotfix/x", beside=True)
    assert git(torn, "status") == before


def test_where_all_conflicts_are_solved_it_is_unfinished_all_the_same(torn):
    stopped(torn, "rebase", "side")
    git(torn, "checkout", "--quiet", "--ours", "shop.py")
    git(torn, "add", "shop.py")
    with pytest.raises(ProblemError, match="rebase is not finished"):
        repository(torn).check_cut("hotfix/x", beside=False)


@pytest.mark.parametrize("words", [("merge", "side"), ("rebase", "side")])
def test_what_is_begun_after_that_look_is_not_taken_to_the_hotfix_branch_either(torn, words):
    stopped(torn, *words)
    (torn / "shop.py").write_text("total = 5\n")
    git(torn, "add", "shop.py")
    start, before = git(torn, "rev-parse", "HEAD"), git(torn, "status")
    with pytest.raises(ProblemError, match=f"{words[0]} is not finished"):
        repository(torn).cut_branch("hotfix/x", start, beside=False)
    assert git(torn, "status") == before


def test_a_bisect_is_named(both):
    _, clone = both
    git(clone, "bisect", "start")
    with pytest.raises(ProblemError, match="bisect is not finished"):
        repository(clone).check_cut("hotfix/x", beside=False)


def test_a_locked_index_is_told_before_anything_is_begun(both):
    _, clone = both
    (clone / ".git" / "index.lock").touch()
    with pytest.raises(ProblemError, match="keeps git from changing this clone"):
        repository(clone).check_cut("hotfix/x", beside=False)


def test_the_branch_that_we_cut_is_ours_whatever_the_fix_is(both):
    """The most usual one takes back what the base ends with."""
    _, clone = both
    base = git(clone, "rev-parse", "main")
    seen = repository(clone)
    seen.cut_branch("hotfix/x", base, beside=False)
    git(clone, "revert", "--no-edit", "HEAD")
    found = CutBranch("hotfix/x", beside=False).evidence(
        Facts({"base_sha": base}, {}), replace(ports(), repository=seen)
    )
    assert isinstance(found, Done)
    assert not seen.contains("refs/heads/hotfix/x", base)
