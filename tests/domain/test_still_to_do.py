"""What a run leaves to people: each thing once, and what to do about it."""

from dataclasses import replace
from typing import Any

import pytest
from tests.house.plans import every_plan, every_step
from tests.journals.reading import NAMES, recorded

from hotfix.domain import still_to_do as of_the_domain
from hotfix.domain.event import Event
from hotfix.domain.event_data import Noted, Told
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import MERGE_SHA, STATUS_PAGE_CHOICE
from hotfix.domain.fold import after
from hotfix.domain.open_elsewhere import CLOSED, open_elsewhere
from hotfix.domain.page_stage import stage
from hotfix.domain.page_texts import PAGE, PUBLISH, Stage
from hotfix.domain.paging import RESOLVE, TRIGGER
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import Left, RunState
from hotfix.domain.still_to_do import still_to_do

DONE = recorded("done").progress


def owed(state, **facts):
    known = {key: it for key, it in {**DONE.known, **facts}.items() if it is not None}
    return list(still_to_do(replace(DONE, state=state, known=known)))


@pytest.mark.parametrize("state", [RunState.STOPPED, RunState.ABORTED])
def test_a_fix_that_was_merged_and_left_is_owed_a_look_or_a_way_back(state):
    (unverified, *_) = owed(state, verified_by=None)
    assert unverified.kind == "unverified"
    assert DONE.facts[MERGE_SHA][:8] in unverified.what
    assert unverified.next_command == f"hotfix rollback {DONE.run}"


def test_a_cause_that_nobody_has_written_is_owed_with_the_command_that_writes_it():
    silent = replace(DONE, incident=replace(DONE.incident, root_cause=""))
    change: Any = DONE.known["change"]
    change = {**change, "root_cause": "None has no key."}
    at: Any = DONE.last_at
    noted = Noted("Root cause: None has no key.", "dana")
    note = Event(DONE.run, 999, at, noted.type, "dana", "", "", noted.to_json())
    kinds = {
        who: [(each.kind, each.next_command) for each in still_to_do(progress)]
        for who, progress in (
            ("nobody", silent),
            ("flag", DONE),
            ("commits", replace(silent, known={**DONE.known, "change": change})),
            ("note", after(silent, note)),
            ("none merged", replace(silent, state=RunState.STOPPED)),
        )
    }
    owed = ("root-cause", f"hotfix note --run {DONE.run} 'Root cause: ...'")
    assert [who for who, found in kinds.items() if owed in found] == ["nobody"]


@pytest.mark.parametrize(
    ("state", "facts"),
    [
        (RunState.DONE, {}),
        (RunState.STOPPED, {}),
        (RunState.STOPPED, {"verified_by": None, "merge_sha": None}),
        (RunState.STOPPED, {"verified_by": None, "rolled_back": ["web"]}),
        # It goes on elsewhere.
        (RunState.TAKEN_OVER, {"verified_by": None}),
    ],
)
def test_nothing_of_that_is_owed_otherwise(state, facts):
    assert "unverified" not in [each.kind for each in owed(state, **facts)]


@pytest.mark.parametrize("name", [it for it in NAMES if recorded(it).progress.state.is_over])
def test_each_thing_is_said_once_and_says_what_to_do(name):
    found = still_to_do(recorded(name).progress)
    assert all(each.next_command for each in found)
    for thing in ("status page", "label", "follow-up", "review", "the team"):
        about = [each for each in found if thing in f"{each.what} {each.next_command}".lower()]
        assert len(about) <= (2 if thing == "follow-up" else 1), about


PAGE_LEFT = Problem(ProblemCode.FAILED, "It was not updated.", "", "update the status page")


@pytest.mark.parametrize(
    ("state", "steps", "known", "kinds"),
    [
        (RunState.DONE, ("update_status_page",), {}, ["left"]),
        # What nobody was there to read at the start is still the same page at the end.
        (RunState.DONE, ("tell_customers", "update_status_page"), {}, ["left"]),
        (RunState.DONE, (), {}, ["checklist"]),
        (RunState.DONE, (), {"status_page": "not needed, says dana"}, []),
        (RunState.DONE, (), {"status_page": "by hand, says dana"}, ["status-page"]),
        (RunState.DONE, ("update_status_page",), {"status_page": "by hand, says dana"}, ["left"]),
        (RunState.ABORTED, (), {"status_page": "by hand, says dana"}, ["status-page"]),
        (
            RunState.ABORTED,
            (),
            {"status_page_choice": "publish", "verified_by": None},
            ["status-page"],
        ),
        (RunState.DONE, (), {"status_page": "https://status/1"}, []),
    ],
)
def test_the_status_page_is_left_to_people_in_one_line(state, steps, known, kinds):
    facts = {**DONE.known, "status_page": None, **known}
    left = tuple(Left(step, PAGE_LEFT) for step in steps)
    progress = replace(
        DONE,
        state=state,
        left_to_do=left,
        known={key: it for key, it in facts.items() if it is not None},
    )
    found = [it for it in still_to_do(progress) if "tatus page" in f"{it.what} {it.next_command}"]
    assert [each.kind for each in found] == kinds


@pytest.mark.parametrize(
    ("state", "told", "is_open"),
    [
        (RunState.ABORTED, {TRIGGER}, True),
        (RunState.STOPPED, {TRIGGER}, True),
        (RunState.ROLLED_BACK, {TRIGGER}, True),
        (RunState.ABORTED, set(), False),
        # Verified once, rolled back later: it was resolved, and is not opened again.
        (RunState.ROLLED_BACK, {TRIGGER, RESOLVE}, False),
        # It is resolved by itself; what fails there is told as a message that did not arrive.
        (RunState.DONE, {TRIGGER}, False),
        # It goes on elsewhere.
        (RunState.TAKEN_OVER, {TRIGGER}, False),
        (RunState.WAITING, {TRIGGER}, False),
    ],
)
def test_an_alert_that_nobody_resolved_is_left_to_a_person(state, told, is_open):
    progress = replace(DONE, state=state, told=frozenset(told))
    found = [each for each in still_to_do(progress) if each.kind == "alert"]
    assert bool(found) is is_open
    assert all(DONE.run in each.next_command for each in found)


@pytest.mark.parametrize("key", [RESOLVE, PAGE])
@pytest.mark.parametrize("is_closed", [False, True])
def test_what_was_not_told_there_is_left_until_somebody_else_has_closed_it(key, is_closed):
    closed = [CLOSED[key]("Leo resolved it")] if is_closed else []
    known = {**DONE.known, **by_key([STATUS_PAGE_CHOICE(PUBLISH), *closed])}
    progress = replace(DONE, known=known, told=DONE.told | {TRIGGER}, untold={key: "It works."})
    found = [each for each in still_to_do(progress) if each.kind in {"message", "alert"}]
    assert len(found) == (0 if is_closed else 1)
    # It is asked about, and said once.
    assert [each.key for each in open_elsewhere(progress)] == ([] if is_closed else [key])
    assert "status-page" not in [each.kind for each in still_to_do(progress)]


@pytest.mark.parametrize(
    ("state", "plan", "is_left"),
    [
        (RunState.ABORTED, "abort", True),
        (RunState.STOPPED, "hotfix", True),
        (RunState.DONE, "hotfix", False),
    ],
)
def test_what_customers_read_of_a_hotfix_that_was_given_up_is_left_to_a_person(
    state, plan, is_left
):
    known = {**DONE.known, **by_key([STATUS_PAGE_CHOICE(PUBLISH)])}
    known = (
        known
        if state is RunState.DONE
        else {key: it for key, it in known.items() if key != "verified_by"}
    )
    progress = replace(DONE, state=state, plan=plan, known=known)
    assert ("status-page" in [each.kind for each in still_to_do(progress)]) is is_left
    assert (stage(progress) is Stage.GIVEN_UP) is is_left


# What a record lacks, and notes, are for the days after: nobody waits for them.
FOR_LATER = {
    "annotate_the_deployments",
    "log_the_deployment",
    "log_the_rollback",
}


def test_what_each_step_can_leave_has_its_place_among_the_rest():
    courtesies = {
        step.name
        for _, plan in every_plan()
        for phase in plan.phases
        if phase.is_courtesy
        for step in phase.steps
    }
    assert courtesies >= FOR_LATER
    places = of_the_domain._STANDS_AS.keys()
    assert courtesies - FOR_LATER <= places
    # A pager is configured in none of those plans.
    assert places <= every_step().keys() | {"page_the_on_call"}


def test_what_brings_the_branches_into_order_comes_first_after_a_rollback():
    back = recorded("done-then-rolled-back").progress
    left = (
        Left("remind_of_post_mortem", PAGE_LEFT),
        Left("log_the_deployment", PAGE_LEFT),
        Left("release_the_lock", PAGE_LEFT),
        Left("name_what_is_not_recorded", PAGE_LEFT),
    )
    found = still_to_do(replace(back, left_to_do=left))
    assert [each.step or each.kind for each in found] == [
        "name_what_is_not_recorded",
        "rolled-back",
        "bring-back",
        "release_the_lock",
        "log_the_deployment",
        "remind_of_post_mortem",
        "checklist",
    ]


URL = "https://webrana.statuspage.io/incidents/1"
NO_ANSWER = Problem(ProblemCode.FAILED, "The page was not reached.", "", "resolve it there")


@pytest.mark.parametrize("untold", [{}, {PAGE: "It works."}], ids=["open", "not told"])
@pytest.mark.parametrize("left", [(), (Left("update_status_page", NO_ANSWER),)])
def test_all_that_is_left_about_the_status_page_has_the_link_that_customers_read(untold, left):
    known = {**DONE.known, **by_key([STATUS_PAGE_CHOICE(PUBLISH)])}
    given_up = {key: it for key, it in known.items() if key != "verified_by"}
    at: Any = DONE.last_at
    told = Told(PAGE, "Status page: investigating: looking", url=URL)
    event = Event(DONE.run, 999, at, told.type, "dana", "", "", told.to_json())
    stopped = replace(DONE, state=RunState.STOPPED, known=given_up, left_to_do=left)
    # As it comes from the record, where a later message has no address.
    progress = replace(after(stopped, event), untold=untold)
    found = [
        f"{each.what} {each.next_command}"
        for each in still_to_do(progress)
        if each.kind in {"status-page", "message"} or each.step == "update_status_page"
    ]
    assert len(found) == len(untold) + len(left) + 1
    assert all(each.count(URL) == 1 for each in found)
