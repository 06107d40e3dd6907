"""Await one approval of the commit that is going to be merged (procedure, step 5)."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, Outcome, Waiting
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import Review, ReviewVerdict

_LOOK_AGAIN_SECONDS = 3.0


@dataclass(frozen=True)
class AwaitApproval:
    """Reports ``approver`` and ``approved_sha``; an approval of another commit does not count."""

    needed: int
    name: str = "await_approval"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Count the approvals of the head commit; the author's own is none."""
        pull_request = ports.pull_requests.get(facts.number("pull_request_number"))
        if not pull_request.is_open:
            return Failed(
                Problem(
                    ProblemCode.FAILED,
                    what=f"Pull request {pull_request.number} is not open any more.",
                    why="Somebody merged or closed it while its review was awaited.",
                    next_command=f"Look at {pull_request.url}, then: hotfix abort",
                )
            )
        if pull_request.head_sha != facts.text("head_sha"):
            return GoBack("await_checks", f"{pull_request.head_sha[:8]} was pushed meanwhile.")
        reviews = [
            review
            for review in ports.pull_requests.reviews(pull_request.number)
            if review.reviewer != pull_request.author
        ]
        objections = _by(reviews, ReviewVerdict.CHANGES_REQUESTED)
        if objections:
            return Ask(_question(objections[0], pull_request.url))
        approvals = [
            review
            for review in _by(reviews, ReviewVerdict.APPROVED)
            if review.sha == pull_request.head_sha
        ]
        if len(approvals) < self.needed:
            asked = ", ".join(pull_request.requested_reviewers) or "a reviewer"
            saying = f"waiting for {asked} to approve {pull_request.url}"
            return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS)
        approvers = ", ".join(review.reviewer for review in approvals)
        return Done(
            f"Approved by {approvers}.",
            {"approver": approvers, "approved_sha": pull_request.head_sha},
        )


def _by(reviews: list[Review], verdict: ReviewVerdict) -> list[Review]:
    return [review for review in reviews if review.verdict is verdict]


def _question(review: Review, url: str) -> Question:
    return Question(
        key="changes-requested",
        text=f"{review.reviewer} requests changes. What now?",
        shown=(url,),
        options=(
            Option("fix", "Fix again", then=Then.GO_BACK, back_to="await_the_fix"),
            Option("wait", "It is settled: look again", Then.GO_BACK, "await_approval"),
            Option("stop", "Stop the hotfix", then=Then.STOP),
        ),
        flag="hotfix resume, in a terminal, or once the review is settled",
    )
