"""What a code host does inside a bare repository."""

import pytest
from tests.adapters.git.clones import cloned, commit, git, origin_and_clone

from hotfix.simulators.git_origin import GitOrigin, MergeConflictError, OriginError


@pytest.fixture
def both(tmp_path):
    path, clone = origin_and_clone(tmp_path)
    return GitOrigin(path), clone


def pushed(clone, branch, text):
    git(clone, "checkout", "--quiet", "-B", branch, "main")
    (clone / "shop.py").write_text(text)
    sha = commit(clone, f"Work on {branch}")
    git(clone, "push", "--quiet", "--force", "origin", branch)
    return sha


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_merge_brings_the_change_and_moves_the_branch(both, method):
    origin, clone = both
    base = origin.commit_of("main")
    head = pushed(clone, "hotfix/x", "total = 2\n")
    merged = origin.merge("main", head, method, "[HOTFIX] x", "dana")
    assert origin.commit_of("main") == merged
    assert origin.read(merged, "shop.py") == "total = 2\n"
    assert origin.is_ancestor(base, merged)
    assert len(git(clone, "ls-remote", "origin").splitlines()) == 3
    parents = git(origin.path, "rev-list", "--parents", "-1", merged).split()[1:]
    assert len(parents) == (2 if method == "merge" else 1)


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_conflict_merges_nothing(both, method, tmp_path):
    origin, clone = both
    head = pushed(clone, "hotfix/x", "total = 2\n")
    other = cloned(origin.path, tmp_path / "other")
    (other / "shop.py").write_text("total = 3\n")
    theirs = commit(other, "Theirs")
    git(other, "push", "--quiet", "origin", "main")
    assert not origin.can_merge("main", head)
    with pytest.raises(MergeConflictError):
        origin.merge("main", head, method, "[HOTFIX] x", "dana")
    assert origin.commit_of("main") == theirs


def test_commits_and_files_are_read_as_they_were(both, tmp_path):
    origin, clone = both
    base = origin.commit_of("main")
    head = pushed(clone, "hotfix/x", "total = 2\n")
    assert [each.message for each in origin.commits_between(base, head)] == ["Work on hotfix/x"]
    assert origin.commit(head).author == "Dana"
    assert origin.has_file(head, "shop.py")
    assert not origin.has_file(head, "nowhere.py")
    origin.check_out(base, tmp_path / "out")
    assert (tmp_path / "out" / "shop.py").read_text() == "total = 1\n"
    with pytest.raises(OriginError):
        origin.check_out("0" * 40, tmp_path / "nothing")


def test_branches_come_and_go(both):
    origin, _ = both
    base = origin.commit_of("main")
    origin.create_branch("hotfix/production", base)
    assert origin.branches() == {"main": base, "hotfix/production": base}
    with pytest.raises(OriginError):
        origin.create_branch("hotfix/production", base)
    origin.delete_branch("hotfix/production")
    assert origin.commit_of("hotfix/production") is None


def test_branches_are_told_as_they_are_however_git_keeps_them(both):
    origin, clone = both
    for text in ("total = 2\n", "total = 3\n"):
        assert origin.commit_of("hotfix/x") != (head := pushed(clone, "hotfix/x", text))
        assert origin.branches() == {**origin.branches(), "hotfix/x": head}
        git(origin.path, "pack-refs", "--all")
        assert origin.commit_of("hotfix/x") == head
    origin.delete_branch("hotfix/x")
    assert set(origin.branches()) == {"main"}


def test_a_commit_is_known_as_soon_as_it_is_there(both):
    origin, clone = both
    (clone / "shop.py").write_text("total = 2\n")
    sha = commit(clone, "Not pushed yet")
    assert not origin.has_commit(sha)
    git(clone, "push", "--quiet", "origin", "HEAD:refs/heads/hotfix/x")
    assert origin.has_commit(sha)
