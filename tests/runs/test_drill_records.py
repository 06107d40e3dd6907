"""The record of a drill stays when its world goes, apart from the runs of the user."""

import shutil

import pytest
from tests.journals.reading import HERE, NAMES, recorded

from hotfix.cli.log import log
from hotfix.composition.drill_scores import DrillScores
from hotfix.composition.journals import Runs
from hotfix.domain.bring_back import bring_back
from hotfix.domain.problem import ProblemError
from hotfix.domain.scorecard import scorecard
from hotfix.runs.chosen import chosen_run
from hotfix.runs.drill_records import drill_records, keep_records, refuse_a_drill
from hotfix.runs.history import history_of
from hotfix.runs.team_records import record_of
from hotfix.runs.whose import Place
from hotfix.view.account import account
from hotfix.view.account_text import account_lines
from hotfix.view.durations import clock
from hotfix.view.history_lines import history_lines

DRILL = "committed-with-one-answer"
RUN = recorded(DRILL).progress.run


def silent(text):
    raise AssertionError(text)


@pytest.fixture
def drilled(tmp_path):
    """Return the state directory of a user after a drill whose world is gone."""
    world, state = tmp_path / "world", tmp_path / "state"
    folder = world / "runs" / RUN
    folder.mkdir(parents=True)
    shutil.copy(HERE / "recorded/committed-with-one-answer/journal.jsonl", folder / "journal.jsonl")
    keep_records(state, world, silent)
    shutil.rmtree(world)
    return state


def test_it_is_told_as_it_was(drilled):
    assert list(drill_records(drilled)) == [(RUN, recorded(DRILL).events)]
    for named in (RUN, RUN[-4:]):
        record = record_of(drilled, named, "show", silent, only_here=True)
        assert (record.run, record.events) == (RUN, recorded(DRILL).events)


def test_it_is_counted_where_drills_are(drilled):
    without = history_of(drilled, None, silent, only_here=True)
    assert (without["runs"], without["drills_left_out"]) == (0, 1)
    found = history_of(drilled, None, silent, with_drills=True, only_here=True)
    assert (found["runs"], found["drills_counted"]) == (1, 1)
    (listed,) = found["listed"]
    progress = recorded(DRILL).progress
    assert (listed["run"], listed["is_drill"], listed["state"]) == (RUN, True, progress.state)
    # What is named can be shown.
    assert record_of(drilled, listed["run"], "show", silent, only_here=True).run == RUN


@pytest.mark.parametrize("scenario", ["", "bad-fix"])
def test_each_run_is_named_with_what_became_of_it(drilled, scenario):
    if scenario:
        events = recorded(DRILL).events
        card = scorecard(scenario, events, events[-1].at, is_played=True, went_well=True)
        DrillScores(drilled, scenario, silent).keep(card, ())
    found = history_of(drilled, None, silent, with_drills=True, only_here=True)
    *_, head, line = history_lines(found)
    assert head == "Runs, for hotfix show RUN:"
    kind = f"drill {scenario}".strip()
    took = clock(found["listed"][0]["elapsed_seconds"])
    state = recorded(DRILL).progress.state.value
    assert line == f"  {RUN}  {kind}, {state}, {took}, checkout returns 500"


def test_of_many_runs_the_newest_are_named(drilled):
    found = history_of(drilled, None, silent, with_drills=True, only_here=True)
    many = {**found, "listed": found["listed"] * 30}
    lines = list(history_lines(many))
    assert len([line for line in lines if line.startswith(f"  {RUN}")]) == 20
    assert "Runs, for hotfix show RUN, the newest 20 (all: --json):" in lines


def test_it_is_none_of_the_users_runs(drilled):
    assert Runs(drilled).ids() == []
    with pytest.raises(ProblemError) as caught:
        chosen_run(drilled, RUN, Place(str(drilled), {}), "rollback")
    problem = caught.value.problem
    assert problem.what == f"Run {RUN} was a drill, and its world is gone."
    assert problem.next_command == f"hotfix show {RUN}"


def test_a_drill_is_not_taken_over_and_a_part_of_its_id_bars_no_colleagues_run(drilled):
    with pytest.raises(ProblemError) as caught:
        refuse_a_drill(drilled, RUN)
    assert caught.value.problem.what == f"Run {RUN} was a drill, and its world is gone."
    for named in (RUN[:-1], "hf-none", "", "../runs"):
        refuse_a_drill(drilled, named)


def test_who_reads_it_reads_that_it_was_a_drill():
    told = account(recorded(DRILL).events)
    words = "A drill: local servers took the place of all tools, and go with it"
    assert told["is_drill"]
    assert any(words in line for line in account_lines(told))
    assert not any(words in line for line in account_lines({**told, "is_drill": False}))


@pytest.mark.parametrize(
    ("command", "next_command"),
    [
        ("show", f"hotfix show {RUN}"),
        ("report", f"hotfix report {RUN}"),
        ("checklist", f"hotfix checklist {RUN}"),
        ("resume", 'hotfix start "what is broken" --category api-errors'),
        ("status", 'hotfix start "what is broken" --category api-errors'),
    ],
)
def test_where_there_is_nothing_but_drills_it_says_how_they_are_seen(
    drilled, command, next_command
):
    with pytest.raises(ProblemError) as caught:
        chosen_run(drilled, None, Place(str(drilled), {}), command)
    problem = caught.value.problem
    assert problem.what == "There is no hotfix run on this machine."
    assert "hotfix history --drills" in problem.why
    assert problem.next_command == next_command
    # Once: not again where it is the next command.
    assert f"{problem.why} {problem.next_command}".count(f"hotfix show {RUN}") == 1


def test_an_empty_deployment_log_says_where_drills_are(drilled, monkeypatch, capsys):
    monkeypatch.setenv("HOTFIX_STATE_DIR", str(drilled))
    with pytest.raises(SystemExit) as ended:
        log(local=True)
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (0, "No hotfix is on record.\n")
    assert "hotfix history --drills" in said.err


@pytest.mark.parametrize("name", NAMES)
def test_of_a_world_that_is_gone_nothing_goes_on(name):
    told = account(recorded(name).events, is_gone=True)
    assert all(each["kind"] != "next" for each in told["left_to_do"])
    assert all(not line.startswith("Next:") for line in told["last_word"])
    lines = account_lines({**told, "is_drill": True})
    assert any("are gone: nothing of it goes on, or is to be done" in line for line in lines)
    assert "Still to do, by the record" not in lines


@pytest.mark.parametrize("name", NAMES)
def test_what_a_run_proposed_is_listed_and_of_a_drill_that_nothing_is_to_be_done(tmp_path, name):
    journal, run = HERE / "recorded" / name / "journal.jsonl", recorded(name).progress.run
    Runs(tmp_path).adopt(run, journal.read_bytes())
    found = history_of(tmp_path, None, silent, with_drills=True, only_here=True)
    proposed = bring_back(recorded(name).progress)
    is_counted = bool(found["runs"])
    links = [each["bring_back_pull_request"] for each in found["unmerged_bring_backs"]]
    assert links == ([proposed.url] if proposed and is_counted else [])
    owed = [
        *found["unmerged_bring_backs"],
        *found["unmerged_reverts"],
        *found["owed_reviews"],
    ]
    lines = [
        line for line in history_lines(found) if line.startswith(("Revert", "Review", "Bring"))
    ]
    is_drill = bool(found["drills_counted"])
    assert all(each["is_drill"] is is_drill for each in owed)
    assert all(("nothing is to be done" in line) is is_drill for line in lines)
    assert len(lines) == len(owed)
