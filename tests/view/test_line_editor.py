"""The line that a person types, collected as a terminal would."""

import termios

import pytest

from hotfix.view.keyboard import LineEditor

KEYS = {
    termios.VERASE: "\x7f",
    termios.VKILL: "\x15",
    termios.VEOF: "\x04",
    termios.VWERASE: "\x17",
}


def lines(*raw):
    editor = LineEditor(KEYS, "utf-8")
    for each in raw:
        editor.feed(each)
    found: list[str] = []
    while True:
        try:
            line = editor.line(0)
        except EOFError:
            line = "<end>"
        if line is None:
            return found, editor.text
        found.append(line)


@pytest.mark.parametrize(
    ("raw", "finished", "open_line"),
    [
        ([b"merge\n"], ["merge"], ""),
        ([b" merge \r"], ["merge"], ""),
        ([b"mer", b"ge"], [], "merge"),
        ([b"merx\x7fge\n"], ["merge"], ""),
        ([b"\x7f\x08merge\x08e\n"], ["merge"], ""),
        ([b"wrong\x15merge\n"], ["merge"], ""),
        ([b"roll  back\x17forth\n"], ["roll  forth"], ""),
        ([b"\x04"], ["<end>"], ""),
        # In a line it is none, as at a terminal.
        ([b"mer\x04ge\n"], ["merge"], ""),
        # Arrows, keys of functions, Alt and a pasted colour say nothing.
        ([b"\x1b[Amer\x1b[1;5Cge\x1bOB\x1bx\x1b[31m\n"], ["merge"], ""),
        ([b"\x1b", b"[", b"3~merge\n"], ["merge"], ""),
        # A sign comes in pieces; one that is none is no end.
        (["é".encode()[:1], "é".encode()[1:] + b"\n"], ["é"], ""),
        ([b"caf\xe9\n"], ["caf\N{REPLACEMENT CHARACTER}"], ""),
        ([b"mer\x00\x07ge\n"], ["merge"], ""),
        ([b"KeyError: None\n\nat x\n"], ["KeyError: None", "", "at x"], ""),
        ([b""], ["<end>"], ""),
    ],
)
def test_a_line_is_what_a_terminal_would_make_of_it(raw, finished, open_line):
    assert lines(*raw) == (finished, open_line)


def test_what_is_forgotten_counts_for_nothing():
    editor = LineEditor(KEYS, "utf-8")
    editor.feed(b"merge\nmer\x1b[")
    editor.forget()
    assert (editor.line(0), editor.text) == (None, "")
    editor.feed(b"stop\n")
    assert editor.line(0) == "stop"
