"""Merge the approved commit, and no other (procedure, step 6)."""

from dataclasses import dataclass

from hotfix.domain import pull_request_text
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, Evidence, Failed, GoBack, NotDone, Outcome, Waiting
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import MergeRefusal, NotMerged

_LOOK_AGAIN_SECONDS = 2.0


@dataclass(frozen=True)
class MergeTheFix:
    """Reports ``merge_sha``. From here on the way back is a rollback."""

    incident: Incident
    merge_into: str
    method: str
    name: str = "merge_the_fix"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Merge after a yes, pinned to the approved commit."""
        if facts.answer("merge") is None:
            return Ask(self._question(facts))
        number, sha = facts.number("pull_request_number"), facts.text("approved_sha")
        title = pull_request_text.title(self.incident)
        result = ports.pull_requests.merge(number, sha, self.method, title)
        if isinstance(result, NotMerged):
            return _refused(result)
        return self._done(result.sha)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The pull request says that it is merged."""
        pull_request = ports.pull_requests.get(facts.number("pull_request_number"))
        return self._done(pull_request.merge_sha) if pull_request.is_merged else NotDone()

    def _done(self, sha: str) -> Done:
        return Done(f"Merged into {self.merge_into} as {sha[:8]}.", {"merge_sha": sha})

    def _question(self, facts: Facts) -> Question:
        return Question(
            key="merge",
            text=f"Merge into {self.merge_into} and deploy?",
            shown=(
                facts.text("pull_request_url"),
                f"{facts.text('approved_sha')[:8]}, approved by {facts.text('approver')}",
                *(
                    f"With it comes {str(each['sha'])[:8]}, which {each['run']} rolled back."
                    for each in facts.objects("bad_commits")
                    if each["branch"] == self.merge_into
                ),
            ),
            options=(
                Option("merge", "Merge and deploy"),
                Option("stop", "Stop the hotfix", then=Then.STOP),
            ),
            by_yes="merge",
        )


def _refused(result: NotMerged) -> Outcome:
    if result.refusal is MergeRefusal.HEAD_MOVED:
        return GoBack("await_checks", "The head moved after the approval.")
    if result.refusal is MergeRefusal.BASE_MOVED:
        return Waiting("the base moved; trying again", look_again_in=_LOOK_AGAIN_SECONDS)
    mend = {
        MergeRefusal.CONFLICT: "Rebase the branch on its target and push, then: hotfix resume",
        MergeRefusal.QUEUE_REQUIRED: "Add it to the merge queue on its page, then: hotfix resume",
    }.get(result.refusal, "Meet what the protection asks for, then: hotfix resume")
    return Failed(
        Problem(
            ProblemCode.FAILED,
            what=f"The merge was refused: {result.refusal.value}.",
            why=result.why,
            next_command=mend,
        )
    )
