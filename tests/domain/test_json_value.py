"""What a line of a journal holds, read as a list of words."""

import pytest

from hotfix.domain.json_value import texts


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (["a", 1, None], ("a", "1", "None")),
        (("a",), ("a",)),
        ([], ()),
        ("ab", ()),
        ({"a": 1}, ()),
        (None, ()),
        (7, ()),
    ],
)
def test_only_a_list_is_one(value, words):
    assert texts(value) == words
