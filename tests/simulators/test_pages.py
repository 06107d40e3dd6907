"""What a browser is shown of the simulated services, and a program is not."""

from typing import Any, cast

import pytest
from starlette.testclient import TestClient
from tests.memory_clock import MemoryClock

from hotfix.simulators.github.hosted_repository import HostedRepository
from hotfix.simulators.github.pages import page_of
from hotfix.simulators.server import Received
from hotfix.simulators.slack import SlackService
from hotfix.simulators.statuspage import StatuspageService
from hotfix.simulators.timeline import Timeline

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def timeline():
    return Timeline(MemoryClock(), 1.0)


def test_an_issue_is_shown_and_everything_else_leads_to_it(timeline):
    hosted = HostedRepository("webrana/webrana", cast("Any", None), timeline, {})
    hosted.open_issue("checkout <returns> 500", "Since 02:40.", "support")
    for path in ("/", "/webrana/webrana", "/webrana/webrana/pull/7", "/x/actions/runs/1"):
        assert 'href="/webrana/webrana/issues/1"' in page_of(hosted, path).html()
    html = page_of(hosted, "/webrana/webrana/issues/1").html()
    assert "<h1>#1 checkout &lt;returns&gt; 500</h1>" in html
    assert "Since 02:40." in html


def test_a_browser_is_shown_a_page_that_nobody_is_told_of_and_programs_are_not(timeline):
    received = Received()
    page = StatuspageService(timeline, received, key="k", page_id="p")
    client = TestClient(page.app)
    assert "All is well." in client.get("/anywhere", headers=BROWSER).text
    assert client.get("/v1/pages/p", headers=BROWSER).text.startswith("<!doctype html>")
    assert received.all() == []
    assert client.get("/v1/pages/p").status_code == 401
    signed_in = {**BROWSER, "Authorization": "OAuth k"}
    made = client.post(
        "/v1/pages/p/incidents", json={"incident": {"name": "Down"}}, headers=signed_in
    )
    assert made.status_code == 201
    assert client.get("/v1/pages/p", headers=signed_in).json()["name"] == "Webrana"
    assert "Down: investigating." in client.get("/", headers=BROWSER).text


def test_what_was_said_is_shown_with_its_answers(timeline):
    slack = SlackService(timeline, Received(), token="t")
    first = slack.say("[HOTFIX] begun")
    slack.say("on it", thread_ts=first.ts)
    text = TestClient(slack.app).get("/", headers=BROWSER).text
    assert "<p>[HOTFIX] begun</p>\n<p>    on it</p>" in text
