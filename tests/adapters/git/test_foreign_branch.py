"""A branch that was cut on another machine: checked out here, and no work is touched."""

import pytest
from tests.adapters.git.clones import cloned, commit, git, origin_and_clone, repository

from hotfix.domain.problem import ProblemError

BRANCH = "hotfix/checkout"


@pytest.fixture
def both(tmp_path):
    """Dana's clone with a pushed hotfix branch, and Noor's clone without it."""
    origin, dana = origin_and_clone(tmp_path)
    noor = cloned(origin, tmp_path / "noor")
    git(dana, "checkout", "--quiet", "-b", BRANCH)
    fixed(dana, "total = 2\n")
    return dana, noor


def fixed(clone, text):
    (clone / "shop.py").write_text(text)
    sha = commit(clone, "Fix")
    git(clone, "push", "--quiet", "origin", BRANCH)
    return sha


def taken(clone, *, beside=False, start=""):
    start = start or git(clone, "rev-parse", "main")
    return repository(clone).check_out_from_remote(BRANCH, start, beside=beside)


def test_it_is_fetched_and_checked_out_where_the_operator_stands(both):
    dana, noor = both
    assert taken(noor) == noor
    assert git(noor, "rev-parse", "HEAD") == git(dana, "rev-parse", BRANCH)
    assert git(noor, "symbolic-ref", "--short", "HEAD") == BRANCH


def test_uncommitted_work_is_in_the_way_and_stays(both):
    _, noor = both
    (noor / "mine.txt").write_text("half a thought\n")
    with pytest.raises(ProblemError, match="uncommitted work") as caught:
        taken(noor)
    assert "--worktree" in caught.value.problem.next_command
    folder = taken(noor, beside=True)
    assert folder != noor
    assert (folder / "shop.py").read_text() == "total = 2\n"
    assert (noor / "mine.txt").read_text() == "half a thought\n"
    assert git(noor, "symbolic-ref", "--short", "HEAD") == "main"


def test_an_older_local_branch_is_brought_up_and_a_newer_one_stays(both):
    dana, noor = both
    taken(noor)
    newest = fixed(dana, "total = 3\n")
    assert taken(noor) == noor
    assert git(noor, "rev-parse", "HEAD") == newest
    mine = commit(noor, "Mine")
    (noor / "shop.py").write_text("not committed\n")
    assert taken(noor) == noor
    assert git(noor, "rev-parse", "HEAD") == mine
    assert (noor / "shop.py").read_text() == "not committed\n"


def test_a_local_branch_that_is_not_checked_out_is_brought_up_as_well(both):
    dana, noor = both
    taken(noor)
    git(noor, "checkout", "--quiet", "main")
    newest = fixed(dana, "total = 3\n")
    assert git(taken(noor, beside=True), "rev-parse", "HEAD") == newest


def test_branches_that_went_different_ways_are_for_a_person(both):
    dana, noor = both
    taken(noor)
    commit(noor, "Mine")
    fixed(dana, "total = 3\n")
    with pytest.raises(ProblemError, match="different ways"):
        taken(noor)


def test_one_that_was_never_pushed_is_cut_anew(both):
    dana, noor = both
    git(dana, "push", "--quiet", "--delete", "origin", BRANCH)
    start = git(noor, "rev-parse", "main")
    assert taken(noor) == noor
    assert git(noor, "rev-parse", BRANCH) == start
