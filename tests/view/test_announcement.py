import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from tests.domain.runs_on_record import RUNS

from hotfix.domain.cadence import Cadence
from hotfix.domain.event_data import DecisionMade, DecisionNeeded, Noted
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import (
    ISSUE_URL,
    LOG_ENTRY,
    MERGE_SHA,
    ON_CALL,
    ON_CALL_PEOPLE,
    PULL_REQUEST_URL,
    REVIEWERS_ASKED,
)
from hotfix.domain.fact_records import LogRecord, OnCallPerson, ReviewAsked
from hotfix.domain.fold import after, fold
from hotfix.domain.heard import Heard
from hotfix.domain.incident import Incident
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import BUDGET_STEP, Left, Note, PhaseProgress, PhaseState, RunState
from hotfix.domain.question import Question
from hotfix.engine.budget_decision import ESCALATE
from hotfix.ports.messenger import Addressee
from hotfix.view.announcement import TeamAnnouncement

ANNOUNCE = TeamAnnouncement("@devops-lead", "@pm")
EVIL = "<!channel> <@U1> <https://evil|x> & y"
SAFE = "&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil|x&gt; &amp; y"


def said(announcement):
    """Return every text that would be sent."""
    messages = [announcement.parent, *announcement.replies.values()]
    blocks = [str(block) for message in messages for block in message.blocks]
    return [*(message.text for message in messages), *blocks]


def test_the_parent_says_where_the_run_stands():
    parent = ANNOUNCE(fold(RUNS["deciding"]().events())).parent
    assert parent.text.splitlines() == [
        "[HOTFIX] checkout returns 500: review",
        "✓ prepare ✓ fix ▶ review · deploy",
        "Run by dana · DevOps lead: @devops-lead, product: @pm",
    ]
    assert [block["type"] for block in parent.blocks] == ["section", "section"]


@pytest.mark.parametrize(
    ("lead", "manager", "line"),
    [
        ("", "", "Run by dana"),
        ("@lead", "", "Run by dana · DevOps lead: @lead"),
        ("", "@pm", "Run by dana · product: @pm"),
    ],
)
def test_nobody_is_named_whom_nobody_has_configured(lead, manager, line):
    announce = TeamAnnouncement(lead, manager)
    assert announce(fold(RUNS["deciding"]().events())).parent.text.splitlines()[-1] == line


@pytest.mark.parametrize(
    ("lead", "named"),
    [
        ("@lead", "@lead: "),
        ("", "DevOps lead (none is configured: [contacts] devops_lead): "),
    ],
)
def test_an_escalation_names_whoever_is_configured_or_that_nobody_is(lead, named):
    journal = RUNS["decided"]()
    asked = Question("no-longer-fits", "What now?", (ESCALATE,))
    journal.append(DecisionNeeded(asked), step=BUDGET_STEP)
    made = DecisionMade(asked.key, "escalate", reason="", minutes=0.0, question=asked)
    journal.append(made, step=BUDGET_STEP)
    replies = TeamAnnouncement(lead, "")(fold(journal.events())).replies
    assert replies["decision:2"].text == f"{named}What now? dana: {ESCALATE.label}"


@pytest.mark.parametrize(
    ("name", "zone", "times"),
    [
        ("deciding", "UTC", ["To do: merge by 03:37 UTC, verify by 03:42 UTC"]),
        ("deciding", "Asia/Tokyo", ["To do: merge by 12:37 JST, verify by 12:42 JST"]),
        ("done", "UTC", []),
        ("rolling_back", "UTC", []),
        ("stopped", "UTC", []),
    ],
)
def test_the_parent_says_until_when_it_has_to_be_merged_in_the_zone_that_is_configured(
    name, zone, times
):
    progress = fold(RUNS[name]().events())
    announce = TeamAnnouncement("@devops-lead", "@pm", ZoneInfo(zone))
    lines = announce(progress).parent.text.splitlines()
    assert [line for line in lines if " by 0" in line or " by 1" in line] == times
    if name == "deciding":
        merged = replace(progress, known={**progress.known, **by_key((MERGE_SHA("c3" * 20),))})
        assert times[0].split(", v")[1][-9:] in announce(merged).parent.text
        assert "merge by" not in announce(merged).parent.text


def test_every_finished_phase_and_decision_is_a_reply_of_its_own():
    replies = ANNOUNCE(fold(RUNS["decided"]().events())).replies
    assert replies["phase:hotfix:fix"].text == "fix: done in 5:00 of 15:00"
    assert replies["decision:1"].text == "Sure? dana: Yes"


def test_foreign_text_mentions_nobody():
    journal = RUNS["decided"]()
    progress = fold(journal.events())
    note = journal.append(Noted(EVIL))
    progress = replace(after(progress, note), incident=Incident(EVIL), operator=EVIL)
    entry = LogRecord("", deployer=EVIL, reason=EVIL, issue=EVIL, outcome="deployed")
    known = {
        **progress.known,
        **by_key((LOG_ENTRY(entry), ON_CALL((EVIL,)), ISSUE_URL(EVIL))),
    }
    announcement = ANNOUNCE(replace(progress, known=known))
    assert announcement.replies["note:1"].text == f"dana: {SAFE}"
    assert "summary" in ANNOUNCE(replace(progress, known=known, state=RunState.DONE)).replies
    for text in said(announcement):
        without_links = re.sub(r"<https?://[^<>|\s]+>", "", text)
        assert "<" not in without_links
        assert ">" not in without_links


def test_a_block_is_never_longer_than_slack_takes():
    progress = fold(RUNS["done"]().events())
    progress = replace(progress, incident=Incident("&" * 200), known={"on_call": ["x" * 5000]})
    for block in ANNOUNCE(progress).parent.blocks:
        assert len(cast("Any", block["text"])["text"]) <= 3000


@pytest.mark.parametrize("letter", ["x", "&", "<", "😀", "\n", "ä"])
def test_no_text_is_longer_than_slack_takes_and_what_is_cut_says_so(letter):
    journal = RUNS["decided"]()
    progress = fold(journal.events())
    progress = after(progress, journal.append(Noted(f"begin {letter * 50_000} end")))
    announcement = ANNOUNCE(replace(progress, known=by_key((ISSUE_URL("u" * 50_000),))))
    for message in (announcement.parent, announcement.replies["note:1"]):
        assert len(message.text) <= 4000
        assert message.text.endswith(
            f"(cut: the rest is too long for Slack; hotfix show {progress.run})"
        )
        assert not re.search(r"&(?!amp;|lt;|gt;)", message.text), "half an entity"
    for block in announcement.parent.blocks:
        assert len(cast("Any", block["text"])["text"]) <= 3000


def test_control_characters_reach_nobody():
    journal = RUNS["decided"]()
    progress = fold(journal.events())
    progress = after(progress, journal.append(Noted("a\x1b]0;title\x07b\x00c\u202ed\nsecond line")))
    assert ANNOUNCE(progress).replies["note:1"].text == "dana: abcd\nsecond line"


def test_it_is_the_same_for_the_same_progress():
    progress = fold(RUNS["extended"]().events())
    assert ANNOUNCE(progress) == ANNOUNCE(progress)


URL = "https://github.example/pull/2"


def with_facts(name, *facts, **changes):
    progress = fold(RUNS[name]().events())
    return replace(progress, known={**progress.known, **by_key(facts)}, **changes)


def asked(*who):
    return REVIEWERS_ASKED(tuple(ReviewAsked(name, role, "c3" * 20) for name, role in who))


def test_whoever_is_asked_or_on_call_is_written_to_once():
    people = (OnCallPerson("Noor Haddad", "noor@webrana.example"),)
    progress = with_facts(
        "deciding",
        PULL_REQUEST_URL(URL),
        asked(("rena", "reviewer"), ("noor", "second reviewer")),
        ON_CALL(("Noor Haddad",)),
        ON_CALL_PEOPLE(people),
    )
    written = {key: it for key, it in ANNOUNCE(progress).replies.items() if it.to}
    assert {key: it.text for key, it in written.items()} == {
        "on-call": "Noor Haddad: dana runs a hotfix: checkout returns 500",
        "review:rena:c3c3c3c3": f"rena: a review is needed, please (reviewer): {URL}",
        "review:noor:c3c3c3c3": f"noor: a review is needed, please (second reviewer): {URL}",
    }
    assert written["on-call"].to == (Addressee("Noor Haddad", "noor@webrana.example"),)
    # Be the thread gone, and another one begun: nobody is notified twice.
    told = replace(progress, told=frozenset(written))
    assert not [it for it in ANNOUNCE(told).replies.values() if it.to]
    assert set(ANNOUNCE(told).replies) == set(ANNOUNCE(progress).replies) - set(written)


def test_what_was_heard_in_the_thread_is_not_said_there_again_nor_are_reminders():
    progress = fold(RUNS["deciding"]().events())
    at = datetime(2026, 3, 12, 3, 12, tzinfo=UTC)
    sources = ("", "slack:17.1", "reminder:x", "update:x")
    notes = tuple(Note(at, "rena", it, Heard(it, at) if it else None) for it in sources)
    replies = ANNOUNCE(replace(progress, notes=notes)).replies
    assert [key for key in replies if key.startswith("note:")] == ["note:1", "note:4"]


@pytest.mark.parametrize(
    ("name", "line"), [("deciding", ["Next update by 03:10 UTC"]), ("done", [])]
)
def test_the_parent_says_when_the_next_update_comes(name, line):
    progress = fold(RUNS[name]().events())
    progress = replace(progress, told_at=progress.started_at)
    cadence = Cadence(300.0, 300.0, 1200.0)
    announce = TeamAnnouncement("@devops-lead", "@pm", ZoneInfo("UTC"), cadence)
    started = progress.started_at
    assert started is not None
    lines = announce(progress).parent.text.splitlines()
    told = [each for each in lines if each.startswith("Next update")]
    by = started.replace(minute=started.minute + 10)
    assert told == [each.replace("03:10", f"{by:%H:%M}") for each in line]


@pytest.mark.parametrize(
    ("name", "key", "first", "further"),
    [
        ("done", "summary", "over: 7:10 of 30:00 (prepare 0:30,", "Still to do:"),
        ("stopped", "summary:stopped", "stopped: 5:30", "Stopped by dana: Stop it. too risky"),
        ("deciding", None, "", ""),
    ],
)
def test_the_summary_tells_durations_and_what_is_still_to_do(name, key, first, further):
    replies = ANNOUNCE(fold(RUNS[name]().events())).replies
    found = [each for each in replies if each.startswith("summary")]
    assert found == ([key] if key else [])
    if key:
        lines = replies[key].text.splitlines()
        assert lines[0].startswith(first)
        assert further in lines
        assert not [line for line in lines if "Team notified" in line]


@pytest.mark.parametrize(
    ("plan", "state", "ends"),
    [
        (
            "rollback",
            RunState.ROLLED_BACK,
            "rolled back: 2:10 (rollback 2:00, record 0:10), 180:00",
        ),
        ("abort", RunState.ABORTED, "given up: 180:00"),
    ],
)
def test_the_time_of_a_way_back_is_its_own_and_not_that_of_the_proof_before_it(plan, state, ends):
    progress = fold(RUNS["done"]().events())
    started = progress.started_at
    assert started is not None
    own = tuple(
        PhaseProgress(name, None, PhaseState.DONE, seconds, plan=plan)
        for name, seconds in (("rollback", 120.0), ("record", 10.0))
    )
    over = started + timedelta(hours=3)
    back = replace(
        progress,
        plan=plan,
        state=state,
        phases=(*progress.phases, *own),
        finished_at=over,
        last_at=over,
    )
    told = ANNOUNCE(back).replies[f"summary:{state.value}"].text.splitlines()[0]
    assert told == f"{ends} after its start"
    # What is noted later changes nothing of it.
    noted = replace(back, last_at=over + timedelta(hours=1))
    assert ANNOUNCE(noted).replies == ANNOUNCE(back).replies


def test_what_is_left_to_do_is_said_once_in_the_summary():
    left = Left("update_status_page", Problem(ProblemCode.FAILED, "It is as it was.", "", "do it"))
    done = replace(fold(RUNS["done"]().events()), left_to_do=(left,))
    text = ANNOUNCE(done).replies["summary"].text
    assert text.count("It is as it was.") == 1
    assert "• do it (It is as it was.)" in text.splitlines()


def test_in_a_block_nothing_but_its_links_is_made_of_what_somebody_wrote():
    text = "@here @channel #general see https://a.example/?x=1&y=2 https://b.example"
    progress = replace(fold(RUNS["deciding"]().events()), incident=Incident(text))
    url = "https://github.example/pull/1"
    progress = replace(progress, known={**progress.known, **by_key((PULL_REQUEST_URL(url),))})
    blocks = [cast("dict[str, Any]", each["text"]) for each in ANNOUNCE(progress).parent.blocks]
    assert [each["verbatim"] for each in blocks] == [True, True]
    assert "@here @channel #general" in blocks[0]["text"]
    assert "<https://a.example/?x=1&amp;y=2> <https://b.example>" in blocks[0]["text"]
    assert f"<{url}>" in blocks[1]["text"]
    many = replace(progress, incident=Incident("http://a " * 400))
    parent = ANNOUNCE(many).parent
    assert all(len(cast("Any", each["text"])["text"]) <= 3000 for each in parent.blocks)
