import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfix.domain.description import LONGEST, checked
from hotfix.domain.problem import ProblemCode, ProblemError


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("checkout returns 500", "checkout returns 500"),
        ("  two\nlines\tand  more ", "two lines and more"),
        ("a\u2028b\u2029c\u00a0d", "a b c d"),
        ("\x1b[31mred\x07\x00", "[31mred"),
        ("user\u202egnp.exe\u2066", "usergnp.exe"),
        ("lone \udcff surrogate", "lone surrogate"),
        ("Ошибка оплаты 決済エラー 🔥", "Ошибка оплаты 決済エラー 🔥"),
        ("[/red] <!channel> `x`", "[/red] <!channel> `x`"),
    ],
)
def test_it_becomes_one_visible_line(text, made):
    assert checked(text) == made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (" \n\t", "is empty"),
        ("\x00\u202e", "is empty"),
        ("🔥🔥", "has no word"),
        ("--- ...", "has no word"),
        ("x" * (LONGEST + 1), f"has {LONGEST + 1} characters"),
    ],
)
def test_what_describes_nothing_is_refused_with_an_example(text, said):
    with pytest.raises(ProblemError) as caught:
        checked(text)
    problem = caught.value.problem
    assert problem.code is ProblemCode.USAGE
    assert said in problem.what
    assert problem.next_command.startswith("hotfix start ")


def test_the_longest_is_allowed_and_blanks_do_not_count():
    assert checked(f"  {'x' * LONGEST}  ") == "x" * LONGEST


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(alphabet=st.characters(), max_size=60))
def test_it_is_refused_or_safe_and_checked_again_the_same(text):
    try:
        made = checked(text)
    except ProblemError:
        return
    assert checked(made) == made
    assert not {unicodedata.category(each) for each in made} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
