"""What the steps up to the push make of the clone, the issue, the tests and the needs."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from tests.engine.small_plan import ports
from tests.steps.fake_github import MERGED, FakePullRequests
from tests.steps.recorder import Port

from hotfix.domain.answering import is_for_a_person
from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import BRANCH as BRANCH_FACT
from hotfix.domain.fact_names import TESTED_SHA
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Category, Incident, StartFrom
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, LeftToDo, NotDone, Unknown, Waiting
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.proposal import THE_FIX, THE_REVERT
from hotfix.domain.push_triggers import PushTriggers
from hotfix.domain.question import Answer, Then
from hotfix.domain.rollout.running_pod import Named, RunningPod
from hotfix.domain.rollout.seen import DeploymentView
from hotfix.domain.suite_state import SuiteState
from hotfix.ports.minimal_change import MinimalChange
from hotfix.ports.pager import OnCall
from hotfix.ports.readiness import Finding, Need
from hotfix.ports.repository import (
    Change,
    Commit,
    Diff,
    FileChange,
    LastAuthor,
    NotReplayed,
    Replayed,
    Uncommitted,
    WorkTree,
)
from hotfix.ports.suite_runner import Suite, SuiteRun
from hotfix.ports.tickets import Ticket
from hotfix.steps.await_the_fix import AwaitTheFix
from hotfix.steps.check_eligibility import CheckEligibility
from hotfix.steps.check_readiness import CheckReadiness
from hotfix.steps.commit_the_rest import CommitTheRest
from hotfix.steps.cut_branch import CutBranch
from hotfix.steps.ensure_target_branch import EnsureTargetBranch
from hotfix.steps.guard_the_change import GuardTheChange
from hotfix.steps.list_the_ride_along import ListTheRideAlong
from hotfix.steps.look_for_bad_commits import LookForBadCommits
from hotfix.steps.name_the_on_call import NameTheOnCall
from hotfix.steps.pick_the_commits import PickTheCommits
from hotfix.steps.publish_branch import PublishBranch
from hotfix.steps.read_the_issue import ReadTheIssue
from hotfix.steps.record_the_healthy_state import RecordTheHealthyState
from hotfix.steps.run_local_tests import RunLocalTests
from hotfix.steps.suggest_reviewer import SuggestReviewer
from hotfix.steps.update_base import UpdateBase

BASE, FIX, LIVE, OTHER, NEWER = "ba" * 20, "f1" * 20, "1f" * 20, "0c" * 20, "e1" * 20
BRANCH, TARGET = "hotfix/checkout", "hotfix/production"
CHANGE = Change(
    (Commit(FIX, "Fix it", "Dana"),),
    (FileChange("shop/app.py", 3, 1), FileChange("tests/test_app.py", 5, 0)),
    (),
)
PROBLEM = Problem(ProblemCode.RIGHTS, "Refused.", "No rights.", "log in")


def world(**given: Any) -> Any:
    return replace(ports(), **{name: cast("Any", each) for name, each in given.items()})


def known(answers=None, **more) -> Facts:
    found = {"base_sha": BASE, "branch": BRANCH, "folder": "/work/shop", "author": "dana", **more}
    return Facts(found, answers or {}, run="hf-1", operator="dana")


def told(outcome: Any) -> Any:
    """Return the facts of an outcome as they stand in the journal."""
    return by_key(outcome.facts)


def went(question) -> list[tuple[str, Then, str]]:
    return [(each.key, each.then, each.back_to) for each in question.options]


STOP = ("stop", Then.STOP, "")


@pytest.mark.parametrize(("looked_at", "goes_back"), [(FIX, False), (OTHER, True), (None, False)])
def test_what_came_to_the_base_since_the_ride_along_was_listed_is_looked_at(looked_at, goes_back):
    at = world(repository=Port(update_base=FIX))
    found = UpdateBase("main").run(known(base_looked_at=looked_at), at)
    assert isinstance(found, GoBack) is goes_back
    if isinstance(found, GoBack):
        assert found.to == "list_the_ride_along"


def test_the_base_is_what_the_remote_has():
    repository = Port(update_base=FIX)
    found = UpdateBase("main").run(known(), world(repository=repository))
    assert (told(found), repository.received) == (
        {"base_sha": FIX},
        [("update_base", "main")],
    )


@pytest.mark.parametrize(
    ("named", "more", "start"),
    [
        ("", {}, BASE),
        ("", {"live_sha": LIVE}, BASE),
        ("", {"live_sha": LIVE, "start_from": "base"}, BASE),
        ("", {"live_sha": LIVE, "start_from": "live"}, LIVE),
        (OTHER, {}, OTHER),
        (OTHER, {"live_sha": LIVE, "start_from": "ref"}, OTHER),
        # It was asked about, and what runs was chosen.
        (OTHER, {"live_sha": LIVE, "start_from": "live"}, LIVE),
    ],
)
def test_the_branch_is_cut_from_the_base_from_what_runs_or_from_what_was_named(named, more, start):
    folder = Path("/work/shop")
    repository = Port(cut_branch=folder, work_tree=WorkTree(folder, BRANCH, start, ()))
    step = CutBranch(BRANCH, beside=False, start=named)
    found: Any = step.run(known(**more), world(repository=repository))
    assert repository.calls("cut_branch") == [[BRANCH, start, False]]
    assert told(found) == {"branch": BRANCH, "folder": "/work/shop", "base_sha": start}
    assert found.saying == f"Cut {BRANCH}."


def test_a_fix_that_was_begun_before_the_branch_was_cut_is_named():
    folder = Path("/work/shop")
    begun = WorkTree(folder, BRANCH, BASE, ("shop.py", "test_shop.py"))
    repository = Port(cut_branch=folder, work_tree=begun)
    found: Any = CutBranch(BRANCH, beside=False).run(known(), world(repository=repository))
    assert found.saying.endswith("What is not committed there went along: shop.py, test_shop.py.")


@pytest.mark.parametrize(
    ("commit", "folder", "outcome", "mend"),
    [
        (None, None, NotDone, ""),
        (BASE, Path("/work/shop"), Done, ""),
        # The fix is on it already.
        (FIX, Path("/work/shop"), Done, ""),
        (BASE, None, Unknown, f"git checkout {BRANCH}"),
        (FIX, None, Unknown, f"git checkout {BRANCH}"),
        (OTHER, Path("/work/shop"), Unknown, f"git branch -m {BRANCH} {BRANCH}-before"),
    ],
)
def test_a_branch_from_the_base_that_is_checked_out_is_the_evidence_of_the_cut(
    commit, folder, outcome, mend
):
    repository = Port(
        branch_commit=commit,
        folder_of=folder,
        comes_from=lambda tip, sha: (tip, sha) == (FIX, BASE),
    )
    found = CutBranch(BRANCH, beside=False).evidence(known(), world(repository=repository))
    assert isinstance(found, outcome)
    if isinstance(found, Done):
        assert told(found) == {"branch": BRANCH, "folder": "/work/shop", "base_sha": BASE}
    if isinstance(found, Unknown):
        assert found.problem.code is ProblemCode.FAILED
        assert found.problem.next_command == (
            f"git log {BRANCH}; then: {mend}; then: hotfix resume"
        )


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize("there", [None, OTHER])
def test_a_branch_that_cannot_be_cut_is_taken_for_ours_only_where_none_is_there(there, beside):
    repository = Port(cut_branch=ProblemError(PROBLEM), branch_commit=there)
    found = CutBranch(BRANCH, beside=beside).run(known(), world(repository=repository))
    assert found == Failed(PROBLEM, nothing_happened=there is not None)
    assert repository.calls("branch_commit") == [[BRANCH]]


def test_an_issue_is_looked_up_and_a_link_is_taken_as_it_is():
    tickets = Port(get=Ticket(12, "https://x/12", "500 at checkout", True))
    at = world(tickets=tickets)
    for words in ("12", "#12"):
        found: Any = ReadTheIssue(words).run(known(), at)
        assert told(found) == {
            "issue_number": 12,
            "issue_url": "https://x/12",
            "issue_title": "500 at checkout",
        }
    assert tickets.calls("get") == [[12], [12]]
    link: Any = ReadTheIssue("https://jira/A-1").run(known(), world(tickets=Port()))
    assert told(link) == {"issue_url": "https://jira/A-1"}
    nothing: Any = ReadTheIssue("").run(known(), world(tickets=Port()))
    assert nothing.facts == ()
    missing = ReadTheIssue("12").run(known(), world(tickets=Port(get=None)))
    assert isinstance(missing, Failed)
    assert missing.problem.what == "There is no issue 12."


def test_only_what_may_be_a_hotfix_is_one():
    good: Any = CheckEligibility(Incident("x", Category.API_ERRORS)).run(known(), ports())
    assert told(good) == {"eligibility": good.saying}
    bad = CheckEligibility(Incident("x", Category.FEATURE)).run(known(), ports())
    assert isinstance(bad, Failed)
    assert "--override-reason" in bad.problem.next_command


def need(finding, name="token", mend="gh auth login", code=ProblemCode.RIGHTS) -> Need:
    return Need("github", name, finding, f"{name} is so", mend, code)


@pytest.mark.parametrize(("number", "said"), [(1, "1 of"), (2, "2 of")])
def test_where_no_need_could_be_asked_about_nothing_is_begun_and_it_is_asked_again(number, said):
    needs = [replace(need(Finding.FAILED), ask_again_in=5.0)] * number
    found = CheckReadiness().run(known(), world(readiness=Port(check=needs)))
    assert found == Failed(
        Problem(
            ProblemCode.FAILED,
            f"{said} the needs of later phases could not be asked about, so nothing was begun.",
            "; ".join(["github: token: token is so"] * number),
            "hotfix resume",
        )
    )


@pytest.mark.parametrize("others", [[], [need(Finding.OK, "a")], [need(Finding.WARNING, "b")]])
def test_one_failed_need_stops_whatever_the_others_say(others):
    needs = [*others, need(Finding.FAILED), need(Finding.FAILED, "scope", "")]
    found = CheckReadiness().run(known(), world(readiness=Port(check=needs)))
    assert isinstance(found, Failed)
    assert found.problem == Problem(
        ProblemCode.RIGHTS,
        "2 of the needs of later phases are not met.",
        "github: token: token is so; github: scope: scope is so",
        "gh auth login",
    )
    alone = CheckReadiness().run(
        known(), world(readiness=Port(check=[need(Finding.FAILED, "scope", "")]))
    )
    assert isinstance(alone, Failed)
    assert alone.problem.what == "1 of the needs of later phases is not met."
    assert alone.problem.next_command == "hotfix doctor"


def test_needs_that_are_met_are_counted_and_warnings_kept():
    needs = [need(Finding.OK), need(Finding.OK), need(Finding.NOT_CONFIGURED)]
    met: Any = CheckReadiness().run(known(), world(readiness=Port(check=needs)))
    assert (met.saying, told(met)) == ("2 needs met.", {"warnings": []})
    warned: Any = CheckReadiness().run(
        known(), world(readiness=Port(check=[*needs, need(Finding.WARNING, "queue")]))
    )
    assert told(warned) == {"warnings": ["github: queue: queue is so"]}
    assert warned.saying.endswith("keep in mind: github: queue: queue is so.")


@pytest.mark.parametrize(
    ("pager", "said", "facts"),
    [
        (None, "No pager configured", {}),
        (Port(on_call=TemporaryTroubleError("502", 1.0)), "502", {}),
        (Port(on_call=ProblemError(PROBLEM)), "Refused.", {}),
        (Port(on_call=()), "The pager names nobody (more: hotfix doctor).", {}),
        (
            Port(on_call=(OnCall("Kim", "kim@x.example", "primary", "https://x/kim"),)),
            "On call: Kim.",
            {"on_call": ["Kim"], "on_call_people": [{"name": "Kim", "email": "kim@x.example"}]},
        ),
    ],
)
def test_a_pager_that_says_nothing_delays_nothing(pager, said, facts):
    found: Any = NameTheOnCall().run(known(), world(pager=pager))
    # What is not known is left to do: somebody has to be told all the same.
    words = found.problem.why if isinstance(found, LeftToDo) else found.saying
    assert said in words
    assert told(found) == facts


BAD = BadCommit("hf-0", "voucher", OTHER, (FIX,), TARGET, 0, "https://x/5")


def test_what_was_rolled_back_and_is_aboard_is_asked_about_and_kept():
    def carries(tip, sha, _others):
        return (tip, sha) == (f"tip of {TARGET}", OTHER)

    def fetch(branch):
        return f"tip of {branch}"

    repository = Port(fetch=fetch, carries=carries)
    step = LookForBadCommits((BAD,), "main", TARGET)
    at = world(repository=repository)
    found: Any = step.run(known(), at)
    assert isinstance(found, Ask)
    assert (found.question.by_yes, went(found.question)) == (
        "go-on",
        [("go-on", Then.GO_ON, ""), STOP],
    )
    assert found.question.key == "bad-commits"
    assert found.question.shown == (
        f"{OTHER[:8]} on {TARGET}, rolled back by hf-0; merge https://x/5 first",
    )
    went_on: Any = step.run(known({"bad-commits": Answer("go-on")}), at)
    assert told(went_on)["bad_commits"] == [
        {"sha": OTHER, "run": "hf-0", "branch": TARGET, "revert_url": "https://x/5"}
    ]
    nothing: Any = LookForBadCommits((), "main", TARGET).run(known(), at)
    assert told(nothing) == {"bad_commits": []}
    gone: Any = step.run(known(), world(repository=Port(fetch=None)))
    assert told(gone) == {"bad_commits": []}


RUNNING = DeploymentView(
    *("web", 2, 2, 3, "abc", 1, 1, 1, 1, False),
    running=(RunningPod("web-1", "abc", (Named("tag", LIVE),)),),
)
COMMIT = Commit(OTHER, "Add vouchers (#41)", "Noor")


def cut(start_from=StartFrom.BASE) -> Incident:
    ref, sha = ("v1.2", BASE) if start_from is StartFrom.REF else ("", "")
    return Incident("checkout", start_from=start_from, start_ref=ref, start_sha=sha)


def riding(
    start_from=StartFrom.BASE, extra=(COMMIT,), answer=None, merge_into=TARGET, facts=None, tip=BASE
):
    repository = Port(
        fetch=tip,
        resolve=LIVE,
        only_in=lambda new, old: extra if (new, old) == (BASE, LIVE) else (),
    )
    at = world(repository=repository, cluster=Port(look=(RUNNING,)))
    answers = {} if answer is None else {"ride-along": Answer(answer, about=BASE)}
    step = ListTheRideAlong("main", merge_into, ("web",), cut(start_from))
    return cast("Any", step.run(Facts(facts or {}, answers), at))


def test_what_would_ship_with_the_fix_is_asked_about():
    question = riding().question
    assert went(question) == [("go-on", Then.GO_ON, ""), ("live", Then.GO_ON, ""), STOP]
    assert (question.key, question.by_yes) == ("ride-along", "go-on")
    assert question.text == "1 commit of main would ship with this hotfix. Go on?"
    assert "--from live" in question.flag
    assert question.shown == (f"{OTHER[:8]} Add vouchers (#41), by Noor",)
    assert question.about == BASE, "of what comes later nobody was asked"
    assert [each.key for each in riding(merge_into="main").question.options] == ["go-on", "stop"]


RIDES = [{"sha": OTHER, "subject": "Add vouchers (#41)", "author": "Noor", "pull_request": 41}]


@pytest.mark.parametrize(
    ("start_from", "answer", "start", "along", "behind"),
    [
        (StartFrom.BASE, "go-on", "base", RIDES, []),
        (StartFrom.BASE, "live", "live", [], RIDES),
        (StartFrom.LIVE, None, "live", [], RIDES),
        (StartFrom.REF, "go-on", "ref", RIDES, []),
        (StartFrom.REF, "live", "live", [], RIDES),
    ],
)
def test_what_rides_along_and_what_stays_behind_is_reported(
    start_from, answer, start, along, behind
):
    found = told(riding(start_from, answer=answer))
    assert (found["live_sha"], found["start_from"]) == (LIVE, start)
    assert [each["sha"] for each in found["ride_along"]] == [each["sha"] for each in along]
    assert [each["sha"] for each in found["left_behind"]] == [each["sha"] for each in behind]


def test_where_nothing_rides_along_nothing_is_asked():
    found = riding(extra=())
    assert found.saying == f"Nothing rides along: {LIVE[:8]} runs, main has no more."
    assert riding(StartFrom.LIVE, extra=()).saying == f"Cut from what runs now, {LIVE[:8]}."


def test_what_ships_with_a_ref_that_was_named_is_what_the_ref_has():
    asked = riding(StartFrom.REF, tip=NEWER).question
    assert asked.text == "1 commit of v1.2 would ship with this hotfix. Go on?"
    found = told(riding(StartFrom.REF, tip=NEWER, answer="go-on"))
    assert (found["start_from"], found["base_looked_at"]) == ("ref", NEWER)
    nothing = riding(StartFrom.REF, extra=(), tip=NEWER)
    assert nothing.saying == f"Nothing rides along: {LIVE[:8]} runs, v1.2 has no more."


def test_where_all_of_the_base_is_deployed_a_ref_changes_nothing_of_what_ships():
    question = riding(StartFrom.REF, merge_into="main").question
    assert question.text == "1 commit of main would ship with this hotfix. Go on?"


LOOKS = (RecordTheHealthyState(("web",)), ListTheRideAlong("main", TARGET, ("web",), cut()))
CUT: Any = {"base_sha": BASE, "branch": BRANCH}


@pytest.mark.parametrize("start_from", StartFrom)
def test_a_branch_that_is_cut_stays_so_and_what_ships_with_it_is_asked_about_anew(start_from):
    facts = {**CUT, "start_from": start_from.value, "ride_along": [], "left_behind": RIDES}
    question = riding(facts=facts, tip=NEWER).question
    assert went(question) == [("go-on", Then.GO_ON, ""), STOP]
    found = told(riding(facts=facts, tip=NEWER, answer="go-on"))
    assert [each["sha"] for each in found.pop("ride_along")] == [OTHER]
    assert found == {"live_sha": LIVE}


def test_who_chose_what_runs_before_the_cut_is_not_asked_again():
    found = told(riding(facts={"start_from": "live"}))
    assert (found["start_from"], found["ride_along"]) == ("live", [])


@pytest.mark.parametrize("step", LOOKS)
def test_once_it_is_merged_what_runs_is_the_fix_and_is_not_looked_at(step):
    at = world(cluster=Port(), pull_requests=FakePullRequests(MERGED))
    found: Any = step.run(Facts({**CUT, "pull_request_number": 7}), at)
    assert (type(found), found.facts) == (Done, ())
    assert "merged by now" in found.saying


@pytest.mark.parametrize("start_from", StartFrom)
@pytest.mark.parametrize(
    ("given", "deployments"),
    [
        ({"cluster": None}, ("web",)),
        ({}, ()),
        ({"repository": Port(fetch=None, resolve=LIVE)}, ("web",)),
        ({"repository": Port(fetch=BASE, resolve=None)}, ("web",)),
        ({"cluster": Port(look=(replace(RUNNING, running=()),))}, ("web",)),
    ],
)
def test_where_it_is_not_known_what_runs_no_branch_is_cut_from_it(start_from, given, deployments):
    outside = {
        "repository": Port(fetch=BASE, resolve=LIVE),
        "cluster": Port(look=(RUNNING,)),
        **given,
    }
    step = ListTheRideAlong("main", TARGET, deployments, cut(start_from))
    found: Any = step.run(Facts(), world(**outside))
    assert isinstance(found, Failed if start_from is StartFrom.LIVE else Done)
    if isinstance(found, Done):
        assert found.facts == ()
    else:
        assert found.problem.code is ProblemCode.FAILED


@pytest.mark.parametrize(
    ("newer", "live"), [({LIVE}, OTHER), ({OTHER}, LIVE), ({LIVE, OTHER}, None)]
)
def test_of_several_commits_that_run_the_oldest_counts(newer, live):
    api = replace(RUNNING, name="api", running=(RunningPod("api-1", "x", (Named("tag", OTHER),)),))
    repository = Port(
        fetch=BASE,
        resolve=lambda name: name,
        only_in=(),
        # What the one has over the other.
        log_between=lambda old, new: (COMMIT,) if new in newer and old != new else (),
    )
    at = world(repository=repository, cluster=Port(look=(RUNNING, api)))
    found: Any = ListTheRideAlong("main", TARGET, ("web", "api"), cut()).run(known(), at)
    assert told(found).get("live_sha") == live


@pytest.mark.parametrize(
    ("made", "there", "outcome"),
    [
        (Replayed(FIX), (), Done),
        (NotReplayed(FIX, ("app.py",)), (), Ask),
        (NotReplayed(FIX, ()), (), Ask),
    ],
)
def test_commits_are_picked_all_or_none(made, there, outcome):
    del there
    repository = Port(pick=made)
    found: Any = PickTheCommits((FIX, OTHER)).run(known(), world(repository=repository))
    assert repository.received == [("pick", BRANCH, (FIX, OTHER))]
    assert isinstance(found, outcome)
    if isinstance(found, Done):
        assert told(found) == {"picked": [FIX, OTHER]}
        assert found.saying == f"Picked {FIX[:8]}, {OTHER[:8]}."
    else:
        question = found.question
        word = "conflicts in app.py" if made.conflicts else "is there already"
        assert question.text.startswith(f"{FIX[:8]} {word}")
        assert (went(question), question.by_yes) == ([("by-hand", Then.GO_ON, ""), STOP], "")
        by_hand = (f"By hand, on the branch: git cherry-pick -x {FIX[:12]}",)
        assert (question.key, question.shown) == ("pick", by_hand)
        assert question.flag == "hotfix resume, in a terminal"


def test_what_is_picked_by_hand_is_not_picked_again():
    repository = Port(pick=Replayed(FIX))
    found: Any = PickTheCommits((FIX,)).run(
        known({"pick": Answer("by-hand")}), world(repository=repository)
    )
    assert (told(found), repository.received) == ({"picked": []}, [])


@pytest.mark.parametrize(("number", "outcome"), [(0, NotDone), (1, Unknown), (2, Done), (3, Done)])
def test_as_many_commits_as_were_to_be_picked_are_the_evidence(number, outcome):
    repository = Port(log_between=(COMMIT,) * number)
    found = PickTheCommits((FIX, OTHER)).evidence(known(), world(repository=repository))
    assert isinstance(found, outcome)
    assert repository.received == [("log_between", BASE, f"refs/heads/{BRANCH}")]
    if isinstance(found, Unknown):
        assert found.problem.code is ProblemCode.FAILED


READY = {"fix-ready": Answer("go-on")}
EMPTY = Change((), (), ())


@pytest.mark.parametrize(
    ("change", "answers", "is_done", "is_ready"),
    [
        (EMPTY, {}, False, False),
        (CHANGE, {}, False, True),
        (CHANGE, READY, True, True),
        (replace(CHANGE, uncommitted=("M app.py",)), {}, False, False),
        (replace(EMPTY, uncommitted=("M app.py",)), {}, False, False),
        (replace(EMPTY, uncommitted=("M app.py",)), READY, True, False),
    ],
)
def test_the_fix_is_awaited_until_somebody_says_so_and_there_is_one(
    change, answers, is_done, is_ready
):
    repository = Port(change_since=change)
    found: Any = AwaitTheFix().run(known(answers), world(repository=repository))
    assert isinstance(found, Done) is is_done
    assert repository.received == [("change_since", BASE, BRANCH)]
    if not is_done:
        assert (found.ready, found.look_again_in) == (is_ready, 1.0)
        assert (found.question.key, found.question.by_yes) == ("fix-ready", "go-on")
        assert went(found.question) == [("go-on", Then.GO_ON, ""), STOP]
        assert found.question.flag == "--yes, once the fix is committed"
        assert (found.saying == "No change yet in /work/shop.") is (change == EMPTY)


TRIED = {"change": {"files": [], "lines": 0, "commits": [FIX], "subjects": ["Fix it"]}}
AS_IT_IS = {"fix-ready": Answer("as-it-is")}


@pytest.mark.parametrize(
    ("change", "more", "answers", "saying"),
    [
        # Enter before there is anything is used up: the first save is not the fix by itself.
        (EMPTY, {}, READY, "No change yet in /work/shop."),
        (EMPTY, {}, AS_IT_IS, "No change yet in /work/shop."),
        # So it is where one try was tested, checked or reviewed, and is to be fixed again.
        (CHANGE, TRIED, READY, "No change yet in /work/shop."),
        (CHANGE, TRIED, AS_IT_IS, ""),
        (replace(CHANGE, uncommitted=("M app.py",)), TRIED, READY, ""),
        (replace(CHANGE, commits=(Commit(OTHER, "Amended", "Dana"),)), TRIED, READY, ""),
        (EMPTY, TRIED, READY, "No change yet in /work/shop."),
    ],
)
def test_enter_without_a_change_is_used_up(change, more, answers, saying):
    at = world(repository=Port(change_since=change))
    found = AwaitTheFix().run(known(answers, **more), at)
    assert found == (GoBack("await_the_fix", saying) if saying else found)
    assert isinstance(found, Done) is (not saying)


def test_what_is_fixed_again_waits_for_a_change_or_the_word_that_there_is_none():
    at = world(repository=Port(change_since=CHANGE))
    found: Any = AwaitTheFix().run(known(**TRIED), at)
    assert found.saying == (
        "No change yet in /work/shop since f1f1f1f1; to go on without, type: as it is"
    )
    assert went(found.question) == [
        ("go-on", Then.GO_ON, ""),
        ("as-it-is", Then.GO_ON, ""),
        STOP,
    ]
    assert found.question.meant("as it is").key == "as-it-is"
    assert not found.ready


def test_what_the_fix_is_by_now_is_counted():
    change = replace(CHANGE, uncommitted=("M a", "?? b"))
    found: Any = AwaitTheFix().run(known(), world(repository=Port(change_since=change)))
    assert found.saying == "1 commit, 2 files +8 -1; 2 files not committed yet"


MINIMAL = MinimalChange(2, 9, ("*.lock", ".github/*"), ("tests/*", "test_*.py"))
DIFF = Diff((FileChange("app.py", 1, 0),), ("app.py +1 -0", "  +ok"))


def test_nothing_is_committed_unseen():
    left = Uncommitted(("app.py", "new.py"), FIX, "tree-1")
    repository = Port(uncommitted=left, commit=OTHER, diff=DIFF)
    step, at = CommitTheRest("Fix checkout", MINIMAL), world(repository=repository)
    found: Any = step.run(known(), at)
    assert found.question.shown == (*DIFF.lines, "Not committed yet: app.py, new.py")
    assert (found.question.text, found.question.by_yes) == (
        "No test changed. Commit this as the fix, and go on to the tests?",
        "",
    )
    assert repository.calls("diff") == [[BASE, "tree-1"]]
    assert (found.question.key, bool(found.question.flag)) == ("commit", True)
    assert went(found.question) == [
        ("commit", Then.GO_ON, ""),
        ("back", Then.GO_BACK, "await_the_fix"),
    ]
    assert not repository.calls("commit")
    clean = Port(uncommitted=replace(left, paths=(), tree=""), commit=OTHER)
    assert isinstance(step.run(known(), world(repository=clean)), Done)
    assert not clean.calls("commit")


def test_root_cause_and_summary_are_shown_where_somebody_could_edit_them():
    left = Uncommitted(("app.py",), FIX, "tree-1")
    looks = [left, left, replace(left, paths=(), tree="")]
    repository = Port(
        uncommitted=lambda _branch: looks.pop(0), commit=OTHER, diff=DIFF, changed_files=()
    )
    incident = Incident("checkout returns 500", root_cause="None has no key.")
    step, at = (
        CommitTheRest("checkout returns 500", MINIMAL, incident),
        world(repository=repository),
    )
    found: Any = step.run(known(), at)
    said = ("Root cause: None has no key.", "Fix summary: checkout returns 500")
    assert found.question.shown[-2:] == said
    edit = found.question.options[-1]
    assert (edit.key, edit.then, edit.draft.startswith("\n\n".join(said))) == (
        *("edit", Then.WRITE, True),
    )
    assert is_for_a_person(found.question, edit)
    # What was written is asked about, and what the commit is called.
    words = {"fix_words": {"root_cause": None, "fix_summary": "Ask for the key"}}
    again: Any = step.run(known(**words), at)
    assert again.question.shown[-1] == "Fix summary: Ask for the key"
    assert again.question.options[0].label == 'Commit it as "Ask for the key" and go on'
    answer = Answer("commit", about=f"{left.head} {left.tree}")
    looks.insert(0, left)
    step.run(known({"commit": answer}, **words), at)
    assert repository.calls("commit") == [["hotfix/checkout", "Ask for the key", "tree-1"]]


def test_who_committed_the_fix_may_edit_what_is_said_of_it_before_they_go_on():
    said = Commit(OTHER, "Ask for the key", "dana", "Root cause: None has none.")
    change = replace(changed("app.py"), commits=(said,))
    at, step = world(repository=Port(change_since=change)), AwaitTheFix(Incident("checkout"))
    waits: Any = step.run(known(), at)
    assert waits.saying.endswith("; to edit root cause and fix summary first, type: edit")
    assert [each.key for each in waits.question.options] == ["go-on", "stop", "edit"]
    edit = waits.question.option("edit")
    assert edit.then is Then.WRITE
    assert edit.draft.startswith("Root cause: None has none.\n\nFix summary: Ask for the key\n")
    assert is_for_a_person(waits.question, edit)
    words = {"fix_words": {"root_cause": "None.", "fix_summary": None}}
    again: Any = step.run(known(**words), at)
    assert again.question.option("edit").draft.startswith("Root cause: None.\n")
    assert isinstance(step.run(known({"fix-ready": Answer("go-on")}), at), Done)
    # A run of an earlier version, in which the word went on.
    assert isinstance(AwaitTheFix().run(known({"fix-ready": Answer("edit")}), at), Done)
    # What is not committed is asked about anyhow: it is not mentioned here, but may be typed.
    left: Any = step.run(
        known(), world(repository=Port(change_since=replace(change, uncommitted=("a",))))
    )
    assert left.question.options[-1].key == "edit"
    assert "edit" not in left.saying
    # Before there is a commit, what is on record stands there.
    none: Any = step.run(known(), world(repository=Port(change_since=Change((), (), ()))))
    assert none.question.options[-1].draft.startswith("Root cause:\n\nFix summary: checkout\n")
    # Nobody is asked who is not there.
    alone: Any = AwaitTheFix().run(known(), at)
    assert [each.key for each in alone.question.options] == ["go-on", "stop"]
    assert "edit" not in alone.saying


def test_the_guard_shows_what_the_commits_say_of_the_cause():
    said = Commit(OTHER, "Ask for the key", "dana", "Root cause: None has none.")
    change = replace(changed("app.py"), commits=(said,))
    at = world(repository=Port(change_since=change, diff=DIFF))
    found: Any = GuardTheChange(MINIMAL, Incident("checkout returns 500")).run(known(), at)
    assert found.question.shown[-2:] == (
        *("Root cause: None has none.", "Fix summary: Ask for the key"),
    )
    assert (found.question.options[-1].key, found.question.by_yes) == ("edit", "go-on")
    assert is_for_a_person(found.question, found.question.options[-1])


def test_one_answer_is_enough_for_a_change_and_what_is_to_be_said_of_it():
    left = Uncommitted(("app.py",), FIX, "tree-1")
    looks = [left, replace(left, paths=(), tree="")]
    # The lines were shown with the question: they are not made once more.
    repository = Port(
        uncommitted=lambda _branch: looks.pop(0), commit=OTHER, changed_files=DIFF.files
    )
    answer = Answer("commit", about=f"{left.head} {left.tree}")
    step = CommitTheRest("Fix checkout", MINIMAL)
    done = told(step.run(known({"commit": answer}), world(repository=repository)))
    assert done == {"accepted_change": {"commit": OTHER, "warnings": ["No test changed."]}}
    same = replace(changed("app.py"), commits=(Commit(OTHER, "Fix", "dana"),))
    assert isinstance(guarded(same, **done), Done)
    # What a hook of the team's added, or another commit, was not shown.
    for other in (
        replace(same, files=(*same.files, FileChange("poetry.lock", 1, 0))),
        replace(same, commits=(*same.commits, Commit(FIX, "More", "dana"))),
    ):
        assert isinstance(guarded(other, **done), Ask)


SHOWN = Uncommitted(("app.py",), FIX, "tree-1")


@pytest.mark.parametrize(
    ("now", "committed"),
    [
        (SHOWN, True),
        (replace(SHOWN, paths=("app.py", "more.py"), tree="tree-2"), True),
        # A commit was made since: what was shown would take it back.
        (replace(SHOWN, head=OTHER, tree="tree-3"), False),
    ],
)
def test_what_was_shown_is_committed_and_what_was_saved_since_is_not(now, committed):
    looks = [now, replace(now, paths=("more.py",))]
    repository = Port(
        uncommitted=lambda _branch: looks.pop(0),
        commit=OTHER,
        diff=DIFF,
        changed_files=DIFF.files,
    )
    answer = Answer("commit", about=f"{SHOWN.head} {SHOWN.tree}")
    step = CommitTheRest("Fix checkout", MINIMAL)
    found: Any = step.run(known({"commit": answer}), world(repository=repository))
    calls = [[BRANCH, "Fix checkout", "tree-1"]] if committed else []
    assert repository.calls("commit") == calls
    if committed:
        said = f"Committed what was shown as {OTHER[:8]}. Saved since, and not in it: more.py."
        assert found.saying == said
    else:
        assert found.question.about == f"{OTHER} tree-3"


def test_an_answer_from_a_record_that_does_not_say_what_was_shown_counts_for_nothing():
    repository = Port(uncommitted=SHOWN, commit=OTHER, diff=DIFF)
    found = CommitTheRest("x", MINIMAL).run(
        known({"commit": Answer("commit")}), world(repository=repository)
    )
    assert isinstance(found, Ask)
    assert not repository.calls("commit")


GUARD = GuardTheChange(MINIMAL)
AS_DECIDED = {"guard": Answer("go-on", about=FIX)}


def changed(*paths, lines=1, more=()) -> Change:
    files = (*(FileChange(path, lines, 0) for path in paths), *more)
    return Change(CHANGE.commits, files, ())


def guarded(change, answers=None, **more) -> Any:
    repository = Port(change_since=change, diff=DIFF)
    return GUARD.run(known(answers, **more), world(repository=repository))


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        (CHANGE, None),
        (changed("app.py", "shop/test_app.py"), None),
        (changed("a.py", "b.py", "tests/c.py"), "3 files are changed; a minimal fix has 2."),
        (changed("tests/c.py", lines=9), None),
        (changed("tests/c.py", lines=10), "10 lines are changed; the limit is 9."),
        (changed("a.py"), "No test changed."),
        (changed("tests/a.py", "poetry.lock"), "poetry.lock is a lock, CI or migration file."),
        (changed("tests/a.py", "web/x.lock"), "web/x.lock is a lock, CI or migration file."),
        (
            changed("tests/a.py", ".github/w.yml"),
            ".github/w.yml is a lock, CI or migration file.",
        ),
        (
            changed("tests/a.py", "sub/hotfix.toml"),
            (
                "sub/hotfix.toml decides which commands later hotfixes run; "
                "this one keeps what it began with."
            ),
        ),
    ],
)
def test_what_is_more_than_a_minimal_tested_fix_is_asked_about(change, warning):
    found = guarded(change)
    if warning is None:
        assert isinstance(found, Done)
        assert told(found)["guard_warnings"] == []
        assert found.saying.endswith(", minimal.")
        return
    assert found.question.shown == DIFF.lines
    how = "without one" if warning == "No test changed." else "with it"
    assert found.question.text == f"{warning} Go on {how}?"
    assert went(found.question) == [
        ("go-on", Then.GO_ON, ""),
        ("back", Then.GO_BACK, "await_the_fix"),
        STOP,
    ]
    is_configuration = "decides which" in warning
    assert found.question.by_yes == ("" if is_configuration else "go-on")
    assert found.question.flag == ("hotfix resume, in a terminal" if is_configuration else "--yes")
    went_on = guarded(change, AS_DECIDED)
    assert told(went_on)["guard_warnings"] == [warning]
    assert went_on.saying.endswith(", as decided.")


def test_what_was_decided_about_one_commit_counts_for_no_other():
    migration = (*CHANGE.commits, Commit(OTHER, "Add a column", "Noor"))
    change = replace(changed("tests/a.py", "db.lock"), commits=migration)
    found = guarded(change, AS_DECIDED)
    assert isinstance(found, Ask)
    assert found.question.about == OTHER


def test_what_was_guarded_is_what_the_later_steps_compare_with():
    assert told(guarded(CHANGE))["change"] == {
        "files": ["shop/app.py", "tests/test_app.py"],
        "lines": 9,
        "commits": [FIX],
        "subjects": ["Fix it"],
    }
    told_more = replace(CHANGE, commits=(Commit(FIX, "Fix it", "Dana", "Cause: a null."),))
    assert told(guarded(told_more))["change"]["root_cause"] == "a null."


def suite(name, state=SuiteState.PASSED, code: int | None = 0, lines=(), why="") -> SuiteRun:
    return SuiteRun(name, state, code, 1.26, tuple(lines), Path(f"/log/{name}"), why)


UNIT = Suite("unit", ("pytest",), ".", 60.0)
SEEN = {"change": {"files": ["a"], "lines": 9, "commits": [FIX]}}
TREE = WorkTree(Path("/work/shop"), BRANCH, FIX, ())


def suites_looked_at(looks, tree=TREE, answers=None, suites=(UNIT,), tip=FIX) -> tuple[Any, Port]:
    looks = list(looks)
    runner = Port(start=None, stop=None, look=lambda: looks.pop(0) if len(looks) > 1 else looks[0])
    repository = Port(work_tree=tree, branch_commit=tip)
    step = RunLocalTests(suites)
    at = world(suites=runner, repository=repository)
    return step.run(known(answers, **SEEN), at), runner


def test_the_suites_are_started_once_in_the_folder_of_the_fix_and_awaited():
    found, runner = suites_looked_at([(), (suite("unit", SuiteState.RUNNING, None), suite("lint"))])
    assert found == Waiting("running unit", look_again_in=0.2)
    assert runner.calls("start") == [[(UNIT,), Path("/work/shop")]]
    again, runner = suites_looked_at([(suite("unit", SuiteState.RUNNING, None),)])
    assert (isinstance(again, Waiting), runner.calls("start"), runner.calls("stop")) == (
        *(True, []),
        [],
    )


def test_what_a_suite_prints_is_seen_now_and_then_its_end_alone_with_how_much_came_before():
    lines = [*(f"test {number} ok" for number in range(20)), ""]
    unit = replace(suite("unit", SuiteState.RUNNING, None, lines), lines=418, seconds=16.0)
    alone, _ = suites_looked_at([(unit,)])
    assert alone.saying == "running unit, for 0:15"
    assert alone.shown == (
        "unit | … 416 lines before: /log/unit",
        "unit | test 18 ok",
        "unit | test 19 ok",
    )
    # What is printed meanwhile is no news of its own.
    later, _ = suites_looked_at([(replace(unit, lines=500, seconds=29.9),)])
    assert later.saying == alone.saying
    lint = replace(suite("lint", SuiteState.RUNNING, None, ["1 file"]), lines=1, seconds=31.0)
    both, _ = suites_looked_at([(unit, lint)])
    assert both.saying == "running unit, lint, for 0:30"
    assert both.shown == (
        "unit | … 417 lines before: /log/unit",
        "unit | test 19 ok",
        "lint | 1 file",
    )


def test_a_suite_that_says_nothing_is_hinted_at_and_the_words_stay_the_same():
    watching = replace(
        suite("unit", SuiteState.RUNNING, None, ("Watch Usage: Press a to run all tests.", " ")),
        silent_seconds=31.0,
    )
    words = "for more than 30 s nothing from unit: Watch Usage: Press a to run all tests."
    first, _ = suites_looked_at([(watching,)])
    later, _ = suites_looked_at([(replace(watching, silent_seconds=200.0),)])
    assert first.saying == later.saying
    assert words in first.saying
    assert "--watch=false" in first.saying
    fresh, _ = suites_looked_at([(replace(watching, silent_seconds=29.0),)])
    assert fresh.saying == "running unit"


def test_a_suite_that_timed_out_in_silence_says_so():
    late = replace(suite("unit", SuiteState.TIMED_OUT, None), silent_seconds=290.0)
    found, _ = suites_looked_at([(late,)])
    assert "It had printed nothing for 4:50. If it watches files" in found.question.shown[0]
    talking, _ = suites_looked_at([(replace(late, silent_seconds=1.0),)])
    assert "printed nothing" not in talking.question.shown[0]


def test_only_where_all_suites_passed_they_did():
    found, runner = suites_looked_at([(suite("unit"), suite("lint"))])
    assert found.saying == "unit passed in 1.3 s, lint passed in 1.3 s."
    facts = told(found)
    assert (facts["tested_sha"], facts["tests_overridden"]) == (FIX, None)
    assert [each["name"] for each in facts["suites"]] == ["unit", "lint"]
    assert runner.calls("stop") == [[]]


@pytest.mark.parametrize("others", [(), (suite("lint"),)])
def test_one_suite_that_did_not_pass_is_asked_about(others):
    lines = [f"line {number}" for number in range(20)]
    found, runner = suites_looked_at([(*others, suite("unit", SuiteState.FAILED, 1, lines))])
    question = found.question
    assert went(question) == [
        ("fix", Then.GO_BACK, "await_the_fix"),
        ("retry", Then.GO_BACK, "run_local_tests"),
        ("override", Then.GO_ON, ""),
        STOP,
    ]
    assert [each.needs_reason for each in question.options] == [False, False, True, False]
    assert (question.key, question.by_yes, bool(question.flag)) == ("tests-failed", "", True)
    assert question.shown == (
        "unit failed with exit code 1.",
        *(f"  line {number}" for number in range(8, 20)),
        "  All of it: /log/unit",
    )
    assert runner.calls("stop") == [[]]


def test_a_suite_that_did_not_start_says_why():
    found, _ = suites_looked_at([(suite("unit", SuiteState.FAILED, None, why="No such file"),)])
    assert found.question.shown[0] == "unit failed. No such file"


ENDED = (suite("unit"),)


@pytest.mark.parametrize(
    ("tree", "tip", "to"),
    [
        (replace(TREE, uncommitted=("a",)), FIX, "commit_the_rest"),
        (replace(TREE, head=OTHER), OTHER, "guard_the_change"),
        (TREE, OTHER, "guard_the_change"),
        (TREE, None, "guard_the_change"),
    ],
)
def test_what_was_not_guarded_is_not_tested(tree, tip, to):
    found, runner = suites_looked_at([()], tree, tip=tip)
    assert isinstance(found, GoBack)
    assert (found.to, runner.calls("start")) == (to, [])


@pytest.mark.parametrize("looks", [[()], [ENDED], [(suite("unit", SuiteState.FAILED, 1),)]])
def test_what_is_committed_while_the_suites_run_is_neither_tested_nor_unseen(looks):
    for uncommitted in ((), ("a",)):
        moved = replace(TREE, head=OTHER, uncommitted=uncommitted)
        found, _ = suites_looked_at(looks, moved, tip=OTHER)
        assert found == GoBack("guard_the_change", "There are new commits.")


@pytest.mark.parametrize("looks", [[()], [ENDED]])
def test_another_branch_in_the_folder_is_not_what_is_tested(looks):
    found, runner = suites_looked_at(looks, replace(TREE, branch="main", head=OTHER))
    assert isinstance(found, Failed)
    assert found.problem.next_command == f"git -C /work/shop switch {BRANCH}, then: hotfix resume"
    assert runner.calls("start") == []


def test_what_is_saved_while_the_suites_run_is_asked_about_and_the_results_stay():
    saved = replace(TREE, uncommitted=("a", "junit.xml"), untracked=("junit.xml",))
    found, runner = suites_looked_at([ENDED], saved)
    question = found.question
    assert (question.shown[0], question.by_yes, runner.calls("stop")) == ("a", "go-on", [])
    assert went(question) == [
        ("go-on", Then.GO_ON, ""),
        ("commit", Then.GO_BACK, "commit_the_rest"),
        ("retry", Then.GO_BACK, "run_local_tests"),
    ]
    answers = {"saved-meanwhile": Answer("go-on", about=question.about)}
    done, _ = suites_looked_at([ENDED], saved, answers)
    assert told(done)["tested_sha"] == FIX
    assert done.saying == "unit passed in 1.3 s. Not in what is pushed: a, junit.xml."
    more = replace(saved, uncommitted=("a", "b"), untracked=())
    assert isinstance(suites_looked_at([ENDED], more, answers)[0], Ask)


def test_what_a_suite_leaves_that_git_does_not_know_is_said_and_not_asked_about():
    found, _ = suites_looked_at(
        [ENDED], replace(TREE, uncommitted=("junit.xml",), untracked=("junit.xml",))
    )
    assert found.saying == "unit passed in 1.3 s. Not in what is pushed: junit.xml."


def test_a_suite_that_ran_no_test_has_not_passed():
    found, _ = suites_looked_at([(suite("unit", SuiteState.RAN_NO_TEST),)])
    assert found.question.key == "tests-failed"
    said = "unit ran no test with exit code 0: mend its command in [[tests]], or what it looks for."
    assert found.question.shown[0] == said


def test_an_override_names_who_and_why_and_runs_nothing():
    answers = {"tests-failed": Answer("override", "flaky", by="dana")}
    found, runner = suites_looked_at([()], answers=answers)
    assert told(found) == {"tests_overridden": "flaky", "tested_sha": FIX}
    assert (found.saying, runner.received) == ("Overridden by dana: flaky", [])


def test_without_a_suite_nothing_is_tested_and_that_is_said():
    found, runner = suites_looked_at([()], suites=())
    assert (found.saying, told(found), runner.received) == (
        "No test suite is configured.",
        {"tested_sha": FIX},
        [],
    )


@pytest.mark.parametrize("there", [None, BASE, OTHER])
def test_the_deploy_branch_is_made_from_the_base_where_it_is_missing(there):
    github = FakePullRequests(commits={TARGET: there} if there else {})
    step, at = EnsureTargetBranch(TARGET), world(pull_requests=github)
    before = step.evidence(known(), at)
    assert isinstance(before, Done if there else NotDone)
    found: Any = step.run(known(), at)
    made = {} if there else {"deploy_branch_made_at": BASE}
    assert told(found) == {"merge_into": TARGET, **made}
    assert github.received == ([] if there else [("ensure_branch", TARGET, BASE)])
    # Begun, and there at the base's commit: it is we who made it.
    after: Any = step.evidence(known(), at)
    assert ("deploy_branch_made_at" in told(after)) is (there != OTHER)


PUSHED = {"tested_sha": FIX}


@pytest.mark.parametrize(
    ("step", "more", "pushed", "facts"),
    [
        (PublishBranch(), {}, BRANCH, {"head_sha": FIX}),
        (PublishBranch(only_tested=True), {"tested_sha": FIX}, BRANCH, {"head_sha": FIX}),
        (
            PublishBranch(proposal=THE_REVERT),
            {"revert_branch": "hotfix/revert-x", "revert_sha": OTHER},
            "hotfix/revert-x",
            {},
        ),
    ],
)
def test_the_branch_is_pushed_and_where_it_is_ours_its_commit_is_reported(
    step, more, pushed, facts
):
    repository = Port(branch_commit=FIX, publish=None)
    found = step.run(known(**more), world(repository=repository))
    assert repository.calls("publish") == [[pushed, OTHER if "revert" in pushed else FIX]]
    assert told(found) == facts


def test_what_was_not_tested_is_not_pushed():
    repository = Port(branch_commit=OTHER, publish=None)
    found = PublishBranch(only_tested=True).run(known(**PUSHED), world(repository=repository))
    assert isinstance(found, GoBack)
    assert (found.to, repository.calls("publish")) == ("guard_the_change", [])


@pytest.mark.parametrize("only_tested", [False, True])
def test_a_branch_that_is_gone_is_neither_pushed_nor_taken_for_one_with_a_newer_commit(only_tested):
    repository = Port(branch_commit=None, publish=None)
    step = PublishBranch(only_tested=only_tested)
    found = step.run(known(**PUSHED), world(repository=repository))
    assert isinstance(found, Failed)
    assert (found.problem.code, found.nothing_happened) == (ProblemCode.FAILED, True)
    assert BRANCH in found.problem.what
    assert f"git branch {BRANCH} COMMIT" in found.problem.next_command
    assert not repository.calls("publish")


def test_without_a_revert_there_is_nothing_to_push():
    repository = Port()
    step = PublishBranch(proposal=THE_REVERT)
    at = world(repository=repository)
    assert step.run(known(), at) == Done("There is no revert to push.")
    assert step.evidence(known(), at) == NotDone()


@pytest.mark.parametrize(
    ("here", "there", "is_done"),
    [(FIX, FIX, True), (FIX, OTHER, False), (FIX, None, False), (None, None, False)],
)
def test_the_same_commit_on_the_remote_is_the_evidence_of_the_push(here, there, is_done):
    repository = Port(branch_commit=here, remote_commit=there)
    found = PublishBranch().evidence(known(), world(repository=repository))
    assert isinstance(found, Done if is_done else NotDone)


def test_a_step_of_the_push_reads_what_its_proposal_has():
    assert PublishBranch().reads == (BRANCH_FACT,)
    assert PublishBranch(only_tested=True).reads == (BRANCH_FACT, TESTED_SHA)
    revert = PublishBranch(proposal=THE_REVERT)
    assert len(revert.reads) == 2
    assert (revert.reports, PublishBranch().reports) == ((), (THE_FIX.commit,))


def suggested(text=None, authors=(), answers=None, can_ask=True, logins=None, **more) -> Any:
    repository = Port(
        change_since=CHANGE,
        file_at=lambda _base, place: text if place == "CODEOWNERS" else None,
        last_authors=tuple(authors),
    )
    step = SuggestReviewer(can_ask, logins or {})
    return step.run(known(answers, **more), world(repository=repository))


NOOR, KIM = (
    LastAuthor("Noor", "noor@x.example", 1),
    LastAuthor("Kim Lee", "12+kim@users.noreply.github.com", 1),
)


def test_code_owners_come_first_and_never_the_author():
    found = suggested("* @Dana @noor @rena @kim @lee\n", [KIM])
    assert isinstance(found, Ask)
    question = found.question
    assert [each.key for each in question.options] == ["noor", "rena", "kim", "nobody"]
    assert (question.by_yes, question.shown) == ("nobody", ("suggested by CODEOWNERS",))
    assert (question.key, question.flag) == ("reviewer", "--reviewer LOGIN")


def test_else_who_last_touched_the_lines_and_not_who_wrote_the_fix():
    found = suggested("* @dana\n", [LastAuthor("Dana", "d@x", 1), KIM, NOOR], can_ask=False)
    assert told(found) == {"suggested_reviewers": ["kim", "Noor"]}
    assert found.saying.endswith("kim, Noor could review it (git blame).")
    known_by = {"noor@x.example": "noor-b"}
    asked = suggested(None, [NOOR, KIM], logins=known_by)
    assert [each.key for each in asked.question.options] == ["noor-b", "kim", "nobody"]


def test_who_has_no_login_can_be_named_and_not_asked():
    found = suggested(None, [LastAuthor("Lee Kim", "lee@x.example", 1)])
    assert isinstance(found, Done)
    assert told(found) == {"suggested_reviewers": ["Lee Kim"]}
    mail = suggested(None, [LastAuthor("lee@x.example", "lee@x.example", 1)])
    assert isinstance(mail, Done)
    assert suggested(None, []).facts == ()


@pytest.mark.parametrize(("choice", "chosen"), [("noor", "noor"), ("nobody", None)])
def test_who_was_chosen_is_reported(choice, chosen):
    found = suggested("* @noor\n", answers={"reviewer": Answer(choice)})
    assert told(found) == {"chosen_reviewer": chosen}


def test_who_was_chosen_before_is_not_asked_about_again():
    found = suggested("* @noor\n", chosen_reviewer="rena")
    assert (found.saying, found.facts) == ("rena was chosen to review.", ())


@pytest.mark.parametrize(
    ("triggers", "is_pushed"),
    [
        (PushTriggers(("hotfix/**",)), False),
        (PushTriggers(None), False),
        (PushTriggers(None, has_conditions=True), True),
        (PushTriggers((TARGET,)), True),
        (PushTriggers(is_unreadable=True), True),
    ],
)
def test_what_its_own_commit_would_deploy_is_not_pushed(triggers, is_pushed):
    repository = Port(branch_commit=FIX, push_triggers=triggers, publish=None)
    step = PublishBranch(workflow="deploy.yml")
    found: Any = step.run(known(), world(repository=repository))
    assert repository.calls("push_triggers") == [[FIX, "deploy.yml"]]
    assert bool(repository.calls("publish")) is is_pushed
    if is_pushed:
        assert isinstance(found, Done)
    else:
        assert (type(found), found.nothing_happened) == (Failed, True)
        assert BRANCH in found.problem.what


def test_what_a_push_deploys_is_said_at_the_first_minute():
    needs = (
        Need("git", "what a push deploys", Finding.OK, "prod deploys", is_told=True),
        Need("git", "right to push", Finding.OK, "a dry run was accepted"),
    )
    readiness = Port(check=needs)
    found: Any = CheckReadiness("rena", BRANCH).run(known(), world(readiness=readiness))
    assert found.saying == "2 needs met; prod deploys."
    assert readiness.calls("check") == [["rena", BRANCH]]


def test_what_is_to_be_kept_in_mind_is_said_as_that_alone():
    needs = [replace(need(Finding.WARNING, "push"), is_told=True)]
    found: Any = CheckReadiness().run(known(), world(readiness=Port(check=needs)))
    assert found.saying == "0 needs met; keep in mind: github: push: push is so."
