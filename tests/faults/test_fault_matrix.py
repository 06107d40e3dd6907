"""Every write, with everything that can go wrong with it: the world gets each exactly once.

Rows are faults, columns are the writes of three walks; each write meets the fault once. The tables,
and the sum of all of them, are printed at the end of the tests' output.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from tests.adapters.github.world_of_github import make_template
from tests.faults.faulty_proxy import (
    Fault,
    afterwards,
    cut_off,
    hang_after,
    hang_before,
    instead,
    reset_after,
    reset_before,
    slowly,
)
from tests.faults.left_to_github import LEFT_TO_GITHUB
from tests.faults.the_walk import THE_WALK
from tests.faults.the_way_back import THE_WAY_BACK
from tests.faults.walking import Route, walk

from hotfix.domain.progress import RunState

_PORTAL = "<html>Please log in to the airport</html>"
_RATE_LIMIT = '{"message": "API rate limit exceeded for user ID 1."}'
_SECONDARY = '{"message": "You have exceeded a secondary rate limit."}'
_RESET_AT = f"X-RateLimit-Reset: {int(time.time()) + 30}"
FAULTS = (
    Fault("reset before", reset_before),
    Fault("reset after", reset_after),
    Fault("cut off in the answer", cut_off),
    Fault("502, not done", instead("502 Bad Gateway", "<html>Unicorn!</html>")),
    Fault("502, done", afterwards("502 Bad Gateway", "<html>Unicorn!</html>")),
    Fault("HTML 200, not done", instead("200 OK", _PORTAL)),
    Fault("HTML 200, done", afterwards("200 OK", _PORTAL)),
    Fault("slow", slowly),
    Fault(
        "403 primary limit",
        instead("403 Forbidden", _RATE_LIMIT, "X-RateLimit-Remaining: 0", _RESET_AT),
    ),
    Fault("403 secondary limit", instead("403 Forbidden", _SECONDARY)),
    Fault("429 with Retry-After", instead("429 Too Many", '{"message": ""}', "Retry-After: 20")),
    Fault("429 without", instead("429 Too Many Requests", '{"message": ""}')),
    Fault("401 halfway", instead("401 Unauthorized", '{"message": "Bad credentials"}')),
    Fault("hang before", hang_before, hangs=True),
    Fault("hang after", hang_after, hangs=True),
)
ROUTES = (THE_WALK, THE_WAY_BACK, LEFT_TO_GITHUB)


@dataclass(frozen=True)
class Walked:
    """What became of one walk."""

    state: RunState
    counts: dict[str, int]
    failed: tuple[str, ...]
    seen: tuple[object, ...]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults")
    make_template(folder)
    return folder


@pytest.fixture(scope="module")
def hanging(template, tmp_path_factory):
    """The walks that only wait, begun at once: they wait while the others walk."""
    with ThreadPoolExecutor(len(ROUTES) * len(FAULTS)) as pool:
        yield {
            (route.name, fault.name): pool.submit(
                _walked, route, fault, template, tmp_path_factory.mktemp("hangs")
            )
            for route in ROUTES
            for fault in FAULTS
            if fault.hangs
        }


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_after_any_fault_the_run_ends_well_and_nothing_happened_twice(
    route: Route,
    fault,
    template,
    hanging: dict[tuple[str, str], Future[Walked]],
    tmp_path,
    record_property,
):
    walked = (
        hanging[route.name, fault.name].result()
        if fault.hangs
        else _walked(route, fault, template, tmp_path)
    )
    record_property("fault_matrix", [route.name, fault.name, walked.counts])
    assert walked.state is RunState.DONE
    assert walked.counts == dict.fromkeys(route.writes, 1)
    assert walked.seen == route.ends_with
    expected = route.stops_at.get(fault.name, frozenset())
    # With deadlines of a second, a busy machine may be late often enough to be given up once.
    assert expected <= set(walked.failed)
    assert fault.hangs or set(walked.failed) == expected


def _walked(route, fault, template, folder):
    with walk(route, template, folder, fault) as walked:
        state = walked.go()
        assert set(walked.came) == set(route.writes), walked.progress.problem
        return Walked(
            state,
            {write: walked.done[write] for write in route.writes},
            tuple(walked.failed),
            route.seen(walked.github),
        )
