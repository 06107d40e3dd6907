"""What a run proposes with a pull request: the fix, and after a rollback the revert of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Proposal:
    """Where the facts about a proposal are kept, and how it is spoken of.

    Attributes:
        noun: what it is.
        branch, commit, number, url: names of the facts about branch and pull request.
        author, labels: names of further facts about the pull request; empty for those that nobody
            asks for.
        is_made_by_us: whether the commit is known before it is pushed; else it is whatever a
            person committed to the branch, and pushing it reports it.
        opened: the sentence about ``{number}`` and ``{url}``.
        labelled: how the sentence about the labels begins.
        ours: the commit, as ours.
        other: why it is not the commit: ``{theirs}`` and ``{ours}``.
    """

    noun: str
    branch: str
    commit: str
    number: str
    url: str
    opened: str
    labelled: str
    ours: str
    other: str
    author: str = ""
    labels: str = ""
    is_made_by_us: bool = False

    def nothing_to(self, do: str) -> str:
        """Return the sentence for a run that has nothing to ``do`` that to: "push", say."""
        return f"There is no {self.noun} to {do}."


THE_FIX = Proposal(
    noun="fix",
    branch="branch",
    commit="head_sha",
    number="pull_request_number",
    url="pull_request_url",
    author="author",
    labels="labels",
    opened="Pull request {number}: {url}",
    labelled="Labelled",
    ours="ours",
    other="It would merge {theirs}; ours is {ours}.",
)

THE_REVERT = Proposal(
    noun="revert",
    branch="revert_branch",
    commit="revert_sha",
    number="revert_number",
    url="revert_url",
    is_made_by_us=True,
    opened="Revert: pull request {number}: {url}. Until it is merged, the next deploy would ship "
    "again what was rolled back.",
    labelled="Labelled the revert",
    ours="our revert",
    other="Its head is {theirs}, ours {ours}.",
)
