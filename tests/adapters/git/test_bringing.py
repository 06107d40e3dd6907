"""A fix is brought to a branch that it was not made for: alone, once, and never by force."""

import shutil
from pathlib import Path

import pytest
from tests.adapters.git.clones import commit, git, origin_and_clone, repository

from hotfix.adapters.git.further_branches import further_needs
from hotfix.ports.readiness import Finding
from hotfix.ports.repository import Bringing

PROD = "prod"


def write(clone, name, text):
    (clone / name).write_text(text)


@pytest.fixture
def clone(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "clone"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A fix of two commits, cut from where prod is; release/1.2 is older, develop newer."""
    _, clone = origin_and_clone(tmp_path_factory.mktemp("made"))
    git(clone, "branch", "release/1.2")
    write(clone, "feature.py", "on = 1\n")
    commit(clone, "A feature that is not for the release")
    git(clone, "branch", "start")
    git(clone, "branch", PROD)
    git(clone, "checkout", "--quiet", "-b", "develop")
    write(clone, "next.py", "next = 1\n")
    commit(clone, "Next")
    git(clone, "checkout", "--quiet", "-b", "fix", "start")
    for name in ("shop.py", "other.py"):
        write(clone, name, "total = 2\n")
        commit(clone, f"Fix {name}")
    return clone


def merge(clone, how):
    """Merge the fix into what deploys; returns the commit that the branch is left at."""
    git(clone, "checkout", "--quiet", PROD)
    if how == "squash":
        git(clone, "merge", "--quiet", "--squash", "fix")
        commit(clone, "[HOTFIX] Squashed")
    elif how == "rebase":
        write(clone, "beside.py", "beside = 1\n")
        commit(clone, "Beside")
        git(clone, "cherry-pick", "fix~1", "fix")
    elif how == "merge":
        git(clone, "merge", "--quiet", "--no-ff", "--no-edit", "fix")
    else:
        git(clone, "merge", "--quiet", "--ff-only", "fix")
    return git(clone, "rev-parse", PROD)


def brought(clone, into, merged):
    head, start = git(clone, "rev-parse", "fix"), git(clone, "rev-parse", "start")
    at = git(clone, "rev-parse", into)
    made = repository(clone).bring(at, merged, head, start)
    assert git(clone, "rev-parse", into) == at
    return made


def files(clone, sha):
    return set(git(clone, "ls-tree", "--name-only", sha).split())


HOWS = ("squash", "rebase", "merge", "fast-forward")


@pytest.mark.parametrize("how", HOWS)
def test_where_nothing_else_comes_along_it_is_merged(clone, how):
    made = brought(clone, "develop", merge(clone, how))
    head = git(clone, "rev-parse", "fix")
    assert made == Bringing(sha=head, by_hand=f"git merge {head[:12]}")


@pytest.mark.parametrize("how", HOWS)
def test_a_release_that_lacks_what_it_was_cut_from_gets_it_picked_alone(clone, how):
    made = brought(clone, "release/1.2", merge(clone, how))
    assert files(clone, made.sha) == {"shop.py", "other.py"}
    assert git(clone, "show", f"{made.sha}:shop.py") == "total = 2"
    assert len(made.picked) == (1 if how in {"squash", "merge"} else 2)
    # What a person is told to do does the same.
    git(clone, "checkout", "--quiet", "-b", "by-hand", "release/1.2")
    for command in made.by_hand.split(" && "):
        git(clone, *command.split()[1:])
    assert git(clone, "rev-parse", "HEAD^{tree}") == git(clone, "rev-parse", f"{made.sha}^{{tree}}")


ALREADY = {
    (f"merge --quiet --no-edit {PROD}",): True,
    ("merge --quiet --no-edit fix",): True,
    ("cherry-pick -x fix~1 fix", "CHANGE"): True,
    ("merge --quiet --squash fix", "commit --quiet -m Squashed"): True,
    ("cherry-pick fix~1 fix",): True,
    ("cherry-pick fix",): False,
    ("cherry-pick fix~1 fix", "revert --no-edit HEAD"): False,
    ("cherry-pick fix~1 fix", "revert --no-edit HEAD", "revert --no-edit HEAD"): True,
}
CASES = [("squash", "release/1.2", *case) for case in ALREADY.items()]
CASES += [("rebase", "develop", *case) for case in list(ALREADY.items())[4:7]]


@pytest.mark.parametrize(("how", "into", "deeds", "is_there"), CASES)
def test_what_is_there_already_is_recognised_and_what_was_reverted_is_not(
    clone, how, into, deeds, is_there
):
    merged = merge(clone, how)
    git(clone, "checkout", "--quiet", into)
    for deed in deeds:
        if deed == "CHANGE":
            write(clone, "shop.py", "total = 3\n")
            commit(clone, "Further")
        else:
            git(clone, *deed.split())
    made = brought(clone, into, merged)
    assert made.is_there is is_there
    if not is_there:
        assert made.sha
        assert not made.conflicts


def test_a_pick_that_was_resolved_by_hand_is_there_by_what_it_says(clone):
    git(clone, "checkout", "--quiet", "release/1.2")
    write(clone, "shop.py", "total = 100\n")
    commit(clone, "The release has another total")
    merged = merge(clone, "squash")
    made = brought(clone, "release/1.2", merged)
    assert (made.is_there, made.sha, made.conflicts) == (False, "", ("shop.py",))
    assert made.by_hand == f"git cherry-pick -x {merged[:12]}"
    git(clone, "checkout", "--quiet", "release/1.2")
    write(clone, "shop.py", "total = 200\n")
    write(clone, "other.py", "total = 2\n")
    commit(clone, f"Fix\n\n(cherry picked from commit {merged})")
    assert brought(clone, "release/1.2", merged).is_there


def test_a_merge_that_conflicts_is_proposed_with_its_conflicts(clone):
    git(clone, "checkout", "--quiet", "develop")
    write(clone, "shop.py", "total = 100\n")
    commit(clone, "Another total")
    made = brought(clone, "develop", merge(clone, "squash"))
    assert (made.sha, made.conflicts) == (git(clone, "rev-parse", "fix"), ("shop.py",))


@pytest.mark.parametrize("how", ["squash", "merge"])
def test_what_was_merged_into_the_fix_meanwhile_is_no_part_of_it(clone, how):
    """The button "Update branch": the fix has what deploys merged into it."""
    git(clone, "checkout", "--quiet", PROD)
    write(clone, "beside.py", "beside = 1\n")
    commit(clone, "Beside")
    git(clone, "checkout", "--quiet", "fix")
    git(clone, "merge", "--quiet", "--no-edit", PROD)
    merged = merge(clone, how)
    for into in ("develop", "release/1.2"):
        made = brought(clone, into, merged)
        assert made.picked, into
        assert "beside.py" not in files(clone, made.sha), into


@pytest.mark.parametrize("how", ["squash", "merge"])
def test_what_came_along_with_the_fix_goes_no_further(clone, how):
    """Cut from develop, merged into what was released from it: that got all of develop."""
    git(clone, "branch", "--force", PROD, "release/1.2")
    made = brought(clone, "release/1.2", merge(clone, how))
    assert files(clone, made.sha) == {"shop.py", "other.py"}


def test_a_part_that_is_there_is_not_picked_again(clone):
    merged = merge(clone, "fast-forward")
    git(clone, "checkout", "--quiet", "release/1.2")
    git(clone, "cherry-pick", "fix~1")
    made = brought(clone, "release/1.2", merged)
    assert made.picked == (git(clone, "rev-parse", "fix"),)
    assert files(clone, made.sha) == {"shop.py", "other.py"}


def test_a_fix_that_was_made_in_a_merge_is_none_of_nothing(clone):
    """Its own commits are merges alone, and those that a pick would take are none."""
    git(clone, "checkout", "--quiet", PROD)
    write(clone, "beside.py", "beside = 1\n")
    commit(clone, "Beside")
    git(clone, "checkout", "--quiet", "-B", "fix", "start")
    git(clone, "merge", "--quiet", "--no-ff", "--no-commit", PROD)
    write(clone, "shop.py", "total = 2\n")
    commit(clone, "Merge, and fix")
    made = brought(clone, "release/1.2", merge(clone, "squash"))
    assert files(clone, made.sha) == {"shop.py"}
    assert git(clone, "show", f"{made.sha}:shop.py") == "total = 2"


def test_the_remote_is_asked_for_its_branches(clone):
    git(clone, "push", "--quiet", "origin", "release/1.2", "develop")
    here = repository(clone)
    assert here.branches() == ["develop", "main", "release/1.2"]
    assert tuple(further_needs(here, ())) == ()
    (need,) = further_needs(here, ("develop", "release/*"))
    assert need.finding is Finding.OK
    (need,) = further_needs(here, ("develop", "releases/*", "support/*"))
    assert need.finding is Finding.WARNING
    assert need.saw == "no branch is called like releases/*, support/*"
    git(clone, "remote", "set-url", "origin", "/nowhere")
    (need,) = further_needs(here, ("develop",))
    assert (need.finding, need.saw.split(".")[0]) == (Finding.WARNING, "origin cannot be read")
