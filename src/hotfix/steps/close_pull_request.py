"""Close the pull request of a run that is given up, if the operator wants it."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question
from hotfix.ports.bundle import Ports

# Ways of merging that go on when the run is over.
_LEFT = frozenset({"queue", "auto"})


@dataclass(frozen=True)
class ClosePullRequest:
    """Closing what is closed does nothing, so a lost answer needs no other evidence.

    Attributes:
        wanted: the operator's flag; None to ask.
    """

    wanted: bool | None
    name: str = "close_pull_request"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Close it after a yes; the branch stays."""
        if "pull_request_number" not in facts or "merge_sha" in facts:
            return Done("There is no open pull request of this run.")
        answer = facts.answer("close")
        if answer is None and self.wanted is None:
            return Ask(
                Question(
                    key="close",
                    text="Close the pull request?",
                    shown=(facts.text("pull_request_url"),),
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
            left = ", and GitHub merges it" if facts.text_or("merge_how") in _LEFT else ""
            return Done(f"The pull request stays open{left}: {facts.text('pull_request_url')}")
        ports.pull_requests.close(facts.number("pull_request_number"))
        return Done(f"Closed {facts.text('pull_request_url')}; the branch stays.")
