"""After a rollback: what is said last is what was probed, and never more."""

from dataclasses import replace

import pytest
from tests.journals.reading import recorded
from tests.memory_clock import MemoryClock

from hotfix.domain.event import Event
from hotfix.domain.event_data import EventType, StepDone
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import (
    MERGE_SHA,
    PROBES_AFTER,
    PROBES_BEFORE,
    PROBES_RESTORED,
    REVERT_NUMBER,
    REVERT_URL,
    ROLLED_BACK,
    ROLLOUT,
    VERIFIED_BY,
)
from hotfix.domain.incident import Category, Incident
from hotfix.domain.last_word import good_word, last_word
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.progress import Progress, RunState
from hotfix.view.sentences import sentence

BACK = Progress(state=RunState.ROLLED_BACK, incident=Incident("checkout returns 500"))
RED = ProbeResult("checkout", False, "500 in 0.1 s", 0.1)
GREEN = ProbeResult("checkout", True, "200, as expected in 0.1 s", 0.1)
DARK = ProbeResult("home", False, "no route", 0.1, is_reached=False)
AGAIN = "Next: find the cause (hotfix logs); then another fix: hotfix start 'checkout returns 500'"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((RED,), (RED,), ["Rolled back. Still fails: checkout (500).", AGAIN]),
        ((GREEN,), (RED,), ["Rolled back. Fails: checkout (500).", AGAIN]),
        ((RED,), (GREEN,), ["Rolled back. Works: checkout."]),
        (
            (RED,),
            (GREEN, DARK),
            [
                "Rolled back. Not known, as not reached: home (no route); works: checkout.",
                "Next: look at production yourself",
            ],
        ),
        (
            (),
            (),
            [
                "Rolled back. Whether production works is not known: no probe is configured.",
                "Next: look at production yourself",
            ],
        ),
    ],
)
def test_the_last_word_is_what_was_probed(before, after, said):
    known = by_key([PROBES_BEFORE(before), PROBES_RESTORED(after)])
    assert last_word(replace(BACK, known=known)) == said
    assert last_word(replace(BACK, known=known, state=RunState.DONE)) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            (PROBES_BEFORE((RED,)), PROBES_AFTER((GREEN,))),
            "The fix is deployed and verified. Works: checkout.",
        ),
        (
            (PROBES_BEFORE((RED,)), PROBES_AFTER((RED,))),
            (
                "The fix is deployed, and works, says dana; not all is proven. "
                "Still fails: checkout (500)."
            ),
        ),
        ((), "The fix is deployed, and works, says dana; not all is proven."),
    ],
)
def test_a_run_that_is_done_ends_with_how_far_the_fix_is_and_what_was_seen(facts, said):
    known = by_key([MERGE_SHA("a" * 40), ROLLOUT(()), VERIFIED_BY("dana"), *facts])
    assert good_word(replace(BACK, state=RunState.DONE, known=known)) == [said]
    assert good_word(replace(BACK, known=known)) == []


@pytest.mark.parametrize(
    ("fact", "probes", "mark", "style"),
    [
        (PROBES_BEFORE, (RED,), "✗", "expected"),
        (PROBES_BEFORE, (RED, GREEN), "✗", "expected"),
        (PROBES_BEFORE, (GREEN,), "!", "warning"),
        (PROBES_BEFORE, (DARK,), "!", "warning"),
        (PROBES_AFTER, (GREEN,), "✓", "done"),
        (PROBES_AFTER, (GREEN, RED), "!", "warning"),
        (PROBES_AFTER, (DARK,), "!", "warning"),
        (PROBES_RESTORED, (GREEN,), "✓", "done"),
        (PROBES_RESTORED, (RED,), "✗", "failed"),
        (PROBES_RESTORED, (DARK,), "!", "warning"),
    ],
)
def test_a_tick_is_for_what_works(fact, probes, mark, style):
    is_success = mark == "✓"
    data = StepDone("said", by_key([fact(probes)]), is_success=is_success).to_json()
    event = Event("hf-1", 1, MemoryClock().now(), EventType.STEP_DONE, "dana", "", "see", data)
    found = sentence(event, Progress())
    assert found is not None
    assert (found.mark, found.style) == (mark, style)


def test_the_next_fix_comes_after_the_revert_and_knows_what_it_is_about():
    incident = Incident("checkout returns 500", Category.API_ERRORS, "#12")
    known = by_key([PROBES_RESTORED((RED,)), MERGE_SHA("a" * 40), ROLLED_BACK(("web",))])
    known |= by_key([REVERT_URL("https://x/pull/3"), REVERT_NUMBER(3)])
    assert last_word(replace(BACK, incident=incident, known=known))[-1] == (
        "Next: merge the revert (pull request 3); find the cause (hotfix logs); then another fix:"
        " hotfix start 'checkout returns 500' --category api-errors --issue '#12'"
    )


def test_what_a_rollback_without_a_hotfix_is_called_is_not_what_is_broken():
    alone = recorded("rolled-back-to-a-revision").progress
    assert last_word(alone)[-1].endswith("then another fix: hotfix start DESCRIPTION")
