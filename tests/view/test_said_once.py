"""What stands on the screen is not said again by the line beneath it."""

from datetime import UTC, datetime, timedelta

import pytest

from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    DecisionMade,
    PhaseStarted,
    StepDone,
    StepStarted,
    StepWaiting,
    Told,
    Untold,
    WentBack,
)
from hotfix.domain.paging import ACKNOWLEDGE, DEPLOYED, RESOLVE, TRIGGER
from hotfix.domain.progress import Progress
from hotfix.domain.question import Option, Question, Then
from hotfix.view.said_once import SaidOnce

AT = datetime(2026, 3, 12, 3, 12, tzinfo=UTC)
AGAIN = Option("look", "Look again", Then.GO_BACK, "await_checks")
ASKED = Question("checks", "What now?", (Option("go-on", "Go on to the tests with it"), AGAIN))
NO_CHANGE = "No change yet in /work/shop."


def shown(*said, step="await_the_fix", is_all_shown=True):
    once = SaidOnce(is_all_shown=is_all_shown)
    lines = []
    for number, each in enumerate(said):
        data = each.to_json()
        at = AT + timedelta(seconds=number)
        event = Event("hf-1", number, at, each.type, "dana", "fix", step, data)
        found = once.of(event, Progress())
        lines += [f"{found.mark} {found.text}".strip()] if found is not None else []
    return lines


def decided(choice):
    return DecisionMade(ASKED.key, choice, "", 0.0, ASKED)


def back(to, because):
    return WentBack(to, because, undone=(to,), phases=("fix",))


def test_enter_without_a_change_is_told_once():
    told = shown(
        decided("go-on"),
        back("await_the_fix", NO_CHANGE),
        PhaseStarted(),
        Told("note:1", "A note."),
        StepStarted(),
        StepWaiting(NO_CHANGE),
        StepWaiting("1 file +1 -1, not committed yet"),
    )
    assert told == [
        "→ Go on to the tests with it (dana)",
        f"↶ {NO_CHANGE}",
        "… 1 file +1 -1, not committed yet",
    ]


def test_where_little_is_shown_each_line_says_all():
    told = shown(back("await_the_fix", NO_CHANGE), StepWaiting(NO_CHANGE), is_all_shown=False)
    assert told == [f"↶ {NO_CHANGE} Back to: await the fix.", f"… {NO_CHANGE}"]


def test_an_answer_is_not_read_once_more_as_the_reason():
    told = shown(decided("look"), back("await_checks", "Look again."))
    assert told == ["→ Look again (dana)", "↶ Back to: await checks."]


def test_what_is_found_otherwise_says_why_and_where_it_goes_on():
    told = shown(back("guard_the_change", "Somebody pushed."), PhaseStarted(), step="await_checks")
    assert told == ["↶ Somebody pushed. Back to: guard the change.", "fix"]


def test_what_is_waited_for_later_is_said_though_it_was_said_before():
    told = shown(
        back("await_the_fix", NO_CHANGE), StepDone("The fix: 1 file.", {}), StepWaiting(NO_CHANGE)
    )
    assert told[-1] == f"… {NO_CHANGE}"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (TRIGGER, ["• PagerDuty has the alert of this run, and calls those on call."]),
        (RESOLVE, ["• PagerDuty has the alert of this run as resolved."]),
        (ACKNOWLEDGE, ["• PagerDuty has the incident as acknowledged."]),
        (DEPLOYED, []),
        ("note:1", []),
    ],
)
def test_who_is_called_is_said_when_the_call_goes_out(key, words):
    assert shown(Told(key, "Hotfix by dana: checkout returns 500")) == words


def test_messages_that_one_outage_holds_up_are_one_line():
    refused, slow = "Slack refuses the connection.", "Slack does not answer."
    told = shown(
        *(Untold(f"team:{n}", f"Message {n}.", refused) for n in range(9)),
        Told("note:1", "A note."),
        Untold("team:9", "One more.", refused),
        Untold("team:10", "The next.", slow),
        StepDone("Pushed.", {}),
        Untold("team:11", "The last.", slow),
    )
    line = "! Could not tell the team: "
    assert told == [f"{line}{refused}", f"{line}{slow}", "✓ Pushed.", f"{line}{slow}"]


def test_what_is_told_to_others_is_a_line_of_its_own():
    why = "127.0.0.1 refuses the connection."
    told = shown(Untold("parent", "A", why), Untold("pager:alert", "B", why))
    assert len(told) == 2
