"""Who is due for a review, and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotfix.domain.fact_names import REVIEWERS_ASKED
from hotfix.domain.facts import Facts
from hotfix.domain.review_ladder import ReviewLadder, names, seconds_since_request

START = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
OLD, NEW = "a" * 40, "b" * 40
NOOR = {"name": "Noor Haddad", "email": "Noor@webrana.example"}
LADDER = ReviewLadder("rena", "sami", 240, 420, {"noor@webrana.example": "noor"})


def facts(seconds, asked=(), head=OLD, **further):
    known: dict[str, Any] = {
        "author": "dana",
        "on_call_people": [NOOR],
        "review_request": {"sha": head, "at": START.isoformat()},
        "reviewers_asked": [{"who": who, "role": "", "sha": sha} for who, sha in asked],
    }
    return Facts(known | further, now=START + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("seconds", "asked", "due"),
    [
        (0, [], "rena"),
        (0, [("rena", OLD)], None),
        (239, [("rena", OLD)], None),
        (240, [("rena", OLD)], "sami"),
        (419, [("rena", OLD), ("sami", OLD)], None),
        (420, [("rena", OLD), ("sami", OLD)], "noor"),
        (9999, [("rena", OLD), ("sami", OLD), ("noor", OLD)], None),
    ],
)
def test_each_is_asked_once_and_in_time(seconds, asked, due):
    found = LADDER.due(facts(seconds, asked), OLD)
    assert (found.who if found else None) == due


def test_who_was_asked_before_is_asked_at_once_about_a_newer_commit():
    known = facts(1, [("rena", OLD), ("sami", OLD), ("rena", NEW)], head=NEW)
    due = LADDER.due(known, NEW)
    assert due is not None
    assert due.who == "sami"


def test_a_newer_commit_must_be_asked_about():
    assert "was pushed" in LADDER.must_ask(facts(0, [("rena", OLD)]), NEW)
    assert LADDER.must_ask(facts(0, [("rena", OLD)]), OLD) == ""
    assert (
        LADDER.must_ask(facts(240, [("rena", OLD)]), OLD) == "No approval for 4:00: sami is asked."
    )


def test_nobody_is_on_it_twice_and_the_author_never():
    ladder = ReviewLadder("Dana", "noor", 240, 420, {"noor@webrana.example": "noor"})
    assert [rung.who for rung in ladder.rungs(facts(0))] == ["noor"]


def test_whoever_is_on_call_without_a_known_login_is_only_named():
    (rung,) = ReviewLadder().rungs(facts(0))
    assert (rung.who, rung.has_login) == ("Noor Haddad", False)


def test_without_a_clock_nobody_but_the_first_is_due():
    known = Facts({"reviewers_asked": [{"who": "rena", "role": "", "sha": OLD}]})
    assert LADDER.due(known, OLD) is None


def test_the_time_of_a_request_for_another_commit_counts_for_nothing():
    waited = facts(9999, [("rena", OLD)])
    assert seconds_since_request(waited, OLD) == 9999.0
    assert seconds_since_request(waited, NEW) == 0.0
    assert seconds_since_request(Facts(waited.known), OLD) == 0.0
    assert seconds_since_request(Facts({}, now=START), OLD) == 0.0
    # Who was asked about the earlier commit is asked about the newer one at once, nobody else.
    assert names(waited.get(REVIEWERS_ASKED, ()), OLD) == ("rena",)
    assert names(waited.get(REVIEWERS_ASKED, ()), NEW) == ()
