"""What ``--from`` names: branches and tags as the remote has them, and what is known here."""

import pytest
from tests.adapters.git.clones import cloned, commit, git, origin_and_clone, repository

from hotfix.domain.problem import ProblemCode, ProblemError


@pytest.fixture
def at(tmp_path):
    """A clone that is behind its origin, and the names of commits there by what they are."""
    origin, here = origin_and_clone(tmp_path)
    other = cloned(origin, tmp_path / "other")
    made = {"first": git(here, "rev-parse", "HEAD")}
    git(other, "branch", "release/1.2")
    git(other, "push", "--quiet", "origin", "release/1.2")
    git(here, "fetch", "--quiet")
    made["release"] = commit(other, "Release")
    git(other, "tag", "v1.2")
    git(other, "tag", "--annotate", "--message=Two", "v2")
    git(other, "push", "--quiet", "origin", "HEAD:release/1.2", "v1.2", "v2")
    made["newer"] = commit(other, "Newer")
    git(other, "push", "--quiet", "origin", "HEAD:both", "HEAD:loose")
    git(other, "push", "--quiet", "origin", "v1.2:refs/tags/both")
    made["local"] = commit(here, "Here alone")
    git(here, "tag", "mine")
    # Of the same name as what the remote has by now.
    git(here, "tag", "v1.2", "mine")
    return here, made


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("release/1.2", "release"),
        ("origin/release/1.2", "release"),
        ("refs/heads/release/1.2", "release"),
        ("refs/remotes/origin/release/1.2", "release"),
        ("v1.2", "release"),
        ("refs/tags/v1.2", "release"),
        ("v2", "release"),
        ("refs/heads/both", "newer"),
        ("refs/tags/both", "release"),
        ("mine", "local"),
        ("HEAD", "local"),
        ("HEAD~1", "first"),
        ("v9", None),
        ("", None),
        ("--upload-pack=touch it", None),
        ("^main", None),
        ("HEAD:shop.py", None),
    ],
)
def test_a_name_is_the_commit_that_the_remote_has_or_else_the_clone(at, name, means):
    here, made = at
    before = git(here, "for-each-ref", "refs/heads", "refs/tags")
    found = repository(here).commit_named(name)
    assert found == (means and made[means])
    assert found is None or git(here, "cat-file", "-t", found) == "commit"
    assert git(here, "for-each-ref", "refs/heads", "refs/tags") == before


def test_a_commit_is_brought_here_by_its_full_name(at):
    here, made = at
    assert repository(here).commit_named(made["newer"]) == made["newer"]
    assert repository(here).commit_named(made["first"][:10]) == made["first"]


def test_a_tag_and_a_branch_of_one_name_are_told_apart(at):
    with pytest.raises(ProblemError) as raised:
        repository(at[0]).commit_named("both")
    problem = raised.value.problem
    assert problem.code is ProblemCode.USAGE
    assert "--from refs/tags/both" in problem.next_command
    assert "--from refs/heads/both" in problem.next_command


def test_out_of_reach_what_is_known_here_counts(at):
    here, made = at
    git(here, "remote", "set-url", "origin", "http://127.0.0.1:9/none.git")
    assert repository(here).commit_named("mine") == made["local"]
    assert repository(here).commit_named("origin/release/1.2") == made["first"]
