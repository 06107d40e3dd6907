"""JSON is read as the library reads it, whatever the text; only sooner."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix.domain.json_reading import json_value

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: st.lists(each) | st.dictionaries(st.text(), each),
)
# Almost JSON: cut off, doubled, with signs in between.
SIGNS = st.text(alphabet='{}[]":,\\u0041 \n\t-.eE0123456789nulltrefasNI\ufeff', max_size=20)


def read(reader, text):
    """Return what the reader makes of it, comparable where that holds NaN, or what it says."""
    try:
        return repr(reader(text))
    except ValueError as error:
        return f"{type(error).__name__}: {error}"


@given(VALUES, st.booleans(), st.sampled_from(["", " ", "\n", "x"]))
def test_it_is_what_the_library_reads(value, is_ascii, after):
    text = json.dumps(value, ensure_ascii=is_ascii) + after
    assert read(json_value, text) == read(json.loads, text)


@given(SIGNS)
def test_what_is_no_json_is_refused_in_the_same_words(text):
    assert read(json_value, text) == read(json.loads, text)


@pytest.mark.parametrize("inside", [None, object()], ids=["none", "another"])
def test_on_a_python_with_another_inside_the_library_reads(monkeypatch, inside):
    monkeypatch.setitem(sys.modules, "_json", inside)
    assert json_value('{"a": [1, 2.5, null]}') == {"a": [1, 2.5, None]}
    with pytest.raises(ValueError, match="Expecting value"):
        json_value("")


def test_whatever_is_cut_off_is_no_json_also_where_the_library_is_not_imported():
    text = '{"a": ["x\\u00e9", 1.5, true, null, {"b": -2e3}], "c": "y"}'
    program = f"""
import sys
from hotfix.domain.json_reading import json_value
assert "json" not in sys.modules
try:
    json_value({text!r}[:int(sys.argv[1])])
except ValueError:
    print("no JSON")
"""
    for length in (1, 5, 9, 12, 17, 22, 30, 43, len(text) - 1):
        done = subprocess.run(
            [sys.executable, "-c", program, str(length)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.stdout, done.stderr) == ("no JSON\n", ""), length
