"""Await the required checks of the commit that would be merged."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed, Outcome, Waiting
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import Check, CheckState, PullRequest

_LOOK_AGAIN_SECONDS = 3.0


@dataclass(frozen=True)
class AwaitChecks:
    """Reports ``head_sha``: the commit whose checks passed, which may be newer than our push."""

    merge_into: str
    name: str = "await_checks"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at the newest run of each check of the head commit."""
        pull_request = ports.pull_requests.get(facts.number("pull_request_number"))
        if not pull_request.is_open:
            return Failed(closed(pull_request))
        checks = ports.pull_requests.checks(pull_request.head_sha, self.merge_into)
        required = [check for check in checks if check.is_required]
        failed = [check for check in required if check.state is CheckState.FAILED]
        if failed:
            return Ask(_question(failed))
        pending = [check.name for check in required if check.state is CheckState.PENDING]
        if pending:
            return Waiting(f"waiting for {', '.join(pending)}", look_again_in=_LOOK_AGAIN_SECONDS)
        passed = ", ".join(check.name for check in required)
        return Done(
            f"Checks passed: {passed}." if passed else "No checks are required.",
            {"head_sha": pull_request.head_sha},
        )


def closed(pull_request: PullRequest) -> Problem:
    """Return what there is to say about a pull request that somebody closed or merged."""
    return Problem(
        ProblemCode.FAILED,
        what=f"Pull request {pull_request.number} is "
        f"{'merged' if pull_request.is_merged else 'closed'}, and this run did not do it.",
        why="Somebody else did.",
        next_command=f"Look at {pull_request.url}, then: hotfix abort",
    )


def _question(failed: list[Check]) -> Question:
    return Question(
        key="checks-failed",
        text="A required check failed. What now?",
        shown=tuple(f"{check.name}: {check.url}" for check in failed),
        options=(
            Option("fix", "Fix again", then=Then.GO_BACK, back_to="await_the_fix"),
            Option("look", "It was run again: look once more", Then.GO_BACK, "await_checks"),
            Option("stop", "Stop the hotfix", then=Then.STOP),
        ),
        flag="hotfix resume, in a terminal, or when the check was run again",
    )
