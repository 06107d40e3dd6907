"""The scorecards that are kept between drills."""

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hotfix.composition.drill_scores import DrillScores
from hotfix.domain.scorecard import scorecard

CARD = scorecard("bad-fix", (), datetime(2026, 11, 26, tzinfo=UTC), is_played=True, went_well=True)


@pytest.fixture
def said():
    return []


@pytest.fixture
def scores(tmp_path, said):
    return DrillScores(tmp_path / "state", "bad-fix", said.append)


def file_of(tmp_path):
    return tmp_path / "state/drills/bad-fix.jsonl"


def test_the_first_drill_has_none_before_it(scores, said):
    assert scores.earlier() == ()
    assert said == []


def test_each_is_kept_for_the_next_in_order_and_privately(scores, tmp_path):
    kept = [replace(CARD, total_seconds=float(number)) for number in range(3)]
    for card in kept:
        scores.keep(card, scores.earlier())
    assert list(scores.earlier()) == kept
    file = file_of(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]


def test_the_oldest_goes(scores):
    for number in range(25):
        scores.keep(replace(CARD, total_seconds=float(number)), scores.earlier())
    assert [each.total_seconds for each in scores.earlier()] == [float(n) for n in range(5, 25)]


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"\xff\xfe", b"[]", b"null", b'{"scenario": 1}', b"{}"]
)
def test_a_damaged_one_is_passed_over_and_said(scores, said, tmp_path, damage):
    scores.keep(CARD, scores.earlier())
    file = file_of(tmp_path)
    file.write_bytes(file.read_bytes() + damage + b"\n")
    assert scores.earlier() == (CARD,)
    assert [str(file) in each and "1 of 2" in each for each in said] == [True]


def test_what_a_newer_version_adds_bars_nothing(scores, tmp_path):
    scores.keep(CARD, scores.earlier())
    file = file_of(tmp_path)
    file.write_text(json.dumps({**json.loads(file.read_text()), "mood": "calm"}) + "\n")
    assert scores.earlier() == (CARD,)


def test_a_file_that_is_no_such_file_bars_no_drill(scores, said, tmp_path):
    file_of(tmp_path).mkdir(parents=True)
    assert scores.earlier() == ()
    scores.keep(CARD, ())
    assert len(said) == 2
    assert all(str(file_of(tmp_path)) in each for each in said)


def test_where_nothing_can_be_written_that_is_said(scores, said, tmp_path):
    (tmp_path / "state").write_text("no folder")
    scores.keep(CARD, ())
    assert "not kept" in said[-1]
