"""A clone that was moved, or made anew, while nobody walked the run."""

import shutil
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from tests.adapters.git.clones import git, origin_and_clone

from hotfix.adapters.git.repository import GitRepository
from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import RunSettings
from hotfix.runs.moved_clone import places_anew
from hotfix.runs.whose import Place

BRANCH = "hotfix/checkout"


@pytest.fixture
def clone(tmp_path):
    made = origin_and_clone(tmp_path / "ours")[1].resolve()
    git(made, "branch", BRANCH)
    return made


def session(folder) -> Any:
    place = Place(str(folder), {})
    repository = place.clone and GitRepository.at(
        folder, remote="origin", network_timeout_seconds=9
    )
    return SimpleNamespace(place=place, tools=SimpleNamespace(repository=repository))


def begun(clone, folder=None):
    known = {} if folder is None else {"folder": str(folder), "branch": BRANCH}
    return Progress(run="hf-1", settings=RunSettings(repository=str(clone)), known=known)


def found(at, progress):
    return {each.key: each.value for each in places_anew(session(at), progress)}


def moved_to(clone, name):
    target = clone.parent / name
    shutil.move(clone, target)
    return target


def test_what_is_where_it_was_stays_there(clone):
    assert found(clone, begun(clone)) == {}
    assert found(clone, begun(clone, clone)) == {}


@pytest.mark.parametrize("is_checked_out", [True, False])
def test_a_clone_that_was_moved_is_worked_on_where_it_is(clone, is_checked_out):
    if is_checked_out:
        git(clone, "switch", "--quiet", BRANCH)
    now = moved_to(clone, "moved")
    assert found(now, begun(clone, clone)) == {"repository": str(now), "folder": str(now)}
    assert found(now, begun(clone)) == {"repository": str(now)}


def test_another_clone_will_do_where_the_first_one_is_gone(clone, tmp_path):
    other = origin_and_clone(tmp_path / "theirs")[1].resolve()
    shutil.rmtree(clone)
    with pytest.raises(ProblemError, match=f"{BRANCH}, is not in {other}") as caught:
        found(other, begun(clone, clone))
    assert f"git -C {other} switch {BRANCH}" in caught.value.problem.next_command
    merged = replace(begun(clone, clone), begun=frozenset({("hotfix", "merge_the_fix")}))
    assert found(other, merged)["folder"] == str(other)
    git(other, "branch", BRANCH)
    assert found(other, begun(clone, clone)) == {"repository": str(other), "folder": str(other)}


def test_a_work_tree_that_was_removed_gives_way_to_the_one_that_has_the_branch(clone, tmp_path):
    beside = tmp_path / "beside"
    git(clone, "worktree", "add", "--quiet", str(beside), BRANCH)
    assert found(clone, begun(clone, beside)) == {}
    shutil.rmtree(beside)
    # Git lets the branch be checked out nowhere else while it has that on record.
    with pytest.raises(ProblemError) as caught:
        found(clone, begun(clone, beside))
    assert git(clone, "rev-parse", BRANCH)[:12] in caught.value.problem.why
    assert f"worktree add --force {beside} {BRANCH}" in caught.value.problem.next_command
    merged = replace(begun(clone, beside), begun=frozenset({("hotfix", "merge_the_fix")}))
    assert found(clone, merged) == {"folder": str(clone)}
    git(clone, "worktree", "prune")
    assert found(clone, begun(clone, beside)) == {"folder": str(clone)}
    another = tmp_path / "another"
    git(clone, "worktree", "add", "--quiet", str(another), BRANCH)
    assert found(clone, begun(clone, beside)) == {"folder": str(another)}


def test_who_stands_in_no_clone_knows_nothing_better(clone, tmp_path):
    shutil.rmtree(clone)
    assert found(tmp_path, begun(clone, clone)) == {}
    before = begun(clone)
    assert found(tmp_path, replace(before, settings=RunSettings())) == {}
