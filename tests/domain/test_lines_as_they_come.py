"""Lines of what comes in pieces, each whole, and none without an end."""

from itertools import chain, repeat

from hypothesis import given
from hypothesis import strategies as st

from hotfix.domain.lines import lines_as_they_come, lines_of

BYTES = st.lists(st.sampled_from([b"\n", b"a", b"\xff", b"\r"]), max_size=30).map(b"".join)


@given(st.lists(BYTES, max_size=6), st.integers(1, 8))
def test_they_are_those_of_the_whole_and_none_is_longer_than_wanted(chunks, longest):
    whole = [line.removesuffix(b"\n")[:longest] for line in lines_of(b"".join(chunks))]
    assert list(lines_as_they_come(chunks, longest)) == whole


def test_one_that_goes_on_for_ever_takes_no_more_room_than_its_beginning():
    chunks = chain([b"begin "], repeat(b"x" * 65_536, 3_000), [b"\nend"])
    assert list(lines_as_they_come(chunks, 10)) == [b"begin xxxx", b"end"]
