"""The root cause, drafted from what the commits of the fix say below their first lines."""

import pytest

from hotfix.domain.drafted import quoted, root_cause

LONG = "It fails because of a very long reason, which goes on and on " * 10


@pytest.mark.parametrize(
    ("bodies", "cause"),
    [
        ((), ""),
        (("",), ""),
        (("The voucher may be null.",), "The voucher may be null."),
        (("One.\nTwo goes\non. Three.\n\nAnother paragraph.",), "One. Two goes on."),
        (
            ("Text first.\n\nRoot cause: a null\nin the voucher.\nRisk: none",),
            "a null in the voucher.",
        ),
        (("Text first.", "Root-Cause: a null."), "a null."),
        (("Text.\n\nCause: a null.\nSigned-off-by: Dana <d@example.com>",), "a null."),
        (("**Root cause:** a null.",), "a null."),
        (("- Cause: a null.\n- Fix: check it.",), "a null."),
        (("Check it.\n\nBecause the voucher may be null.",), "Because the voucher may be null."),
        (("Because it is null.", "Root cause: the rate table."), "the rate table."),
        (("Cause:\n\nThe table is gone.",), "The table is gone."),
        (("Cause:\nThe table is gone.",), "The table is gone."),
        (("", "It says what another commit does."), ""),
        (("Signed-off-by: Dana <d@example.com>",), ""),
        (("Co-authored-by: A <a@b>\nFixes #12\nCloses: #3",), ""),
        (("(cherry picked from commit a1b2)",), ""),
        (("Fixes #12\n\nThe voucher may be null.",), "The voucher may be null."),
        (("Fixes the null that version 1.2 brought.",), "Fixes the null that version 1.2 brought."),
        (("a\x1b]0;title\x07b\u202ec",), "abc"),
        (("A\r\nB.\r\n\r\nC.",), "A B."),
    ],
)
def test_the_cause_is_drafted_from_what_the_commits_say(bodies, cause):
    assert root_cause(bodies) == cause


def test_a_draft_is_short_and_foreign_text_mentions_nobody():
    assert len(root_cause((LONG,))) <= 300
    assert root_cause((LONG,)).endswith("…")
    assert quoted("ask @all, `x`") == "`ask @all, 'x'`"
    assert quoted("") == ""
