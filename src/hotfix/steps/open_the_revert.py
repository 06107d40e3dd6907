"""Open the revert pull request: merging it is what keeps the bad commit from coming back."""

from dataclasses import dataclass

from hotfix.domain import pull_request_text
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome, Unknown
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import PullRequest


@dataclass(frozen=True)
class OpenTheRevert:
    """Reports ``revert_number`` and ``revert_url``."""

    incident: Incident
    merge_into: str
    name: str = "open_the_revert"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Propose the revert to the deploy branch."""
        if "revert_branch" not in facts:
            return Done("There is no revert to propose.")
        title = f'Revert "{pull_request_text.title(self.incident)}"'
        branch = facts.text("revert_branch")
        return _done(ports.pull_requests.open(title, self._body(facts), branch, self.merge_into))

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """A pull request from the revert's branch is ours if its head is our commit."""
        if "revert_branch" not in facts:
            return NotDone()
        found = ports.pull_requests.find(facts.text("revert_branch"), self.merge_into)
        if found is None:
            return NotDone()
        if found.head_sha == facts.text("revert_sha"):
            return _done(found)
        return Unknown(
            Problem(
                ProblemCode.FAILED,
                what=f"Pull request {found.number} is there, with another commit than our revert.",
                why=f"Its head is {found.head_sha[:8]}, ours {facts.text('revert_sha')[:8]}.",
                next_command=f"Look at {found.url}, then: hotfix resume",
            )
        )

    def _body(self, facts: Facts) -> str:
        workflow = facts.text_or("workflow_run_url")
        merged_by = facts.text_or("pull_request_url", "a hotfix")
        why = (
            f"Until this is merged, `{self.merge_into}` carries what was rolled back, and its "
            "next deployment would ship it again. Merging this deploys the code without it."
        )
        lines = (
            f"Reverts {facts.text('merge_sha')}, merged by {merged_by}.",
            f"It was deployed and rolled back by `hotfix` run `{facts.run}` ({facts.operator}).",
            f"Its deployment: {workflow}" if workflow else "",
            why,
            pull_request_text.marker(f"{facts.run} revert"),
        )
        return "\n\n".join(line for line in lines if line) + "\n"


def _done(opened: PullRequest) -> Done:
    return Done(
        f"Revert: pull request {opened.number}: {opened.url}. Until it is merged, the next "
        "deploy would ship again what was rolled back.",
        {"revert_number": opened.number, "revert_url": opened.url},
    )
