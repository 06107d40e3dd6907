"""What a command writes into a file is there whole, or not at all."""

import os
import stat

import pytest

from hotfix.cli.new_file import write_new
from hotfix.domain.problem import ProblemCode, ProblemError


def write(path, text="new", *, force=False):
    write_new(path, text, force=force, command="hotfix report")


def test_a_new_file_is_written_whole_and_nothing_else_is_left(tmp_path):
    write(tmp_path / "report.html", "決済")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == "決済"
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
    assert stat.S_IMODE((tmp_path / "report.html").stat().st_mode) & 0o111 == 0


def test_one_that_is_there_is_replaced_only_where_told_to(tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(ProblemError, match="is there already") as refused:
        write(path)
    assert refused.value.problem.code is ProblemCode.USAGE
    assert path.read_text() == "old"
    write(path, force=True)
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_one_and_its_target_is_written(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(ProblemError, match="is there already"):
        write(link)
    assert not target.exists()
    write(link, force=True)
    assert (link.is_symlink(), target.read_text()) == (True, "new")


def folder(path):
    path.mkdir()


@pytest.mark.parametrize("made", [folder, os.mkfifo])
def test_what_is_no_file_is_never_replaced(tmp_path, made):
    path = tmp_path / "odd"
    made(path)
    for force in (False, True):
        # What is advised would be refused otherwise.
        with pytest.raises(ProblemError, match="cannot be written") as refused:
            write(path, force=force)
        assert refused.value.problem.why == "It is no file. Nothing was changed."
        assert "--force" not in refused.value.problem.next_command
    assert list(tmp_path.iterdir()) == [path]
    assert not path.is_file()


@pytest.mark.parametrize("name", ["nowhere/report.html", "report.html/report.html", "x" * 300])
def test_where_nothing_can_be_written_there_are_words(tmp_path, name):
    (tmp_path / "report.html").write_text("old")
    with pytest.raises(ProblemError, match="cannot be written") as refused:
        write(tmp_path / name)
    assert "ANOTHER-FILE" in refused.value.problem.next_command
    assert refused.value.problem.why.endswith(". Nothing was changed.")
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_a_secret_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setenv("GH_TOKEN", "ghp_s3cr3ts3cr3t")
    write(tmp_path / "report.md", "with ghp_s3cr3ts3cr3t")
    assert (tmp_path / "report.md").read_text() == "with [redacted]"
