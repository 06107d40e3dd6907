"""With ``[rollback] automatic``, a failed verification goes back by itself unless called off."""

import pytest
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.event_data import DecisionMade, DecisionNeeded, Noted
from hotfix.ports.signals import Signal
from hotfix.simulators.played_fix import BAD_FIX

SETTINGS = '\n[rollback]\nautomatic = true\ncountdown = "30s"\n'


@pytest.fixture
def on(tmp_path):
    with stage(tmp_path / "world") as made:
        made.world.play_the_engineer(BAD_FIX)
        made.world.play_the_reviewer()
        made.seen["before"] = made.checkout()
        made.configure(SETTINGS)
        yield made


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
    assert "Roll back to the recorded state: by itself, after 30 s (dana)" in said
    events = on.session.runs.events(on.run)
    question = asked(on)
    made = next(
        each for each in events if each.seq > question.seq and isinstance(each.said, DecisionMade)
    )
    assert (made.at - question.at).total_seconds() >= 30
    assert question.said.question.by_itself_in == 30.0


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
