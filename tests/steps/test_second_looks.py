"""Whose change it is at the second look of one rollback, and how a set of unlike ones stands."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from tests.engine.small_plan import ports
from tests.steps.recorder import Port

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import RESTORATION
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, NotDone, Unknown
from hotfix.domain.problem import Problem, ProblemCode, TemporaryTroubleError
from hotfix.domain.question import Then
from hotfix.domain.restoration import Restored, RestoreState, Revision
from hotfix.ports.cluster import Survey
from hotfix.steps.confirm_the_rollback import ConfirmTheRollback
from hotfix.steps.log_the_deployment import LogTheDeployment
from hotfix.steps.restore_the_recorded_set import RestoreTheRecordedSet
from hotfix.steps.see_what_runs_now import SeeWhatRunsNow
from hotfix.steps.watch_the_restoration import WatchTheRestoration

MERGED, COLLEAGUES = "b2" * 20, "c3" * 20


def record(name, revision, sha="a1" * 20, **more) -> DeploymentRecord:
    made = DeploymentRecord(
        *(name, f"uid-{name}", "7", revision, f"{name}-{sha[:2]}-{revision}"),
        {"sha": sha, "revision": revision},
        (f"{name}=shop/{name}:{sha[:8]}",),
        *(1, True),
    )
    return replace(made, **more)


WEB, API = record("web", 1), record("api", 1)
OURS_WEB, OURS_API = record("web", 2, MERGED), record("api", 2, MERGED)
THEIRS = record("api", 3, COLLEAGUES)
KNOWN: dict[str, Any] = {
    "healthy": [WEB.to_json(), API.to_json()],
    "merge_sha": MERGED,
    "rollout": [{"name": "web", "revision": 2}, {"name": "api", "revision": 2}],
}


def between(number, images, marks=(), cause="") -> Revision:
    at = datetime(2026, 3, 12, 3, 0, tzinfo=UTC)
    return Revision("api", number, f"hash-{number}", tuple(images), at, False, cause, tuple(marks))


def seen(present, known=None, below=(), **step) -> dict[str, Any]:
    """Look once; returns the facts after it."""
    given = {**KNOWN, **(known or {})}
    cluster = Port(survey=Survey(tuple(present), (), tuple(below)))
    outcome: Any = SeeWhatRunsNow(**step).run(
        Facts(given, run="hf-1"), replace(ports(), cluster=cast("Any", cluster))
    )
    assert isinstance(outcome, Done), outcome
    return {**given, **by_key(outcome.facts)}


def others(facts) -> list[str]:
    return list(facts["changed_by_others"])


def asked(facts) -> str:
    found = ConfirmTheRollback().run(Facts(facts, run="hf-1"), ports())
    return found.question.key if isinstance(found, Ask) else "nothing"


def test_of_a_mixed_set_only_what_a_colleague_changed_is_theirs():
    facts = seen((OURS_WEB, THEIRS))
    assert others(facts) == ["api"]
    assert asked(facts) == "over-others"
    assert others(seen((OURS_WEB, OURS_API))) == []


def test_what_was_theirs_at_the_first_look_is_theirs_at_the_second():
    first = seen((OURS_WEB, THEIRS))
    second = seen((OURS_WEB, THEIRS), first)
    assert (others(second), asked(second)) == (["api"], "over-others")
    third = seen((OURS_WEB, replace(THEIRS, resource_version="9")), second)
    assert (others(third), asked(third)) == (["api"], "over-others")


def test_what_was_ours_at_the_first_look_is_ours_at_the_second_whatever_its_number():
    first = seen((OURS_WEB, OURS_API))
    again = replace(OURS_API, revision=4)
    assert others(seen((OURS_WEB, again), first)) == []


def test_what_a_colleague_changed_between_the_looks_is_theirs():
    first = seen((OURS_WEB, OURS_API))
    second = seen((OURS_WEB, THEIRS), first)
    assert (others(second), asked(second)) == (["api"], "over-others")


def test_what_was_restored_meanwhile_is_nobodys_at_the_second_look():
    first = seen((OURS_WEB, THEIRS))
    restored = replace(API, revision=4)
    second = seen((OURS_WEB, restored), first)
    assert (others(second), asked(second)) == ([], "roll-back")
    done = seen((replace(WEB, revision=3), restored), second)
    assert (others(done), asked(done)) == ([], "nothing")


@pytest.mark.parametrize(
    ("now", "is_theirs"),
    [
        (record("api", 2, COLLEAGUES), True),
        (record("api", 3, COLLEAGUES), True),
        (record("api", 2, MERGED), False),
        (record("api", 3, MERGED), False),
    ],
)
def test_before_the_rollout_was_watched_what_carries_our_commit_is_ours(now, is_theirs):
    facts = seen((OURS_WEB, now), {"rollout": None})
    assert (others(facts) == ["api"]) is is_theirs


def test_a_template_that_is_so_new_that_it_has_no_revision_is_theirs():
    fresh = replace(OURS_API, template={"sha": "new"}, template_hash="")
    assert others(seen((OURS_WEB, fresh))) == ["api"]


def test_what_a_colleague_rolled_out_below_ours_is_theirs_and_named():
    below = between(2, ("api=shop/api:c3c3c3c3",), cause="release 12")
    facts = seen((OURS_WEB, replace(OURS_API, revision=3)), {"rollout": None}, (below,))
    assert others(facts) == ["api"]
    (caveat,) = facts["caveats"]
    assert "revision 2 (api:c3c3c3c3, release 12) came after the record" in caveat["saying"]


@pytest.mark.parametrize(
    "below",
    [
        between(2, OURS_API.images),
        between(2, ("api=shop/api:x",), (MERGED,)),
        between(2, (f"api=shop/api:{MERGED}",)),
    ],
)
def test_what_our_own_deploy_made_on_its_way_is_ours(below):
    facts = seen((OURS_WEB, OURS_API), below=(below,))
    assert (others(facts), facts["caveats"]) == ([], [])


def test_without_a_merge_what_differs_is_theirs_and_what_lies_between_is_not_named():
    below = between(2, ("api=shop/api:c3",))
    facts = seen((WEB, OURS_API), {"merge_sha": None, "rollout": None}, (below,))
    assert (others(facts), facts["caveats"]) == (["api"], [])


def test_before_the_yes_each_deployment_is_shown_with_both_revisions_or_as_running_already():
    assert seen((WEB, OURS_API))["rollback_shown"] == [
        "web: runs revision 1 already",
        f"api: revision 2 (api:{MERGED[:8]}) to go back to revision 1 (api:{'a1' * 4})",
    ]


@pytest.mark.parametrize("known", [{"merge_how": "queue"}, {"unsettled": ["merge_the_fix"]}])
def test_what_github_may_have_merged_unseen_is_not_called_somebody_elses(known):
    unseen = {"merge_sha": None, "rollout": [], **known}
    assert others(seen((OURS_WEB, API), unseen)) == []
    assert others(seen((OURS_WEB, THEIRS), unseen)) == ["api"]
    assert others(seen((OURS_WEB, API), {**unseen, "merge_how": None, "unsettled": []})) == ["web"]


def test_only_the_named_deployments_go_back():
    facts = seen((OURS_API,), only=("api",))
    assert [each["name"] for each in facts["rollback_targets"]] == ["api"]


def failed(present, known=None, cluster=True, **step) -> Problem:
    given = {**KNOWN, **(known or {})}
    port = Port(survey=Survey(tuple(present))) if cluster else None
    outcome = SeeWhatRunsNow(**step).run(
        Facts(given, run="hf-1"), replace(ports(), cluster=cast("Any", port))
    )
    assert isinstance(outcome, Failed)
    return outcome.problem


def test_what_bars_one_bars_the_set():
    paused = replace(OURS_API, is_paused=True)
    problem = failed((OURS_WEB, paused))
    assert problem.what == "Paused: api. Nothing was restored."
    assert "kubectl rollout resume deployment/api" in problem.next_command
    still = replace(API, is_paused=True)
    assert others(seen((OURS_WEB, still))) == []
    unknown = replace(API, is_paused=True, template_hash="")
    no_hash = {"healthy": [WEB.to_json(), replace(API, template_hash="").to_json()]}
    assert failed((OURS_WEB, unknown), no_hash).what.startswith("Paused: api")


def test_what_is_not_recorded_cannot_be_gone_back_to():
    assert failed((), only=("db",)).code is ProblemCode.USAGE
    assert "db" in failed((), only=("web", "db")).what
    for problem in (
        failed((), {"healthy": None}),
        failed((), cluster=False),
        failed((), {"healthy": None}, only=("db",)),
    ):
        assert problem.what == "There is no recorded state to go back to."


REFUSED = Problem(ProblemCode.RIGHTS, "api: refused.", "RBAC.", "ask an admin")
PATCHED = Restored("web", RestoreState.PATCHED)


def restored(*results) -> Any:
    known = {"replaced": [OURS_WEB.to_json()], "rollback_targets": [WEB.to_json()]}
    cluster = Port(restore_all=results, record=TemporaryTroubleError("no answer"))
    step = RestoreTheRecordedSet(Incident("checkout returns 500"))
    facts = Facts(known, run="hf-1", operator="dana")
    return step.run(facts, replace(ports(), cluster=cast("Any", cluster)))


@pytest.mark.parametrize("others_too", [(), (Restored("db", RestoreState.CHANGED),)])
def test_of_a_mixed_set_no_answer_comes_first_then_a_refusal_then_a_change(others_too):
    refused = Restored("api", RestoreState.REFUSED, REFUSED)
    troubled = Restored("cache", RestoreState.TROUBLED)
    with pytest.raises(TemporaryTroubleError, match="cache"):
        restored(PATCHED, refused, troubled, *others_too)
    found = restored(PATCHED, refused, *others_too)
    assert isinstance(found, Failed)
    assert (found.problem.code, found.problem.next_command) == (ProblemCode.RIGHTS, "ask an admin")
    assert "web: patched" in found.problem.why


@pytest.mark.parametrize("step", [RestoreTheRecordedSet(Incident("x")), WatchTheRestoration()])
def test_a_rollback_that_is_gone_on_with_without_its_cluster_has_restored_nothing(step):
    known: Any = {"replaced": [OURS_WEB.to_json()], "rollback_targets": [WEB.to_json()]}
    found = step.run(Facts(known, run="hf-1"), replace(ports(), cluster=None))
    assert isinstance(found, Failed)
    assert found.problem.code is ProblemCode.CONFIGURATION
    assert "no cluster is configured any more" in found.problem.what
    assert "hotfix resume --use-todays-config" in found.problem.next_command
    # Of a restoration that was begun before, nothing is known.
    assert found.nothing_happened is isinstance(step, RestoreTheRecordedSet)
    if isinstance(step, RestoreTheRecordedSet):
        looked = step.evidence(Facts(known, run="hf-1"), replace(ports(), cluster=None))
        assert isinstance(looked, Unknown)
        assert "not known" in looked.problem.what


@pytest.mark.parametrize(
    ("replaced", "running", "restored_then"),
    [
        ((OURS_WEB, OURS_API), (WEB, API), ("patched", "patched")),
        ((OURS_WEB, API), (WEB, API), ("patched", "ran already")),
        ((WEB, API), (WEB, API), ("ran already", "ran already")),
        ((OURS_WEB, OURS_API), (WEB, OURS_API), None),
        ((OURS_WEB, OURS_API), (THEIRS,) * 2, None),
    ],
)
def test_the_whole_set_on_its_record_is_the_evidence_of_what_was_restored(
    replaced, running, restored_then
):
    known: Any = {
        "rollback_targets": [WEB.to_json(), API.to_json()],
        "replaced": [each.to_json() for each in replaced],
    }
    cluster = cast("Any", Port(record=running))
    step = RestoreTheRecordedSet(Incident("x"))
    found = step.evidence(Facts(known, run="hf-1"), replace(ports(), cluster=cluster))
    if restored_then is None:
        assert found == NotDone()
        return
    assert isinstance(found, Done)
    facts = Facts({**known, **by_key(found.facts)}, run="hf-1")
    assert tuple(each.state for each in facts[RESTORATION]) == restored_then
    is_restored = "patched" in restored_then
    logged: Any = LogTheDeployment(Incident("x"), "rolled-back").run(facts, ports())
    assert bool(logged.facts) is is_restored
    assert found.saying.startswith("Set back" if is_restored else "Everything ran already")


def test_a_change_in_the_set_goes_back_to_the_look():
    found = restored(PATCHED, Restored("api", RestoreState.CHANGED))
    assert isinstance(found, GoBack)
    assert found.to == "see_what_runs_now"
    assert found.because == ("api was changed meanwhile; by whom is not known; web: patched.")


@pytest.mark.parametrize(
    ("results", "saying", "rolled_back"),
    [
        ((PATCHED,), "Set back to the recorded state: web.", ["web"]),
        (
            (PATCHED, Restored("api", RestoreState.RAN_ALREADY)),
            "Set back to the recorded state: web. Ran already: api.",
            ["web"],
        ),
        ((Restored("api", RestoreState.RAN_ALREADY),), "Everything ran already.", ["api"]),
    ],
)
def test_what_was_patched_and_what_ran_already_are_told_apart(results, saying, rolled_back):
    found = restored(*results)
    facts = by_key(found.facts)
    assert (found.saying, facts["rolled_back"]) == (saying, rolled_back)
    assert facts["restoration"] == [
        {"name": each.name, "state": each.state.value} for each in results
    ]


def test_a_refusal_without_a_reason_is_no_answer_to_give():
    with pytest.raises(ValueError, match="refused without a reason"):
        restored(Restored("api", RestoreState.REFUSED))


@pytest.mark.parametrize(("present", "first"), [(OURS_API, "roll-back"), (THEIRS, "stop")])
def test_enter_alone_overwrites_no_colleagues_work(present, first):
    facts = Facts(seen((OURS_WEB, present)), run="hf-1")
    found: Any = ConfirmTheRollback().run(facts, ports())
    options = found.question.options
    assert options[0].key == first
    assert {each.key: each.then for each in options} == {
        "roll-back": Then.GO_ON,
        "stop": Then.STOP,
    }
