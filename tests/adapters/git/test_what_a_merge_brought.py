"""What a merge brought, however it was merged, and whether all of it is taken back. Real git."""

import pytest
from tests.adapters.git.clones import commit, git, origin_and_clone, repository

from hotfix.domain.problem import ProblemError
from hotfix.ports.repository import Replayed

DEPLOY, REVERT = "hotfix/production", "hotfix/revert-checkout"


@pytest.fixture
def clone(tmp_path):
    """A deploy branch with a commit of its own, and a fix of two commits cut from main."""
    _, clone = origin_and_clone(tmp_path)
    git(clone, "checkout", "--quiet", "-b", DEPLOY)
    put(clone, "deploy.yml", "on: push\n", "Deploy")
    git(clone, "checkout", "--quiet", "-b", "fix", "main")
    put(clone, "shop.py", "total = 0\n", "Add a column")
    put(clone, "migration.sql", "alter table\n", "Fix")
    return clone


def put(clone, path, text, message):
    (clone / path).write_text(text)
    return commit(clone, message)


def tip(clone, name=DEPLOY):
    return git(clone, "rev-parse", name)


def tree(clone, name):
    return git(clone, "rev-parse", f"{name}^{{tree}}")


def by_merge(clone):
    git(clone, "checkout", "--quiet", DEPLOY)
    git(clone, "merge", "--quiet", "--no-ff", "-m", "Merge", "fix")


def by_squash(clone):
    git(clone, "checkout", "--quiet", DEPLOY)
    git(clone, "merge", "--quiet", "--squash", "fix")
    commit(clone, "[HOTFIX] Fix (#2)")


def by_rebase(clone):
    git(clone, "checkout", "--quiet", "-b", "rebased", "fix")
    # GitHub gives rebased commits another committer and so other names, always.
    git(clone, "rebase", "--quiet", "--force-rebase", DEPLOY)
    git(clone, "checkout", "--quiet", DEPLOY)
    git(clone, "merge", "--quiet", "--ff-only", "rebased")


def by_push(clone):
    git(clone, "checkout", "--quiet", DEPLOY)
    git(clone, "reset", "--quiet", "--hard", "main")
    git(clone, "merge", "--quiet", "--ff-only", "fix")


HOW = pytest.mark.parametrize("merge", [by_merge, by_squash, by_rebase, by_push])


def brought(clone, head="fix"):
    return repository(clone).brought_by(tip(clone), tip(clone, head), tip(clone, "main"))


@HOW
def test_all_of_it_is_taken_back_whatever_the_method(clone, merge):
    before = tree(clone, "main" if merge is by_push else DEPLOY)
    merge(clone)
    found = brought(clone)
    assert len(found.commits) == {by_rebase: 2, by_push: 2}.get(merge, 1)
    assert found.is_merge is (merge is by_merge)
    made = repository(clone).revert(REVERT, tip(clone), found)
    assert isinstance(made, Replayed)
    assert made.others == ()
    assert tree(clone, REVERT) == before
    said = git(clone, "log", "-1", "--format=%B", REVERT)
    assert all(f"This reverts commit {sha}" in said for sha in found.commits)


@HOW
def test_what_others_did_since_stays_and_is_named(clone, merge):
    merge(clone)
    found = brought(clone)
    put(clone, "theirs.py", "theirs\n", "Theirs")
    made = repository(clone).revert(REVERT, tip(clone), found)
    assert isinstance(made, Replayed)
    assert made.others == ("theirs.py",)
    assert git(clone, "show", f"{REVERT}:shop.py") == "total = 1"


@HOW
def test_with_what_rode_along_from_main_the_branch_is_as_before(clone, merge):
    git(clone, "checkout", "--quiet", "main")
    put(clone, "rides.py", "along\n", "Ride along")
    git(clone, "checkout", "--quiet", "fix")
    git(clone, "rebase", "--quiet", "main")
    before = tree(clone, "main" if merge is by_push else DEPLOY)
    merge(clone)
    assert isinstance(repository(clone).revert(REVERT, tip(clone), brought(clone)), Replayed)
    assert tree(clone, REVERT) == before


def test_a_commit_of_the_branch_that_somebody_made_before_the_squash_is_not_taken_back(clone):
    git(clone, "checkout", "--quiet", DEPLOY)
    # The same words by the same person, and another change.
    theirs = put(clone, "other.py", "other\n", "Add a column")
    by_squash(clone)
    found = brought(clone)
    assert (found.before, len(found.commits)) == (theirs, 1)


def test_a_rebase_drops_what_is_there_already(clone):
    first = git(clone, "rev-parse", "fix~1")
    git(clone, "checkout", "--quiet", DEPLOY)
    # Made anew by whoever picked it: not at the time of the fix, and not part of the merge.
    git(clone, "cherry-pick", "--no-commit", first)
    git(clone, "commit", "--quiet", "-m", "Take it early")
    before = tree(clone, DEPLOY)
    by_rebase(clone)
    found = brought(clone)
    assert len(found.commits) == 1
    assert isinstance(repository(clone).revert(REVERT, tip(clone), found), Replayed)
    assert tree(clone, REVERT) == before


def test_where_more_was_merged_than_is_known_nothing_is_reverted_unseen(clone):
    git(clone, "checkout", "--quiet", "fix")
    known = tip(clone, "fix")
    put(clone, "more.py", "more\n", "Pushed at the last moment")
    by_rebase(clone)
    with pytest.raises(ProblemError) as caught:
        repository(clone).brought_by(tip(clone), known, tip(clone, "main"))
    assert "cannot be told" in caught.value.problem.what
    assert len(brought(clone).commits) == 3


def test_a_commit_that_is_not_here_is_fetched(clone):
    git(clone, "push", "--quiet", "origin", "fix", DEPLOY)
    by_rebase(clone)
    head, deploy = tip(clone, "fix"), tip(clone)
    for branch in ("fix", "rebased"):
        git(clone, "branch", "-D", branch)
    git(clone, "update-ref", "-d", "refs/remotes/origin/fix")
    git(clone, "reflog", "expire", "--expire=now", "--all")
    git(clone, "gc", "--quiet", "--prune=now")
    found = repository(clone).brought_by(deploy, head)
    assert len(found.commits) == 2
    with pytest.raises(ProblemError):
        repository(clone).brought_by(deploy, "f" * 40)


@pytest.mark.parametrize("merge", [by_merge, by_squash, by_rebase])
def test_the_warning_ends_with_the_change_and_not_with_words_about_a_part_of_it(clone, merge):
    before = tip(clone)
    merge(clone)
    bad, others = tip(clone), (tip(clone, "fix"), tip(clone, "fix~1"))
    here = repository(clone)
    assert here.carries(bad, bad, others)
    assert not here.carries(before, bad, others)
    mainline = ("-m", "1") if merge is by_merge else ()
    git(clone, "revert", "--no-edit", *mainline, bad)
    by_words = tip(clone)
    # Of what was rebased, that was the last commit alone.
    assert here.carries(by_words, bad, others) is (merge is by_rebase)
    git(clone, "revert", "--no-edit", by_words)
    assert here.carries(tip(clone), bad, others), "it came back"
    git(clone, "checkout", "--quiet", before, "--", ".")
    git(clone, "rm", "--quiet", "migration.sql")
    commit(clone, "As it was (#9)")
    assert not here.carries(tip(clone), bad, others), "a squashed revert has no such words"


AMENDS = """#!/bin/sh
[ -n "$AMENDED" ] && exit
echo by a hook > added.txt
git add added.txt
AMENDED=1 git commit --quiet --amend --no-edit
"""


def test_a_revert_whose_outcome_is_not_as_before_is_thrown_away(clone):
    by_squash(clone)
    hook = clone / ".git/hooks/post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(AMENDS)
    hook.chmod(0o755)
    here = repository(clone)
    with pytest.raises(ProblemError) as caught:
        here.revert(REVERT, tip(clone), brought(clone))
    assert "does not bring back what was before" in caught.value.problem.what
    assert "added.txt" in caught.value.problem.why
    assert here.branch_commit(REVERT) is None
