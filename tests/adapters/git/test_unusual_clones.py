"""Clones that are not as a tutorial has them: shallow, with work trees, with submodules."""

import shlex
import shutil
import subprocess

import pytest
from tests.adapters.git.clones import cloned, commit, commit_as_it_is, git, published, repository

from hotfix.domain.problem import ProblemError

BRANCH = "hotfix/checkout"


def pushed_by_a_colleague(origin, tmp_path, message="More"):
    other = cloned(origin, tmp_path / "colleague")
    (other / "more.py").write_text(f"{message}\n")
    sha = commit(other, message)
    git(other, "push", "--quiet", "origin", "main")
    return sha


def test_a_shallow_clone_is_enough_for_a_hotfix_and_is_named(both, tmp_path):
    origin, clone = both
    for number in range(3):
        (clone / "shop.py").write_text(f"total = {number}\n")
        commit(clone, f"Commit {number}")
    git(clone, "push", "--quiet", "origin", "main")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{origin}", str(shallow))
    git(shallow, "config", "user.name", "Dana")
    git(shallow, "config", "user.email", "dana@webrana.example")
    theirs = pushed_by_a_colleague(origin, tmp_path)
    here = repository(shallow)
    warned = {need.mend for need in here.needs("main") if need.finding.value == "warning"}
    assert warned == {"git fetch --unshallow"}
    assert here.update_base("main") == theirs
    here.cut_branch(BRANCH, theirs, beside=False)
    (shallow / "shop.py").write_text("fixed\n")
    fix = commit_as_it_is(here, BRANCH, "Fix")
    published(here, BRANCH)
    assert [each.subject for each in here.change_since(theirs, BRANCH).commits] == ["Fix"]
    assert git(origin, "rev-parse", BRANCH) == fix


@pytest.mark.parametrize(
    ("environ", "configured", "is_known"),
    [
        ({}, {}, False),
        ({"GIT_AUTHOR_NAME": "Dana", "GIT_COMMITTER_NAME": "Robot"}, {}, True),
        ({"GIT_AUTHOR_NAME": "Dana"}, {}, False),
        ({"GIT_AUTHOR_NAME": "Dana"}, {"committer.name": "Robot"}, True),
        ({}, {"author.name": "Dana", "committer.name": "Dana"}, True),
        ({}, {"user.name": "Dana"}, True),
    ],
)
def test_whoever_git_would_name_in_a_commit_is_known(
    both, monkeypatch, environ, configured, is_known
):
    _, clone = both
    git(clone, "config", "user.name", "")
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    for name, value in configured.items():
        git(clone, "config", name, value)
    needs = {need.name: need for need in repository(clone).needs("main")}
    found = needs["user.name for commits"]
    assert (found.finding.value == "ok") is is_known
    assert (found.saw != "not set") is is_known


def test_from_within_a_work_tree_the_hotfix_is_cut_there(both, tmp_path):
    origin, clone = both
    beside = tmp_path / "beside"
    git(clone, "worktree", "add", "--quiet", "-b", "feature", str(beside))
    theirs = pushed_by_a_colleague(origin, tmp_path)
    here = repository(beside)
    assert here.update_base("main") == theirs
    # The base is checked out in the other work tree, which is clean, and goes along.
    assert (clone / "more.py").exists()
    assert here.cut_branch(BRANCH, theirs, beside=False) == beside
    assert here.folder_of(BRANCH) == beside
    assert git(clone, "symbolic-ref", "--short", "HEAD") == "main"


def test_a_work_tree_with_changes_on_the_base_stays_as_it_is(both, tmp_path):
    origin, clone = both
    beside = tmp_path / "beside"
    git(clone, "worktree", "add", "--quiet", "-b", "feature", str(beside))
    (clone / "shop.py").write_text("work in progress\n")
    before = git(clone, "rev-parse", "main")
    theirs = pushed_by_a_colleague(origin, tmp_path)
    assert repository(beside).update_base("main") == theirs
    assert git(clone, "rev-parse", "main") == before
    assert (clone / "shop.py").read_text() == "work in progress\n"


@pytest.fixture
def with_submodule(both, tmp_path):
    """A clone with a submodule that the remote's base has moved on."""
    origin, clone = both
    library = tmp_path / "library.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(library))
    source = cloned(library, tmp_path / "library")
    (source / "tax.py").write_text("rate = 1\n")
    commit(source, "Tax")
    git(source, "push", "--quiet", "origin", "main")
    allowed = ("-c", "protocol.file.allow=always")
    git(clone, *allowed, "submodule", "--quiet", "add", str(library), "tax")
    commit(clone, "Use the library")
    git(clone, "push", "--quiet", "origin", "main")
    (source / "tax.py").write_text("rate = 2\n")
    newer = commit(source, "Tax is 2")
    git(source, "push", "--quiet", "origin", "main")
    other = cloned(origin, tmp_path / "other")
    git(other, *allowed, "submodule", "--quiet", "update", "--init", "--remote")
    moved = commit(other, "Newer library")
    git(other, "push", "--quiet", "origin", "main")
    return clone, moved, newer


@pytest.mark.parametrize("out", ["main", "feature"])
def test_submodules_go_along_and_are_never_set_back_by_the_fix(with_submodule, out):
    clone, moved, newer = with_submodule
    git(clone, "checkout", "--quiet", "-B", out)
    here = repository(clone)
    assert here.update_base("main") == moved
    here.cut_branch(BRANCH, moved, beside=False)
    assert here.work_tree().uncommitted == ()
    assert (clone / "tax" / "tax.py").read_text() == "rate = 2\n"
    (clone / "shop.py").write_text("fixed\n")
    commit_as_it_is(here, BRANCH, "Fix")
    assert newer in git(clone, "ls-tree", "HEAD", "tax")
    assert [it.path for it in here.change_since(moved, BRANCH).files] == ["shop.py"]


def test_work_in_a_submodule_is_never_touched(with_submodule):
    clone, _, _ = with_submodule
    (clone / "tax" / "tax.py").write_text("work in progress\n")
    start = git(clone, "rev-parse", "HEAD")
    with pytest.raises(Exception, match="uncommitted work") as error:
        repository(clone).cut_branch(BRANCH, start, beside=False)
    assert "tax" in str(error.value)
    assert (clone / "tax" / "tax.py").read_text() == "work in progress\n"


def test_submodules_that_nobody_has_checked_out_are_no_obstacle(with_submodule, tmp_path):
    _, moved, _ = with_submodule
    bare_of_it = cloned(tmp_path / "origin.git", tmp_path / "without")
    here = repository(bare_of_it)
    here.update_base("main")
    here.cut_branch(BRANCH, moved, beside=False)
    assert here.work_tree().uncommitted == ()
    assert here.work_tree().branch == BRANCH


def test_a_work_tree_of_the_base_that_is_gone_is_skipped_and_its_branch_waits_for_it(
    both, tmp_path
):
    origin, clone = both
    git(clone, "checkout", "--quiet", "-b", "feature")
    beside, away = tmp_path / "beside", tmp_path / "away"
    git(clone, "worktree", "add", "--quiet", str(beside), "main")
    theirs = pushed_by_a_colleague(origin, tmp_path)
    beside.rename(away)
    here = repository(clone)
    assert here.update_base("main") == theirs
    here.cut_branch(BRANCH, theirs, beside=False)
    away.rename(beside)
    # It comes back as it was left: nothing of it is staged to take back what came meanwhile.
    assert git(beside, "status", "--porcelain") == ""
    assert here.update_base("main") == theirs
    assert git(beside, "rev-parse", "HEAD") == theirs


def test_of_the_runs_own_work_tree_that_is_gone_it_is_said_where_the_commits_are(both):
    _, clone = both
    here = repository(clone)
    start = git(clone, "rev-parse", "HEAD")
    folder = here.cut_branch(BRANCH, start, beside=True)
    (folder / "shop.py").write_text("fixed\n")
    fix = commit(folder, "Fix")
    shutil.rmtree(folder)
    asked = [
        lambda: here.change_since(start, BRANCH),
        lambda: here.uncommitted(BRANCH),
        lambda: here.pick(BRANCH, [start]),
        lambda: here.folder_of(BRANCH),
        lambda: here.work_tree(folder),
        lambda: here.check_out_from_remote(BRANCH, start, beside=False),
    ]
    published(here, BRANCH)
    for ask in asked:
        with pytest.raises(ProblemError, match="not there any more") as error:
            ask()
        assert fix[:12] in error.value.problem.why
    advice = error.value.problem.next_command.partition(", then")[0]
    subprocess.run(shlex.split(advice), check=True, capture_output=True)
    assert here.change_since(start, BRANCH).commits[0].sha == fix
    assert here.folder_of(BRANCH) == folder


def test_a_place_that_git_has_on_record_and_is_gone_is_named_with_what_frees_it(both):
    _, clone = both
    here = repository(clone)
    start = git(clone, "rev-parse", "HEAD")
    folder = here.cut_branch(BRANCH, start, beside=True)
    shutil.rmtree(folder)
    git(clone, "branch", "--move", BRANCH, "another")
    with pytest.raises(ProblemError, match="is not there") as error:
        here.check_cut(BRANCH, beside=True)
    advice = error.value.problem.next_command.partition(", and")[0]
    subprocess.run(["git", "-C", str(clone), *shlex.split(advice)[1:]], check=True)
    assert here.cut_branch(BRANCH, start, beside=True) == folder
