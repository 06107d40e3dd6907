"""Whose configuration is obeyed: how far the search goes, and whose file it may be."""

import os
from contextlib import suppress

import pytest

from hotfix.config.finding import FILE_NAME, ConfigFile, found_config
from hotfix.config.load import text_of
from hotfix.domain.problem import ProblemCode, ProblemError


@pytest.mark.parametrize(
    ("stands_in", "file_in", "is_found"),
    [
        ("home/shop/src", "home/shop/src", True),
        ("home/shop/src", "home/shop", True),
        ("home/shop/src", "home", False),
        ("home/shop/src", ".", False),
        ("home/shop/vendored", "home/shop", False),
        ("home/shop-hotfix/src", "home/shop-hotfix", True),
        ("home/shop-hotfix/src", "home", False),
        ("home/notes/today", "home/notes", True),
        ("home/notes/today", "home", True),
        ("home/notes/today", ".", False),
        ("home", ".", False),
        ("elsewhere/deep", "elsewhere/deep", True),
        ("elsewhere/deep", "elsewhere", False),
    ],
)
def test_the_search_ends_where_the_work_of_others_begins(tmp_path, stands_in, file_in, is_found):
    for folder in ("home/shop/src", "home/shop-hotfix/src", "home/notes/today", "elsewhere/deep"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "home/shop/.git").mkdir()
    # A linked work tree, and a submodule: their .git is a file.
    (tmp_path / "home/shop-hotfix/.git").write_text("gitdir: ../shop/.git/worktrees/hotfix\n")
    (tmp_path / "home/shop/vendored").mkdir()
    (tmp_path / "home/shop/vendored/.git").write_text("gitdir: ../.git/modules/vendored\n")
    file = tmp_path / file_in / FILE_NAME
    file.write_text("")
    found = found_config(str(tmp_path / stands_in), {"HOME": str(tmp_path / "home")})
    assert found == (ConfigFile(str(file.resolve())) if is_found else None)


@pytest.mark.parametrize("by", ["--config", "HOTFIX_CONFIG"])
def test_what_the_person_names_may_lie_anywhere(tmp_path, by):
    environ = {"HOME": str(tmp_path)} | ({by: "../b.toml"} if by == "HOTFIX_CONFIG" else {})
    found = found_config(str(tmp_path / "in"), environ, "../b.toml" if by == "--config" else "")
    assert found == ConfigFile(str(tmp_path / "in/../b.toml"), is_named=True)


def _as(monkeypatch, user):
    """Be another user than the one who owns the files of the test."""
    monkeypatch.setattr(os, "geteuid", lambda: user)


@pytest.mark.parametrize(
    ("we_are", "sudo_uid", "is_obeyed"),
    [
        ("the owner", "", True),
        ("somebody", "", False),
        ("somebody", "the owner", False),
        ("root", "the owner", True),
        ("root", "somebody", False),
        ("root", "", False),
        ("root", "-1", False),
    ],
)
def test_a_file_of_another_user_is_refused_as_git_does(
    tmp_path, monkeypatch, we_are, sudo_uid, is_obeyed
):
    file = tmp_path / FILE_NAME
    file.write_text("[github]\n")
    with suppress(PermissionError):  # where we are not root it stays ours
        os.chown(file, 4711, -1)
    owner = file.stat().st_uid
    numbers = {"the owner": owner, "somebody": owner + 1, "root": 0}
    _as(monkeypatch, numbers[we_are])
    environ = {"SUDO_UID": str(numbers.get(sudo_uid, sudo_uid))} if sudo_uid else {}
    if is_obeyed:
        assert text_of(ConfigFile(str(file)), environ) == "[github]\n"
        return
    with pytest.raises(ProblemError, match="another user's file") as caught:
        text_of(ConfigFile(str(file)), environ)
    assert caught.value.problem.code is ProblemCode.CONFIGURATION
    assert f"--config {file}" in caught.value.problem.next_command
    # What --config names is the person's own word.
    assert text_of(ConfigFile(str(file), is_named=True), environ) == "[github]\n"
