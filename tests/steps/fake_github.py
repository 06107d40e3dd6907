"""A GitHub of one pull request, for tables of what a step makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonValue
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.problem import ProblemError
from hotfix.domain.question import Answer
from hotfix.ports.pull_requests import (
    Check,
    CheckState,
    HandedOver,
    Merged,
    MergeRules,
    NotMerged,
    PullRequest,
    Review,
    ReviewDecision,
    ReviewVerdict,
)

HEAD, OLDER, MERGE = "a1" * 20, "b2" * 20, "c3" * 20
BRANCH, TARGET = "hotfix/checkout-returns-500", "hotfix/production"
URL = "https://github.example/webrana/webrana/pull/7"
NOW = datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC)
OPEN = PullRequest(
    *(7, URL, "[HOTFIX] checkout", HEAD, BRANCH, TARGET, "dana"),
    is_open=True,
    is_merged=False,
    merge_sha="",
)
CLOSED = replace(OPEN, is_open=False)
MERGED = replace(OPEN, is_open=False, is_merged=True, merge_sha=MERGE)
_RULES = MergeRules(needs_queue=False, methods=("squash", "merge"))
_MERGED = Merged(MERGE)


@dataclass
class FakePullRequests:
    """What GitHub answers, and the writes that it received."""

    pull: PullRequest | None = OPEN
    found_reviews: Sequence[Review] = ()
    decision: ReviewDecision = ReviewDecision.UNKNOWN
    found_checks: Sequence[Check] = ()
    rules: MergeRules = _RULES
    merging: Merged | NotMerged | HandedOver = _MERGED
    left: HandedOver | None = None
    commits: dict[str, str] = field(default_factory=dict)
    refusal: ProblemError | None = None
    received: list[tuple[Any, ...]] = field(default_factory=list)

    def find(self, head: str, base: str) -> PullRequest | None:
        self._asked("find", head, base)
        return self.pull

    def get(self, number: int) -> PullRequest:
        assert self.pull is not None
        assert number == self.pull.number
        return self.pull

    def open(self, *words: str) -> PullRequest:
        self._receive("open", *words)
        return OPEN

    def reviews(self, _number: int) -> Sequence[Review]:
        return tuple(self.found_reviews)

    def review_decision(self, _number: int) -> ReviewDecision:
        return self.decision

    def checks(self, sha: str, base: str) -> Sequence[Check]:
        assert (sha, base) == (self.pull and self.pull.head_sha, TARGET)
        return tuple(self.found_checks)

    def causes(self, failed: Sequence[Check]) -> Sequence[Sequence[str]]:
        return tuple((*each.said, f"{each.name} said why") for each in failed)

    def merge_rules(self, _base: str) -> MergeRules:
        return self.rules

    def handed_over(self, _number: int) -> HandedOver | None:
        return self.left

    def branch_commit(self, branch: str) -> str | None:
        return self.commits.get(branch)

    def merge(self, *words: Any) -> Merged | NotMerged | HandedOver:
        self._receive("merge", *words)
        return self.merging

    def hand_over(self, *words: Any) -> Merged | NotMerged | HandedOver:
        self._receive("hand_over", *words)
        return self.merging

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        self._receive("add_labels", number, tuple(labels))

    def request_review(self, number: int, who: str) -> None:
        self._receive("request_review", number, who)

    def close(self, number: int) -> None:
        self._receive("close", number)

    def ensure_branch(self, branch: str, sha: str) -> str:
        self._receive("ensure_branch", branch, sha)
        return self.commits.setdefault(branch, sha)

    def _receive(self, *words: Any) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.received.append(words)

    def _asked(self, *_words: Any) -> None:
        """Reads leave no trace."""


def approval(who: str = "rena", sha: str = HEAD) -> Review:
    return Review(who, ReviewVerdict.APPROVED, sha)


def check(
    name: str, state: CheckState, *, is_required: bool = True, is_guess: bool = False
) -> Check:
    return Check(name, state, f"https://ci.example/{name}", is_required, is_guess)


def asked_for_review(seconds_ago: float = 0.0, sha: str = HEAD, *who: str) -> dict[str, Any]:
    """Return the facts of a review that was requested, by default of the head, from rena."""
    at = NOW - timedelta(seconds=seconds_ago)
    return {
        "review_request": {"sha": sha, "at": at.isoformat()},
        "reviewers_asked": [
            {"who": each, "role": "reviewer", "sha": sha} for each in who or ("rena",)
        ],
    }


def facts(
    known: dict[str, JsonValue] | None = None,
    answers: dict[str, Answer] | None = None,
    begun_seconds_ago: float = 0.0,
) -> Facts:
    """Return what a step of the review knows."""
    return Facts(
        {"pull_request_number": 7, "head_sha": HEAD, **asked_for_review(), **(known or {})},
        answers or {},
        run="hf-1",
        operator="dana",
        now=NOW,
        begun_at=NOW - timedelta(seconds=begun_seconds_ago),
    )


QUEUED = HandedOver(MergeHow.QUEUE, 2)
AUTO = HandedOver(MergeHow.AUTO)
