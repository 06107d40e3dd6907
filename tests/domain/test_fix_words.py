"""What a person writes of the fix in an editor, read from what they save."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfix.domain import fix_words, pull_request_text
from hotfix.domain.event import Event
from hotfix.domain.event_data import DecisionMade, Noted
from hotfix.domain.facts import Facts
from hotfix.domain.fix_words import EDIT
from hotfix.domain.fold import after
from hotfix.domain.heard import SLACK, Heard
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonObject
from hotfix.domain.progress import Progress
from hotfix.domain.question import Answer, Option, Question

INCIDENT = Incident("checkout returns 500", root_cause="As the flag says.")
BY_COMMITS: JsonObject = {
    "change": {
        "files": ["app.py"],
        "lines": 2,
        "commits": ["0" * 40],
        "subjects": ["Mend the voucher"],
        "root_cause": "An order without a voucher has no key.",
    }
}
DRAFT = fix_words.offered(Incident("checkout returns 500"), Facts(BY_COMMITS))[1]


def test_the_draft_is_what_stands_by_then():
    lines, draft = fix_words.offered(Incident("x"), Facts(BY_COMMITS))
    cause = "Root cause: An order without a voucher has no key."
    assert lines == (cause, "Fix summary: Mend the voucher")
    assert draft.startswith("\n\n".join(lines))
    assert fix_words.offered(INCIDENT, Facts())[0] == (
        "Root cause: As the flag says.",
        "Fix summary: checkout returns 500",
    )
    assert fix_words.offered(None, Facts(BY_COMMITS)) == ((), "")


@pytest.mark.parametrize("facts", [{}, BY_COMMITS])
def test_what_an_editor_opens_with_fits_a_terminal(facts):
    draft = fix_words.offered(Incident("checkout returns 500"), Facts(facts))[1]
    hints = draft[draft.index("# ---") :]
    assert max(map(len, hints.splitlines())) < 80
    assert all(line.startswith("# ") for line in hints.splitlines())


@pytest.mark.parametrize(
    ("saved", "changed"),
    [
        ("", ""),
        ("# nothing\n\n", ""),
        # Saved as it is: what the commits say is theirs now.
        (DRAFT, "Root cause: An order without a voucher has no key."),
        (DRAFT.replace("\n", "\r\n"), "Root cause: An order without a voucher has no key."),
        ("Fix summary: Mend the voucher", ""),
        ("Root cause: None.\n", "Root cause: None."),
        ("root cause :\n  None,\n\n  twice.\n# Root cause: x\n", "Root cause: None, twice."),
        ("Root cause: #12 did it\n#12 again\n#", "Root cause: #12 did it #12 again"),
        # What is written below the line that git cuts at, too, joins nothing.
        (
            "Root cause: None.\n# ------------------------ >8 ------------------------\nmy notes\n",
            "Root cause: None.",
        ),
        ("Root cause:\nFix summary: b", "Root cause:\nFix summary: b"),
        ("Fix summary: a\x1b[2J\tb", None),
        ("Root cause: \u2028a", "Root cause: a"),
    ],
)
def test_what_is_changed_is_told_in_the_form_of_the_draft(saved, changed):
    found = fix_words.changed(DRAFT, saved)
    if changed is None:
        assert "\x1b" not in found
    else:
        assert found == changed


@pytest.mark.parametrize(
    ("saved", "why"),
    [
        ("It was the voucher.\nRoot cause: x", '"It was the voucher." stands behind neither'),
        ("y" * 99, f'"{"y" * 39}…" stands behind neither'),
        (f"Root cause: {'y' * 2001}", "Root cause is 2001 long; at most 2000 signs are taken."),
    ],
)
def test_what_cannot_be_taken_is_refused_with_words(saved, why):
    with pytest.raises(ValueError, match=re.escape(why)):
        fix_words.changed(DRAFT, saved)


@given(st.text(max_size=80), st.text(max_size=80))
def test_what_was_changed_is_read_back_as_it_was_told(cause, summary):
    try:
        reason = fix_words.changed("", f"Root cause: {cause}\nFix summary: {summary}")
    except ValueError:
        return
    known = fix_words.known_with({}, EDIT, Answer("edit", reason))
    again = fix_words.known_with(known, EDIT, Answer("edit", reason))
    assert known == again
    text = fix_words.root_cause(INCIDENT, Facts(known))
    assert "\n" not in text
    assert reason.startswith(f"Root cause: {text}".rstrip())


@pytest.mark.parametrize("facts", [BY_COMMITS, {}])
def test_what_a_person_has_written_is_no_draft_to_be_taken_again(facts):
    by_flag = fix_words.offered(INCIDENT, Facts(facts))[1]
    by_hand = fix_words.offered(INCIDENT, written("Root cause: None.", facts))[1]
    for draft in (by_flag, by_hand):
        assert fix_words.changed(draft, draft) == ""


@pytest.mark.parametrize(
    ("note", "cause", "summary"),
    [
        ("Root cause: None has no key.", "None has no key.", ""),
        ("  root cause :  None has \n no key. ", "None has no key.", ""),
        ("Fix summary: Ask for the key", "", "Ask for the key"),
        ("the root cause: still looked for", "", ""),
        ("Root cause:", "", ""),
    ],
)
def test_a_note_that_names_the_cause_says_it(note, cause, summary):
    noted = Noted(note, "dana")
    at = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
    for by_whom, is_said in (
        (noted, True),
        (replace(noted, by="hotfix"), False),
        (replace(noted, heard=Heard(f"{SLACK}1", at)), False),
    ):
        event = Event("hf-1", 1, at, by_whom.type, "dana", "", "", by_whom.to_json())
        facts = after(Progress(), event).facts
        plain = Incident("checkout returns 500")
        assert fix_words.root_cause(plain, facts) == (cause if is_said else "")
        assert fix_words.fix_summary(plain, facts) == (summary if is_said else "")


def written(reason: str, known=BY_COMMITS, option: Option = EDIT) -> Facts:
    return Facts(fix_words.known_with(known, option, Answer(option.key, reason)))


def test_what_was_written_takes_the_place_of_flag_and_draft():
    cause = written("Root cause: None has no key.")
    assert fix_words.root_cause(INCIDENT, cause) == "None has no key."
    assert fix_words.drafted_root_cause(cause) == ""
    assert fix_words.fix_summary(INCIDENT, cause) == ""
    body = pull_request_text.of_the_fix(INCIDENT).body(cause)
    assert "**Root cause:** None has no key." in body
    assert "**Fix summary:** `Mend the voucher`" in body
    both = written("Fix summary: Ask for the key", cause.known)
    assert fix_words.root_cause(INCIDENT, both) == "None has no key."
    assert "**Fix summary:** Ask for the key" in pull_request_text.of_the_fix(INCIDENT).body(both)


def test_what_was_taken_away_is_not_drafted_again():
    none = written("Root cause:")
    assert "**Root cause:** not known yet" in pull_request_text.of_the_fix(INCIDENT).body(none)
    shown, opens_with = fix_words.offered(INCIDENT, none)
    # As the pull request says it; in the editor it is an empty line to write on.
    assert shown[0] == "Root cause: not known yet"
    assert opens_with.startswith("Root cause:\n")
    assert fix_words.changed(opens_with, opens_with) == ""


def test_only_an_answer_that_writes_says_so_and_the_question_is_asked_again():
    assert written("Root cause: x", option=Option("override", "Go on")).known == BY_COMMITS
    question = Question("commit", "Commit this?", (Option("commit", "Commit it"), EDIT))
    made = DecisionMade("commit", "edit", "Root cause: None.", 0.0, question)
    at = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
    step = ("dana", "fix", "commit_the_rest")
    progress = after(Progress(), Event("hf-1", 1, at, made.type, *step, made.to_json()))
    assert fix_words.root_cause(INCIDENT, progress.facts) == "None."
    assert progress.facts_for("commit_the_rest", at).answer("commit") is None
