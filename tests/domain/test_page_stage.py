from dataclasses import replace
from typing import Any

import pytest

from hotfix.domain import fact_names
from hotfix.domain.incident import Incident
from hotfix.domain.page_stage import is_published, stage, status
from hotfix.domain.page_texts import Stage
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.still_to_do import still_to_do

START = Progress(run="hf-1", incident=Incident("checkout returns 500"))
FIXED = ("hotfix", "await_the_fix")
DEPLOYED = ("hotfix", "watch_rollout")
CONFIRMED = ("hotfix", "confirm_by_a_person")
BACK = ("rollback", "confirm_the_rollback")
PROBED = ("rollback", "probe_after_rollback")
SEEN: dict[str, Any] = {"merge_sha": "a" * 40, "rollout": []}
RESTORED = {"rolled_back": ["shop"]}
GREEN, RED = (
    [ProbeResult("shop", is_green=it, saw="", seconds=0.1).to_json()] for it in (True, False)
)


def at(*done, plan="hotfix", state=RunState.RUNNING, **known):
    return replace(START, done=frozenset(done), plan=plan, state=state, known=known)


@pytest.mark.parametrize(
    ("progress", "found", "says"),
    [
        (START, "investigating", "investigating"),
        (at(FIXED), "identified", "identified"),
        (
            replace(START, incident=Incident("it fails", root_cause="a typo")),
            "identified",
            "identified",
        ),
        (at(FIXED, DEPLOYED, **SEEN), "monitoring", "monitoring"),
        # Gone back to from a confirmation that holds no more.
        (at(FIXED, DEPLOYED, verified_by="dana", **SEEN), "monitoring", "monitoring"),
        # Nothing is configured that could have seen it deployed.
        (at(FIXED, DEPLOYED, merge_sha="a" * 40), "identified", "identified"),
        (at(FIXED, DEPLOYED, CONFIRMED, verified_by="dana"), "resolved", "resolved"),
        # Who says no to the rollback has changed nothing.
        (at(FIXED, DEPLOYED, plan="rollback", **SEEN), "monitoring", "monitoring"),
        (at(FIXED, DEPLOYED, BACK, plan="rollback"), "going_back", "identified"),
        (at(FIXED, BACK, plan="rollback", **RESTORED), "going_back", "identified"),
        # Nobody has seen it work: no probe, or a red one.
        (at(FIXED, BACK, PROBED, plan="rollback", **RESTORED), "gone_back", "identified"),
        (
            at(FIXED, BACK, PROBED, plan="rollback", probes_restored=RED, **RESTORED),
            "gone_back",
            "identified",
        ),
        (
            at(FIXED, BACK, PROBED, plan="rollback", probes_restored=GREEN, **RESTORED),
            "resolved",
            "resolved",
        ),
        # What was verified and is taken back all the same is not over.
        (
            at(FIXED, DEPLOYED, CONFIRMED, BACK, plan="rollback", verified_by="dana"),
            "going_back",
            "identified",
        ),
        (at(plan="abort", state=RunState.ABORTED), "given_up", "investigating"),
        (at(FIXED, DEPLOYED, plan="abort"), "given_up", "identified"),
        (at(FIXED, state=RunState.STOPPED), "given_up", "identified"),
        (
            at(FIXED, DEPLOYED, CONFIRMED, plan="abort", verified_by="dana"),
            "resolved",
            "resolved",
        ),
    ],
)
def test_customers_read_how_far_it_is(progress, found, says):
    assert (stage(progress), status(progress)) == (Stage(found), says)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, False),
        ({"status_page_choice": "leave"}, False),
        ({"status_page_choice": "publish"}, True),
        ({"status_page_choice": "update-p77"}, True),
    ],
)
def test_nothing_is_published_without_a_yes(known, expected):
    assert is_published(at(**known).facts) is expected


@pytest.mark.parametrize("state", [RunState.ABORTED, RunState.STOPPED, RunState.ROLLED_BACK])
def test_what_is_left_open_on_the_page_is_still_to_do(state):
    left = at(FIXED, plan="abort", state=state, status_page_choice="publish")
    assert "status-page" in [each.kind for each in still_to_do(left)]
    unpublished = at(FIXED, plan="abort", state=state)
    assert "status-page" not in [each.kind for each in still_to_do(unpublished)]
    assert fact_names.STATUS_PAGE_CHOICE.key == "status_page_choice"
