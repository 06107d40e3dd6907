"""Services as other people have them, in one walk: a crowded Slack, odd schedules, odd answers."""

import io
import json

import pexpect
import pytest
from starlette.responses import Response
from tests.stories import commands as running

from hotfix.simulators.played_fix import GOOD_FIX
from hotfix.simulators.server import LoopbackServer

_RIGHT = json.dumps({"ok": True})
_HUGE = f"<h1>Webrana</h1>{'x' * 2_000_000}"
_ANSWERS = {
    "mark": (_RIGHT.encode("utf-8-sig"), 200, {}),
    "latin": ("Prüfung".encode("iso-8859-1"), 200, {"Content-Type": "text/html"}),
    "huge": (_HUGE.encode(), 200, {"Content-Type": "text/html"}),
    "moved": (b"", 302, {"Location": "/login"}),
}
_LOOKS = {
    "mark": 'json_path = "ok"\njson_equals = "true"',
    "latin": 'expect_text = "Prüfung"',
    "huge": 'expect_text = "<h1>Webrana</h1>"',
    "moved": 'expect_status = 302\nexpect_text = "/login"',
}
_THEIRS = {
    "id": "theirs",
    "name": "Payments are slow",
    "status": "investigating",
    "shortlink": "https://stspg.io/theirs",
    "metadata": {"hotfix": "INC-77"},
    "incident_updates": [],
}


@pytest.fixture(scope="module")
def odd():
    server = LoopbackServer("odd")

    def answer(request):
        body, status, headers = _ANSWERS[request.path_params["name"]]
        return Response(body, status, headers)

    server.app.add_route("/{name}", answer)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def walked(tmp_path_factory, odd):
    with running.commands(tmp_path_factory.mktemp("world") / "world") as at:
        slack, pager = at.world.slack, at.world.pagerduty
        slack.page_size = 3
        others = {f"team-{number}": f"C0OTHER{number:03d}" for number in range(73)}
        slack.channels = {**others, **slack.channels}
        pager.unused_schedules["PALONE"] = [("Kim Roe", "kim@webrana.example")]
        at.world.statuspage.incidents.append(dict(_THEIRS))
        text = at.world.config_file.read_text().replace("PSCHED1", "PALONE")
        for name, looks in _LOOKS.items():
            text += f'\n[[probes]]\nname = "{name}"\nurl = "{odd.url}/{name}"\n{looks}\n'
        at.world.config_file.write_text(text)
        at.world.play_the_engineer(GOOD_FIX)
        at.world.play_the_reviewer()
        with pexpect.spawn(
            running.HOTFIX,
            [word for word in running.START if word != "--json"],
            cwd=str(at.world.clone),
            env=at.environ | {"TERM": "xterm", "NO_COLOR": "1"},
            dimensions=(50, 200),
            encoding="utf-8",
            timeout=60,
        ) as child:
            child.logfile_read = screen = io.StringIO()
            if child.expect([r"type publish", pexpect.EOF]) == 0:
                child.send("publish\r")
                child.expect(pexpect.EOF)
        at.seen["said"], at.seen["code"] = screen.getvalue(), child.wait()
        yield at


def test_right_answers_are_green_however_they_are_given(walked):
    assert walked.seen["code"] == 0, walked.seen["said"]


def test_the_channel_is_found_on_its_25th_page(walked):
    assert "checkout returns 500" in walked.world.slack.parents[0].text


def test_who_is_on_a_schedule_of_no_policy_is_on_call(walked):
    assert "On call: Kim Roe" in walked.seen["said"]


def test_an_incident_that_bears_a_mark_of_others_is_shown_and_stays_as_it_is(walked):
    assert "Payments are slow" in walked.seen["said"], walked.seen["said"]
    theirs, ours = walked.world.statuspage.incidents
    assert (theirs, ours["status"]) == (_THEIRS, "resolved")
