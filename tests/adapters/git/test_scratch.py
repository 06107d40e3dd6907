"""Temporary work trees hold what is touched and what hooks look for, and write nothing else."""

import subprocess
from pathlib import Path

import git as gitpython
import pytest
from tests.adapters.git.clones import commit, git, origin_and_clone, repository

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.refusals import GitResult
from hotfix.adapters.git.scratch import Scratch
from hotfix.adapters.git.trial_merge import TrialMerge, trial_merge
from hotfix.domain.problem import ProblemError
from hotfix.ports.repository import Brought, Replayed

STRANGE = ["*.py", "!bang", "#hash", "a[b]c", "tail ", "back\\slash", "sub/ünï *.txt", "sub/x.txt"]


@pytest.fixture
def clone(tmp_path):
    _, clone = origin_and_clone(tmp_path)
    for name in STRANGE:
        for folder in ("deep", "deep/er"):
            at = clone / folder / name
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_text("1\n")
    commit(clone, "Strange names")
    return clone


class OlderGit(GitCommand):
    """As git before 2.38: it has no ``merge-tree --write-tree``."""

    def read(self, *words: str, **more) -> GitResult:
        if words[0] == "merge-tree":
            return GitResult(129, "", "usage: git merge-tree <base-tree> <branch1> <branch2>")
        return super().read(*words, **more)


def git_in(clone, kind=GitCommand):
    return kind(gitpython.Repo(clone), 10.0)


def files(folder: Path) -> set[str]:
    found = (each.relative_to(folder) for each in folder.rglob("*") if each.is_file())
    return {str(each) for each in found} - {".git"}


@pytest.mark.parametrize("name", STRANGE)
def test_of_the_files_below_the_root_only_those_that_are_named_are_there(clone, tmp_path, name):
    named = f"deep/{name}"
    scratch = Scratch(git_in(clone), tmp_path / "scratch")
    with scratch.tree("HEAD", [named]) as folder:
        assert files(folder) == {"shop.py", named}
        assert git(folder, "status", "--porcelain") == ""
        assert len(git(folder, "ls-files", "-z").split("\0")) - 1 == 1 + 2 * len(STRANGE)
    assert not list((tmp_path / "scratch").iterdir())


def test_the_settings_of_the_clone_stay_as_they_are(clone, tmp_path):
    git(clone, "config", "core.sparseCheckoutCone", "true")
    before = git(clone, "config", "--local", "--list")
    with Scratch(git_in(clone), tmp_path / "scratch").tree("HEAD", ["deep/*.py"]) as folder:
        assert files(folder) == {"shop.py", "deep/*.py"}
    assert git(clone, "config", "--local", "--list") == before
    assert git(clone, "status", "--porcelain") == ""
    assert len(files(clone) & {"deep/tail ", "deep/er/#hash"}) == 2


def test_a_sparse_clone_is_worked_in_like_any_other(clone):
    git(clone, "sparse-checkout", "set", "--no-cone", "shop.py")
    assert not (clone / "deep").exists()
    base, bad = git(clone, "rev-parse", "HEAD"), _bad(clone)
    made = repository(clone).revert("hotfix/revert", bad, Brought(base, (bad,)))
    assert isinstance(made, Replayed)
    assert git(clone, "diff", "--name-only", base, made.sha) == ""
    assert not (clone / "deep").exists()


def _bad(clone) -> str:
    """Commit a change of a file that is not checked out."""
    blob = subprocess.run(
        ["git", "-C", str(clone), "hash-object", "-w", "--stdin"],
        input=b"2\n",
        capture_output=True,
        check=True,
    ).stdout.decode()
    entry = f"100644,{blob.strip()},deep/sub/x.txt"
    git(clone, "update-index", "--cacheinfo", entry)
    git(clone, "commit", "--quiet", "-m", "Bad")
    return git(clone, "rev-parse", "HEAD")


def test_hooks_that_the_repository_brings_see_what_is_picked(clone, tmp_path):
    hooks = clone / "tools" / "hooks"
    hooks.mkdir(parents=True)
    seen = tmp_path / "seen"
    hook = hooks / "prepare-commit-msg"
    hook.write_text(f"#!/bin/sh\ncat deep/sub/x.txt tools/hooks/settings >> {seen}\n")
    hook.chmod(0o755)
    (hooks / "settings").write_text("strict\n")
    start = commit(clone, "Hooks")
    git(clone, "config", "core.hooksPath", "tools/hooks")
    git(clone, "checkout", "--quiet", "-b", "elsewhere")
    (clone / "deep/sub/x.txt").write_text("picked\n")
    sha = commit(clone, "Mend")
    seen.unlink()
    git(clone, "checkout", "--quiet", "main")
    made = repository(clone).pick("main", [sha])
    assert made == Replayed(git(clone, "rev-parse", "main"))
    assert git(clone, "rev-parse", "main^") == start
    assert seen.read_text() == "picked\nstrict\n"


@pytest.mark.parametrize("kind", [GitCommand, OlderGit])
def test_a_trial_merge_tells_the_tree_or_the_conflicts(clone, tmp_path, kind):
    start = git(clone, "rev-parse", "HEAD")
    (clone / "shop.py").write_text("total = 2\n")
    ours = commit(clone, "Ours")
    git(clone, "checkout", "--quiet", start)
    (clone / "deep/er/a[b]c").write_text("theirs\n")
    apart = commit(clone, "Theirs, apart")
    (clone / "shop.py").write_text("total = 3\n")
    (clone / "deep/tail ").write_text("theirs\n")
    against = commit(clone, "Theirs, against ours")
    git(clone, "checkout", "--quiet", ours)
    git(clone, "merge", "--quiet", "--no-edit", apart)
    merged = git(clone, "rev-parse", "HEAD^{tree}")
    known, scratch = git_in(clone, kind), Scratch(git_in(clone, kind), tmp_path / "scratch")
    assert trial_merge(known, scratch, ours, apart) == TrialMerge(merged)
    assert trial_merge(known, scratch, ours, against) == TrialMerge(conflicts=("shop.py",))
    assert (tmp_path / "scratch").exists() is (kind is OlderGit)
    with pytest.raises(ProblemError, match="cannot be merged for a trial"):
        trial_merge(known, scratch, ours, "d0" * 20)
