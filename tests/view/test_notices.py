"""What is told in plain text: by a table of runs on record."""

from dataclasses import replace

import pytest
from tests.domain.runs_on_record import RUNS

from hotfix.domain.fold import fold
from hotfix.domain.progress import PhaseProgress, PhaseState, Progress, RunState
from hotfix.view.notices import notices


@pytest.mark.parametrize("name", sorted(RUNS))
def test_every_run_tells_that_it_began_and_how_it_ended_and_no_step(name):
    progress = fold(RUNS[name]().events())
    keys = list(notices(progress))
    assert keys[:1] == ["begun"]
    ended = [key for key in keys if key.startswith("ended:")]
    is_told = progress.state.is_over and progress.state is not RunState.TAKEN_OVER
    assert ended == ([f"ended:{progress.state.value}"] if is_told else [])
    asked = [key for key in keys if key.startswith("question:")]
    assert len(asked) == (progress.pending is not None and not progress.state.is_over)
    assert set(keys) <= {"begun", "deployed", "gone-back", *ended, *asked}


@pytest.mark.parametrize(
    ("plan", "phase", "key"),
    [
        ("hotfix", "deploy", "deployed"),
        ("rollback", "rollback", "gone-back"),
        ("hotfix", "fix", ""),
    ],
)
def test_a_phase_is_told_once_it_is_done_where_people_wait_for_it(plan, phase, key):
    for state in PhaseState:
        made = PhaseProgress(phase, None, plan=plan, state=state)
        found = set(notices(Progress(run="hf-1", plan=plan, phases=(made,)))) - {"begun"}
        assert found == ({key} if key and state is PhaseState.DONE else set())


def test_the_words_are_plain_text():
    progress = fold(RUNS["deciding"]().events())
    evil = replace(progress, incident=replace(progress.incident, description="a <b> & \x1b[31mc"))
    text = repr([*notices(evil).values()])
    assert "a <b> & " in text
    assert "x1b" not in text


@pytest.mark.parametrize(
    "ping",
    ["@everyone", "@Here", "@channel", "@all", "@room", "<@123>", "<@&9>", "<!channel>"],
)
def test_what_somebody_wrote_notifies_nobody_in_any_channel(ping):
    progress = fold(RUNS["deciding"]().events())
    described = replace(progress, incident=replace(progress.incident, description=f"x {ping} y"))
    told = repr([*notices(described).values()])
    assert ping not in told
    assert f"{ping[0]} {ping[1:]}" in told
    address = replace(progress, operator="dana@example.org")
    assert "dana@example.org" in repr([*notices(address).values()])
