"""Stories: a rollout that cannot end well is seen at once, and one that is slow is waited for."""

import pytest
from tests.other_hands import ready_versions
from tests.stories.commands import START, commands
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.event_data import EventType
from hotfix.simulators.scenarios import SCENARIOS


def played(folder, name):
    with stage(folder / "world") as on:
        scenario = SCENARIOS[name]
        scenario.prepare(on.world)
        on.world.play_the_engineer(scenario.fix)
        on.world.play_the_reviewer()
        on.seen["started"] = on.start()
        on.seen["question"] = question(on)
        on.seen["meanwhile"] = on.checkout()
        on.seen["rolled_back"] = on.resume(plan="rollback")
        on.seen["versions"] = ready_versions(on.world.kubernetes, "webrana-backend")
        yield on


def question(on):
    events = on.session.runs.events(on.run)
    asked = [each for each in events if each.type is EventType.DECISION_NEEDED]
    return asked[-1].data["question"]


@pytest.fixture(scope="module")
def crash_loop(tmp_path_factory):
    yield from played(tmp_path_factory.mktemp("crash"), "crash-loop")


@pytest.fixture(scope="module")
def image_missing(tmp_path_factory):
    yield from played(tmp_path_factory.mktemp("image"), "image-missing")


def test_a_crash_loop_stops_the_walk_with_rolling_back_first(crash_loop):
    asked = crash_loop.seen["question"]
    assert crash_loop.seen["started"] == exit_codes.WAITING
    assert (
        asked["text"]
        == "webrana-backend: backend keeps crashing: KeyError: 'VOUCHERS_URL'. Roll back?"
    )
    assert asked["options"][0]["key"] == "roll-back"
    assert asked["flag"] == "hotfix rollback"


def test_the_pods_last_words_are_shown_and_recorded(crash_loop):
    shown = crash_loop.seen["question"]["shown"]
    # Told once, by the question itself.
    assert not any("will not get ready" in line for line in shown)
    assert any("BackOff: Back-off restarting failed container backend" in line for line in shown)
    assert any(line.endswith("| KeyError: 'VOUCHERS_URL'") for line in shown)
    assert "KeyError: 'VOUCHERS_URL'" in crash_loop.screen.getvalue()


def test_production_never_left_the_old_version_and_goes_back_to_it_whole(crash_loop):
    assert crash_loop.seen["meanwhile"] == "500 Internal Server Error"
    assert crash_loop.seen["rolled_back"] == exit_codes.ROLLED_BACK
    assert crash_loop.seen["versions"] == [crash_loop.world.first_commit] * 2


def test_an_image_that_does_not_exist_is_named(image_missing):
    asked = image_missing.seen["question"]
    assert image_missing.seen["started"] == exit_codes.WAITING
    assert "no image" in asked["text"]
    assert "to pull: not found" in asked["text"]
    assert not any("to pull: not found" in line for line in asked["shown"])
    assert any("Failed: Failed to pull image" in line for line in asked["shown"])
    assert image_missing.seen["rolled_back"] == exit_codes.ROLLED_BACK
    assert image_missing.seen["versions"] == [image_missing.world.first_commit] * 2


def test_slow_pods_are_waited_for_and_never_called_doomed(tmp_path):
    with commands(tmp_path / "world", speed=120.0) as on:
        scenario = SCENARIOS["slow-but-fine"]
        on.world.play_the_engineer(scenario.fix)
        on.world.play_the_reviewer()
        code, events = on.events(*START)
        assert code == exit_codes.DONE
        watched = [each for each in events if each["step"] == "watch_rollout"]
        assert "decision_needed" not in {each["type"] for each in watched}
        assert {each["data"]["saying"] for each in watched if each["type"] == "step_waiting"} >= {
            "webrana-backend 1/2 updated, 2 available",
            "webrana-backend 2/2 updated, 2 available",
        }
