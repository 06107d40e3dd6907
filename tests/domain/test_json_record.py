"""Frozen dataclasses as JSON: what was written is read back, whatever else stands beside it."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact_records import (
    CommittedChange,
    GoodRun,
    OtherCommit,
    Proven,
    ReviewRequest,
    SuiteReport,
    Unproven,
    Way,
)
from hotfix.domain.json_record import JsonRecord, read, utc_text, written
from hotfix.domain.json_value import JsonObject
from hotfix.domain.restoration import NamedObject
from hotfix.domain.suite_state import SuiteState

AT = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
CONFIG = NamedObject("ConfigMap", "web", "u2/7")
TEMPLATE: JsonObject = {"spec": {"containers": [{"name": "web"}]}}
DEPLOYMENT = DeploymentRecord(
    name="web",
    uid="u1",
    resource_version="7",
    revision=3,
    template_hash="abc",
    template=TEMPLATE,
    images=("web=web:1",),
    replicas=1,
    is_healthy=True,
    named=(CONFIG,),
)


@dataclass(frozen=True)
class Visit(JsonRecord):
    """A record of every shape that a field can have."""

    suite: SuiteReport
    at: datetime
    others: tuple[OtherCommit, ...] = ()
    extra: JsonObject | None = None
    is_late: bool = False


VISIT = Visit(SuiteReport("unit", SuiteState.TIMED_OUT, 2.5), AT)


def test_a_record_is_written_a_key_a_field_in_their_order():
    assert list(DEPLOYMENT.to_json().items()) == [
        ("name", "web"),
        ("uid", "u1"),
        ("resource_version", "7"),
        ("revision", 3),
        ("template_hash", "abc"),
        ("template", TEMPLATE),
        ("images", ["web=web:1"]),
        ("replicas", 1),
        ("is_healthy", True),
        ("is_paused", False),
        ("named", [{"kind": "ConfigMap", "name": "web", "version": "u2/7"}]),
    ]


def test_a_field_that_came_later_is_left_out_while_it_holds_its_default():
    """What an earlier version wrote is written the same today."""
    assert "generation" not in DEPLOYMENT.to_json()
    now = replace(DEPLOYMENT, generation=4)
    assert now.to_json()["generation"] == 4
    assert DeploymentRecord.from_json(now.to_json()) == now


def test_records_in_records_come_back_from_a_line_of_the_journal():
    visit = replace(VISIT, others=(OtherCommit("a" * 40, "Sell", "Mo", 7),), extra={"n": [1]})
    for record in (DEPLOYMENT, visit):
        assert type(record).from_json(json.loads(json.dumps(record.to_json()))) == record


def test_enums_and_moments_stand_there_as_text():
    assert written(VISIT) == {
        "suite": {"name": "unit", "state": "timed out", "seconds": 2.5},
        "at": "2026-03-12T03:12:09Z",
        "others": [],
        "extra": None,
        "is_late": False,
    }
    assert utc_text(AT.astimezone(timezone(timedelta(hours=2)))) == "2026-03-12T03:12:09Z"


def test_what_no_journal_can_hold_is_not_written():
    with pytest.raises(TypeError, match="nothing that a journal can hold"):
        written({"a", "b"})


def test_a_key_that_an_older_journal_lacks_has_the_default():
    assert Proven.from_json({"name": "web", "pods": 2}) == Proven("web", 2, (), None)
    by_hand = GoodRun(Way.DISPATCH, 0, 0, 5, sha="b" * 40, how="by hand", because="old")
    without = {key: value for key, value in by_hand.to_json().items() if key != "by"}
    assert GoodRun.from_json(without) == by_hand
    shorter = {key: value for key, value in written_of(VISIT).items() if key in {"suite", "at"}}
    assert Visit.from_json(shorter) == VISIT


def test_a_key_that_no_field_is_called_after_is_passed_over():
    newer = {**written_of(DEPLOYMENT), "zone": "eu", "named": [{**CONFIG.to_json(), "size": 3}]}
    assert DeploymentRecord.from_json(newer) == DEPLOYMENT


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"others": "two"}, "'two' is no list"),
        ({"others": [5]}, "5 is no OtherCommit"),
        ({"others": [{"sha": "a"}]}, "OtherCommit lacks subject"),
        ({"suite": None}, "None is no SuiteReport"),
        ({"suite": {"name": [], "state": "failed", "seconds": 1}}, r"\[\] is no str"),
        ({"suite": {"name": "unit", "state": "failed", "seconds": None}}, "None is no float"),
        ({"suite": {"name": "unit", "state": "failed", "seconds": "soon"}}, "soon"),
        ({"suite": {"name": "unit", "state": "odd", "seconds": 1}}, "'odd' is not a valid"),
        ({"at": "yesterday"}, "yesterday"),
        ({"at": 5}, "5"),
        ({"extra": ["a"]}, r"\['a'\] is no object"),
    ],
)
def test_a_value_of_another_shape_is_refused_in_words(change, words):
    with pytest.raises(ValueError, match=words):
        Visit.from_json({**VISIT.to_json(), **change})


def test_a_missing_key_without_a_default_is_refused_by_name():
    with pytest.raises(ValueError, match="Visit lacks at"):
        Visit.from_json({"suite": VISIT.suite.to_json()})


@pytest.mark.parametrize(("shape", "value"), [(int, "x"), (int, 1.5), (str, {}), (float, [])])
def test_a_plain_value_of_another_shape_is_refused(shape, value):
    with pytest.raises(ValueError, match=r"."):
        read(shape, value)


def written_of(record):
    return dict(record.to_json())


TEXT, NUMBER = st.text(max_size=20), st.integers()
# What JSON has no numbers for is refused, and tested where it is.
SECONDS = st.floats(allow_nan=False, allow_infinity=False)
MOMENT = st.datetimes(
    # At the ends of the calendar there is no such moment in UTC.
    datetime(1, 1, 2),  # noqa: DTZ001
    datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))]),
)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
RECORDS = st.one_of(
    st.builds(OtherCommit, TEXT, TEXT, TEXT, st.none() | NUMBER),
    st.builds(CommittedChange, TEXTS, NUMBER, TEXTS),
    st.builds(SuiteReport, TEXT, st.sampled_from(SuiteState), SECONDS),
    st.builds(ReviewRequest, TEXT, MOMENT),
    st.builds(Proven, TEXT, NUMBER, TEXTS, st.none() | NUMBER),
    st.builds(Unproven, TEXT, TEXT, NUMBER, TEXT, TEXT),
    st.builds(
        GoodRun,
        way=st.sampled_from(Way),
        run_id=NUMBER,
        attempt=NUMBER,
        newest_by_hand=NUMBER,
        by=TEXT,
        sha=TEXT,
        how=TEXT,
        because=TEXT,
    ),
)


# A busy machine is slow, and proves nothing about the records.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RECORDS)
def test_reading_what_was_written_gives_the_same(record):
    line = json.dumps(record.to_json())
    again = type(record).from_json(json.loads(line))
    assert again == record
    assert json.dumps(again.to_json()) == line
