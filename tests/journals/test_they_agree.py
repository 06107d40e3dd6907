"""Whoever was not there may ask any command: what two of them say of a run is the same."""

import json
import re
from functools import cache

import pytest
from tests.journals.reading import NAMES, recorded
from tests.snapshots import snapshot

from hotfix.domain.deployment_log import OWED, of_run
from hotfix.domain.ending import ending, word
from hotfix.domain.figures import clock
from hotfix.domain.history import counted, history
from hotfix.domain.progress import RunState
from hotfix.domain.snapshot import in_tenths, stand_at
from hotfix.domain.status import status
from hotfix.domain.still_to_do import is_owed
from hotfix.view.account import account
from hotfix.view.account_text import state_in_words
from hotfix.view.announcement import end_of
from hotfix.view.checklist_markdown import checklist_markdown
from hotfix.view.clock_line import elapsed_until
from hotfix.view.deployment_log_text import as_lines
from hotfix.view.history_lines import history_lines
from hotfix.view.report import Table, phase_name, sections, shown_phases, spent_of
from hotfix.view.status_lines import head_lines, status_lines

OVER = [name for name in NAMES if recorded(name).progress.state.is_over]


@cache
def shown(name):
    """Return what ``hotfix show --json`` has of it."""
    return account(recorded(name).events)


@cache
def stands(name):
    """Return what ``hotfix status`` words."""
    it = recorded(name)
    return stand_at(json.loads(json.dumps(status(it.progress))), it.now)


def of_history(name):
    """Return what ``hotfix history`` counts of it; None for what is no hotfix."""
    it = recorded(name)
    return counted(it.events, it.progress, {})


def phases_in_report(name):
    tables = (
        block
        for section in sections(shown(name))
        for block in section.blocks
        if isinstance(block, Table) and block.caption.startswith("Time by phase")
    )
    return next(tables).rows


@pytest.mark.parametrize("name", OVER)
def test_each_phase_took_the_same_and_came_as_far(name):
    lines = status_lines(stands(name))
    by_status = []
    for phase in stands(name)["phases"]:
        (line, *_) = [each for each in lines if each.startswith(f"  {phase['name']:<9}")]
        lines.remove(line)
        ((took, of, how_far),) = re.findall(r"^ +([\d:]+) of +([\d:-]+)  (.+)$", line[11:])
        if phase["elapsed_seconds"] or phase["target_seconds"]:
            by_status.append((took if of == "-" else f"{took} of {of}", how_far))
    by_report = [
        (re.sub(r", (over by .*|no target)", "", spent), state)
        for _, spent, state in phases_in_report(name)
    ]
    assert by_report == by_status
    assert [spent_of(each) for each in shown_phases(shown(name))] == [
        spent for _, spent, _ in phases_in_report(name)
    ]


@pytest.mark.parametrize("name", OVER)
def test_the_channel_was_told_what_a_phase_took_as_the_record_has_it(name):
    if recorded(name).progress.state is RunState.TAKEN_OVER:
        return
    told = re.search(r"\((\w+ \d+:\d\d(, \w+ \d+:\d\d)*)\)", end_of(recorded(name).progress))
    if told is None:
        return
    plan = recorded(name).progress.plan
    spent = {
        phase_name(each).partition(" (")[0]: clock(each["spent_seconds"])
        for each in shown(name)["phases"]
        if each["plan"] == plan
    }
    for each in told[1].split(", "):
        phase, took = each.split(" ")
        assert spent[phase] == took


@pytest.mark.parametrize("name", OVER)
def test_all_of_it_took_the_same(name):
    it, seen = recorded(name), shown(name)
    took = f"{clock(seen['elapsed_seconds'])} after its start"
    assert took in state_in_words(seen)
    assert any(took in line for line in status_lines(stands(name)) if "after its start" in line)
    of = of_history(name)
    if of is not None:
        assert clock(of.elapsed) == clock(seen["elapsed_seconds"])
    (last,) = of_run(it.events)[-1:]
    if last.plan:
        # What is not logged is told as of the run's end.
        assert f"{clock(seen['elapsed_seconds'])} after the start" in as_lines([last])[0]


@pytest.mark.parametrize("name", OVER)
def test_what_counts_took_the_same(name):
    seen, found = stands(name), shown(name)
    until = elapsed_until(found["counted_until"])
    (line,) = [
        each
        for each in status_lines(seen)
        if re.match(rf"\d+:\d\d {re.escape(until)}( · |$)", each)
    ]
    assert line.startswith(f"{clock(found['counted_seconds'])} ")


@pytest.mark.parametrize("name", NAMES)
def test_it_ended_the_same_way(name):
    it, seen = recorded(name), shown(name)
    owed = is_owed(it.progress)
    words = word(it.progress.state.value, is_owed=owed)
    assert head_lines(stands(name))[1].startswith(words)
    assert state_in_words(seen).lower().startswith(words)
    assert ("something is left to do" in state_in_words(seen)) is (
        owed and it.progress.state.is_over
    )
    of = of_history(name)
    if of is not None:
        listed = history_lines(
            {**history([of]), "drills_left_out": 0, "drills_counted": 0, "not_readable": 0}
        )
        assert (
            f", {ending(it.progress.state.value, is_owed=owed)}, "
            in f", {listed[-1].partition('  ')[2].partition('  ')[2]}, "
        )


@pytest.mark.parametrize("name", NAMES)
def test_who_and_which_commit_are_the_same(name):
    it, seen = recorded(name), shown(name)
    assert stands(name)["operator"] == seen["operator"] == it.progress.operator
    assert stands(name)["commit"] == seen["commit"]
    sha = seen["commit"]["sha"] if seen["commit"] else ""
    assert {each.commit for each in of_run(it.events)} <= {sha, ""}
    assert all(each.deployer in {*seen["operators"], "itself"} for each in of_run(it.events))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_still_to_do_is_the_same(name):
    it, seen = recorded(name), shown(name)
    if it.progress.state.is_over:
        assert [*stands(name).get("still_to_do", ())] == seen["left_to_do"]
    if it.progress.state.is_over and it.progress.state is not RunState.TAKEN_OVER:
        said = end_of(it.progress)
        for each in seen["left_to_do"]:
            # That the team is told is done by the message itself.
            is_of_it = each["kind"] == "message" or "Team notified" in each["what"]
            assert is_of_it or each["next_command"] in said


@pytest.mark.parametrize("name", NAMES)
def test_an_owed_review_is_owed_everywhere(name):
    it, seen = recorded(name), shown(name)
    of = of_history(name)
    is_owed_by_log = any(each.review.startswith(OWED) for each in of_run(it.events))
    if of is not None:
        assert bool(of.owed) is bool(seen["review_owed"])
    if is_owed_by_log:
        assert seen["review_owed"]
    if seen["review_owed"]:
        assert "- [x] Code review approved" not in checklist_markdown(it.progress)


@pytest.mark.parametrize("name", NAMES)
def test_a_program_gets_seconds_in_tenths(name):
    seen = stands(name)
    assert in_tenths(seen) == snapshot(
        json.loads(json.dumps(status(recorded(name).progress))), recorded(name).now
    )
    assert in_tenths(seen)["elapsed_seconds"] == pytest.approx(seen["elapsed_seconds"], abs=0.051)
