import math

import pytest

from hotfix.config.durations import seconds
from hotfix.config.load import parse
from hotfix.domain.problem import ProblemError

GITHUB = '[github]\nrepository = "webrana/webrana"\n[timeline]\n'


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("5m", 300),
        ("90s", 90),
        ("90 s", 90),
        ("1h30m", 5400),
        ("1 hour 30 minutes", 5400),
        ("1.5h", 5400),
        (" 2 MIN ", 120),
        ("0s", 0),
    ],
)
def test_a_duration_is_read_as_people_write_it(written, meant):
    assert seconds(written) == meant


@pytest.mark.parametrize(
    "written", [True, False, "soon", "", "-5m", "1m and a bit", "m", "1", None, [], {"m": 5}]
)
def test_what_is_no_duration_is_refused_with_an_example(written):
    with pytest.raises(ValueError, match="'30m'"):
        seconds(written)


@pytest.mark.parametrize(
    "written", ["true", "'-5m'", "-1", "'0m'", "0", "'soon'", "inf", "nan", f"'{'9' * 400}m'"]
)
def test_a_target_is_positive_and_finite(written):
    with pytest.raises(ProblemError, match=r"timeline\.total"):
        parse(f"{GITHUB}total = {written}", {}, "hotfix.toml")


@pytest.mark.parametrize(("written", "meant"), [("'0s'", 0), ("'2s'", 2)])
def test_a_limit_may_be_none_at_all(written, meant):
    text = f"[[probes]]\nname = 'a'\nurl = 'https://x'\nmax_latency = {written}\n{GITHUB}"
    found = parse(text, {}, "hotfix.toml").probes[0].max_latency
    assert found == meant
    assert math.isfinite(found)
