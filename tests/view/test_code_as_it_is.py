"""A diff, and what a program printed, keep their blanks in everything that tells of a run."""

import re
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.journals.reading import recorded

from hotfix.domain.foreign_text import is_code, verbatim
from hotfix.view.account import account
from hotfix.view.account_text import account_lines
from hotfix.view.report_html import report_html
from hotfix.view.report_markdown import report_markdown

DONE = account(recorded("committed-with-one-answer").events)
CODE = [
    "diff --git a/app.py b/app.py",
    "@@ -1,4 +1,5 @@ def price(order):",
    "     if order.voucher:",
    "-        return order.voucher.price   # it  may be None",
    "+\t\tif ready :",
    "+        see(`https://h/x.`, ```y```, <b>&amp;</b>)   ",
    "backend |     assert price(None) == 0",
]


def told_with(shown):
    first, *others = DONE["decisions"]
    return {**DONE, "decisions": [{**first, "shown": list(shown)}, *others]}


def in_text(told, width):
    return [line.removeprefix("    | ") for line in account_lines(told, width)]


def in_html(html):
    blocks = re.findall(r"<pre>(?:<code[^>]*>)?(.*?)(?:</code>)?</pre>", html, re.DOTALL)
    return [line for block in blocks for line in unescape(block).split("\n")]


def told_in(told):
    """Return the lines of each telling in which code stands whole."""
    page = MarkdownIt("commonmark").render(verbatim(report_markdown(told)))
    return {
        **{f"text at {width}": in_text(told, width) for width in (None, 40, 80)},
        "markdown": in_html(page),
        "html": in_html(report_html(told)),
    }


def test_a_diff_is_told_with_its_indentation():
    assert all(map(is_code, CODE))
    for where, lines in told_in(told_with(CODE)).items():
        for line in CODE:
            assert line in lines, where


@settings(max_examples=20)
@given(
    st.lists(
        st.text(
            st.characters(codec="ascii", min_codepoint=9, exclude_characters="\n\r\x0b\x0c\x1b"),
            min_size=1,
            max_size=60,
        ).map(lambda text: verbatim(f"+{text}")),
        min_size=1,
        max_size=4,
    )
)
def test_any_line_of_code_is_told_as_it_is(shown):
    for where, lines in told_in(told_with(shown)).items():
        at = lines.index(shown[0]) if shown[0] in lines else -1
        assert at >= 0, (where, shown)
        assert all(line in lines for line in shown), (where, shown)
