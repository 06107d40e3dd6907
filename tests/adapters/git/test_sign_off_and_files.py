"""Commits that say who made them, and the files that a commit has in a folder."""

import pytest
from tests.adapters.git.clones import commit, git

from hotfix.adapters.git.repository import GitRepository
from hotfix.ports.repository import Replayed

BY = "Signed-off-by: "


def opened(clone, *, signs_off):
    return GitRepository.at(clone, remote="origin", network_timeout_seconds=10, signs_off=signs_off)


@pytest.mark.parametrize("signs_off", [True, False])
def test_commits_reverts_and_picks_are_signed_off_where_that_is_configured(both, signs_off):
    _, clone = both
    repository = opened(clone, signs_off=signs_off)
    start = git(clone, "rev-parse", "HEAD").strip()
    (clone / "shop.py").write_text("fixed\n")
    fix = repository.commit("main", "Fix the cart", repository.uncommitted("main").tree)
    undone = repository.revert("hotfix/revert-x", fix, repository.brought_by(fix, fix, start))
    assert isinstance(undone, Replayed)
    git(clone, "switch", "--quiet", "--create", "other", start)
    picked = repository.pick("other", [fix])
    assert isinstance(picked, Replayed)
    for sha in (fix, undone.sha, picked.sha):
        assert (BY in git(clone, "log", "-1", "--format=%B", sha)) is signs_off


def test_the_files_of_a_commit_are_listed_by_folder_and_folders_are_none(both):
    _, clone = both
    (clone / ".github" / "PULL_REQUEST_TEMPLATE").mkdir(parents=True)
    (clone / ".github" / "PULL_REQUEST_TEMPLATE" / "one.md").write_text("1")
    (clone / ".github" / "ä b.md").write_text("2")
    sha = commit(clone, "Add templates")
    found = opened(clone, signs_off=False).names_at(sha, [".github", "", "docs"])
    assert found[0] == ".github/ä b.md"
    assert all("/" not in path for path in found[1:])
    assert ".github/PULL_REQUEST_TEMPLATE" not in found
    assert opened(clone, signs_off=False).names_at("f" * 40, ["", "docs"]) == ()
