"""Which run is meant, and what helps where this machine knows no such run."""

import pytest
from tests.domain.runs_on_record import plan
from tests.memory_clock import MemoryClock

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.domain.event_data import RunStarted
from hotfix.domain.incident import Incident
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.run_settings import RunSettings
from hotfix.engine.record import layout
from hotfix.runs.chosen import chosen_run
from hotfix.runs.whose import Place

THEIRS = "hf-20260312-0312-search-is-down-wxyz"
ELSEWHERE = "on its own machine: {again}; to go on with it here: {theirs}"
TEAM = "hotfix status --team, which lists those in the cluster; "


def refused(state, named, command):
    with pytest.raises(ProblemError) as caught:
        chosen_run(state, named, Place(str(state), {}), command)
    return caught.value.problem


@pytest.fixture
def begun(tmp_path):
    def begin(*runs):
        for run in runs:
            with JournalFile.create(tmp_path, run, MemoryClock(), "dana") as journal:
                started = RunStarted(Incident("x"), RunSettings(), layout(plan()))
                journal.append(started)
        return tmp_path

    return begin


@pytest.mark.parametrize("has_runs", [False, True])
@pytest.mark.parametrize(
    ("command", "again", "helps"),
    [
        ("resume", "resume {run}", "to go on with it here: {theirs}"),
        ("rollback", "rollback {run}", "to do it here: {theirs}, then: {again}"),
        ("abort", "abort {run}", "to do it here: {theirs}, then: {again}"),
        *((each, f"{each} {{run}}", ELSEWHERE) for each in ("show", "report", "status", "logs")),
        ("note", "note TEXT --run {run}", ELSEWHERE),
    ],
)
def test_a_colleagues_run_is_answered_by_what_helps(begun, has_runs, command, again, helps):
    state = begun(*(["hf-20260101-0000-own-abcd"] if has_runs else []))
    problem = refused(state, THEIRS, command)
    if has_runs:
        assert problem.code is ProblemCode.USAGE
        assert problem.what == f"No run on this machine is called {THEIRS}."
        assert problem.why.startswith("Known here: hf-2026")
    else:
        assert problem.what == "There is no hotfix run on this machine."
        assert problem.why.startswith(f"So none is called {THEIRS}.")
    again, theirs = f"hotfix {again.format(run=THEIRS)}", f"hotfix takeover {THEIRS}"
    assert problem.next_command == TEAM + helps.format(theirs=theirs, again=again)


def test_a_slip_of_the_finger_is_asked_about(begun):
    state = begun("hf-20260101-0000-own-abcd")
    what = refused(state, "hf-20260101-0000-onw-abcd", "resume").what
    assert what.endswith("Did you mean hf-20260101-0000-own-abcd?")


def test_a_part_that_several_have_in_common_names_each(begun):
    state = begun("hf-20260101-0000-own-abcd", "hf-20260101-0000-own-efgh")
    problem = refused(state, "own", "show")
    assert problem.what == "Several runs are called own."
    assert problem.next_command == (
        "hotfix show hf-20260101-0000-own-efgh, or: hotfix show hf-20260101-0000-own-abcd"
    )
