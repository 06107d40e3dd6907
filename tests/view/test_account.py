"""The record of a run as ``show`` and ``report`` tell it, read from what users have on disk."""

import re
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console
from tests.domain.runs_on_record import RUNS
from tests.journals.reading import NAMES, recorded
from tests.snapshots import snapshot
from tests.view.widths import misfits

from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    DecisionMade,
    DecisionNeeded,
    Layout,
    Noted,
    PhaseStarted,
    PlanChosen,
    RunInterrupted,
    RunResumed,
    RunStarted,
    StepDone,
    StepFailed,
    StepStarted,
    Told,
    Untold,
)
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import LOCK
from hotfix.domain.heard import Heard
from hotfix.domain.incident import Incident
from hotfix.domain.last_word import next_after
from hotfix.domain.page_texts import PERHAPS
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import RunState
from hotfix.domain.question import ITSELF, Option, Question, Then
from hotfix.domain.rollout.one_yes import AS_CHOSEN
from hotfix.domain.run_settings import RunSettings
from hotfix.domain.status import status
from hotfix.domain.still_to_do import still_to_do
from hotfix.view.account import account
from hotfix.view.account_text import account_lines
from hotfix.view.announcement import end_of
from hotfix.view.checklist_markdown import checklist_markdown
from hotfix.view.foreign_text import is_code, one_line
from hotfix.view.report_markdown import report_markdown
from hotfix.view.run_screen import RunScreen
from hotfix.view.status_lines import status_lines
from hotfix.view.tail import folded
from hotfix.view.timeline import timeline

START = datetime(2026, 3, 12, 23, 59, 50, tzinfo=UTC)
ASKED = Question("merge", "Merge?", (Option("go", "Go on"),), shown=("7 lines",))
JAKARTA = timezone(timedelta(hours=7))


def told_by(*said):
    """A timeline of what is said, a second apart; each may come with its step."""
    events = []
    for number, each in enumerate(said):
        one, step = each if isinstance(each, tuple) else (each, "")
        at = START + timedelta(seconds=number)
        data = one.to_json()
        events.append(Event("hf-1", number + 1, at, one.type, "dana", "fix", step, data))
    return timeline(events)


def decided(reason="", by=""):
    return DecisionMade("merge", "go", reason, 0.0, ASKED, by=by)


@pytest.mark.parametrize(
    ("said", "who", "by"),
    [
        (decided("looks good"), "dana", "person"),
        (decided("--yes"), "dana", "person"),
        (decided("after 30 s", ITSELF), "itself", "itself"),
        # As an earlier version wrote it.
        (decided("by itself, after 30 s"), "itself", "itself"),
        (Noted("the cache was cold", "noor"), "noor", "person"),
        (Noted("the cache was cold"), "dana", "person"),
        (Noted("The clock was set back.", "hotfix"), "hotfix", "tool"),
        (RunInterrupted("Ctrl-C"), "dana", "person"),
        (StepDone("Merged.", {}), "hotfix", "tool"),
        (Told("summary", "Done."), "hotfix", "tool"),
    ],
)
def test_whether_a_person_the_tool_or_nobody_did_it(said, who, by):
    (entry,) = told_by(said)
    assert (entry.who, entry.by) == (who, by)


def test_a_step_a_phase_and_an_answer_say_how_long_they_took():
    entries = told_by(
        PhaseStarted(),
        (StepStarted(), "merge"),
        (DecisionNeeded(ASKED), "merge"),
        (Noted("hm"), "merge"),
        (decided("yes"), "merge"),
        (StepDone("Merged.", {}), "merge"),
        (StepDone("Of an earlier version.", {}), "unbegun"),
    )
    took = {each.type: each.took_seconds for each in entries[:-1]}
    assert took == {
        "phase_started": None,
        "decision_needed": None,
        "note": None,
        "decision_made": 2.0,
        "step_done": 4.0,
    }
    assert entries[-1].took_seconds is None


@pytest.mark.parametrize("name", NAMES)
def test_every_line_fits_into_60_columns_and_into_a_pipe(name):
    told = account(recorded(name).events, JAKARTA)
    piped = account_lines(told)
    assert misfits("\n".join(account_lines(told, 60)), "\n".join(piped), 60) == []
    shown = [each for each in told["timeline"] if not each["is_detail"]]
    for each in shown:
        # Each entry on one line, with its time in UTC and here.
        utc, local = each["at"][11:19], each["at_local"][11:19]
        words = " ".join(each["what"].split())
        assert any(line.startswith(utc) and local in line and words in line for line in piped)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_is_on_record_is_left_out(name):
    it = recorded(name)
    told, text = account(it.events), "\n".join(account_lines(account(it.events)))
    assert told["run"] == it.progress.run
    assert [each["choice"] for each in told["decisions"]] == [
        each.answer.choice for each in it.progress.decisions
    ]
    assert [each["text"] for each in told["notes"]] == [each.text for each in it.progress.notes]
    for left in it.progress.left_to_do:
        assert left.problem.what in [each["what"] for each in told["left_to_do"]]
    for decision in told["decisions"]:
        assert decision["answer"] in text
        for line in folded(decision["shown"]):
            assert (f"    | {line}" if is_code(line) else one_line(line)) in text
    for url in told["links"].values():
        assert url in text
    seqs = [each["seq"] for each in told["timeline"]]
    assert seqs == sorted(set(seqs))


def test_what_was_gone_on_with_for_a_reason_is_an_override_and_nobody_was_shown_a_second_yes():
    red = Question(
        "still-red",
        "Production fails: checkout (500). What now?",
        (Option("accept", "Accept it as it is", needs_reason=True), Option("again", "Again")),
        shown=("checkout: 500",),
    )
    more = Option("extend", "Take more time", needs_reason=True, needs_minutes=True)
    late = Question("late", "What now?", (more,))
    said = [
        (DecisionMade("still-red", "accept", "only in staging", 0.0, red), "probe_production"),
        (DecisionMade("still-red", "again", "", 0.0, red), "probe_production"),
        (DecisionMade("late", "extend", "nearly there", 10.0, late), "budget"),
        (DecisionMade("merge", "go", AS_CHOSEN, 0.0, ASKED), "confirm_the_rollback"),
    ]
    events = [
        Event("hf-1", seq, START, each.type, "dana", "verify", step, each.to_json())
        for seq, (each, step) in enumerate(said, start=1)
    ]
    told = account(events)
    assert told["overrides"] == [
        {"what": "Production fails: checkout (500).", "why": "dana: only in staging"}
    ]
    assert [each["shown"] for each in told["decisions"]] == [
        ["checkout: 500"],
        ["checkout: 500"],
        [],
        [],
    ]


def test_a_day_that_ends_meanwhile_and_a_local_day_that_is_another_are_told():
    events = [
        Event("hf-1", seq, START + timedelta(seconds=at), "note", "dana", data={"text": "x"})
        for seq, at in ((1, 0), (2, 60))
    ]
    lines = account_lines(account(events, JAKARTA))
    first, second = lines.index("2026-03-12 (UTC)"), lines.index("2026-03-13 (UTC)")
    assert lines[first + 1].startswith("23:59:50 06:59:50+1")
    assert lines[second + 1].startswith("00:00:50 07:00:50 ")


@pytest.mark.parametrize("width", [60, 99, 100, 200, None])
def test_wide_signs_and_long_words_are_counted_as_they_show(width):
    text = "決済" * 6 + " " + "決済が失敗する " * 12 + "https://example.com/" + "x" * 90
    data = {"text": text, "by": "名前の長い人のための名前"}
    event = Event("hf-1", 1, START, "note", "dana", data=data)
    lines = account_lines(account([event], UTC), width)
    assert all(
        width is None or cell_len(line) <= width or "https://" in line or "名前" in line
        for line in lines
    )


def test_foreign_text_moves_no_cursor():
    evil = "\x1b]0;x\x07a\nb\u202e"
    event = Event("hf-1", 1, START, "note", "d\x1b[2Ja", data={"text": evil})
    for line in account_lines(account([event], UTC)):
        assert line.isprintable()


def test_what_was_seen_of_the_impact():
    rolled_back = account(recorded("done-then-rolled-back").events)["impact"]
    # It was green once, and the rollback brought the fault back.
    assert (rolled_back["red_at"] is None, rolled_back["green_at"]) == (False, None)
    assert rolled_back["red_at"] < rolled_back["was_green_at"] < rolled_back["red_again_at"]
    done = account(recorded("glass-broken").events)["impact"]
    assert list(done["probes"]) == ["checkout answers"]
    red, green = (datetime.fromisoformat(done[key]) for key in ("red_at", "green_at"))
    assert done["seconds"] == round((green - red).total_seconds(), 1) > 0
    nothing = account(RUNS["done"]().events())["impact"]
    assert nothing == dict.fromkeys(nothing) | {"probes": {}}


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("done", {"bring-back", "checklist"}),
        ("glass-broken", {"review", "bring-back", "follow-up", "checklist"}),
        ("done-then-rolled-back", {"rolled-back", "bring-back", "checklist"}),
        ("rolled-back-and-settled", {"checklist"}),
        ("waiting-for-review", {"next"}),
        ("could-not-tell-the-team", {"next", "message"}),
        ("taken-over-old-machine", {"next"}),
    ],
)
def test_what_is_still_to_do(name, kinds):
    told = account(recorded(name).events)
    assert {each["kind"] for each in told["left_to_do"]} == kinds
    assert all(each["what"] for each in told["left_to_do"])
    assert (told["review_owed"] is not None) is ("review" in kinds)


def assert_in_one_order(left, it, shown, lines):
    told = account(it.events)
    texts = [
        [line for line in shown.splitlines() if line.startswith("Left to do:")],
        [line for line in lines if line.startswith("Left to do:")],
        account_lines(told),
        checklist_markdown(it.progress).partition("## Left to do")[2].splitlines(),
    ]
    if it.progress.state is not RunState.TAKEN_OVER:
        texts.append(end_of(it.progress).partition("Still to do:")[2].splitlines())
    for text in texts:
        whole = "\n".join(text)
        at = [whole.find(one_line(each.what)) for each in left if each.kind != "message"]
        at = [each for each in at if each >= 0]
        assert at == sorted(at), whole


@pytest.mark.parametrize("name", NAMES)
def test_what_is_still_to_do_is_said_alike_wherever_a_run_is_looked_at(name):
    it = recorded(name)
    progress = it.progress
    if not progress.state.is_over:
        return
    left = still_to_do(progress)
    seen = snapshot(dict(status(progress)), it.now)
    console = Console(file=(shown := StringIO()), width=10_000)
    RunScreen(lambda: it.now, console).end(progress)
    assert [each["what"] for each in seen.get("still_to_do", ())] == [each.what for each in left]
    for each in left:
        said = f"{each.next_command} ({each.what})" if each.next_command else each.what
        assert any(f"Left to do: {one_line(said)}" == line for line in status_lines(seen))
        assert each.kind in {"message", "next"} or one_line(said) in shown.getvalue()
        assert each.kind in {"checklist", "next"} or each.what in checklist_markdown(progress)
        is_next = each.kind != "checklist" and progress.problem is None
        assert not is_next or each.next_command in seen["next_action"]
    assert left or "Left to do" not in shown.getvalue()
    assert_in_one_order(left, it, shown.getvalue(), status_lines(seen))
    nothing = {"nothing: the run is over", "hotfix log"}
    assert left or seen["next_action"] in nothing | {next_after(progress)}


def test_why_it_was_and_who_verified_it_is_shown_and_each_next_step_is_a_sentence():
    lines = account_lines(account(recorded("done-then-rolled-back").events))
    assert lines[lines.index("Why") + 1] == "  Category: api-errors"
    assert any(line.startswith("  Root cause: ") for line in lines)
    assert any(line.startswith("  Verified by: ") for line in lines)
    assert any("red again at" in line for line in lines)
    ways = [line.partition(" Next: ")[0] for line in lines if " Next: " in line]
    assert ways
    assert all(way[-1] in ".?!:" for way in ways)


def test_that_it_goes_on_is_shown_once_and_told_programs_each_time():
    resumed = [RunResumed(), RunResumed(by_key((LOCK("hf-1"),)))]
    shown = [each.is_detail for each in told_by(RunInterrupted("Ctrl-C"), *resumed)]
    assert shown == [False, False, True]


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("on-call", " who is on call: x"),
        ("summary", " how it ended: x"),
        ("parent", ": that it began."),
        ("decision:2", " what was decided: x"),
        ("review:rena:699be3cd", " who is asked for a review: x"),
        ("note:1", " what was noted: x"),
    ],
)
def test_what_the_team_was_told_is_said_in_words(key, what):
    assert [each.what for each in told_by(Told(key, "x"))] == [f"Told the team{what}"]


def test_what_the_team_was_not_told_is_said_once_and_again_after_it_was():
    down = Untold("parent", "x", "Slack is down."), Untold("parent", "y", "Slack is down.")
    parts: list[Told | Untold] = [*down, Told("parent", "y"), Told("parent", "z")]
    parts.append(Untold("parent", "z", "Slack is down."))
    told = told_by(*parts, Told("parent", "z"))
    assert [each.what for each in told if not each.is_detail] == [
        "Could not tell the team: that it began (Slack is down.)",
        "Told the team: how far it is.",
        "Could not tell the team: how far it is (Slack is down.)",
        "Told the team: how far it is.",
    ]


def test_what_was_perhaps_sent_is_not_called_untold():
    said = Untold(
        "notify:1-ntfy:end", f"{PERHAPS}It is over\nAll of it.", "perhaps sent: no answer"
    )
    (entry,) = told_by(said)
    assert entry.what == "Perhaps told address 1 of [notify] (ntfy): It is over (no answer)"


@pytest.mark.parametrize("name", NAMES)
def test_who_was_told_what_and_who_was_not_is_said_of_each_message_once(name):
    """No line of what was told, or was not, is there twice, and each says what it was about."""
    events = recorded(name).events
    shown = [each for each in timeline(events) if not each.is_detail]
    texts = {each.seq: each.said for each in events}
    since: dict[str, bool] = {}
    for each in shown:
        said = texts[each.seq]
        if isinstance(said, Told | Untold):
            assert said.key == "page" or since.get(said.key) is not isinstance(said, Told)
            since[said.key] = isinstance(said, Told)
            what = (
                each.what.removesuffix(f" ({said.why})") if isinstance(said, Untold) else each.what
            )
            assert what != each.what or isinstance(said, Told)
            assert re.match("(Told|Could not tell|Perhaps told) .+: .+", what)
    # Of each message that people are to know of, how it ended is among them.
    last = {
        said.key: isinstance(said, Told)
        for said in texts.values()
        if isinstance(said, Told | Untold)
    }
    assert since == {key: last[key] for key in last if not key.startswith("phase:")}


def test_each_text_that_customers_read_is_shown():
    told = told_by(Told("page", "We look into it."), Told("page", "It works again."))
    assert [each.is_detail for each in told] == [False, False]


def test_notes_are_in_the_order_in_which_they_were_said():
    early = START - timedelta(minutes=5)
    events = [
        Event("hf-1", seq, START + timedelta(seconds=seq), "note", "dana", data=said.to_json())
        for seq, said in enumerate(
            (Noted("second", "dana"), Noted("first", "rena", heard=Heard("slack:1.2", early))), 1
        )
    ]
    assert [note["text"] for note in account(events, UTC)["notes"]] == ["first", "second"]


def test_damage_is_said_before_what_could_be_read():
    damage = Problem(ProblemCode.FAILED, "The journal is damaged in line 9.", "x", "y")
    told = account(recorded("done").events[:8], damage=damage)
    assert told["damage"]["what"] == damage.what
    assert "  Warning: The journal is damaged in line 9." in account_lines(told)
    assert len(told["timeline"]) > 3


def in_the_order(*said):
    """The account of a run in which all of it is said, a second apart."""
    events = []
    for number, (who, one, step) in enumerate(said):
        at = START + timedelta(seconds=number)
        events.append(Event("hf-1", number + 1, at, one.type, who, "fix", step, one.to_json()))
    return account(events, zone=JAKARTA)


BEGUN = RunStarted(
    Incident("checkout returns 500"), RunSettings(), Layout("hotfix", (), None, "", "", ())
)
BACK = PlanChosen(Layout("rollback", (), None, "", "", ()))
RED = Question(
    "still-red",
    "Production fails: checkout answers (500). What now?",
    (Option("again", "Probe again"), Option("roll-back", "Roll back", then=Then.ROLL_BACK)),
)
WORKS = Question(
    "works",
    "Does the fix work?",
    (Option("yes", "Yes"), Option("roll-back", "No, roll back", then=Then.ROLL_BACK)),
)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([], ""),
        ([DecisionNeeded(RED)], "Production fails: checkout answers (500)."),
        # It goes over to the rollback by its own answer.
        (
            [DecisionNeeded(WORKS), DecisionMade("works", "roll-back", "", 0.0, WORKS)],
            "Does the fix work? No, roll back",
        ),
        ([StepFailed(Problem(ProblemCode.FAILED, "It broke.", "", ""))], "It broke."),
        # What was answered otherwise, or tried again since, is no reason any more.
        ([DecisionNeeded(RED), DecisionMade("still-red", "again", "", 0.0, RED)], ""),
        ([StepFailed(Problem(ProblemCode.FAILED, "It broke.", "", "")), StepStarted()], ""),
    ],
)
def test_why_it_was_rolled_back_is_what_stood_when_that_was_begun(said, reason):
    told = in_the_order(
        ("dana", BEGUN, ""), *(("dana", one, "probe") for one in said), ("dana", BACK, "")
    )
    assert told["rollback_reason"] == reason
    words = f"Reason for the rollback: {reason or 'not on record'}"
    assert f"  {words}" in account_lines(told)
    assert f"- {words}" in report_markdown(told)


def test_no_reason_is_told_of_a_run_that_was_not_rolled_back():
    told = in_the_order(("dana", BEGUN, ""), ("dana", DecisionNeeded(RED), "probe"))
    assert told["rollback_reason"] is None
    assert "Reason" not in "\n".join(account_lines(told))


def test_all_who_walked_it_are_named_in_order_and_who_began_it():
    told = in_the_order(
        ("dana", BEGUN, ""),
        ("dana", RunResumed(), ""),
        ("noor", RunResumed(taken_over_from="dana"), ""),
        ("rena", Noted("the cache was cold", "rena"), ""),
    )
    assert told["operators"] == ["dana", "noor"]
    began = "Started 2026-03-12 23:59:50 UTC (2026-03-13 06:59:50 +0700), by dana"
    assert f"  {began}" in account_lines(told)
    assert "| Carried out by | dana, then noor |" in report_markdown(told)


def test_decisions_and_notes_have_their_day_and_both_times():
    told = in_the_order(
        ("dana", BEGUN, ""),
        ("dana", DecisionMade("merge", "go", "", 0.0, ASKED), "merge"),
        ("dana", Noted("the cache was cold", "noor"), ""),
    )
    lines = account_lines(told)
    assert "2026-03-12 23:59:51 UTC (2026-03-13 06:59:51 +0700), dana" in lines
    assert lines[lines.index("Notes") + 1 :][:2] == [
        "2026-03-12 23:59:52 UTC (2026-03-13 06:59:52 +0700), noor",
        "    • the cache was cold",
    ]


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("pager:trigger", "by an alert, which calls those on call"),
        ("pager:resolve", "that the alert is over"),
        ("pager:deployed", "of a change"),
        ("pager:rolled-back", "of a change"),
        ("pager:acknowledge", "that the incident is being worked on"),
        ("pager:note", "in a note on the incident"),
        ("pager:note:rolled-back", "in a note on the incident"),
    ],
)
def test_whether_somebody_was_called_is_told(key, what):
    (entry,) = told_by(Told(key, "x"))
    assert entry.what == f"Told PagerDuty {what}: x"
    (entry,) = told_by(Untold(key, "x", "it is down"))
    assert entry.what == f"Could not tell PagerDuty {what}: x (it is down)"
