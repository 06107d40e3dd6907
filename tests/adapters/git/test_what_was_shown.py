"""What is committed and pushed is what was looked at, and nothing that came since. Real git."""

import pytest
from tests.adapters.git.clones import cloned, commit, git, repository

from hotfix.domain.problem import ProblemError

BRANCH = "hotfix/checkout"


@pytest.fixture
def clone(both):
    _, clone = both
    (clone / "hotfix.toml").write_text("# ours\n")
    commit(clone, "Configure")
    git(clone, "checkout", "--quiet", "-b", BRANCH)
    return clone


def committed(clone):
    listed = git(clone, "show", "--name-only", "--format=", BRANCH)
    return sorted(listed.splitlines())


def status(clone):
    listed = git(clone, "status", "--porcelain")
    return {line.split()[1]: line[:2].strip() or line.split()[0] for line in listed.splitlines()}


def hook(clone, name, text):
    path = clone / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_what_is_saved_after_it_was_shown_is_not_committed(clone):
    here = repository(clone)
    (clone / "shop.py").write_text("total = 2\n")
    (clone / "gone.py").write_text("new\n")
    shown = here.uncommitted(BRANCH)
    assert shown.paths == ("gone.py", "shop.py")
    (clone / "shop.py").write_text("total = 3\n")
    (clone / "more.sql").write_text("alter table\n")
    (clone / "gone.py").unlink()
    git(clone, "add", "more.sql")
    sha = here.commit(BRANCH, "Fix", shown.tree)
    assert here.branch_commit(BRANCH) == sha
    assert committed(clone) == ["gone.py", "shop.py"]
    assert git(clone, "show", f"{BRANCH}:shop.py") == "total = 2"
    # All that was done since is there still, staged where it was.
    assert (clone / "shop.py").read_text() == "total = 3\n"
    assert status(clone) == {"shop.py": "M", "gone.py": "D", "more.sql": "A"}
    assert here.uncommitted(BRANCH).paths == ("gone.py", "more.sql", "shop.py")


def test_what_is_shown_leaves_the_index_of_the_engineer_alone(clone):
    (clone / "shop.py").write_text("total = 2\n")
    git(clone, "add", "shop.py")
    (clone / "shop.py").write_text("total = 3\n")
    shown = repository(clone).uncommitted(BRANCH)
    assert git(clone, "show", ":shop.py") == "total = 2"
    repository(clone).commit(BRANCH, "Fix", shown.tree)
    assert git(clone, "show", f"{BRANCH}:shop.py") == "total = 3"
    assert status(clone) == {}


@pytest.mark.parametrize("is_staged", [True, False])
def test_our_configuration_is_no_part_of_it_and_stays_as_it_is(clone, is_staged):
    (clone / "hotfix.toml").write_text("# another\n")
    (clone / "shop.py").write_text("total = 2\n")
    if is_staged:
        git(clone, "add", "--all")
    shown = repository(clone).uncommitted(BRANCH)
    assert shown.paths == ("shop.py",)
    repository(clone).commit(BRANCH, "Fix", shown.tree)
    assert committed(clone) == ["shop.py"]
    assert git(clone, "diff", "--cached", "--name-only") == ("hotfix.toml" if is_staged else "")
    clean = repository(clone).uncommitted(BRANCH)
    assert (clean.paths, clean.tree) == ((), "")


def test_the_teams_hooks_see_what_is_committed_as_staged_and_may_add_to_it(clone):
    listed = clone.parent / "staged"
    text = f"git diff --cached --name-only > {listed}\necho 1 > formatted.py; git add formatted.py"
    hook(clone, "pre-commit", text)
    (clone / "shop.py").write_text("total = 2\n")
    here = repository(clone)
    shown = here.uncommitted(BRANCH)
    (clone / "later.py").write_text("later\n")
    here.commit(BRANCH, "Fix", shown.tree)
    assert listed.read_text() == "shop.py\n"
    assert committed(clone) == ["formatted.py", "shop.py"]
    assert status(clone) == {"later.py": "??"}


def test_a_commit_that_a_hook_refuses_changes_nothing(clone):
    hook(clone, "pre-commit", "echo not on Fridays >&2; exit 1")
    (clone / "shop.py").write_text("total = 2\n")
    here, before = repository(clone), git(clone, "rev-parse", "HEAD")
    with pytest.raises(ProblemError, match="not on Fridays"):
        here.commit(BRANCH, "Fix", here.uncommitted(BRANCH).tree)
    assert git(clone, "rev-parse", "HEAD") == before
    assert status(clone) == {"shop.py": "M"}


def test_what_is_in_conflict_is_not_to_be_committed(clone):
    git(clone, "checkout", "--quiet", "-b", "other", "main")
    (clone / "shop.py").write_text("total = 8\n")
    commit(clone, "Other")
    git(clone, "checkout", "--quiet", BRANCH)
    (clone / "shop.py").write_text("total = 9\n")
    commit(clone, "Ours")
    done = repository(clone)
    with pytest.raises(AssertionError):
        git(clone, "merge", "other")
    with pytest.raises(ProblemError) as caught:
        done.uncommitted(BRANCH)
    assert caught.value.problem.what.startswith("shop.py: in conflict")
    assert "<<<<<<<" in (clone / "shop.py").read_text()


def test_a_branch_that_no_folder_has_has_nothing_to_commit(clone):
    git(clone, "checkout", "--quiet", "main")
    with pytest.raises(ProblemError) as caught:
        repository(clone).uncommitted(BRANCH)
    assert caught.value.problem.next_command == f"git switch {BRANCH}, then: hotfix resume"


def test_a_change_that_no_commit_takes_in_is_named(clone, tmp_path):
    other = cloned(clone.parent / "origin.git", tmp_path / "library")
    git(clone, "-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(other), "lib")
    commit(clone, "Add a library")
    (clone / "lib/shop.py").write_text("within\n")
    with pytest.raises(ProblemError) as caught:
        repository(clone).uncommitted(BRANCH)
    assert caught.value.problem.what == "lib: changed, and no commit here takes that in."


def test_what_is_pushed_is_the_commit_that_was_looked_at(clone):
    tested = commit(clone, "Tested")
    later = commit(clone, "A migration")
    here = repository(clone)
    here.publish(BRANCH, tested)
    assert here.remote_commit(BRANCH) == tested
    assert here.branch_commit(BRANCH) == later
    assert git(clone, "rev-parse", "--abbrev-ref", f"{BRANCH}@{{upstream}}") == f"origin/{BRANCH}"


@pytest.fixture
def pushed(clone, tmp_path):
    """The branch as a colleague pushed it on, and the commit of that."""
    repository(clone).publish(BRANCH, git(clone, "rev-parse", "HEAD"))
    other = cloned(clone.parent / "origin.git", tmp_path / "other")
    git(other, "checkout", "--quiet", BRANCH)
    (other / "shop.py").write_text("total = 5\n")
    theirs = commit(other, "A colleague's")
    git(other, "push", "--quiet", "origin", BRANCH)
    return theirs


@pytest.mark.parametrize("is_checked_out", [True, False])
def test_the_local_branch_is_brought_up_to_what_a_colleague_pushed(clone, pushed, is_checked_out):
    (clone / "mine.py").write_text("work in progress\n")
    if not is_checked_out:
        git(clone, "checkout", "--quiet", "main")
    here = repository(clone)
    assert here.catch_up(BRANCH) == here.catch_up(BRANCH) == pushed
    assert here.branch_commit(BRANCH) == pushed
    assert (clone / "mine.py").read_text() == "work in progress\n"
    assert (clone / "shop.py").read_text() == ("total = 5\n" if is_checked_out else "total = 1\n")


def test_it_is_not_brought_up_over_work_or_over_other_commits(clone, pushed):
    here, ours = repository(clone), git(clone, "rev-parse", BRANCH)
    (clone / "shop.py").write_text("work in progress\n")
    with pytest.raises(ProblemError):
        here.catch_up(BRANCH)
    assert (clone / "shop.py").read_text() == "work in progress\n"
    assert git(clone, "rev-parse", BRANCH) == ours
    mine = commit(clone, "Mine")
    with pytest.raises(ProblemError, match="different ways"):
        here.catch_up(BRANCH)
    assert git(clone, "rev-parse", BRANCH) == mine != pushed


def test_commits_that_nobody_has_pushed_stay(clone):
    here = repository(clone)
    here.publish(BRANCH, git(clone, "rev-parse", "HEAD"))
    mine = commit(clone, "Mine")
    assert here.catch_up(BRANCH) == mine


def test_a_folder_that_is_gone_is_named(clone):
    with pytest.raises(ProblemError, match="not there any more"):
        repository(clone).work_tree(clone / "gone")
