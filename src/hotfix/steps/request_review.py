"""Request a review, and later from whoever is next on the ladder (procedure, step 4)."""

from typing import ClassVar

from hotfix.domain.fact import Declared, Reported, maybe
from hotfix.domain.fact_names import (
    AUTHOR,
    CHOSEN_REVIEWER,
    ON_CALL_PEOPLE,
    PULL_REQUEST_NUMBER,
    REVIEW_REQUEST,
    REVIEWER,
    REVIEWERS_ASKED,
)
from hotfix.domain.fact_records import ReviewAsked, ReviewRequest
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome
from hotfix.domain.problem import ProblemError
from hotfix.domain.review_ladder import FIRST, ReviewLadder, Rung, names
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import PullRequest, is_asked, is_same

_NOBODY = "No reviewer is configured: ask somebody to review."
_ONESELF = (
    "Nobody is asked: {who} is the author, and nobody can review their own pull request. "
    "Ask somebody else: gh pr edit {number} --add-reviewer LOGIN"
)


@frozen
class RequestReview:
    """Asks one person a time, each once for a commit; the waiting steps come back for the next.

    The first request for the present head is what the waiting is counted from.

    Effect: asks somebody for a review.
    """

    ladder: ReviewLadder
    name: str = "request_review"
    reads: ClassVar[Declared] = (
        PULL_REQUEST_NUMBER,
        *maybe(AUTHOR, CHOSEN_REVIEWER, ON_CALL_PEOPLE, REVIEWER, REVIEWERS_ASKED, REVIEW_REQUEST),
    )
    reports: ClassVar[Declared] = (REVIEW_REQUEST, REVIEWERS_ASKED, *maybe(REVIEWER))

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Ask who is due; somebody whose request is still open is not asked again."""
        pull_request = ports.pull_requests.get(facts[PULL_REQUEST_NUMBER])
        if pull_request.is_merged:
            saying = "It is merged already, by somebody else: nobody is asked for a review."
            return Done(saying, _facts(facts, pull_request.head_sha, None))
        rung = self._due(facts, ports, pull_request)
        if rung is None:
            asked = ", ".join(names(facts.get(REVIEWERS_ASKED, ()), pull_request.head_sha))
            nobody = _NOBODY
            if self.ladder.is_the_author(facts):
                nobody = _ONESELF.format(who=facts[AUTHOR], number=pull_request.number)
            saying = f"Review is requested from {asked}." if asked else nobody
            return Done(saying, _facts(facts, pull_request.head_sha, None))
        if not rung.has_login:
            saying = f"{rung.who} is {rung.role}: ask them for a review of {pull_request.url}"
            return Done(saying, _facts(facts, pull_request.head_sha, rung))
        if not any(is_same(rung.who, each) for each in pull_request.requested_reviewers):
            try:
                ports.pull_requests.request_review(pull_request.number, rung.who)
            except ProblemError as error:
                if rung.role == FIRST:
                    raise
                # One who cannot be asked must not stop the wait for those who can approve.
                return Done(error.problem.what, _facts(facts, pull_request.head_sha, rung))
        return _done(facts, pull_request.head_sha, rung)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The review is asked for, or given already."""
        pull_request = ports.pull_requests.get(facts[PULL_REQUEST_NUMBER])
        rung = self._due(facts, ports, pull_request)
        if rung is None:
            return NotDone()
        asked = is_asked(ports.pull_requests, pull_request, rung.who)
        return _done(facts, pull_request.head_sha, rung) if asked else NotDone()

    def _due(self, facts: Facts, ports: Ports, pull_request: PullRequest) -> Rung | None:
        head = pull_request.head_sha
        spent: list[str] = []
        if names(facts.get(REVIEWERS_ASKED, ()), head):
            reviews = ports.pull_requests.reviews(pull_request.number)
            spent = [it.reviewer for it in reviews if it.sha == head and not it.counts]
        return self.ladder.due(facts, head, spent)


def _done(facts: Facts, sha: str, rung: Rung) -> Done:
    role = "" if rung.role == FIRST else f", {rung.role}"
    return Done(f"Review requested from {rung.who}{role}.", _facts(facts, sha, rung))


def _facts(facts: Facts, sha: str, rung: Rung | None) -> tuple[Reported, ...]:
    first, asked = facts.get(REVIEW_REQUEST), facts.get(REVIEWERS_ASKED, ())
    if facts.now is not None and (first is None or first.sha != sha):
        first = ReviewRequest(sha, facts.now)
    if rung is None:
        return REVIEW_REQUEST(first), REVIEWERS_ASKED(asked)
    asked = (*asked, ReviewAsked(rung.who, rung.role, sha))
    reviewer = rung.who if rung.role == FIRST else facts.get(REVIEWER, "")
    return REVIEW_REQUEST(first), REVIEWERS_ASKED(asked), REVIEWER(reviewer)
