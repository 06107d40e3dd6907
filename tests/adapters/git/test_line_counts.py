"""Lines are counted every second: of regular files, up to a cap, and once as long as they stay."""

import os
import tracemalloc

from tests.adapters.git.clones import git, repository

from hotfix.adapters.git.line_counts import MOST_BYTES, lines_in_file


def test_lines_of_text_are_counted_and_of_what_is_no_text_are_none(tmp_path):
    text, binary, empty = (tmp_path / name for name in ("text", "binary", "empty"))
    text.write_text("a\nb\n")
    binary.write_bytes(b"a\n\0b\n")
    empty.touch()
    assert [lines_in_file(it) for it in (text, binary, empty)] == [2, 0, 0]
    assert [lines_in_file(it) for it in (tmp_path, tmp_path / "gone")] == [0, 0]


def test_neither_a_pipe_nor_what_a_link_leads_to_is_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    assert [lines_in_file(tmp_path / it) for it in ("pipe", "link", "nowhere")] == [0, 1, 1]


def test_a_dump_is_read_up_to_the_cap_once_and_in_pieces(both, monkeypatch):
    _, clone = both
    dump = clone / "dump.sql"
    with dump.open("wb") as file:
        file.write(b"x\n" * MOST_BYTES)
    here, base = repository(clone), git(clone, "rev-parse", "HEAD")
    tracemalloc.start()
    (change,) = here.change_since(base, "main").files
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (change.path, change.added) == ("dump.sql", MOST_BYTES // 2)
    assert most < MOST_BYTES / 4
    monkeypatch.setattr(os, "read", None)
    assert lines_in_file(dump) == change.added
    monkeypatch.undo()
    dump.write_text("one\n")
    assert lines_in_file(dump) == 1
