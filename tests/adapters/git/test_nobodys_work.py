"""What git shows as a change, and neither a stash nor a commit takes away. Real git."""

import os
import shlex
import subprocess
from dataclasses import replace

import pytest
from tests.adapters.git.clones import (
    cloned,
    commit,
    commit_as_it_is,
    git,
    origin_and_clone,
    repository,
)
from tests.engine.small_plan import ports

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Waiting
from hotfix.domain.problem import ProblemError
from hotfix.domain.question import Answer
from hotfix.ports.minimal_change import MinimalChange
from hotfix.steps.await_the_fix import AwaitTheFix
from hotfix.steps.commit_the_rest import CommitTheRest

BRANCH = "hotfix/checkout"


@pytest.fixture
def crlf(both):
    """A clone with a file that was committed with other ends of lines than it should have."""
    _, clone = both
    (clone / "run.bat").write_bytes(b"echo a\r\necho b\r\n")
    commit(clone, "A batch file")
    (clone / ".gitattributes").write_text("*.bat text eol=crlf\n")
    git(clone, "add", ".gitattributes")
    git(clone, "commit", "--quiet", "-m", "Its ends of lines")
    os.utime(clone / "run.bat", (0, 0))
    assert git(clone, "status", "--porcelain") == "M run.bat"
    return clone


@pytest.mark.parametrize("beside", [False, True], ids=["here", "beside"])
def test_a_file_that_is_as_a_checkout_writes_it_is_nobodys_work(crlf, beside):
    here, start = repository(crlf), git(crlf, "rev-parse", "HEAD")
    here.check_cut(BRANCH, beside=beside)
    folder = here.cut_branch(BRANCH, start, beside=beside)
    os.utime(folder / "run.bat", (0, 0))
    assert here.change_since(start, BRANCH).uncommitted == ()
    assert here.change_since(start, BRANCH).files == ()
    (folder / "shop.py").write_text("total = 2\n")
    assert here.uncommitted(BRANCH).paths == ("shop.py",)
    commit_as_it_is(here, BRANCH, "Fix")
    assert git(folder, "diff", "--name-only", start, BRANCH) == "shop.py"
    ready = AwaitTheFix().run(
        Facts({"base_sha": start, "branch": BRANCH, "folder": str(folder)}, {}),
        replace(ports(), repository=here),
    )
    assert isinstance(ready, Waiting)
    assert ready.ready


@pytest.mark.parametrize("how", ["another line", "a mode", "staged"])
def test_what_somebody_did_to_it_is_work(crlf, how):
    file = crlf / "run.bat"
    here, start = repository(crlf), git(crlf, "rev-parse", "HEAD")
    assert here.work_tree().uncommitted == ()
    if how == "another line":
        file.write_bytes(file.read_bytes() + b"echo c\r\n")
    if how == "a mode":
        file.chmod(0o755)
    if how == "staged":
        git(crlf, "add", "run.bat")
    assert here.work_tree().uncommitted == ("run.bat",)
    with pytest.raises(ProblemError, match="uncommitted work"):
        here.check_cut(BRANCH, beside=False)
    (change,) = here.change_since(start, "main").files
    assert change.path == "run.bat"


def test_a_filter_that_was_not_run_when_it_was_committed_is_the_same(both):
    _, clone = both
    (clone / "secret.txt").write_text("plain\n")
    commit(clone, "Plain")
    (clone / ".gitattributes").write_text("*.txt filter=turn\n")
    git(clone, "add", ".gitattributes")
    git(clone, "commit", "--quiet", "-m", "Filtered")
    git(clone, "config", "filter.turn.clean", "tr a-z b-za")
    git(clone, "config", "filter.turn.smudge", "cat")
    os.utime(clone / "secret.txt", (0, 0))
    assert "secret.txt" in git(clone, "status", "--porcelain")
    assert repository(clone).work_tree().uncommitted == ()


def with_repositories_of_their_own(clone):
    empty, vendor = clone / "empty", clone / "lib" / "vendor"
    for folder in (empty, vendor):
        git(clone, "init", "--quiet", str(folder))
        (folder / "a.py").write_text("x\n")
    git(vendor, "config", "user.name", "Dana")
    git(vendor, "config", "user.email", "dana@webrana.example")
    commit(vendor, "Theirs")


@pytest.mark.parametrize("is_staged", [False, True], ids=["unknown", "staged"])
def test_repositories_within_are_left_out_of_the_commit_and_named(both, is_staged):
    _, clone = both
    with_repositories_of_their_own(clone)
    here, start = repository(clone), git(clone, "rev-parse", "HEAD")
    here.check_cut(BRANCH, beside=False)
    here.cut_branch(BRANCH, start, beside=False)
    assert here.change_since(start, BRANCH).uncommitted == ()
    if is_staged:
        git(clone, "add", "lib/vendor")
    (clone / "shop.py").write_text("total = 2\n")
    known = {"branch": BRANCH, "base_sha": start}
    world, facts = replace(ports(), repository=here), Facts(known, {})
    asked = CommitTheRest("Fix", MinimalChange(9, 99, (), ("*",))).run(facts, world)
    assert isinstance(asked, Ask)
    assert asked.question.shown[0].startswith("shop.py +")
    assert asked.question.shown[-1] == "Not committed yet: shop.py"
    answer = Answer("commit", about=asked.question.about)
    done = CommitTheRest("Fix", MinimalChange(9, 99, (), ("*",))).run(
        Facts(known, {"commit": answer}), world
    )
    assert isinstance(done, Done)
    assert "lib/vendor" in done.saying
    assert "empty/" in done.saying
    assert git(clone, "diff", "--name-only", start, BRANCH) == "shop.py"
    assert here.change_since(start, BRANCH).uncommitted == ()
    assert isinstance(
        CommitTheRest("Fix", MinimalChange(9, 99, (), ("*",))).run(facts, world), Done
    )
    assert (clone / "lib" / "vendor" / "a.py").exists()


@pytest.fixture
def library(both, tmp_path):
    """A clone that has a submodule checked out."""
    _, clone = both
    source = str(origin_and_clone(tmp_path / "library")[0])
    allowed = ("-c", "protocol.file.allow=always")
    git(clone, *allowed, "submodule", "--quiet", "add", source, "tax")
    commit(clone, "Use the library")
    git(clone, "push", "--quiet", "origin", "main")
    return clone


def test_what_a_submodule_does_not_know_is_nobodys_work(library):
    (library / "tax" / "notes.txt").write_text("x\n")
    here, start = repository(library), git(library, "rev-parse", "HEAD")
    here.check_cut(BRANCH, beside=False)
    here.cut_branch(BRANCH, start, beside=False)
    assert here.uncommitted(BRANCH).paths == ()
    assert here.change_since(start, BRANCH).uncommitted == ()


def tried(clone, advice):
    for command in advice.partition(", then")[0].split("; "):
        words = shlex.split(command)
        folder = ["-C", str(clone)] if "-C" not in words else []
        done = subprocess.run([words[0], *folder, *words[1:]], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def in_a_submodule(clone):
    (clone / "tax" / "shop.py").write_text("mine\n")
    (clone / "shop.py").write_text("mine\n")


def in_a_submodule_alone(clone):
    (clone / "tax" / "shop.py").write_text("mine\n")


def only_announced(clone):
    (clone / "new.py").write_text("mine\n")
    git(clone, "add", "--intent-to-add", "new.py")
    (clone / "shop.py").write_text("mine\n")


def staged_and_unknown(clone):
    (clone / "new.py").write_text("mine\n")
    (clone / "shop.py").write_text("mine\n")
    git(clone, "add", "shop.py")


@pytest.mark.parametrize(
    "work", [in_a_submodule, in_a_submodule_alone, only_announced, staged_and_unknown]
)
def test_what_is_advised_clears_the_way_and_loses_nothing(library, work):
    work(library)
    with pytest.raises(ProblemError, match="uncommitted work") as error:
        repository(library).check_cut(BRANCH, beside=False)
    tried(library, error.value.problem.next_command)
    repository(library).check_cut(BRANCH, beside=False)
    stashes = git(library, "stash", "list") + git(library / "tax", "stash", "list")
    assert "WIP on" in stashes


def test_where_files_are_in_conflict_no_stash_is_advised(both):
    _, clone = both
    (clone / "shop.py").write_text("mine\n")
    git(clone, "stash")
    (clone / "shop.py").write_text("theirs\n")
    commit(clone, "Theirs")
    subprocess.run(["git", "-C", str(clone), "stash", "pop"], capture_output=True, check=False)
    with pytest.raises(ProblemError) as error:
        repository(clone).check_cut(BRANCH, beside=False)
    assert "git stash" not in error.value.problem.next_command
    assert "resolve" in error.value.problem.next_command


def test_a_fresh_work_tree_has_the_submodules_that_the_clone_has_without_the_network(library):
    git(library, "config", "submodule.tax.url", "https://127.0.0.1:1/library.git")
    git(library / "tax", "remote", "set-url", "origin", "https://127.0.0.1:1/library.git")
    here, start = repository(library), git(library, "rev-parse", "HEAD")
    folder = here.cut_branch(BRANCH, start, beside=True)
    assert (folder / "tax" / "shop.py").exists()
    assert git(folder / "tax", "config", "remote.origin.url") == "https://127.0.0.1:1/library.git"
    assert here.change_since(start, BRANCH).uncommitted == ()


def test_where_one_cannot_be_brought_that_is_said(library, tmp_path):
    other = cloned(tmp_path / "library" / "origin.git", tmp_path / "other")
    newer = commit(other, "Newer")
    git(library, "update-index", "--cacheinfo", f"160000,{newer},tax")
    git(library, "commit", "--quiet", "-m", "Of a commit that nobody has pushed")
    here, start = repository(library), git(library, "rev-parse", "HEAD")
    with pytest.raises(ProblemError, match="submodules") as error:
        here.cut_branch(BRANCH, start, beside=True)
    assert "submodule update --init" in error.value.problem.next_command
    assert here.folder_of(BRANCH) is not None


@pytest.mark.usefixtures("library")
def test_those_that_the_clone_has_not_are_none_of_the_fresh_ones_either(tmp_path):
    bare_of_it = cloned(tmp_path / "origin.git", tmp_path / "without")
    here, start = repository(bare_of_it), git(bare_of_it, "rev-parse", "HEAD")
    folder = here.cut_branch(BRANCH, start, beside=True)
    assert list((folder / "tax").iterdir()) == []
