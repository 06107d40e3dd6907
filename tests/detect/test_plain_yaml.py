"""YAML from anybody: read as texts, or refused in words, and never built beyond all measure."""

import pytest

from hotfix.detect.plain_yaml import UnreadableYamlError, documents, one_document

NINE = "a: &a [" + "x," * 9 + "]\n"
LAUGHS = NINE + "".join(
    f"{new}: &{new} [" + f"*{old}," * 9 + "]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", []),
        ("# nothing\n", []),
        ("on: push", [{"on": "push"}]),
        ("a: yes\nb: 1.10\nc: 2026-01-01", [{"a": "yes", "b": "1.10", "c": "2026-01-01"}]),
        ("a: 1\n---\n- b\n", [{"a": "1"}, ["b"]]),
        ("x: &x [1]\ny: *x\n", [{"x": ["1"], "y": ["1"]}]),
        ("x: &x 1\n---\nx: &x 2\ny: *x\n", [{"x": "1"}, {"x": "2", "y": "2"}]),
        ("x: !!python/object/apply:os.system ['true']", [{"x": ["true"]}]),
        ("a:\n", [{"a": ""}]),
    ],
)
def test_it_is_read_as_it_was_written(text, wanted):
    assert documents(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "- " * 100_000,
        "[" * 100_000,
        "{a: " * 50_000,
        LAUGHS,
        "&a [*a]",
        "a: *b",
        "? [a]\n: b",
        "{{ .Values.name }}",
        "a: [",
        "\x00",
        "- x\n" * 250_000,
    ],
)
def test_what_is_no_use_is_refused_in_words(text):
    with pytest.raises(UnreadableYamlError) as refused:
        documents(text)
    assert str(refused.value)
    assert "\n" not in str(refused.value)


def test_one_document_is_one():
    assert one_document("") is None
    assert one_document("a: 1") == {"a": "1"}
    with pytest.raises(UnreadableYamlError):
        one_document("a: 1\n---\nb: 2\n")
