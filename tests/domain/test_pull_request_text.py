"""What a pull request says, word for word where somebody finds it by a word."""

from dataclasses import replace
from typing import Any

import pytest

from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.pull_request_text import (
    marker,
    of_the_fix,
    of_the_revert,
    title,
    with_template,
)

INCIDENT = Incident("checkout returns 500")


def fix(incident=INCIDENT, **known: Any) -> list[str]:
    """Return the paragraphs of the text about the fix."""
    text = of_the_fix(incident).body(Facts(known, run="hf-1", operator="dana"))
    assert text.endswith("-->\n")
    return text.split("\n\n")


def test_what_is_not_known_is_said_to_be_not_known():
    assert fix()[:5] == [
        "**Issue:** none named",
        "**Root cause:** not known yet",
        "**Fix summary:** checkout returns 500",
        "**How it was tested:** no local suite is configured",
        "**Why a hotfix:** not recorded",
    ]
    assert fix()[5].startswith("## Reviewer checklist\n- [ ] Fix addresses the issue")
    assert fix()[6] == "## Hotfix checklist"


def test_a_template_comes_after_ours_and_never_makes_it_longer_than_github_takes():
    body = of_the_fix(INCIDENT).body(Facts({}, run="hf-1"))
    assert with_template(body, " \n") == body
    assert with_template(body, "Risk: ?\n").startswith(body)
    assert marker("hf-1") in with_template(body, "x" * 70_000)
    assert len(with_template(body, "x" * 70_000)) == 65_000


def test_what_nobody_summed_up_is_said_in_the_words_of_the_commits():
    change = {
        "files": [],
        "lines": 1,
        "commits": [],
        "subjects": ["Mend `x`", "Ask @all", "Ask @all"],
    }
    assert fix(change=change)[2] == "**Fix summary:** `Mend 'x'`; `Ask @all`"
    assert fix(replace(INCIDENT, fix_summary="Check it."), change=change)[2].endswith(" Check it.")


def test_a_cause_that_nobody_named_is_said_in_the_words_of_the_commits():
    change = {"files": [], "lines": 1, "commits": [], "root_cause": "`x` is null, ask @all."}
    said = "**Root cause:** `'x' is null, ask @all.` (as the commits say)"
    assert fix(change=change)[1] == said
    assert fix(replace(INCIDENT, root_cause="A null."), change=change)[1].endswith("** A null.")


def test_what_is_known_is_said():
    incident = replace(INCIDENT, root_cause="A null.", fix_summary="Check it.")
    suites = [{"name": "unit", "state": "passed", "seconds": 1.2}]
    found = fix(incident, issue_number=12, issue_url="u", suites=suites, eligibility="It is.")
    assert found[:5] == [
        "**Issue:** #12",
        "**Root cause:** A null.",
        "**Fix summary:** Check it.",
        "**How it was tested:** unit passed in 1.2 s",
        "**Why a hotfix:** It is.",
    ]
    assert fix(issue_url="https://jira/A-1")[0] == "**Issue:** https://jira/A-1"
    assert fix(tests_overridden="flaky")[3].endswith("did not pass; overridden: flaky")


@pytest.mark.parametrize(
    ("known", "begins"),
    [
        ({"guard_warnings": ["No test is touched."]}, "**Accepted although:**\n- No test"),
        ({"picked": ["a1", "b2"]}, "**Picked:** a1, b2"),
        ({"ride_along": True}, "**Rides along (not in what runs now):**\n- "),
        ({"left_behind": True}, "**Left behind (cut from what runs now):**\n- "),
    ],
)
def test_what_a_reviewer_must_know_has_a_paragraph_of_its_own(known, begins):
    other = [{"sha": "a1" * 20, "subject": "Add vouchers", "author": "Noor", "pull_request": 0}]
    given = {key: other if value is True else value for key, value in known.items()}
    assert fix(**given)[5].startswith(begins)


def test_a_line_of_the_checklist_is_ticked_by_its_fact():
    text = "\n\n".join(fix(branch="hotfix/x", labels=["hotfix"]))
    assert "- [x] Hotfix branch created from main (hotfix/x)" in text
    assert "- [x] PR created with proper labels (hotfix)" in text
    assert "- [ ] Local tests pass\n" in text


def test_the_text_of_a_revert_says_what_and_whose_it_is():
    known: Any = {"merge_sha": "a1b2", "pull_request_url": "https://x/7"}
    text = of_the_revert(INCIDENT, "main")
    assert text.title == 'Revert "[HOTFIX] checkout returns 500"'
    parts = text.body(Facts(known, run="hf-1", operator="dana")).split("\n\n")
    assert parts[0] == "Reverts a1b2, merged by https://x/7."
    assert "`hf-1` (dana)" in parts[1]
    assert parts[2].startswith("Until this is merged, `main` carries")
    assert parts[3] == f"{marker('hf-1 revert')}\n"
    with_run = text.body(Facts({**known, "workflow_run_url": "https://x/run"}, run="hf-1"))
    assert "Its deployment: https://x/run\n\n" in with_run


def test_the_longest_title_is_cut():
    assert len(title(Incident("x" * 300))) == 200
    assert title(INCIDENT) == "[HOTFIX] checkout returns 500"
