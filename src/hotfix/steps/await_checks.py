"""Await the required checks of the commit that would be merged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    AUTHOR,
    BRANCH,
    CHOSEN_REVIEWER,
    HEAD_SHA,
    ON_CALL_PEOPLE,
    PULL_REQUEST_NUMBER,
    REVIEW_REQUEST,
    REVIEWERS_ASKED,
    TESTED_SHA,
)
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, Outcome, Waiting
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import Check, CheckState, PullRequest

_LOOK_AGAIN_SECONDS = 3.0
# How long after a push the first check may take to appear where nobody says which are required.
_GRACE_SECONDS = 60.0


@dataclass(frozen=True)
class AwaitChecks:
    """Reports ``head_sha``: the commit whose checks passed, the one that was guarded and tested.

    Where somebody pushed another one, the local branch is brought up to it, and the plan goes back
    to the guard; twice changes nothing.

    Effect: none.
    """

    merge_into: str
    ladder: ReviewLadder
    name: str = "await_checks"
    reads: ClassVar[Declared] = (
        PULL_REQUEST_NUMBER,
        *maybe(AUTHOR, BRANCH, CHOSEN_REVIEWER, ON_CALL_PEOPLE, REVIEWERS_ASKED, REVIEW_REQUEST),
        *maybe(TESTED_SHA),
    )
    reports: ClassVar[Declared] = (HEAD_SHA,)
    is_patient: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at the newest run of each check of the head commit."""
        pull_request = ports.pull_requests.get(facts[PULL_REQUEST_NUMBER])
        if not pull_request.is_open:
            return Failed(closed(pull_request))
        head = pull_request.head_sha
        if head != facts.get(TESTED_SHA, head):
            return _not_looked_at(head, facts, ports)
        because = self.ladder.must_ask(facts, head)
        if because:
            return GoBack("request_review", because)
        return self._looked(head, facts, ports)

    def _looked(self, head: str, facts: Facts, ports: Ports) -> Outcome:
        found = ports.pull_requests.checks(head, self.merge_into)
        required = [check for check in found if check.is_required and not check.is_guess]
        failed = [check for check in required if check.state is CheckState.FAILED]
        question = _question(failed, head)
        if failed and facts.answer(question.key) is None:
            return Ask(question)
        waiting = [check.name for check in required if check.state is CheckState.PENDING]
        guesses = [check.name for check in found if check.is_guess]
        if guesses and facts.elapsed_seconds < _GRACE_SECONDS:
            waiting += guesses
        if waiting:
            return Waiting(f"waiting for {', '.join(waiting)}", look_again_in=_LOOK_AGAIN_SECONDS)
        if guesses and not required and facts.answer(_UNKNOWN.key) is None:
            return Ask(_UNKNOWN)
        return Done(_in_words(required, is_known=not guesses), (HEAD_SHA(head),))


def _not_looked_at(head: str, facts: Facts, ports: Ports) -> Outcome:
    """Have what somebody pushed to the branch guarded and tested like every other commit of it."""
    branch, tested = facts[BRANCH], facts[TESTED_SHA]
    if ports.repository.catch_up(branch) != tested:
        because = f"{head[:8]} was pushed to {branch}: it is guarded and tested first."
        return GoBack("guard_the_change", because)
    if ports.repository.remote_commit(branch) != tested:
        return GoBack("push_the_fix", f"{branch} was set back to {head[:8]} on the remote.")
    saying = f"GitHub does not show {tested[:8]} in the pull request yet"
    return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS)


def _in_words(ended: Sequence[Check], *, is_known: bool) -> str:
    passed = ", ".join(check.name for check in ended if check.state is CheckState.PASSED)
    failed = ", ".join(check.name for check in ended if check.state is CheckState.FAILED)
    said = f"Checks passed: {passed}." if passed else ""
    if failed:
        said = f"{said} Failed, and gone on without: {failed}.".lstrip()
    if said:
        return said
    return "No checks are required." if is_known else "No check has appeared."


def closed(pull_request: PullRequest) -> Problem:
    """Return what there is to say about a pull request that somebody closed or merged."""
    return Problem(
        ProblemCode.FAILED,
        what=f"Pull request {pull_request.number} is "
        f"{'merged' if pull_request.is_merged else 'closed'}, and this run did not do it.",
        why="Somebody else did.",
        next_command=f"Look at {pull_request.url}, then: hotfix abort",
    )


def _question(failed: list[Check], head: str) -> Question:
    """Ask what now; those that may well be optional can be gone on without, and no others."""
    fix = Option("fix", "Fix again", then=Then.GO_BACK, back_to="await_the_fix")
    look = Option("look", "It was run again: look once more", Then.GO_BACK, "await_checks")
    stop = Option("stop", "Stop the hotfix", then=Then.STOP)
    shown = tuple(f"{check.name}: {check.url}" for check in failed)
    if all(check.is_assumed for check in failed):
        return Question(
            # What else fails later, or of a newer commit, is another question.
            key=f"maybe-required:{head[:8]}:{','.join(check.name for check in failed)}",
            text="A check failed, and whether the branch requires it cannot be read. What now?",
            shown=shown,
            options=(fix, look, Option("go-on", "Go on: GitHub tells at the merge"), stop),
            flag="hotfix resume, in a terminal",
        )
    return Question(
        key="checks-failed",
        text="A required check failed. What now?",
        shown=shown,
        options=(fix, look, stop),
        flag="hotfix resume, once the check was run again or a fix was pushed to the branch",
    )


_UNKNOWN = Question(
    key="no-checks",
    text="No check has appeared, and what the branch requires cannot be read. Go on?",
    options=(
        Option("look", "Look once more", Then.GO_BACK, "await_checks"),
        Option("go-on", "Go on: nothing checks this branch"),
        Option("stop", "Stop the hotfix", then=Then.STOP),
    ),
    flag="hotfix resume, in a terminal",
)
