"""Close the pull request of a run that is given up, if the operator wants it."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import MERGE_HOW, MERGE_SHA, PULL_REQUEST_NUMBER, PULL_REQUEST_URL
from hotfix.domain.facts import Facts
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question
from hotfix.ports.bundle import Ports

# Ways of merging that go on when the run is over.
_LEFT = (MergeHow.QUEUE, MergeHow.AUTO)


@dataclass(frozen=True)
class ClosePullRequest:
    """Asks first, where no flag says what the operator wants.

    Effect: closes the pull request; twice does nothing.
    """

    wanted: bool | None  #: the operator's flag; None to ask
    name: str = "close_pull_request"
    reads: ClassVar[Declared] = maybe(MERGE_HOW, MERGE_SHA, PULL_REQUEST_NUMBER, PULL_REQUEST_URL)
    reports: ClassVar[Declared] = ()

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Close it after a yes; the branch stays."""
        if PULL_REQUEST_NUMBER not in facts or MERGE_SHA in facts:
            return Done("There is no open pull request of this run.")
        answer = facts.answer("close")
        if answer is None and self.wanted is None:
            return Ask(
                Question(
                    key="close",
                    text="Close the pull request?",
                    shown=(facts[PULL_REQUEST_URL],),
                    options=(
                        Option("keep", "Keep it open"),
                        Option("close", "Close it; the branch stays"),
                    ),
                    by_yes="close",
                    flag="--close-pull-request, or --keep-pull-request",
                )
            )
        is_wanted = answer.choice == "close" if answer is not None else self.wanted
        if not is_wanted:
            left = ", and GitHub merges it" if facts.get(MERGE_HOW) in _LEFT else ""
            return Done(f"The pull request stays open{left}: {facts[PULL_REQUEST_URL]}")
        ports.pull_requests.close(facts[PULL_REQUEST_NUMBER])
        return Done(f"Closed {facts[PULL_REQUEST_URL]}; the branch stays.")
