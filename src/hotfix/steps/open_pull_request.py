"""Open the pull request (procedure, step 4)."""

from dataclasses import dataclass

from hotfix.domain import pull_request_text
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome, Unknown
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import PullRequest


@dataclass(frozen=True)
class OpenPullRequest:
    """Reports ``pull_request_number``, ``pull_request_url`` and ``author``."""

    incident: Incident
    merge_into: str
    name: str = "open_pull_request"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Open it; labels and reviewers follow, so that a missing label cannot lose it."""
        opened = ports.pull_requests.open(
            title=pull_request_text.title(self.incident),
            body=pull_request_text.body(self.incident, facts),
            head=facts.text("branch"),
            base=self.merge_into,
        )
        return _done(opened)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """An open pull request from our branch is ours if its head is our commit."""
        found = ports.pull_requests.find(facts.text("branch"), self.merge_into)
        if found is None or not (found.is_open or found.is_merged):
            return NotDone()
        if found.head_sha == facts.text("head_sha"):
            return _done(found)
        return Unknown(
            Problem(
                ProblemCode.FAILED,
                what=f"Pull request {found.number} is there, with another commit than ours.",
                why=f"It would merge {found.head_sha[:8]}; ours is {facts.text('head_sha')[:8]}.",
                next_command=f"Look at {found.url}, then: hotfix resume",
            )
        )


def _done(pull_request: PullRequest) -> Done:
    return Done(
        f"Pull request {pull_request.number}: {pull_request.url}",
        {
            "pull_request_number": pull_request.number,
            "pull_request_url": pull_request.url,
            "author": pull_request.author,
        },
    )
