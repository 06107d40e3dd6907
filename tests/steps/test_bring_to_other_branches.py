"""The fix goes to further branches: each once, whatever is lost, refused or there already."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from tests.engine.small_plan import ports
from tests.steps.fake_github import BRANCH, HEAD, MERGE, MERGED, OLDER, TARGET, URL
from tests.steps.recorder import Port

from hotfix.domain.fact import by_key
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, NotDone
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.pull_request_text import marker
from hotfix.domain.push_triggers import PushTriggers
from hotfix.ports.pull_requests import PullRequest
from hotfix.ports.repository import Bringing
from hotfix.steps.bring_to_other_branches import BringToOtherBranches

PICKED = Bringing(sha=OLDER, picked=(MERGE,), by_hand="git cherry-pick -x -m 1 c3c3")
CONFLICT = Bringing(picked=(MERGE,), conflicts=("a.py",), by_hand="git cherry-pick -x c3c3")
REFUSED = ProblemError(Problem(ProblemCode.FAILED, "Refused.", "A hook.", "git status"))
INTO_DEVELOP, INTO_RELEASE = f"{BRANCH}-7-into-develop", f"{BRANCH}-7-into-release--1.2"


@dataclass
class Hosting:
    """Pull requests and branches that stay; ``loses`` answers of that many writes."""

    branches: dict[str, str] = field(default_factory=dict)
    pulls: list[PullRequest] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    loses: int = 0

    def get(self, _number: int) -> PullRequest:
        return MERGED

    def find(self, head: str, base: str) -> PullRequest | None:
        return next((it for it in self.pulls if (it.head, it.base) == (head, base)), None)

    def branch_commit(self, branch: str) -> str | None:
        return self.branches.get(branch)

    def publish(self, branch: str, sha: str) -> None:
        assert branch not in self.branches
        self.branches[branch] = sha
        self._lose()

    def open(self, title: str, body: str, head: str, base: str) -> PullRequest:
        assert self.find(head, base) is None
        number = 8 + len(self.pulls)
        url = URL.replace("7", str(number))
        sha = self.branches[head]
        made = PullRequest(
            *(number, url, title, sha, head, base, "dana"),
            is_open=True,
            is_merged=False,
            merge_sha="",
        )
        self.pulls.append(made)
        self.bodies.append(body)
        self._lose()
        return made

    def _lose(self) -> None:
        if self.loses:
            self.loses -= 1
            raise TemporaryTroubleError("the answer was lost", 1.0)


FACTS = Facts(
    {
        "base_sha": OLDER,
        "branch": BRANCH,
        "merge_sha": MERGE,
        "pull_request_number": 7,
        "pull_request_url": URL,
    },
    run="hf-1",
    operator="dana",
)
THERE = ["develop", "main", "release/1.2", TARGET, BRANCH, INTO_DEVELOP, "bring-7-into-x"]


def bringing(*patterns: str, github: Any = None, made: Any = PICKED, **repository: Any) -> Any:
    github = github or Hosting()
    answers = {
        "branches": THERE,
        "resolve": MERGE,
        "fetch": "tip",
        "bring": made,
        "push_triggers": PushTriggers(),
        "publish": github.publish,
    }
    clone = Port(**{**answers, **repository})
    step = BringToOtherBranches(
        Incident("checkout returns 500"), patterns, "main", TARGET, "deploy.yml"
    )
    at: Any = replace(ports(), pull_requests=github, repository=clone)
    return step, at, github


def told(outcome: Any) -> Any:
    return by_key(outcome.facts)["brought_to"]


def test_each_branch_that_is_meant_gets_a_pull_request_from_a_branch_of_its_own():
    step, at, github = bringing("develop", "release/*", "hotfix/**", "main", "*", "old/*")
    found = step.run(FACTS, at)
    assert [(it.head, it.base) for it in github.pulls] == [
        (INTO_DEVELOP, "develop"),
        (INTO_RELEASE, "release/1.2"),
    ]
    assert github.branches == {INTO_DEVELOP: OLDER, INTO_RELEASE: OLDER}
    assert "[HOTFIX] checkout returns 500" in github.pulls[0].title
    assert f"It was picked: {MERGE}." in github.bodies[0]
    assert marker("hf-1 into develop") in github.bodies[0]
    assert found.saying.endswith("; no branch is called like old/*.")
    assert at.repository.calls("bring") == [["tip", MERGE, HEAD, OLDER]] * 2


def test_a_merge_that_conflicts_is_proposed_and_says_how_to_resolve_it():
    made = Bringing(sha=HEAD, conflicts=("a.py",), by_hand="git merge a1a1")
    step, at, github = bringing("develop", made=made)
    found = step.run(FACTS, at)
    assert "nothing was forced:**\n- `a.py`" in github.bodies[0]
    assert f"Merge `develop` into `{INTO_DEVELOP}`" in github.bodies[0]
    assert (told(found)[0]["conflicts"], told(found)[0]["number"]) == (["a.py"], 8)
    assert "develop: it conflicts in a.py (https://" in found.saying


@pytest.mark.parametrize(
    ("made", "said", "settled"),
    [
        (CONFLICT, "it conflicts in a.py", False),
        (REFUSED, "Refused. A hook;", False),
        (Bringing(is_there=True), "has it already", True),
    ],
)
def test_what_cannot_be_proposed_or_need_not_be_keeps_no_other_waiting(made, said, settled):
    def bring(tip: str, *_words: str) -> Bringing:
        if tip != "develop":
            return PICKED
        if isinstance(made, Bringing):
            return made
        raise made

    step, at, github = bringing("develop", "release/*", bring=bring, fetch=lambda name: name)
    found = step.run(FACTS, at)
    first, second = told(found)
    assert f"develop: {said}" in found.saying
    assert (first["url"], first["is_settled"], bool(first["by_hand"])) == ("", settled, not settled)
    assert (second["branch"], second["number"]) == ("release/1.2", 8)
    assert [it.base for it in github.pulls] == ["release/1.2"]
    if made is REFUSED:
        assert first["by_hand"].startswith(f"git cherry-pick -x {MERGE[:12]} (with -m 1 if")
    elif not settled:
        # What a person makes by this is found under the name that it would have had.
        assert (
            f"git switch --create {INTO_DEVELOP} origin/develop && git cherry-pick"
            in (first["by_hand"])
        )
        assert f"gh pr create --base develop --head {INTO_DEVELOP}" in first["by_hand"]


def test_a_right_that_lacks_everywhere_is_said_as_that_and_one_that_lacks_once_is_no_hindrance():
    no_right = ProblemError(Problem(ProblemCode.RIGHTS, "No rights.", "403", "log in"))
    step, at, _ = bringing("develop", "release/*", bring=no_right)
    with pytest.raises(ProblemError, match="No rights"):
        step.run(FACTS, at)

    def bring(tip: str, *_words: str) -> Bringing:
        if tip == "develop":
            raise no_right
        return PICKED

    step, at, _ = bringing("develop", "release/*", bring=bring, fetch=lambda name: name)
    assert [each["number"] for each in told(step.run(FACTS, at))] == [0, 8]


def test_names_that_a_shell_would_take_for_more_are_quoted():
    step, at, _ = bringing("**", made=CONFLICT, branches=["release/$(id)"])
    (found,) = told(step.run(FACTS, at))
    assert "'origin/release/$(id)'" in found["by_hand"]
    assert "--base 'release/$(id)'" in found["by_hand"]


@pytest.mark.parametrize("loses", [0, 1, 2, 3, 4])
def test_whatever_answers_are_lost_there_is_one_of_each(loses):
    github = Hosting(loses=loses)
    step, at, _ = bringing("develop", "release/*", github=github)
    for _ in range(loses + 1):
        try:
            found = step.run(FACTS, at)
        except TemporaryTroubleError:
            continue
        break
    opened = {it.base: it.url for it in github.pulls}
    assert len(opened) == len(github.pulls)
    assert {each["branch"]: each["url"] for each in told(found)} == opened
    assert set(opened) == {"develop", "release/1.2"}
    assert told(step.evidence(FACTS, at)) == told(step.run(FACTS, at)) == told(found)


def test_the_evidence_is_a_pull_request_for_each_and_what_there_is_of_them_is_said():
    github = Hosting()
    step, at, _ = bringing("develop", "release/*", github=github)
    assert step.evidence(FACTS, at) == NotDone()
    only, there, _ = bringing("develop", github=github)
    assert isinstance(only.run(FACTS, there), Done)
    assert step.evidence(FACTS, at) == NotDone(f"There is: {github.pulls[0].url}")
    github.pulls[0] = replace(github.pulls[0], is_open=False, is_merged=True)
    assert told(only.evidence(FACTS, there))[0]["is_settled"] is True


@pytest.mark.parametrize(
    ("triggers", "name"),
    [
        (PushTriggers(("hotfix/*",)), "bring-7-into-develop"),
        (PushTriggers(("hotfix/*-into-*",)), "bring-7-into-develop"),
        (PushTriggers(("prod",)), INTO_DEVELOP),
        (PushTriggers(("hotfix/*",), has_conditions=True), "bring-7-into-develop"),
        (PushTriggers(None, has_conditions=True), INTO_DEVELOP),
        (PushTriggers(is_unreadable=True), INTO_DEVELOP),
        (PushTriggers(None), ""),
    ],
)
def test_no_branch_is_pushed_whose_push_deploys(triggers, name):
    step, at, github = bringing("develop", push_triggers=triggers)
    found = step.run(FACTS, at)
    assert list(github.branches) == ([name] if name else [])
    if not name:
        assert "pushing a branch for it would deploy, by deploy.yml of b2b2b2b2" in found.saying
        by_hand = told(found)[0]["by_hand"]
        assert "git push" not in by_hand
        assert by_hand.startswith(
            "git cherry-pick -x -m 1 c3c3, on a branch from develop whose push"
        )
    assert at.repository.calls("push_triggers") == [[OLDER, "deploy.yml"]]


def test_nobody_is_told_to_push_what_deploys():
    step, at, _ = bringing("develop", made=CONFLICT, push_triggers=PushTriggers(("hotfix/*",)))
    assert (
        "git push origin bring-7-into-develop:bring-7-into-develop &&"
        in told(step.run(FACTS, at))[0]["by_hand"]
    )
    assert at.repository.calls("push_triggers") == [["tip", "deploy.yml"]]
    step, at, _ = bringing("develop", made=CONFLICT, push_triggers=PushTriggers(None))
    (found,) = told(step.run(FACTS, at))
    assert found["by_hand"].startswith("git cherry-pick -x c3c3, on a branch from develop whose")
    assert found["conflicts"] == ["a.py"]


def test_a_slash_and_a_dash_are_two_branches_and_one_that_went_is_let_be():
    step, at, github = bringing("**", branches=["release/2", "release-2"])
    step.run(FACTS, at)
    assert len(github.branches) == 2
    step, at, github = bringing("develop", fetch=None)
    assert "develop: it is gone" in step.run(FACTS, at).saying
    assert not github.branches


def test_where_nothing_is_meant_nothing_is_done():
    step, at, github = bringing("main", TARGET)
    found = step.run(FACTS, at)
    assert found.saying == "The fix on other branches: it went into all of them already."
    assert step.evidence(FACTS, at) == NotDone()
    assert not github.branches
    assert step.by_hand(FACTS).startswith("git cherry-pick -x c3c3c3c3c3c3 (with -m 1 if")
    assert f"from each of main, {TARGET} whose push" in step.by_hand(Facts(run="hf-1"))
