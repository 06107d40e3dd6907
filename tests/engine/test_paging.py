import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.engine.small_plan import MemorySignals

from hotfix.domain.event_data import Told, Untold
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import (
    MERGE_SHA,
    PULL_REQUEST_URL,
    RESTORATION,
    ROLLED_BACK,
    ROLLOUT,
    WORKFLOW_RUN_URL,
)
from hotfix.domain.heard import Heard
from hotfix.domain.incident import Incident
from hotfix.domain.page_texts import PERHAPS
from hotfix.domain.paging import QUESTION, Call, Kind, Page, calls, leaves_open_alert
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Decision, Note, Progress, RunState
from hotfix.domain.question import Answer, Option, Question
from hotfix.domain.restoration import RestoredState, RestoreState
from hotfix.domain.standing import Standing
from hotfix.engine.paging import Paging
from hotfix.ports.pager import UnansweredError

ASKED = Question(QUESTION, "Page?", (Option("page", "Page them"), Option("leave", "Nobody")))
CLAIMED = frozenset({("hotfix", "claim_the_lock")})
READ = CLAIMED | {("hotfix", "read_the_issue")}
ROLLED_OUT = CLAIMED | {("hotfix", "watch_rollout")}
BEGUN = Progress(
    run="hf-1", operator="dana", incident=Incident("checkout returns 500"), done=CLAIMED
)
OF_AN_ISSUE = replace(BEGUN, incident=replace(BEGUN.incident, issue="1"))
ON_INCIDENT = replace(BEGUN, incident=replace(BEGUN.incident, incident="PINC9"))


def answered(choice):
    return replace(BEGUN, decisions=(Decision("page_the_on_call", ASKED, Answer(choice)),))


def noted(source):
    at = datetime(2026, 11, 26, 3, 12, 9, tzinfo=UTC)
    return replace(BEGUN, notes=(Note(at, "rena", "it spreads", Heard(source, at)),))


def knowing(*facts, **changes):
    return replace(BEGUN, known=by_key(facts), **changes)


@pytest.mark.parametrize(
    ("progress", "page", "keys"),
    [
        (replace(BEGUN, done=frozenset()), Page.ALWAYS, []),
        (BEGUN, Page.ALWAYS, ["pager:trigger"]),
        # The link of the issue goes with it.
        (OF_AN_ISSUE, Page.ALWAYS, []),
        (replace(OF_AN_ISSUE, done=READ), Page.ALWAYS, ["pager:trigger"]),
        (BEGUN, Page.ASK, []),
        (BEGUN, Page.NEVER, []),
        (answered("page"), Page.ASK, ["pager:trigger"]),
        (answered("leave"), Page.ASK, []),
        # Somebody pages with a note, whatever is configured.
        (noted("page:2026-11-26T03:12:09+00:00"), Page.ASK, ["pager:trigger"]),
        (noted("page:2026-11-26T03:12:09+00:00"), Page.NEVER, ["pager:trigger"]),
        (noted("slack:1732590729.000100"), Page.ASK, []),
        (
            replace(noted("page:2026"), incident=ON_INCIDENT.incident),
            Page.NEVER,
            ["pager:trigger", "pager:acknowledge", "pager:note"],
        ),
        # What is over, or was resolved, calls nobody.
        (replace(BEGUN, state=RunState.ABORTED), Page.ALWAYS, []),
        (replace(BEGUN, told=frozenset({"pager:trigger"})), Page.ALWAYS, []),
        (replace(BEGUN, told=frozenset({"pager:resolve"})), Page.ALWAYS, []),
        (
            replace(BEGUN, told=frozenset({"pager:trigger"}), state=RunState.DONE),
            Page.ALWAYS,
            ["pager:resolve"],
        ),
        (
            replace(BEGUN, told=frozenset({"pager:trigger"}), state=RunState.ROLLED_BACK),
            Page.ALWAYS,
            [],
        ),
        # Nothing is deployed before its rollout was seen to the end.
        (knowing(MERGE_SHA("c3" * 20)), Page.NEVER, []),
        (knowing(MERGE_SHA("c3" * 20), done=ROLLED_OUT), Page.NEVER, ["pager:deployed"]),
        (knowing(done=ROLLED_OUT), Page.NEVER, []),
        (knowing(ROLLED_BACK(("webrana-backend",))), Page.NEVER, ["pager:rolled-back"]),
        (knowing(ROLLED_BACK(())), Page.NEVER, []),
        (ON_INCIDENT, Page.ALWAYS, ["pager:acknowledge", "pager:note"]),
        (
            replace(ON_INCIDENT, state=RunState.ROLLED_BACK),
            Page.ALWAYS,
            ["pager:acknowledge", "pager:note", "pager:note:rolled-back"],
        ),
    ],
)
def test_pagerduty_is_to_hear_what_happened_and_nothing_else(progress, page, keys):
    assert list(calls(progress, page)) == keys


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ([ROLLOUT(())], "Hotfix deployed: "),
        ([ROLLOUT(()), WORKFLOW_RUN_URL("https://github.example/run/1")], "Hotfix deployed: "),
        (
            [WORKFLOW_RUN_URL("https://github.example/run/1")],
            "Hotfix merged, its deploy workflow ran; that it is deployed was not seen: ",
        ),
        ([], "Hotfix merged, that it is deployed was not seen: "),
    ],
)
def test_nothing_is_a_deployment_that_nobody_has_seen(seen, said):
    merged = knowing(MERGE_SHA("c3" * 20), *seen, done=ROLLED_OUT)
    assert calls(merged, Page.NEVER)["pager:deployed"].text.startswith(said)


@pytest.mark.parametrize(
    ("state", "keys"),
    [(RestoreState.PATCHED, ["pager:rolled-back"]), (RestoreState.RAN_ALREADY, [])],
)
def test_nothing_is_a_rollback_that_has_restored_nothing(state, keys):
    one = RestoredState("webrana-backend", state)
    back = knowing(MERGE_SHA("c3" * 20), ROLLED_BACK(("webrana-backend",)), RESTORATION((one,)))
    assert list(calls(back, Page.NEVER)) == keys


def test_what_is_on_record_as_told_is_not_told_again():
    told = replace(ON_INCIDENT, told=frozenset({"pager:acknowledge"}))
    assert list(calls(told, Page.NEVER)) == ["pager:note"]


def test_what_was_noted_for_them_goes_along():
    [call] = calls(noted("page:2026-11-26T03:12:09+00:00"), Page.ASK).values()
    assert call.text == "Hotfix by dana: checkout returns 500 (rena: it spreads)"


def test_links_go_along():
    progress = knowing(PULL_REQUEST_URL("https://github.example/pull/2"))
    [call] = calls(progress, Page.ALWAYS).values()
    assert call == Call(
        Kind.TRIGGER,
        "Hotfix by dana: checkout returns 500",
        ("https://github.example/pull/2",),
    )


NOT_ASKED = object()


class Sent:
    """What this machine has sent, in memory."""

    def __init__(self, **lines):
        self.lines = {f"pager:{key}": standing for key, standing in lines.items()}

    def standing(self, key):
        return self.lines.get(key, Standing.NEW)

    def note(self, key, standing):
        self.lines[key] = standing


class Pager:
    """An on-call tool that gives what it is scripted to, then takes everything."""

    def __init__(self, *troubles, knows=(), has_key=True):
        self.troubles = list(troubles)
        self.knows = knows
        self.has_key = has_key
        self.heard = []

    def can_page(self):
        return self.has_key

    def is_told(self, _run, key, _call):
        return None if self.knows is NOT_ASKED else key in self.knows

    def tell(self, _run, key, _call):
        self.heard.append(key)
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is not None:
            raise trouble


def paged(pager, progress=BEGUN, page=Page.ALWAYS, tries=0, sent=None):
    signals = MemorySignals()
    paging = Paging(pager, signals, page, sent or Sent())
    paging.show(progress)
    paging.show(progress)
    deadline = time.monotonic() + 8.0
    while len(pager.heard) < tries:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    assert paging.close(5.0)
    return [(type(it.said), it.said.key) for it in signals.waiting if isinstance(it.said, TOLD)]


TOLD = Told | Untold
REFUSED = ProblemError(Problem(ProblemCode.RIGHTS, "It is refused.", "", "x"))


def test_each_is_told_once():
    pager = Pager()
    assert paged(pager) == [(Told, "pager:trigger")]
    assert pager.heard == ["pager:trigger"]


def test_what_an_earlier_process_has_sent_is_not_sent_again():
    pager = Pager(knows=["pager:trigger"])
    assert paged(pager) == [(Told, "pager:trigger")]
    assert pager.heard == []


@pytest.mark.parametrize(
    ("standing", "change", "said"),
    [
        (Standing.PERHAPS, {}, [(Untold, "pager:trigger")]),
        (Standing.SENT, {}, [(Told, "pager:trigger")]),
        (Standing.NEW, {"is_taken_over": True}, [(Untold, "pager:trigger")]),
        (Standing.PERHAPS, {"untold": {"pager:trigger": "Perhaps sent: Hotfix"}}, []),
    ],
)
def test_what_was_perhaps_sent_and_cannot_be_looked_up_is_not_sent_again(standing, change, said):
    pager = Pager(knows=NOT_ASKED)
    assert paged(pager, replace(BEGUN, **change), sent=Sent(trigger=standing)) == said
    assert pager.heard == []


@pytest.mark.parametrize("standing", [Standing.PERHAPS, Standing.SENT])
def test_what_can_be_looked_up_and_is_not_there_is_sent(standing):
    pager = Pager()
    assert paged(pager, sent=Sent(trigger=standing)) == [(Told, "pager:trigger")]
    assert pager.heard == ["pager:trigger"]


def test_what_did_not_arrive_is_sent_by_the_next_process():
    refused = TemporaryTroubleError("PagerDuty asks to wait.", 100.0, is_refusal=True)
    sent, signals = Sent(), MemorySignals()
    refusing: Any = Pager(*[refused] * 9, knows=NOT_ASKED)
    first = Paging(refusing, signals, Page.ALWAYS, sent)
    first.show(BEGUN)
    assert not first.close(5.0)
    pager = Pager(knows=NOT_ASKED)
    assert paged(pager, sent=sent) == [(Told, "pager:trigger")]
    assert pager.heard == ["pager:trigger"]


def test_a_perhaps_opened_alert_is_resolved_and_owed_like_one_that_was_opened():
    perhaps = replace(BEGUN, untold={"pager:trigger": "Perhaps sent: Hotfix by dana"})
    assert "pager:resolve" in calls(replace(perhaps, state=RunState.DONE), Page.ALWAYS)
    assert leaves_open_alert(replace(perhaps, state=RunState.ABORTED))
    plain = replace(BEGUN, untold={"pager:trigger": "Hotfix by dana"})
    assert not leaves_open_alert(replace(plain, state=RunState.ABORTED))


def test_trouble_is_said_once_and_overcome():
    pager = Pager(*[TemporaryTroubleError("PagerDuty has trouble: 502.", 0.01)] * 3)
    assert paged(pager, tries=4) == [(Untold, "pager:trigger"), (Told, "pager:trigger")]


def test_an_alert_that_nobody_answers_is_sent_again_so_long_as_nobody_can_have_resolved_it():
    lost, sent, signals = UnansweredError("No answer.", 0.01), Sent(), MemorySignals()
    pager: Any = Pager(*[lost] * 50, knows=NOT_ASKED)
    paging = Paging(pager, signals, Page.ALWAYS, sent)
    paging.show(BEGUN)
    deadline = time.monotonic() + 8.0
    while not any(
        isinstance(each.said, Untold) and each.said.text.startswith(PERHAPS)
        for each in signals.waiting
    ):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    assert paging.close(5.0)
    assert pager.heard == ["pager:trigger"] * 5
    # Nor by the next process; whoever resolves the incident is called no more.
    assert paged(Pager(knows=NOT_ASKED), sent=sent) == [(Untold, "pager:trigger")]


def test_what_can_be_looked_up_is_sent_until_it_is_there():
    lost = UnansweredError("No answer.", 0.01)
    pager = Pager(*[lost] * 9)
    assert paged(pager, tries=10)[-1] == (Told, "pager:trigger")


def test_a_refusal_after_a_lost_answer_makes_nothing_certain():
    lost = UnansweredError("No answer.", 0.01)
    refused = TemporaryTroubleError("PagerDuty asks to wait.", 100.0, is_refusal=True)
    sent = Sent()
    pager: Any = Pager(lost, *[refused] * 9, knows=NOT_ASKED)
    paging = Paging(pager, MemorySignals(), Page.ALWAYS, sent)
    paging.show(BEGUN)
    deadline = time.monotonic() + 8.0
    while len(pager.heard) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    assert not paging.close(5.0)
    assert sent.standing("pager:trigger") is Standing.PERHAPS


def test_what_is_refused_is_left_and_holds_up_nothing_else():
    pager = Pager(REFUSED)
    assert paged(pager, ON_INCIDENT) == [(Untold, "pager:acknowledge"), (Told, "pager:note")]
    assert pager.heard == ["pager:acknowledge", "pager:note"]


def test_without_a_routing_key_nothing_goes_out_but_what_is_about_an_incident():
    assert paged(Pager(has_key=False)) == []
    assert len(paged(Pager(has_key=False), ON_INCIDENT)) == 2
