"""Await the required checks of the commit that would be merged."""

import hashlib
import re
from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    AUTHOR,
    BASE_SHA,
    BRANCH,
    CHOSEN_REVIEWER,
    FOLDER,
    HEAD_SHA,
    ON_CALL_PEOPLE,
    PULL_REQUEST_NUMBER,
    REVIEW_REQUEST,
    REVIEWERS_ASKED,
    TESTED_SHA,
)
from hotfix.domain.facts import Facts
from hotfix.domain.figures import some_of
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.domain.usual_options import FIX_AGAIN
from hotfix.ports.as_proposed import no_longer
from hotfix.ports.bundle import Ports
from hotfix.ports.merge_mends import ProposedBranch
from hotfix.ports.pull_requests import Check, CheckState, MergeRefusal, PullRequest, why_failed

_LOOK_AGAIN_SECONDS = 3.0
# How long after a push the first check may take to appear where nobody says which are required.
_GRACE_SECONDS = 60.0
# A check that nothing has begun by then may be one that nothing will begin.
_BEGUN_SECONDS = 120.0
# Of many checks, one ends at every look: that is told so often.
_CALM_SECONDS = 30.0
_SIGN_OFF = re.compile(r"\bdco\b|\bsign(?:ed)?[- ]?off\b", re.IGNORECASE)
_MOST_NAMED, _LONGEST_KEY = 5, 200
_PASSED_OVER = "It is passed over; GitHub still refuses the merge if the branch requires it."


@frozen
class AwaitChecks:
    """Reports ``head_sha``: the commit whose checks passed, the one that was guarded and tested.

    Where somebody pushed another one, the local branch is brought up to it, and the plan goes back
    to the guard; twice changes nothing.

    Where somebody merged it meanwhile, no check is awaited, and it is the commit that was merged.

    Effect: none.
    """

    merge_into: str
    ladder: ReviewLadder
    remote: str  #: that the branch is published on
    name: str = "await_checks"
    reads: ClassVar[Declared] = (
        BASE_SHA,
        FOLDER,
        PULL_REQUEST_NUMBER,
        *maybe(AUTHOR, BRANCH, CHOSEN_REVIEWER, ON_CALL_PEOPLE, REVIEWERS_ASKED, REVIEW_REQUEST),
        *maybe(TESTED_SHA),
    )
    reports: ClassVar[Declared] = (HEAD_SHA,)
    is_patient: ClassVar[bool] = True
    goes_on_alone: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at the newest run of each check of the head commit."""
        pull_request = ports.pull_requests.get(facts[PULL_REQUEST_NUMBER])
        problem = no_longer(pull_request, self.merge_into)
        if problem is not None:
            return Failed(problem)
        head = pull_request.head_sha
        if pull_request.is_merged:
            saying = f"Somebody else merged it, at {head[:8]}: no check is awaited any more."
            return Done(saying, (HEAD_SHA(head),))
        if pull_request.conflicts:
            return Failed(self._proposed(pull_request, facts).conflict())
        if head != facts.get(TESTED_SHA, head):
            return _not_looked_at(head, facts, ports)
        because = self.ladder.must_ask(facts, head)
        if because:
            return GoBack("request_review", because)
        return self._looked(pull_request, facts, ports)

    def _looked(self, pull_request: PullRequest, facts: Facts, ports: Ports) -> Outcome:
        head = pull_request.head_sha
        found = ports.pull_requests.checks(head, self.merge_into)
        required = [check for check in found if check.is_required and not check.is_guess]
        failed = [check for check in required if check.state is CheckState.FAILED]
        if failed and facts.answer(_question(failed, head).key) is None:
            mend = self._how_to_sign_off(failed, pull_request, facts)
            return Ask(_question(failed, head, (*why_failed(ports.pull_requests, failed), *mend)))
        waiting = [check for check in required if check.state is CheckState.PENDING]
        guesses = [check for check in found if check.is_guess]
        if guesses and facts.elapsed_seconds < _GRACE_SECONDS:
            waiting += guesses
        if waiting:
            is_overdue = facts.elapsed_seconds >= _BEGUN_SECONDS
            return _waiting(waiting, len(required), self.merge_into, is_overdue=is_overdue)
        if guesses and not required and facts.answer(_UNKNOWN.key) is None:
            return Ask(_UNKNOWN)
        return Done(_in_words(required, is_known=not guesses), (HEAD_SHA(head),))

    def _how_to_sign_off(
        self, failed: Sequence[Check], pull_request: PullRequest, facts: Facts
    ) -> tuple[str, ...]:
        """Return the commands, in one line; none where no check that failed is about that."""
        if not any(_SIGN_OFF.search(check.name) for check in failed):
            return ()
        mend = self._proposed(pull_request, facts).mend_of(MergeRefusal.SIGN_OFF)
        return (f"Commits lack Signed-off-by: {mend}; then: hotfix resume",)

    def _proposed(self, pull_request: PullRequest, facts: Facts) -> ProposedBranch:
        at = (pull_request.head_sha, pull_request)
        return ProposedBranch(facts[FOLDER], self.remote, facts[BASE_SHA], *at)


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


def _waiting(
    waiting: Sequence[Check], required: int, merge_into: str, *, is_overdue: bool
) -> Waiting:
    """Say what is waited for; where nothing has begun it for long, why that may be, and what helps.

    ``waiting`` has guesses, too; ``required`` is how many checks a merge into ``merge_into`` needs;
    ``is_overdue`` tells whether what has not begun should have.
    """
    is_many = len(waiting) > _MOST_NAMED
    count = f"{len(waiting)} of {required} checks: " if is_many else ""
    saying = f"waiting for {count}{some_of([check.name for check in waiting], _MOST_NAMED)}"
    missing = [check for check in waiting if not check.is_reported] if is_overdue else []
    hints = _hints(missing, merge_into)
    if missing:
        saying += f". Nothing has begun {some_of([check.name for check in missing])} so far"
    return Waiting(
        saying,
        look_again_in=_LOOK_AGAIN_SECONDS,
        shown=hints,
        calm_seconds=_CALM_SECONDS if is_many else 0.0,
    )


def _hints(missing: Sequence[Check], merge_into: str) -> tuple[str, ...]:
    """Return why checks that nothing has begun may never begin, and what can be done."""
    of_another = [
        f"{check.name} was reported by {check.other_app}, which does not count: {merge_into} wants "
        "it from another app"
        for check in missing
        if check.other_app
    ]
    absent = [check.name for check in missing if not check.other_app]
    filtered = (
        f"Perhaps a path filter keeps the workflow of {some_of(absent)} from this change, it waits "
        "for another check, or it is called otherwise by now"
    )
    return (
        *of_another[:_MOST_NAMED],
        *((filtered,) if absent else ()),
        *((_WHAT_CAN_BE_DONE.format(merge_into=merge_into),) if missing else ()),
    )


_WHAT_CAN_BE_DONE = (
    "What can be done: start it by hand (gh workflow run FILE --ref BRANCH), or let somebody who "
    "may change the rules of {merge_into} take it from what they require; this run looks again"
)


def _in_words(ended: Sequence[Check], *, is_known: bool) -> str:
    passed = some_of([check.name for check in ended if check.state is CheckState.PASSED])
    failed = some_of([check.name for check in ended if check.state is CheckState.FAILED])
    said = f"Checks passed: {passed}." if passed else ""
    if failed:
        said = f"{said} Failed, and gone on without: {failed}.".lstrip()
    if said:
        return said
    return "No checks are required." if is_known else "No check has appeared."


def _question(failed: Sequence[Check], head: str, shown: tuple[str, ...] = ()) -> Question:
    """Ask what now; those that may well be optional can be gone on without, and no others."""
    look = Option(
        "look", "Look again (run the check again on its page first)", Then.GO_BACK, "await_checks"
    )
    stop = Option("stop", "Stop; branch and pull request stay", then=Then.STOP)
    names = some_of([check.name for check in failed], _MOST_NAMED)
    if all(check.is_assumed for check in failed):
        go_on = Option("go-on", "Go on: GitHub tells at the merge", does=_PASSED_OVER)
        return Question(
            # What else fails later, or of a newer commit, is another question.
            key=f"maybe-required:{head[:8]}:{_key([check.name for check in failed])}",
            text=f"Failed, and whether the branch requires it cannot be read: {names}. What now?",
            shown=shown,
            options=(FIX_AGAIN, look, go_on, stop),
            flag="hotfix resume, in a terminal",
        )
    return Question(
        key="checks-failed",
        text=f"A required check failed: {names}. What now?",
        shown=shown,
        options=(FIX_AGAIN, look, stop),
        flag="hotfix resume, once the check was run again or a fix was pushed to the branch",
    )


def _key(names: Sequence[str]) -> str:
    """Return the names as they stand in the key of a question: those of many, in short."""
    key = ",".join(names)
    return key if len(key) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()[:16]


_UNKNOWN = Question(
    key="no-checks",
    text="No check has appeared, and what the branch requires cannot be read. Go on?",
    options=(
        Option("look", "Look once more", Then.GO_BACK, "await_checks"),
        Option("go-on", "Go on: nothing checks this branch", does="The approval is awaited next."),
        Option("stop", "Stop; branch and pull request stay", then=Then.STOP),
    ),
    flag="hotfix resume, in a terminal",
)
