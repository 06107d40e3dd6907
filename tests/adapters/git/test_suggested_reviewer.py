"""Who is suggested to review, from CODEOWNERS and from history. Real git."""

from dataclasses import replace

import pytest
from tests.adapters.git.clones import commit, git, origin_and_clone, repository
from tests.engine.small_plan import ports

from hotfix.domain.fact_names import BASE_SHA, CHOSEN_REVIEWER, SUGGESTED_REVIEWERS
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done
from hotfix.domain.question import Answer
from hotfix.ports.repository import LastAuthor
from hotfix.steps.suggest_reviewer import SuggestReviewer

BRANCH = "hotfix/checkout"


@pytest.fixture
def clone(tmp_path):
    """A clone whose shop.py was written by three people, and a hotfix by Dana."""
    _, clone = origin_and_clone(tmp_path)
    lines = ["total = 1"]
    for name, email, count in (
        ("Noor Haddad", "7+noor@users.noreply.github.com", 2),
        ("Sami", "sami@webrana.example", 1),
    ):
        lines += [f"{name.split()[0].lower()}{number} = 1" for number in range(count)]
        (clone / "shop.py").write_text("\n".join(lines) + "\n")
        git(clone, "add", "--all")
        git(clone, "commit", "--quiet", f"--author={name} <{email}>", "-m", name)
    return clone


def fixed(clone):
    """Let Dana change every line of shop.py, and add a file; return the facts."""
    base = git(clone, "rev-parse", "HEAD")
    git(clone, "checkout", "--quiet", "-b", BRANCH)
    text = (clone / "shop.py").read_text()
    (clone / "shop.py").write_text(text.replace("1", "2"))
    (clone / "new.py").write_text("new = 1\n")
    commit(clone, "Fix")
    return Facts({"base_sha": base, "branch": BRANCH, "author": "dana"})


def suggested(clone, facts, *, can_ask=False):
    step = SuggestReviewer(can_ask, {"sami@webrana.example": "sami"})
    return step.run(facts, replace(ports(), repository=repository(clone)))


def test_who_last_touched_the_changed_lines_is_found_by_blame(clone):
    facts = fixed(clone)
    found = repository(clone).last_authors(facts[BASE_SHA], BRANCH)
    assert found == (
        LastAuthor("Noor Haddad", "7+noor@users.noreply.github.com", 2),
        LastAuthor("Dana", "dana@webrana.example", 1),
        LastAuthor("Sami", "sami@webrana.example", 1),
    )


@pytest.mark.parametrize("listed", [None, "no commit\n", "\n"])
def test_a_list_of_what_blame_ignores_that_is_missing_or_wrong_hides_nobody(clone, listed):
    facts = fixed(clone)
    git(clone, "config", "blame.ignoreRevsFile", ".git-blame-ignore-revs")
    if listed is not None:
        (clone / ".git-blame-ignore-revs").write_text(listed)
    found = repository(clone).last_authors(facts[BASE_SHA], BRANCH)
    assert [each.name for each in found] == ["Noor Haddad", "Dana", "Sami"]


def test_one_that_is_there_is_obeyed(clone):
    (clone / "shop.py").write_text((clone / "shop.py").read_text().replace(" = ", " =  "))
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--author=Fmt <fmt@webrana.example>", "-m", "Format")
    (clone / ".git" / "ignored").write_text(git(clone, "rev-parse", "HEAD") + "\n")
    facts = fixed(clone)
    assert [it.name for it in repository(clone).last_authors(facts[BASE_SHA], BRANCH)] == ["Fmt"]
    git(clone, "config", "blame.ignoreRevsFile", ".git/ignored")
    found = repository(clone).last_authors(facts[BASE_SHA], BRANCH)
    assert [each.name for each in found] == ["Noor Haddad", "Dana", "Sami"]


def test_the_author_is_never_suggested_and_nobody_is_asked_unseen(clone):
    outcome = suggested(clone, fixed(clone))
    assert isinstance(outcome, Done)
    assert outcome.saying == ("No reviewer is configured; noor, sami could review it (git blame).")
    assert outcome.facts == (SUGGESTED_REVIEWERS(("noor", "sami")),)


def test_code_owners_of_the_base_come_first(clone):
    (clone / ".github").mkdir()
    (clone / ".github" / "CODEOWNERS").write_text("*.py @dana @rena\n")
    commit(clone, "Owners")
    outcome = suggested(clone, fixed(clone))
    assert isinstance(outcome, Done)
    assert outcome.saying == "No reviewer is configured; rena could review it (CODEOWNERS)."


def test_a_person_at_the_terminal_chooses_and_yes_asks_nobody(clone):
    facts = fixed(clone)
    asked = suggested(clone, facts, can_ask=True)
    assert isinstance(asked, Ask)
    assert [option.key for option in asked.question.options] == ["noor", "sami", "nobody"]
    assert asked.question.by_yes == "nobody"
    chosen = suggested(clone, replace(facts, answers={"reviewer": Answer("noor")}))
    assert isinstance(chosen, Done)
    assert chosen.facts == (CHOSEN_REVIEWER("noor"),)


def test_where_nobody_else_wrote_it_nobody_is_suggested(tmp_path):
    _, clone = origin_and_clone(tmp_path)
    outcome = suggested(clone, fixed(clone))
    assert isinstance(outcome, Done)
    assert "nobody suggests themselves" in outcome.saying
