"""Signs that only Python takes for the end of a line, and settings that change what git prints."""

import os

import pytest
from tests.adapters.git.clones import (
    commit,
    commit_as_it_is,
    git,
    origin_and_clone,
    published,
    repository,
)

from hotfix.adapters.git.clone_identity import clone_of, remotes_of

BRANCH = "hotfix/checkout"
SIGNS = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\x1dh\x1ei\rj"


def test_no_sign_in_a_subject_a_path_or_an_address_ends_a_line(both, tmp_path):
    _, clone = both
    base = git(clone, "rev-parse", "HEAD")
    subject = f"Sell mugs{SIGNS}and plates"
    beside = tmp_path / f"be{SIGNS}side"
    git(clone, "worktree", "add", "--quiet", "-b", BRANCH, str(beside))
    (beside / f"a{SIGNS}b.py").write_text("x\n")
    commit(beside, subject)
    (beside / f"c{SIGNS}d.py").write_text("x\n")
    here = repository(beside)
    change = here.change_since(base, BRANCH)
    assert [each.subject for each in change.commits] == [subject]
    assert {each.path for each in change.files} == {f"a{SIGNS}b.py", f"c{SIGNS}d.py"}
    assert here.folder_of(BRANCH) == beside
    assert here.only_in(f"refs/heads/{BRANCH}", base)[0].subject == subject
    here.check_cut("hotfix/other", beside=True)
    commit_as_it_is(here, BRANCH, "Rest")
    here.check_cut("hotfix/other", beside=False)
    git(clone, "remote", "set-url", "origin", f"https://code.example/{SIGNS}shop.git")
    assert remotes_of(clone_of(str(beside)))["origin"] == f"https://code.example/{SIGNS}shop.git"


SETTINGS = {
    "log.showSignature": "true",
    "color.ui": "always",
    "color.diff": "always",
    "color.status": "always",
    "color.remote": "always",
    "color.transport": "always",
    "diff.orderFile": "no-such-file",
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.interHunkContext": "20",
    "diff.external": "false",
    "diff.submodule": "diff",
    "diff.ignoreSubmodules": "all",
    "diff.relative": "true",
    "status.short": "true",
    "status.branch": "true",
    "status.relativePaths": "true",
    "status.showStash": "true",
    "status.showUntrackedFiles": "no",
    "i18n.logOutputEncoding": "ISO-8859-1",
    "i18n.commitEncoding": "ISO-8859-1",
    "format.pretty": "oneline",
    "log.decorate": "full",
    "log.date": "relative",
    "log.abbrevCommit": "true",
    "log.follow": "true",
    "column.ui": "always",
    "core.quotePath": "true",
    "commit.cleanup": "strip",
    "commit.verbose": "true",
    "push.followTags": "true",
    "blame.showEmail": "true",
    "blame.markIgnoredLines": "true",
    "rerere.enabled": "true",
    "merge.conflictStyle": "diff3",
    "merge.verifySignatures": "true",
    "merge.ff": "only",
    "fetch.prune": "true",
    "branch.autoSetupMerge": "always",
    "submodule.recurse": "true",
}


def worked_on(clone, origin):
    """Walk what is read and made, and return all that was seen of it."""
    here = repository(clone)
    base = here.update_base("main")
    here.cut_branch(BRANCH, base, beside=False)
    (clone / "shop.py").write_text("total = 2\n")
    (clone / "gr\u00fc\u00df.py").write_text("x\n")
    seen: list[object] = [here.work_tree().uncommitted, here.change_since(base, BRANCH).files]
    seen.append(here.uncommitted(BRANCH).paths)
    commit_as_it_is(here, BRANCH, "#500: gr\u00fc\u00dfe")
    git(clone, "tag", "-a", "-m", "A release", "v1")
    published(here, BRANCH)
    change = here.change_since(base, BRANCH)
    seen += [change.files, change.uncommitted, [each.subject for each in change.commits]]
    seen.append([it.name for it in here.last_authors(base, BRANCH)])
    seen.append(here.conflicts(base, f"refs/heads/{BRANCH}"))
    seen.append(git(origin, "for-each-ref", "--format=%(refname)"))
    seen.append([(need.name, need.finding) for need in here.needs("main")])
    git(clone, "tag", "-d", "v1")
    return seen


@pytest.fixture
def plain(tmp_path):
    origin, clone = origin_and_clone(tmp_path / "plain")
    return worked_on(clone, origin)


def test_no_setting_of_the_users_changes_what_is_read_or_what_is_pushed(
    both, plain, tmp_path, monkeypatch
):
    origin, clone = both
    settings = tmp_path / "gitconfig"
    settings.touch()
    for key, value in SETTINGS.items():
        git(clone, "config", "--file", str(settings), key, value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    for name in ("GIT_LITERAL_PATHSPECS", "GIT_TRACE", "GIT_TRACE2"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("GIT_DIFF_OPTS", "--unified=9")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    assert worked_on(clone, origin) == plain
    assert plain[5] == ["#500: gr\u00fc\u00dfe"]
    assert os.environ["GIT_TRACE"] == "1"
