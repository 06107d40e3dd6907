"""What a run proposes with a pull request: the fix, and after a rollback the revert of it."""

from typing import Any

from hotfix.domain.fact import Declared, Fact, maybe
from hotfix.domain.fact_names import (
    AUTHOR,
    BRANCH,
    HEAD_SHA,
    LABELS,
    PULL_REQUEST_NUMBER,
    PULL_REQUEST_URL,
    REVERT_BRANCH,
    REVERT_NUMBER,
    REVERT_SHA,
    REVERT_URL,
)
from hotfix.domain.frozen import frozen


@frozen
class Proposal:
    """Where the facts about a proposal are kept, and how it is spoken of.

    Attributes:
        noun: what it is.
        branch, commit, number, url: the facts about branch and pull request.
        author, labels: further facts about the pull request; None for those that nobody asks for.
        is_made_by_us: whether the commit is known before it is pushed; else it is whatever a
            person committed to the branch, and pushing it reports it.
        opened: the sentence about ``{number}`` and ``{url}``.
        labelled: how the sentence about the labels begins.
        ours: the commit, as ours.
        other: why it is not the commit: ``{theirs}`` and ``{ours}``.
    """

    noun: str
    branch: Fact[str]
    commit: Fact[str]
    number: Fact[int]
    url: Fact[str]
    opened: str
    labelled: str
    ours: str
    other: str
    author: Fact[str] | None = None
    labels: Fact[tuple[str, ...]] | None = None
    is_made_by_us: bool = False

    def declared(self, *facts: Fact[Any]) -> Declared:
        """Return facts of it as a step declares them: only the fix is there in every run."""
        return maybe(*facts) if self.is_made_by_us else facts

    def nothing_to(self, do: str) -> str:
        """Return the sentence for a run that has nothing to ``do`` that to: "push", say."""
        return f"There is no {self.noun} to {do}."


THE_FIX = Proposal(
    noun="fix",
    branch=BRANCH,
    commit=HEAD_SHA,
    number=PULL_REQUEST_NUMBER,
    url=PULL_REQUEST_URL,
    author=AUTHOR,
    labels=LABELS,
    opened="Pull request {number}: {url}",
    labelled="Labelled",
    ours="ours",
    other="It would merge {theirs}; ours is {ours}.",
)

THE_REVERT = Proposal(
    noun="revert",
    branch=REVERT_BRANCH,
    commit=REVERT_SHA,
    number=REVERT_NUMBER,
    url=REVERT_URL,
    is_made_by_us=True,
    opened="Revert: pull request {number}; until it is merged, the next deploy would ship again "
    "what was rolled back: {url}",
    labelled="Labelled the revert",
    ours="our revert",
    other="Its head is {theirs}, ours {ours}.",
)
