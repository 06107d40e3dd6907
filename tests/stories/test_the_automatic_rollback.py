"""With ``[rollback] automatic``, a failed verification goes back by itself unless called off."""

import pytest
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.event_data import DecisionMade, DecisionNeeded, Noted
from hotfix.ports.signals import Signal
from hotfix.simulators.played_fix import BAD_FIX, GOOD_FIX

SETTINGS = '\n[rollback]\nautomatic = true\ncountdown = "30s"\n'


@pytest.fixture
def on(tmp_path):
    with stage(tmp_path / "world") as made:
        made.world.play_the_engineer(BAD_FIX)
        made.world.play_the_reviewer()
        made.seen["before"] = made.checkout()
        made.configure(SETTINGS)
        yield made


def errs_for(on, seconds):
    """Let the balancer answer 500 for so long after the first probe of what was merged."""
    begun: list[float] = []

    def errs():
        pull = on.world.github.hosted.pulls.get(2)
        if pull is None or not pull.merge_sha or not is_rolled_out(on):
            return False
        begun[:] = begun or [on.world.clock.monotonic()]
        return on.world.clock.monotonic() - begun[0] < seconds

    on.world.front.errs = errs


def is_rolled_out(on):
    events = on.session.runs.events(on.run)
    return any(each.type == "step_done" and each.step == "watch_rollout" for each in events)


def asked(on):
    """Return the question that answers itself, once it is on record."""
    for event in on.session.runs.events(on.run):
        if isinstance(event.said, DecisionNeeded) and event.said.question.by_itself:
            return event
    return None


def test_nobody_calls_it_off_and_one_command_walks_there_and_back(on):
    assert on.start() == exit_codes.ROLLED_BACK
    assert on.checkout() == on.seen["before"]
    said = on.screen.getvalue()
    (decided,) = [line for line in on.lines if "by itself, after 30 s" in line]
    assert decided == "→ Roll back to the recorded state: by itself, after 30 s"
    assert "rolled-back by itself: checkout returns 500" in said
    events = on.session.runs.events(on.run)
    question = asked(on)
    made = next(
        each for each in events if each.seq > question.seq and isinstance(each.said, DecisionMade)
    )
    assert (made.at - question.at).total_seconds() >= 30
    assert question.said.question.by_itself_in == 30.0
    assert made.said.by == "itself"


def test_a_note_from_elsewhere_calls_it_off(on):
    def look():
        if on.session.runs.ids() and asked(on):
            box = on.session.runs.mailbox(on.run)
            box.send(Signal(Noted("wait, I am on it", "noor")))
        else:
            on.world.timeline.after(5, look, "a colleague looks on")

    look()
    assert on.start() == exit_codes.WAITING
    assert on.checkout() != on.seen["before"]
    assert "noor: wait, I am on it" in on.screen.getvalue()
    assert "Next: hotfix rollback" in on.screen.getvalue()


def test_it_is_off_unless_configured(tmp_path):
    with stage(tmp_path / "world") as on:
        on.world.play_the_engineer(BAD_FIX)
        on.world.play_the_reviewer()
        assert on.start() == exit_codes.WAITING
        assert asked(on) is None


@pytest.mark.parametrize("settings", ["", SETTINGS])
def test_one_red_look_right_after_the_rollout_ends_nothing(tmp_path, settings):
    with stage(tmp_path / "world") as on:
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        on.configure(settings)
        errs_for(on, 4.0)
        assert on.start() == exit_codes.DONE, on.screen.getvalue()
        assert "checkout answers is not green yet" in on.screen.getvalue()
        assert asked(on) is None


def test_what_gets_green_while_it_is_counted_down_withdraws_the_question(tmp_path):
    with stage(tmp_path / "world") as on:
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        on.configure(SETTINGS)
        errs_for(on, 40.0)
        assert on.start() == exit_codes.DONE, on.screen.getvalue()
        assert asked(on) is not None
        said = on.screen.getvalue()
        assert "↶ Looked again, and there is nothing to ask any more: Green: checkout" in said
        assert "by itself, after" not in said
