"""A line ends at a line feed, and at nothing else."""

import pytest

from hotfix.domain.lines import lines_of, text_lines


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (b"", []),
        (b"\n", [b"\n"]),
        (b"a\nb\n", [b"a\n", b"b\n"]),
        (b"a\n\nb", [b"a\n", b"\n", b"b"]),
        (b"a\rb\x0b\x0c\x1c\n", [b"a\rb\x0b\x0c\x1c\n"]),
        (b"a\r\n", [b"a\r\n"]),
    ],
)
def test_of_bytes_nothing_is_lost(raw, lines):
    assert lines_of(raw) == lines
    assert b"".join(lines_of(raw)) == raw


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("\n", [""]),
        ("a\nb\n", ["a", "b"]),
        ("a\r\nb", ["a", "b"]),
        ("a\u2028b\x85c\x1cd\x0be\rf\n", ["a\u2028b\x85c\x1cd\x0be\rf"]),
    ],
)
def test_of_foreign_text_what_python_takes_for_an_end_is_none(text, lines):
    assert text_lines(text) == lines
