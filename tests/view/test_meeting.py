"""The invitation to a post-mortem, read by the parser of a calendar's own library."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from icalendar import Calendar
from tests.journals.reading import NAMES, recorded

from hotfix.domain.progress import RunState
from hotfix.view.account import account
from hotfix.view.meeting import meeting

JAKARTA = timezone(timedelta(hours=7))


@pytest.mark.parametrize("name", NAMES)
def test_every_run_gives_one_meeting_that_a_calendar_takes(name):
    it = account(recorded(name).events)
    (event,) = Calendar.from_ical(meeting(it, UTC)).events
    assert event["UID"] == f"{it['run']}@hotfix"
    assert str(event["SUMMARY"]).endswith(" ".join(it["description"].split()))
    assert it["run"] in str(event["DESCRIPTION"])
    is_over = RunState(it["state"]).is_over
    assert (" ended as " in str(event["DESCRIPTION"]).partition("\n")[0]) is is_over
    assert event.start.isoformat() == f"{it['post_mortem']['due']}T10:00:00+00:00"
    assert event.end - event.start == timedelta(hours=1)


def test_it_begins_at_ten_where_the_people_are_and_leads_to_its_issue():
    it = account(recorded("post-mortem-issue-closed").events)
    (event,) = Calendar.from_ical(meeting(it, JAKARTA)).events
    assert event.start == datetime(2026, 12, 1, 3, tzinfo=UTC)
    assert event["URL"] == it["post_mortem"]["url"]
