import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfix.domain.event import Event
from hotfix.domain.event_data import EventType
from hotfix.domain.json_record import utc_text

AT = datetime(2026, 3, 12, 3, 12, 9, 123456, tzinfo=UTC)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
EVENTS = st.builds(
    Event,
    run=st.text(min_size=1),
    seq=st.integers(1, 10**9),
    at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is given apart
    type=st.sampled_from(EventType),
    operator=st.text(),
    phase=st.text(),
    step=st.text(),
    data=st.dictionaries(st.text(), VALUES, max_size=3),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(EVENTS)
def test_an_event_is_read_back_from_json_as_it_was(event):
    assert Event.from_json(json.loads(json.dumps(event.to_json()))) == event


def test_the_keys_of_a_line_are_what_scripts_hold_on_to():
    line = Event("hf-1", 7, AT, EventType.NOTE, "dana", data={"text": "x"}).to_json()
    assert line == {
        "v": 1,
        "run": "hf-1",
        "seq": 7,
        "at": "2026-03-12T03:12:09.123456Z",
        "type": "note",
        "operator": "dana",
        "phase": None,
        "step": None,
        "data": {"text": "x"},
    }


def test_a_moment_of_another_zone_is_written_in_utc():
    there = AT.astimezone(timezone(timedelta(hours=2)))
    assert utc_text(there) == utc_text(AT)


@pytest.mark.parametrize(
    "change", [{"type": 5}, {"v": "x"}, {"data": []}, {"at": "soon"}, {"seq": "x"}, {"run": ...}]
)
def test_a_line_that_is_no_event_is_refused(change):
    line = {**Event("hf-1", 1, AT, EventType.NOTE).to_json(), **change}
    line = {key: value for key, value in line.items() if value is not ...}
    with pytest.raises((KeyError, ValueError)):
        Event.from_json(line)


def test_an_event_of_no_step_and_no_phase_has_empty_names():
    line = Event("hf-1", 1, AT, EventType.NOTE, "dana", data={"text": "x"}).to_json()
    read = Event.from_json({**line, "phase": None, "step": None})
    assert (read.phase, read.step) == ("", "")
