"""Await one approval of the commit that is going to be merged (procedure, step 5)."""

from typing import ClassVar

from hotfix.domain import unapproved_merge
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    APPROVED_SHA,
    APPROVER,
    AUTHOR,
    BASE_SHA,
    BREAK_GLASS,
    CHOSEN_REVIEWER,
    FOLDER,
    HEAD_SHA,
    MERGE_INTO,
    MERGE_SHA,
    ON_CALL_PEOPLE,
    PULL_REQUEST_NUMBER,
    REVIEW_REQUEST,
    REVIEWERS_ASKED,
)
from hotfix.domain.facts import Facts
from hotfix.domain.figures import some_of
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Evidence, Failed, GoBack, NotDone, Outcome, Waiting
from hotfix.domain.question import BREAK_GLASS_KEY, Option, Question, Then
from hotfix.domain.review_ladder import ReviewLadder, names, seconds_since_request
from hotfix.domain.usual_options import FIX_AGAIN
from hotfix.ports.as_proposed import no_longer
from hotfix.ports.bundle import Ports
from hotfix.ports.merge_mends import ProposedBranch
from hotfix.ports.pull_requests import (
    PullRequest,
    Review,
    ReviewDecision,
    ReviewVerdict,
    who_approved,
)

REVIEW_OWED = "review-owed"
_LOOK_AGAIN_SECONDS = 3.0
# GitHub's own judgement cannot be asked conditionally: it costs, so it is asked less often.
_JUDGEMENT_SECONDS = 10.0


@frozen
class AwaitApproval:
    """Reports ``approver`` and ``approved_sha``; an approval of another commit does not count.

    One that somebody merged meanwhile is taken as it is where what was merged is approved; about
    any other a person is asked, and its ``merge_sha`` is reported.

    Where a person breaks the glass, it labels the pull request ``review-owed`` and reports
    ``break_glass``: who did, and why.

    Effect: labels the pull request ``review-owed`` where the glass is broken.
    """

    needed: int  #: approvals of the head commit; branch protection may want more
    ladder: ReviewLadder  #: who is asked meanwhile
    remote: str  #: that the branch is published on
    #: seconds after which a person wants to go on without; None: they do not
    break_glass_after: float | None = None
    name: str = "await_approval"
    reads: ClassVar[Declared] = (
        *(BASE_SHA, FOLDER, HEAD_SHA, PULL_REQUEST_NUMBER),
        *maybe(AUTHOR, CHOSEN_REVIEWER, ON_CALL_PEOPLE, REVIEWERS_ASKED, REVIEW_REQUEST),
        *maybe(MERGE_INTO),
    )
    reports: ClassVar[Declared] = maybe(APPROVED_SHA, APPROVER, BREAK_GLASS, MERGE_SHA)
    is_patient: ClassVar[bool] = True
    goes_on_alone: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Count the approvals of the head commit; the author's own is none."""
        pull_request = ports.pull_requests.get(facts[PULL_REQUEST_NUMBER])
        problem = no_longer(pull_request, facts.get(MERGE_INTO, pull_request.base))
        if problem is not None:
            return Failed(problem)
        if pull_request.is_merged:
            return self._merged(facts, ports, pull_request)
        return self._open(facts, ports, pull_request)

    def _open(self, facts: Facts, ports: Ports, pull_request: PullRequest) -> Outcome:
        head = pull_request.head_sha
        if pull_request.conflicts:
            of = (facts[FOLDER], self.remote, facts[BASE_SHA], head, pull_request)
            return Failed(ProposedBranch(*of).conflict())
        if head != facts[HEAD_SHA]:
            return GoBack("request_review", f"{head[:8]} was pushed meanwhile.")
        reviews = _of_others(pull_request, ports)
        objections = _by([it for it in reviews if it.counts], ReviewVerdict.CHANGES_REQUESTED)
        if objections:
            return Ask(_question(objections[0], pull_request.url))
        of_the_head = [it for it in _by(reviews, ReviewVerdict.APPROVED) if it.sha == head]
        approvals = [it for it in of_the_head if it.counts]
        approvers = ", ".join(review.reviewer for review in approvals)
        is_enough = len(approvals) >= self.needed
        if not is_enough or self._wants_more(pull_request, ports):
            approved_by = approvers if is_enough else ""
            spent = [it.reviewer for it in of_the_head if not it.counts]
            return self._without_enough(facts, ports, pull_request, approved_by, spent)
        return _approved(approvers, head)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """With the glass broken, the label is on it; else there is no effect to look for."""
        if facts.answer(BREAK_GLASS_KEY) is None:
            return NotDone()
        pull_request = ports.pull_requests.get(facts[PULL_REQUEST_NUMBER])
        is_same = pull_request.is_open and pull_request.head_sha == facts[HEAD_SHA]
        is_labelled = REVIEW_OWED in pull_request.labels
        return _broken(facts) if is_same and is_labelled else NotDone()

    def _merged(self, facts: Facts, ports: Ports, pull_request: PullRequest) -> Outcome:
        """Take a merge of somebody else's as it is where what it merged is approved; else ask."""
        head, sha = pull_request.head_sha, pull_request.merge_sha
        if facts.answer(BREAK_GLASS_KEY) is not None and head == facts[HEAD_SHA]:
            ports.pull_requests.add_labels(pull_request.number, [REVIEW_OWED])
            return _broken(facts)
        reviews = [it for it in _of_others(pull_request, ports) if it.counts]
        approvals = [it for it in _by(reviews, ReviewVerdict.APPROVED) if it.sha == head]
        is_objected = bool(_by(reviews, ReviewVerdict.CHANGES_REQUESTED))
        if len(approvals) >= self.needed and not is_objected:
            return _approved(", ".join(review.reviewer for review in approvals), head)
        if facts.answer(unapproved_merge.KEY) is None:
            return Ask(unapproved_merge.unapproved_merge(pull_request.url, head, ""))
        by = who_approved(ports.pull_requests, pull_request)
        return Done(
            f"Merged by somebody else as {sha[:8]}; approved by {by or 'nobody'}.",
            (MERGE_SHA(sha), APPROVER(by), APPROVED_SHA(None), BREAK_GLASS(None)),
        )

    def _without_enough(
        self,
        facts: Facts,
        ports: Ports,
        pull_request: PullRequest,
        approved_by: str,
        spent: list[str],
    ) -> Outcome:
        """Wait, ask the next one, or go on without a review where a person says so.

        ``approved_by`` did, where that is enough for us; ``spent`` did, and may not write.
        """
        if facts.answer(BREAK_GLASS_KEY) is not None:
            ports.pull_requests.add_labels(pull_request.number, [REVIEW_OWED])
            return _broken(facts)
        if self._is_glass_to_break(facts, pull_request.head_sha):
            return Ask(_break_glass(facts, pull_request))
        because = self.ladder.must_ask(facts, pull_request.head_sha, spent)
        if because:
            return GoBack("request_review", because)
        if approved_by:
            saying = f"{approved_by} approved; the branch wants another review (code owners?)"
            return Waiting(f"{saying}: {pull_request.url}", look_again_in=_JUDGEMENT_SECONDS)
        others = "somebody who may" if spent else "a reviewer"
        asked = some_of(pull_request.requested_reviewers) or others
        then = self.ladder.and_then(facts, pull_request.head_sha)
        saying = f"waiting for {asked}{then} to approve {pull_request.url}"
        if spent:
            saying = f"{some_of(spent)} approved, but may not write: it does not count; {saying}"
        return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS)

    def _wants_more(self, pull_request: PullRequest, ports: Ports) -> bool:
        decision = ports.pull_requests.review_decision(pull_request.number)
        return decision in {ReviewDecision.MISSING, ReviewDecision.CHANGES_REQUESTED}

    def _is_glass_to_break(self, facts: Facts, head_sha: str) -> bool:
        after = self.break_glass_after
        return after is not None and seconds_since_request(facts, head_sha) >= after


def _approved(approvers: str, head: str) -> Done:
    return Done(
        f"Approved by {approvers}." if approvers else "No approval is required.",
        (APPROVER(approvers), APPROVED_SHA(head), BREAK_GLASS(None)),
    )


def _of_others(pull_request: PullRequest, ports: Ports) -> list[Review]:
    """Return the reviews but for the author's own."""
    reviews = ports.pull_requests.reviews(pull_request.number)
    return [review for review in reviews if review.reviewer != pull_request.author]


def _by(reviews: list[Review], verdict: ReviewVerdict) -> list[Review]:
    return [review for review in reviews if review.verdict is verdict]


def _broken(facts: Facts) -> Done:
    answer = facts.answers[BREAK_GLASS_KEY]
    return Done(
        f"The glass is broken by {answer.by}: {answer.reason}. The review is owed.",
        (
            APPROVER(None),
            APPROVED_SHA(facts[HEAD_SHA]),
            BREAK_GLASS(f"{answer.by}: {answer.reason}"),
        ),
    )


def _break_glass(facts: Facts, pull_request: PullRequest) -> Question:
    head = pull_request.head_sha
    asked = ", ".join(names(facts.get(REVIEWERS_ASKED, ()), head)) or "nobody"
    return Question(
        key=BREAK_GLASS_KEY,
        text="Go on without a review? It is owed from then on.",
        shown=(pull_request.url, f"{head[:8]}: asked {asked}; nobody approved"),
        options=(
            Option(
                "break",
                "Break the glass",
                needs_reason=True,
                does="The merge needs no approval any more; the pull request is labelled, and the "
                "review is owed.",
            ),
            Option("stop", "Stop; branch and pull request stay", then=Then.STOP),
        ),
        flag='hotfix resume --break-glass "REASON"',
    )


def _question(review: Review, url: str) -> Question:
    return Question(
        key="changes-requested",
        text=f"{review.reviewer} requests changes. What now?",
        shown=(url,),
        options=(
            FIX_AGAIN,
            Option(
                "wait",
                f"{review.reviewer} has what they asked for: look again",
                Then.GO_BACK,
                "await_approval",
            ),
            Option("stop", "Stop; branch and pull request stay", then=Then.STOP),
        ),
        flag="hotfix resume, in a terminal, or once it is approved",
    )
