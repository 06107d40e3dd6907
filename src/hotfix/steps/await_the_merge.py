"""Await a merge that was left to GitHub: the merge queue, or auto-merge."""

from typing import ClassVar

from hotfix.domain import unapproved_merge
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    APPROVED_SHA,
    APPROVER,
    MERGE_HOW,
    MERGE_SHA,
    PULL_REQUEST_NUMBER,
)
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.outcome import Ask, Done, Failed, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.usual_options import FIX_AGAIN
from hotfix.ports.as_proposed import retargeted
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import HandedOver, PullRequest, who_approved

_LOOK_AGAIN_SECONDS = 5.0
# A queue that has tested for so long may wait for a check that its workflow never reports to it.
_OVERDUE_SECONDS = 300.0
_PERHAPS_NO_TRIGGER = (
    (
        "Perhaps a required check is not reported to the queue: its workflow needs the event "
        "merge_group, and does not have it. The queue's page names what it waits for"
    ),
)
_WHAT_IS_MISSING = "gh pr checks {number} and {url} show what is missing"


@frozen
class AwaitTheMerge:
    """Reports ``merge_sha``, unless the merge was made already.

    Of another commit than the approved one, it reports who approved that as ``approver``, too.

    Effect: none.
    """

    merge_into: str
    name: str = "await_the_merge"
    reads: ClassVar[Declared] = (MERGE_HOW, PULL_REQUEST_NUMBER, *maybe(APPROVED_SHA))
    reports: ClassVar[Declared] = (MERGE_SHA, *maybe(APPROVER))
    is_patient: ClassVar[bool] = True
    goes_on_alone: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look whether it is merged, still on its way, or thrown out."""
        if facts[MERGE_HOW] is MergeHow.DIRECT:
            return Done(f"{self.merge_into} has the fix.")
        number = facts[PULL_REQUEST_NUMBER]
        pull_request = ports.pull_requests.get(number)
        if pull_request.is_merged:
            return self._merged(pull_request, facts, ports)
        left = ports.pull_requests.handed_over(number)
        if left is not None:
            is_overdue = facts.elapsed_seconds >= _OVERDUE_SECONDS
            return _waiting(left, pull_request, is_overdue=is_overdue)
        # It leaves the queue by being merged, too: between the two looks, say.
        pull_request = ports.pull_requests.get(number)
        if pull_request.is_merged:
            return self._merged(pull_request, facts, ports)
        return Ask(_question(pull_request))

    def _merged(self, pull_request: PullRequest, facts: Facts, ports: Ports) -> Outcome:
        elsewhere = retargeted(pull_request, self.merge_into)
        if elsewhere is not None:
            return Failed(elsewhere)
        head, approved, sha = pull_request.head_sha, facts[APPROVED_SHA], pull_request.merge_sha
        if head != approved and facts.answer(unapproved_merge.KEY) is None:
            return Ask(unapproved_merge.unapproved_merge(pull_request.url, head, approved))
        saying = f"Merged into {self.merge_into} as {sha[:8]}."
        if head == approved:
            return Done(saying, (MERGE_SHA(sha),))
        return Done(
            saying, (MERGE_SHA(sha), APPROVER(who_approved(ports.pull_requests, pull_request)))
        )


def _waiting(left: HandedOver, pull_request: PullRequest, *, is_overdue: bool) -> Waiting:
    saying = _in_words(left, conflicts=pull_request.conflicts)
    missing = _WHAT_IS_MISSING.format(number=pull_request.number, url=pull_request.url)
    shown: tuple[str, ...] = (missing,) if left.how is MergeHow.AUTO else ()
    if is_overdue and left.how is MergeHow.QUEUE:
        saying, shown = f"{saying}, for more than 5 minutes", (*_PERHAPS_NO_TRIGGER, missing)
    return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS, shown=shown)


def _in_words(left: HandedOver, *, conflicts: bool) -> str:
    if left.how is MergeHow.AUTO and conflicts:
        return "waiting for auto-merge: the pull request conflicts with its base"
    if left.how is MergeHow.AUTO:
        return "waiting for auto-merge: something that the branch requires is not met yet"
    return f"in the merge queue at {left.position}: {left.state.replace('_', ' ')}"


def _question(pull_request: PullRequest) -> Question:
    return Question(
        key="not-merged",
        text="GitHub has stopped waiting to merge the pull request. What now?",
        shown=(pull_request.url,),
        options=(
            Option("again", "Let GitHub merge it, once more", Then.GO_BACK, "merge_the_fix"),
            FIX_AGAIN,
            Option("stop", "Stop; branch and pull request stay", then=Then.STOP),
        ),
        flag="hotfix resume, in a terminal",
    )
