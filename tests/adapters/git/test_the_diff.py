"""What a change is shown as before it is committed. Real git."""

import pytest
from tests.adapters.git.clones import commit, git, repository


@pytest.fixture
def clone(both):
    _, clone = both
    (clone / "a.py").write_text("one\ntwo\n")
    commit(clone, "Begin")
    return clone


def shown(clone):
    start = git(clone, "rev-parse", "HEAD")
    git(clone, "add", "--all")
    tree = git(clone, "write-tree")
    found = repository(clone).diff(start, tree)
    assert repository(clone).changed_files(start, tree) == found.files
    return found


def test_it_shows_each_file_and_the_lines_that_change(clone):
    (clone / "a.py").write_text("one\nthree\n")
    (clone / "new.py").write_text("x = 1\n")
    found = shown(clone)
    assert [(it.path, it.added, it.deleted) for it in found.files] == [
        ("a.py", 1, 1),
        ("new.py", 1, 0),
    ]
    assert found.lines == (
        "a.py +1 -1",
        *("   one", "  -two", "  +three"),
        "new.py +1 -0",
        "  +x = 1",
    )


def test_what_is_long_is_counted_and_what_is_wide_is_cut(clone):
    (clone / "long.lock").write_text("line\n" * 5_000)
    (clone / "wide.js").write_text("y" * 5_000)
    found = shown(clone)
    assert "long.lock +5000 -0" in found.lines
    assert len(found.lines) == 4
    assert max(map(len, found.lines)) < 200


def test_the_settings_of_whoever_works_here_change_nothing(clone):
    for key, value in (
        ("diff.external", "false"),
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.context", "9"),
        ("color.ui", "always"),
        ("diff.wordRegex", "."),
    ):
        git(clone, "config", key, value)
    (clone / "a.py").write_text("one\nthree\n")
    assert shown(clone).lines == ("a.py +1 -1", "   one", "  -two", "  +three")


@pytest.mark.parametrize("name", ["@@ -1 +1 @@", "tab\there", "*.py", ":(top)x", "umlaut ä"])
def test_any_name_is_a_name(clone, name):
    (clone / name).write_text("@@ x @@\n+++ b/y\n")
    lines = shown(clone).lines
    assert lines == (f"{name} +2 -0", "  +@@ x @@", "  ++++ b/y")


def test_bytes_that_are_no_text_are_one_line(clone):
    (clone / "logo.png").write_bytes(bytes(range(256)) * 40)
    assert shown(clone).lines == ("logo.png +0 -0",)


def test_an_empty_change_shows_nothing(clone):
    assert shown(clone).lines == ()
