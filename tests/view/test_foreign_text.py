import json

import pytest

from hotfix.domain.foreign_text import clean, json_line, one_line


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain 決済 🔥", "plain 決済 🔥"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]52;c;ZXZpbA==\x1b\\after", "after"),
        ("\x1b]8;;https://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPdevice\x1b\\after", "after"),
        ("\x1b]0;never ends", ""),
        ("\x1b(Bplain\x1b[m", "plain"),
        ("\x1bcreset \x1b7saved \x1b=keys", "reset saved keys"),
        ("\x1b", ""),
        ("\x9b31mred", "31mred"),
        ("over\rwritten\x08\x7f\x00", "overwritten"),
        ("user\u202egnp.exe\u2066\u2069\u200f\u061c\ufeff", "usergnp.exe"),
        ("in\u200bvisible\u2060 \U000e0041signs", "invisible signs"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("lone \udcff surrogate", "lone  surrogate"),
        ("a\tb\nc", "a   b\nc"),
    ],
)
def test_what_could_steer_a_terminal_is_taken_out(text, safe):
    assert clean(text) == safe
    assert clean(text).encode() is not None


def test_one_line_is_one_line():
    assert one_line(" a\n\x1b[31mb\u2028c\t d ") == "a b c d"


def test_json_holds_all_of_it_and_steers_no_terminal():
    text = "決済 \x1b[31m\x7f\x9b\u202e\U000e0041\udcff"
    line = json_line({"text": text})
    assert json.loads(line) == {"text": text}
    assert clean(line) == line
    assert "決済" in line
