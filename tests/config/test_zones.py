"""The zone of what is sent: an IANA name, and words where it is none or cannot be known."""

import sys
import zoneinfo
from datetime import UTC, datetime

import pytest

from hotfix.config.load import parse
from hotfix.config.zones import zone_of
from hotfix.domain.problem import ProblemError

GITHUB = '[github]\nrepository = "webrana/webrana"\n'
SUMMER = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def zone(name):
    return parse(f'{GITHUB}[timeline]\nzone = "{name}"\n', {}, "hotfix.toml").timeline.zone


@pytest.fixture
def no_zones():
    """A machine without a table of time zones."""
    with pytest.MonkeyPatch.context() as patch:
        zoneinfo.reset_tzpath(())
        zoneinfo.ZoneInfo.clear_cache()
        # The table that may be installed beside, and what of it is imported by now.
        for name in ("tzdata", *(each for each in sys.modules if each.startswith("tzdata."))):
            patch.setitem(sys.modules, name, None)
        yield
    zoneinfo.reset_tzpath()


def test_it_is_utc_where_nothing_else_is_said():
    config = parse(GITHUB, {}, "hotfix.toml")
    assert config.timeline.zone == "UTC"
    assert zone_of("UTC") == (UTC, "")
    overridden = {"HOTFIX_TIMELINE__ZONE": "Asia/Tokyo"}
    assert parse(GITHUB, overridden, "hotfix.toml").timeline.zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("name", "hour"), [("Europe/Berlin", 14), ("America/New_York", 8), ("Asia/Kolkata", 17)]
)
def test_a_zone_knows_its_summer_time(name, hour):
    found, why_not = zone_of(zone(name))
    assert (SUMMER.astimezone(found).hour, why_not) == (hour, "")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Europe/Berlni", "did you mean Europe/Berlin?"),
        ("europe/berlin", "did you mean Europe/Berlin?"),
        ("Europe", "is no time zone"),
        ("../etc/passwd", "is no time zone"),
        ("/etc/localtime", "is no time zone"),
        ("", "is no time zone"),
        ("Middle of nowhere", "such as Europe/Berlin"),
    ],
)
def test_what_is_no_zone_is_refused_with_what_may_be_meant(name, words):
    with pytest.raises(ProblemError) as refused:
        zone(name)
    assert "timeline.zone" in refused.value.problem.why
    assert words in refused.value.problem.why


@pytest.mark.usefixtures("no_zones")
def test_where_the_machine_knows_no_zone_times_are_told_in_utc_with_words():
    # The way back reads the same file.
    assert zone("Europe/Berlin") == "Europe/Berlin"
    found, why_not = zone_of("Europe/Berlin")
    assert found is UTC
    assert "in UTC, not in Europe/Berlin" in why_not
    assert "install tzdata" in why_not
    assert zone_of("UTC") == (UTC, "")
