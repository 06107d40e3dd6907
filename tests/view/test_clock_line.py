"""The clock in words."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from hotfix.domain.forecast import Expected, forecast
from hotfix.view.clock_line import clock_line, time_of_day

NOW = datetime(2026, 3, 12, 2, 0, 9, tzinfo=UTC)
CET = timezone(timedelta(hours=1), "CET")


def stand(ahead=0, merge_in=None, left=1791, ended=None):
    """How the clock stands with what is expected so much before the end of the total."""
    return forecast(
        NOW,
        [Expected(left - ahead, 0.0, is_done=False)],
        started=NOW - timedelta(seconds=1800 - left),
        ended=ended,
        total=1800.0,
        merge_by=None if merge_in is None else NOW + timedelta(seconds=merge_in),
        is_over=False,
    )


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        (
            stand(0, 1311),
            "merge by 03:22 CET (21:51 from now) · on pace for 30:00, done about 03:30",
        ),
        # Early is on pace, and what a forecast cannot tell is, too.
        (
            stand(600, 1311),
            "merge by 03:22 CET (21:51 from now) · on pace for 30:00, done about 03:20",
        ),
        (
            stand(-59, 1311),
            "merge by 03:22 CET (21:51 from now) · on pace for 30:00, done about 03:31",
        ),
        (
            stand(-190, 250),
            "merge by 03:04 CET (4:10 from now) · done about 03:33, 3:10 after the 30:00 are over",
        ),
        (
            stand(-600, -70),
            "merge by 02:58 CET (1:10 ago) · done about 03:40, 10:00 after the 30:00 are over",
        ),
        # The rest is planned to take longer than it is expected to.
        (stand(0, -1), "merge by 03:00 CET (0:01 ago) · done about 03:30"),
        # Merged: nothing has to be any more.
        (stand(0), "on pace for 30:00, done about 03:30 CET"),
        (stand(-190), "done about 03:33 CET, 3:10 after the 30:00 are over"),
        (stand(-340, left=-100), "done about 03:04 CET, 5:40 after the 30:00 are over"),
        # Over.
        (stand(ended=NOW), ""),
        (stand(left=-70, ended=NOW), "1:10 more than the 30:00"),
    ],
)
def test_the_clock_says_until_when_to_merge_and_when_it_is_done(clock, words):
    assert clock_line(clock, CET) == words


@pytest.mark.parametrize(
    ("spent", "words"),
    [
        (60, "on pace for its target, done about 03:04 CET"),
        (390, "done about 03:00 CET, 1:30 over its target"),
    ],
)
def test_a_rollback_is_held_against_its_own_target(spent, words):
    back = forecast(
        NOW,
        [Expected(300.0, spent, is_done=False)],
        started=NOW,
        ended=NOW,
        total=None,
        merge_by=None,
        is_over=False,
    )
    assert clock_line(back, CET) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("UTC", "02:00 UTC"),
        ("Europe/Berlin", "03:00 CET"),
        ("Asia/Kolkata", "07:30 IST"),
        ("America/Sao_Paulo", "23:00 UTC-03"),
    ],
)
def test_a_time_of_day_carries_its_zone(zone, words):
    assert time_of_day(NOW, ZoneInfo(zone)) == words


def test_a_zone_that_changes_meanwhile_is_said_twice():
    before = datetime(2026, 3, 29, 0, 50, tzinfo=UTC)
    late = forecast(
        before,
        [Expected(1500.0, 0.0, is_done=False)],
        started=before,
        ended=None,
        total=1800.0,
        merge_by=before + timedelta(seconds=300),
        is_over=False,
    )
    words = "merge by 01:55 CET (5:00 from now) · on pace for 30:00, done about 03:15 CEST"
    assert clock_line(late, ZoneInfo("Europe/Berlin")) == words


def test_without_a_zone_it_is_that_of_this_machine(local_zone):
    local_zone("Asia/Tokyo")
    assert time_of_day(NOW) == "11:00 JST"
    assert clock_line(stand()) == "on pace for 30:00, done about 11:30 JST"


# The clocks are changed by an hour, by half of one, and by two; and some zones have no name.
CHANGES = [
    ("Europe/Berlin", datetime(2026, 10, 25, 1, 0, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, 0, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, 0, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Antarctica/Troll", datetime(2026, 10, 25, 1, 0, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 4, 5, 3, 0, tzinfo=UTC)),
]


@pytest.mark.parametrize(("zone", "changed"), CHANGES)
def test_no_two_moments_of_a_night_read_the_same_although_the_clocks_are_changed(zone, changed):
    minutes = [changed + timedelta(minutes=each) for each in range(-180, 180)]
    words = [time_of_day(each, ZoneInfo(zone)) for each in minutes]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(("zone", "changed"), CHANGES)
def test_a_forecast_over_a_change_of_the_clocks_names_both_zones(zone, changed):
    now = changed - timedelta(minutes=10)
    stands = forecast(
        now,
        [Expected(1200.0, 0.0, is_done=False)],
        started=now,
        ended=None,
        total=1800.0,
        merge_by=now + timedelta(minutes=5),
        is_over=False,
    )
    line = clock_line(stands, ZoneInfo(zone))
    by, at = now + timedelta(minutes=5), now + timedelta(minutes=20)
    assert f"merge by {time_of_day(by, ZoneInfo(zone))} (5:00 from now)" in line
    assert f"done about {time_of_day(at, ZoneInfo(zone))}" in line
