"""Every kind of end, in every text: nothing is said of production, or of the run, that is not so.

The runs are those on record, and what becomes of some of them otherwise.
"""

import re
from dataclasses import replace
from datetime import UTC
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from tests.journals.reading import NAMES, recorded
from tests.snapshots import snapshot

import hotfix
from hotfix.domain.checklist import OF_THE_FIX, open_items
from hotfix.domain.deployment_log import of_run
from hotfix.domain.fact_names import (
    COMPARED,
    MERGE_SHA,
    RESTORED,
    ROLLBACK_TARGETS,
    VERIFIED_BY,
)
from hotfix.domain.facts import Facts
from hotfix.domain.fix_stand import (
    FixStand,
    counted_until,
    fix_stand,
    stand_in_words,
    was_called_off,
    was_deployed,
)
from hotfix.domain.fold import fold
from hotfix.domain.history import Counted, counted, history
from hotfix.domain.leaving import A_RUN, LOOKED_AT
from hotfix.domain.open_merge import is_merge_open
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import RunState
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.status import status
from hotfix.domain.still_to_do import is_owed, still_to_do
from hotfix.domain.way_back import way_back
from hotfix.runs.resume import refuse_what_is_over
from hotfix.view.account import account
from hotfix.view.account_text import account_lines
from hotfix.view.announcement import end_of
from hotfix.view.checklist_markdown import checklist_markdown
from hotfix.view.deployment_log_text import as_lines
from hotfix.view.foot_lines import foot_lines
from hotfix.view.history_lines import history_lines
from hotfix.view.report_markdown import report_markdown
from hotfix.view.run_screen import RunScreen
from hotfix.view.status_lines import short_line, status_lines
from hotfix.view.summary import summary_lines

OVER = [name for name in NAMES if recorded(name).progress.state.is_over]
BACK = [name for name in NAMES if fix_stand(recorded(name).progress.facts).is_back]
OF_PRODUCTION = ("Deployment successful", "Health checks pass", "Fix verified in production")
# One that is followed by a plural: "1 files". Units stay as they are: "1 s".
ONE_OF_MANY = re.compile(r"(?<![\w.:+-])1 (?!(?:was|is|has|needs|does)\b)[a-z]{2,}s\b")


@cache
def texts(name):
    """Return all that is told of a run, by the command that tells it."""
    it = recorded(name)
    events, progress = it.events, it.progress
    seen = snapshot(dict(status(progress)), it.now)
    told = account(events, UTC)
    one = counted(events, progress, {})
    found = {
        "screen": screen_of(progress, it.now),
        "checklist": checklist_markdown(progress),
        "log": "\n".join(as_lines(of_run(events))),
        "status": "\n".join(status_lines(seen)),
        "short": short_line(seen),
        "show": "\n".join(account_lines(told)),
        "report": report_markdown(told),
        "foot": "\n".join(
            f"{row.label}{row.text}" for row in foot_lines(progress, it.now, 300, A_RUN)
        ),
        "history": "\n".join(history_lines(all_of([one] if one else []))),
    }
    if progress.state.is_over and progress.state is not RunState.TAKEN_OVER:
        found["team"] = end_of(progress)
    if progress.state.is_over:
        with pytest.raises(ProblemError) as refused:
            refuse_what_is_over(progress, None)
        found["resume"] = f"{refused.value.problem.what}\n{refused.value.problem.why}"
    return found


def screen_of(progress, now):
    text = StringIO()
    screen = RunScreen(lambda: now, Console(file=text, width=1000, highlight=False))
    screen.end(progress)
    return text.getvalue()


def all_of(runs: list[Counted]) -> dict[str, Any]:
    none = {"drills_left_out": 0, "drills_counted": 0, "not_readable": 0}
    return {**history(runs), **none}


def lines_with(name, words):
    return [
        (command, line)
        for command, text in texts(name).items()
        for line in text.splitlines()
        if words in line
    ]


@pytest.mark.parametrize("name", BACK)
def test_after_a_rollback_no_text_has_the_fix_in_production(name):
    for words in OF_PRODUCTION:
        assert all("[x]" not in line for _, line in lines_with(name, words))
    # What was seen with the fix is no proof of what runs now.
    assert not lines_with(name, "Proof:")
    for words in ("to the proof", "to the confirmation", "Rollout:"):
        assert all("rolled back since" in line for _, line in lines_with(name, words))
    assert all("before it was" in line for _, line in lines_with(name, "Verified by"))
    assert not lines_with(name, "fixed and verified")


@pytest.mark.parametrize("name", BACK)
def test_what_is_restored_is_named_by_its_recorded_revision(name):
    facts = recorded(name).progress.facts
    recorded_as = {each.name: each.revision for each in facts.get(ROLLBACK_TARGETS, ())}
    now = {each.name: each.revision for each in facts.get(RESTORED, ())}
    lines = [line for line in summary_lines(recorded(name).progress) if "Restored:" in line]
    assert len(lines) == len(now)
    for line, (deployment, revision) in zip(lines, now.items(), strict=True):
        # Another deployment was done, and compared: that it is the recorded state is not said.
        if compared := [it for it in facts.get(COMPARED, ()) if it.startswith(f"{deployment}: ")]:
            assert line.endswith(f"at revision {revision}{compared[0].removeprefix(deployment)}")
            continue
        was = recorded_as[deployment]
        if was_called_off(facts):
            assert line.endswith(f"{deployment} ran its recorded revision {was} already")
            continue
        assert f"{deployment} is back at its recorded revision {was}" in line
        # Going back makes a new one of it, which is what kubectl shows.
        is_counted_anew = f"the rollout history counts as {revision} now" in line
        assert is_counted_anew is (was != revision)


@pytest.mark.parametrize("name", BACK)
def test_a_deployment_in_the_log_says_that_it_was_rolled_back(name):
    found = of_run(recorded(name).events)
    back = [each.timestamp for each in found if each.outcome == "rolled-back"]
    deployed = [each for each in found if each.outcome == "deployed"]
    assert [each.rolled_back_at for each in deployed] == back[-1:] * len(deployed)
    assert ("rolled back since: " in texts(name)["log"]) is bool(deployed and back)


@pytest.mark.parametrize("name", BACK)
def test_what_holds_after_a_rollback_is_told_wherever_its_end_is(name):
    if recorded(name).progress.state is RunState.ROLLED_BACK:
        found = {command for command, _ in lines_with(name, "Rolled back. ")}
        assert found >= {"screen", "status", "show", "report"}


@pytest.mark.parametrize("name", OVER)
def test_done_is_not_said_where_something_is_owed(name):
    it = recorded(name)
    said = texts(name)
    state = said["status"].splitlines()[1]
    assert ("left to do" in state) is is_owed(it.progress)
    if is_owed(it.progress):
        assert not re.search(r"is over: done\b", "\n".join(said.values()))
        assert state != "done"
        assert not re.search(r"^ *(- )?Done at ", said["show"] + said["report"], re.MULTILINE)
        assert not re.search(r"^now +done", said["foot"], re.MULTILINE)


def test_how_a_run_ended_is_said_in_one_place_alone():
    said = re.compile(r"is over: \{[^}]*state|The run is over")
    sources = (Path(hotfix.__file__).parent).rglob("*.py")
    assert {str(each) for each in sources if said.search(each.read_text())} == set()


@pytest.mark.parametrize("name", OVER)
def test_whoever_is_refused_reads_what_production_has_of_the_fix(name):
    progress, said = recorded(name).progress, texts(name)["resume"]
    if progress.state is RunState.TAKEN_OVER:
        return
    stand, facts = fix_stand(progress.facts), progress.facts
    assert ("deployed and verified" in said) is (stand is FixStand.PROVEN)
    assert ("rolled back" in said) is (stand.is_back or progress.state is RunState.ROLLED_BACK)
    is_denied = "Nothing of it is merged" in said
    assert not (is_denied and (MERGE_SHA in facts or is_merge_open(facts)))


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "Nothing of it is merged."),
        ({"merge_how": "queue"}, "Whether it is merged is not known"),
        ({"unsettled": ("merge_the_fix",)}, "Whether it is merged is not known"),
        ({"merge_sha": "a" * 40}, "that it is deployed was not seen"),
        ({"merge_sha": "a" * 40, "rollout": ()}, "nobody has said that it works"),
        ({"merge_sha": "a" * 40, "workflow_run_url": "https://ci/1"}, "rolled out was not seen"),
        ({"merge_sha": "a" * 40, "verified_by": "dana"}, "works, says dana; not all is proven"),
        ({"merge_sha": "a" * 40, "rolled_back": ()}, "It is rolled back."),
    ],
)
def test_what_production_has_of_a_fix_is_said_as_far_as_it_is_known(known, said):
    assert said in stand_in_words(Facts(known, {}, "hf-1", "dana"))


@pytest.mark.parametrize("name", OVER)
def test_whoever_reads_of_an_end_reads_how_bad_it_was(name):
    incident = recorded(name).progress.incident
    words = f"Severity: {incident.severity}, category: {incident.category or 'none'}"
    assert {command for command, _ in lines_with(name, words)} == {"status"}
    for words in (f"  Severity: {incident.severity}", f"  Category: {incident.category}"):
        assert words in texts(name)["show"] or not incident.category
    seen = snapshot(dict(status(recorded(name).progress)), recorded(name).now)
    assert (seen["severity"], seen["category"]) == (incident.severity, incident.category)


@pytest.mark.parametrize("name", NAMES)
def test_of_one_thing_nobody_says_many(name):
    found = [(it, line) for it, line in lines_with(name, "1 ") if ONE_OF_MANY.search(line)]
    assert not found


@pytest.mark.parametrize("name", NAMES)
def test_a_total_counts_to_the_proof_only_where_there_is_one(name):
    progress = recorded(name).progress
    end, is_proven = counted_until(progress), fix_stand(progress.facts) is FixStand.PROVEN
    assert (end == "the proof") is (is_proven and progress.ended_at is not None)
    assert (end == "") is (progress.ended_at is None)
    assert progress.ended_at is None or lines_with(name, f"from the start to {end}")


@pytest.mark.parametrize("is_default", [False, True])
def test_a_severity_that_nobody_named_is_not_told_as_if_somebody_had(is_default):
    it = recorded("done")
    said = replace(it.progress.incident, severity_is_default=is_default)
    seen = snapshot(dict(status(replace(it.progress, incident=said))), it.now)
    told = {**account(it.events, UTC), "severity_is_default": is_default}
    for lines in (status_lines(seen), account_lines(told), report_markdown(told).splitlines()):
        (line,) = [each for each in lines if "Severity" in each]
        assert ("by default: nobody named it" in line) is is_default
    assert ("severity_is_default" in said.to_json()) is is_default


# A run on record, how it ended otherwise, what is known of it otherwise, and what it comes to.
MERGED = "deployment-waits-for-a-person"
KINDS = {
    "verified": ("done", None, {}, FixStand.PROVEN, True),
    "accepted": ("unproven-accepted", None, {}, FixStand.CONFIRMED, True),
    "rolled back after its proof": ("done-then-rolled-back", None, {}, FixStand.ROLLED_BACK, True),
    "rolled back in part": ("rolled-back-a-part", None, {}, FixStand.PARTLY_BACK, True),
    "doomed": ("doomed-and-rolled-back-by-decision", None, {}, FixStand.ROLLED_BACK, True),
    "nothing to roll back": (
        *("killed-in-the-merge-then-rolled-back", None, {}),
        *(FixStand.ROLLED_BACK, False),
    ),
    "stopped before the merge": ("stopped-before-the-merge", None, {}, FixStand.NOT_MERGED, False),
    "aborted": ("aborted-after-a-question", None, {}, FixStand.NOT_MERGED, False),
    "failed": ("failed-dirty-work-tree", None, {}, FixStand.NOT_MERGED, False),
    "taken over": ("taken-over-old-machine", None, {}, FixStand.NOT_MERGED, False),
    "open": ("waiting-for-review", None, {}, FixStand.NOT_MERGED, False),
    "held by a person": (MERGED, None, {}, FixStand.MERGED, False),
    "its deployment refused": (MERGED, RunState.STOPPED, {}, FixStand.MERGED, False),
    "given up after the merge": (MERGED, RunState.ABORTED, {}, FixStand.MERGED, False),
    "stopped after the rollout": (
        *("done", RunState.STOPPED, {"verified_by": None}),
        *(FixStand.DEPLOYED, True),
    ),
    "the deployment superseded": (
        *("workflow-superseded-deciding", None, {}),
        *(FixStand.MERGED, False),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_counts_as_deployed_that_was_not(kind):
    name, state, facts, stand, is_deployed = KINDS[kind]
    it = recorded(name)
    known = {**it.progress.known, **facts}
    progress = replace(it.progress, known=known, state=state or it.progress.state)
    assert (fix_stand(progress.facts), was_deployed(progress)) == (stand, is_deployed)
    one = counted(it.events, progress, {})
    assert one is not None
    figures, is_failed = history([one]), is_deployed and stand.is_back
    share = {"count": int(is_failed), "of": int(is_deployed)}
    assert figures["deployed"] == is_deployed
    assert figures["change_failure_rate"] == {**share, "share": is_failed if is_deployed else None}
    assert (one.recovered_in is not None) is is_failed


# In which state a run may have been left, with what is on record of it by then.
ASKED = Question("x", "What now?", (Option("back", "Back", Then.ROLL_BACK),))
STOPS: dict[str, dict[str, Any]] = {
    "Ctrl-C": {"state": RunState.INTERRUPTED},
    "refused": {
        "state": RunState.FAILED,
        "problem": Problem(ProblemCode.FAILED, "No.", "", "mend"),
    },
    "asked": {"state": RunState.DECIDING, "pending": ASKED},
    "stopped": {"state": RunState.STOPPED, "plan": "abort", "phase": "", "step": ""},
    "aborted": {"state": RunState.ABORTED, "plan": "abort", "phase": "", "step": ""},
}
STOPPED_FOR = Problem(ProblemCode.FAILED, "Stopped by dana: Stop.", "Why.", "hotfix log")
# Where a whole hotfix stood each time one of its phases was begun.
IN_PHASE = {
    event.phase: fold(recorded("done").events[:at])
    for at, event in enumerate(recorded("done").events, 1)
    if event.type == "step_started"
}


def left_in(phase, stop):
    """Return a run that was left in a phase, and all that is said of it."""
    changed = dict(STOPS[stop])
    before = IN_PHASE[phase]
    if changed["state"].is_over:
        changed |= {"finished_at": before.last_at}
    if stop == "stopped":
        changed |= {"problem": STOPPED_FOR, "stopped_by": STOPPED_FOR}
    progress, now = replace(before, **changed), recorded("done").now
    seen = snapshot(dict(status(progress)), now)
    foot = foot_lines(progress, now, 300, LOOKED_AT)
    return progress, {
        "status": "\n".join(status_lines(seen)),
        "foot": "\n".join(f"{row.label}{row.text}" for row in foot),
        "screen": screen_of(progress, now),
    }


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("phase", IN_PHASE)
def test_a_run_that_was_left_promises_nothing_and_names_the_way_back(phase, stop):
    progress, texts = left_in(phase, stop)
    whole = "\n".join(texts.values())
    assert not re.search(r"on pace|done about|at work|for nothing", whole)
    is_there = MERGE_SHA in progress.facts and VERIFIED_BY not in progress.facts
    back = f"hotfix rollback {progress.run}"
    for name in ("status", "screen"):
        assert (back in texts[name]) is is_there, name
    # Of one that is asked, its process may be there.
    if progress.state in {RunState.INTERRUPTED, RunState.FAILED}:
        assert ("and nobody watches it" in texts["status"]) is is_there
    if progress.state.is_over and is_there:
        # What restores production comes before all that is left, and in place of what is not it.
        assert "Next: hotfix log" not in whole
        left = [line for line in texts["status"].splitlines() if line.startswith("Left to do")]
        assert left[0].startswith(f"Left to do: {back}")
        with pytest.raises(ProblemError) as refused:
            refuse_what_is_over(progress, None)
        assert refused.value.problem.next_command.startswith(back)


@pytest.mark.parametrize("stop", ["stopped", "aborted"])
def test_what_nobody_knows_to_be_merged_is_to_be_looked_at(stop):
    known = {**IN_PHASE["deploy"].known, "unsettled": ("merge_the_fix",), "merge_sha": None}
    progress = replace(IN_PHASE["deploy"], known=known, plan="abort", state=STOPS[stop]["state"])
    (first, *_) = still_to_do(progress)
    assert first.kind == "unverified"
    assert "not known" in first.what
    assert first.next_command.endswith(f"where it is merged: hotfix rollback {progress.run}")


@pytest.mark.parametrize("is_seen", [False, True])
def test_a_rollback_that_was_given_up_half_way_is_gone_on_with(is_seen):
    before = recorded("done-then-rolled-back").progress
    done = before.done if is_seen else before.done - {("rollback", "probe_after_rollback")}
    gone = replace(before, known={**before.known, "verified_by": None})
    progress = replace(gone, state=RunState.ABORTED, plan="abort", done=done)
    assert way_back(progress) == ("" if is_seen else f"hotfix rollback {progress.run}")
    kinds = [each.kind for each in still_to_do(progress)]
    assert ("unverified" in kinds) is not is_seen


@pytest.mark.parametrize("name", [it for it in OVER if MERGE_SHA in recorded(it).progress.facts])
def test_each_open_line_of_the_checklist_is_left_to_do_or_about_a_fix_that_is_gone(name):
    progress = recorded(name).progress
    left = still_to_do(progress)
    said = {each.what for each in left}
    steps = {each.step for each in left} | {each.kind for each in left}
    for item in open_items(progress.facts, progress.told):
        is_gone = progress.state is not RunState.DONE and item.text in OF_THE_FIX
        is_otherwise = item.steps & steps or {"review", "status-page", "message"} & steps
        assert is_gone or is_otherwise or f"On the checklist: {item.text}" in said, item.text


def test_what_was_red_with_the_fix_is_told_after_its_rollback():
    before = replace(
        recorded("done-then-rolled-back").progress, red_with_fix="checkout: 200, wrong"
    )
    left = replace(before, known={**before.known, "probes_after": None})
    words = "with the fix, rolled back since: checkout: 200, wrong"
    assert any(words in line for line in summary_lines(left))
    # What was seen later counts.
    assert not any(words in line for line in summary_lines(before))


def test_what_was_called_off_before_it_was_deployed_is_said_to_be():
    name = "killed-in-the-merge-then-rolled-back"
    said = texts(name)
    assert was_called_off(recorded(name).progress.facts)
    assert "called off by" in said["log"]
    assert "is back at" not in said["show"]
    for command in ("log", "status", "show", "resume"):
        assert "ran the recorded state already" in said[command], command
    # What was seen to be deployed, or was replaced, was rolled back.
    assert "called off by" not in texts("done-then-rolled-back")["log"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_on_pace_while_something_is_known_to_be_wrong(name):
    it = recorded(name)
    if status(it.progress)["in_trouble"]:
        assert not lines_with(name, "on pace")
    assert it.progress.state is not RunState.FAILED or status(it.progress)["in_trouble"]
