import pytest
from tests.domain.runs_on_record import RUNS
from tests.snapshots import snapshot

from hotfix.domain.fold import fold
from hotfix.domain.progress import RunState
from hotfix.domain.status import status
from hotfix.view.status_lines import short_line, status_lines


def seen(name):
    events = RUNS[name]().events()
    return snapshot(dict(status(fold(events))), events[-1].at)


def test_a_run_in_a_few_lines(local_zone):
    local_zone("Europe/Berlin")
    assert status_lines(seen("deciding")) == [
        "hf-test  checkout returns 500",
        "waiting for an answer, review",
        "5:30 gone · merge by 04:37 CET (19:30 from now) · on pace for 30:00, done about 04:33",
        "  prepare    0:30 of     -  done",
        "  fix        5:00 of 15:00  done",
        "  review     0:00 of 10:00  stands still",
        "  deploy     0:00 of  5:00  to come",
        "Next: Sure? hotfix resume hf-test",
    ]


@pytest.mark.parametrize("name", ["deciding", "failed", "interrupted"])
def test_the_phase_of_a_run_that_stands_still_does_not_run(name):
    (present,) = [line for line in status_lines(seen(name)) if line.startswith("  review")]
    assert present.endswith("  stands still")


@pytest.mark.parametrize("state", sorted(state for state in RunState if state.is_over))
def test_nothing_runs_of_a_run_that_is_over_or_goes_on_elsewhere(state):
    at = "2026-03-12T03:15:09+00:00"
    over = {**seen("deciding"), "state": str(state), "finished_at": at}
    assert any(phase["state"] == "running" for phase in over["phases"])
    lines = status_lines(over)
    assert not any(line.endswith("running") for line in lines)
    is_elsewhere = state is RunState.TAKEN_OVER
    assert any(line.startswith("Taken over at ") for line in lines) is is_elsewhere
    assert any(line.startswith("Over since ") for line in lines) is not is_elsewhere


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("deciding", "hotfix review 5:30, 24:30 left, merge by 04:37 CET, waiting for an answer"),
        ("done", "hotfix done 7:10"),
        ("rolling_back", "hotfix rollback 7:10, waiting for an answer"),
    ],
)
def test_a_run_in_a_prompt(name, line, local_zone):
    local_zone("Europe/Berlin")
    assert short_line(seen(name)) == line


def test_an_overrun_in_a_prompt():
    late = short_line({**seen("late"), "remaining_seconds": -1763.0})
    assert ", over by 29:23" in late


@pytest.mark.parametrize("name", ["done", "stopped"])
def test_of_a_run_that_is_over_nothing_is_forecast(name):
    assert status_lines(seen(name))[4] in {
        "7:10 from the start to the end",
        "5:30 from the start to the end",
    }


def test_foreign_text_is_made_safe():
    evil = "\x1b]0;x\x07a\nb"
    lines = status_lines({**seen("deciding"), "description": evil, "next_action": evil})
    assert (lines[0], lines[-1]) == ("hf-test  a b", "Next: a b")
    left = [{"kind": "left", "what": evil, "next_command": evil}]
    over = {**seen("done"), "description": evil, "still_to_do": left, "last_word": ["", evil]}
    assert status_lines(over)[-2:] == ["Left to do: a b (a b)", "a b"]


def test_a_run_that_is_over_says_when_who_how_long_and_what_was_merged(local_zone):
    local_zone("Europe/Berlin")
    commit = {"sha": "a" * 40, "url": "https://x/acme/shop/commit/aaaa"}
    links = {"pull_request_url": "https://x/acme/shop/pull/7"}
    over = {"finished_at": "2026-03-12T03:33:09Z", "started_at": "2026-03-12T03:12:09Z"}
    told = {
        **seen("done"),
        **over,
        "severity": "critical",
        "operator": "dana",
        "commit": commit,
        "links": links,
    }
    assert status_lines(told)[1:6] == [
        "over, with something left to do",
        "Over since 2026-03-12 04:33 CET, by dana, 21:00 after its start",
        "Severity: critical, category: api-errors",
        "Pull request: https://x/acme/shop/pull/7",
        "Commit: https://x/acme/shop/commit/aaaa",
    ]
    assert status_lines({**told, "commit": {**commit, "url": None}})[5] == f"Commit: {'a' * 40}"
    # Nothing is told that is not on record, nor of a run that goes on.
    bare = {**told, "commit": None, "links": {}, "started_at": None, "severity": None}
    assert status_lines(bare)[2:4] == [
        "Over since 2026-03-12 04:33 CET, by dana",
        "7:10 from the start to the end",
    ]
    assert not any("Over since" in line for line in status_lines(seen("deciding")))
