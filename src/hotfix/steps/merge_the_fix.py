"""Merge the approved commit, and no other (procedure, step 6)."""

from typing import ClassVar

from hotfix.domain import unapproved_merge
from hotfix.domain.fact import Declared, Reported, maybe
from hotfix.domain.fact_names import (
    APPROVED_SHA,
    APPROVER,
    BAD_COMMITS,
    BASE_SHA,
    BREAK_GLASS,
    FOLDER,
    MERGE_HOW,
    MERGE_SHA,
    PULL_REQUEST_NUMBER,
    PULL_REQUEST_URL,
)
from hotfix.domain.facts import Facts
from hotfix.domain.figures import some_of
from hotfix.domain.frozen import frozen
from hotfix.domain.merge_how import MERGE_STEP, MergeHow
from hotfix.domain.outcome import Ask, Done, Evidence, Failed, GoBack, NotDone, Outcome, Waiting
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.as_proposed import no_longer, retargeted
from hotfix.ports.bundle import Ports
from hotfix.ports.merge_mends import ProposedBranch
from hotfix.ports.pull_requests import (
    CheckState,
    HandedOver,
    MergeRefusal,
    MergeRules,
    NotMerged,
    PullRequest,
    who_approved,
)

_LOOK_AGAIN_SECONDS = 2.0


@frozen
class MergeTheFix:
    """Reports ``merge_sha``, or ``merge_how`` where GitHub merges it later.

    From here on the way back is a rollback.

    Effect: merges, or leaves it to GitHub to merge.
    """

    merge_into: str  #: the branch
    method: str  #: ``merge``, ``squash`` or ``rebase``, where the branch allows it
    remote: str  #: that the hotfix branch is published on
    how: str = ""  #: ``direct``, ``queue`` or ``auto``; empty for what the branch's rules say
    name: str = MERGE_STEP
    reads: ClassVar[Declared] = (
        BASE_SHA,
        FOLDER,
        PULL_REQUEST_NUMBER,
        PULL_REQUEST_URL,
        *maybe(APPROVED_SHA, APPROVER, BAD_COMMITS, BREAK_GLASS, MERGE_SHA),
    )
    reports: ClassVar[Declared] = (MERGE_HOW, *maybe(APPROVER, MERGE_SHA))

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Merge after a yes, pinned to the approved commit, unless it is merged by now."""
        pull_request = ports.pull_requests.get(facts[PULL_REQUEST_NUMBER])
        if pull_request.is_merged:
            return self._merged(pull_request, facts, ports)
        problem = no_longer(pull_request, self.merge_into)
        if problem is not None:
            return Failed(problem)
        rules = ports.pull_requests.merge_rules(self.merge_into)
        how = self._how(rules)
        method = self._method(rules)
        if facts.answer("merge") is None:
            red = self._red(facts, ports)
            return Ask(self._question(facts, how, method, red))
        return self._sent(how, method, pull_request, facts, ports)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The pull request says that it is merged, as approved, or left to GitHub to merge."""
        pull_request = ports.pull_requests.get(facts[PULL_REQUEST_NUMBER])
        if pull_request.is_merged:
            is_known = pull_request.merge_sha == facts.get(MERGE_SHA)
            is_approved = pull_request.head_sha == facts.get(APPROVED_SHA)
            is_ours = (is_known or is_approved) and pull_request.base == self.merge_into
            return self._done(pull_request.merge_sha) if is_ours else NotDone()
        if self._how(ports.pull_requests.merge_rules(self.merge_into)) is MergeHow.DIRECT:
            return NotDone()
        left = ports.pull_requests.handed_over(pull_request.number)
        return _left_to_github(left) if left is not None else NotDone()

    def others_may(self, facts: Facts) -> bool:
        """On GitHub's page, as long as there is a pull request and no merge of it is known."""
        return PULL_REQUEST_NUMBER in facts and MERGE_SHA not in facts

    def by_whomever(self, facts: Facts, ports: Ports) -> Evidence:
        """The pull request is merged, by whomever and at whatever commit, or left to GitHub."""
        pull_request = ports.pull_requests.get(facts[PULL_REQUEST_NUMBER])
        if not pull_request.is_merged:
            left = ports.pull_requests.handed_over(pull_request.number)
            return _left_to_github(left) if left is not None else NotDone()
        if pull_request.base != self.merge_into:
            return NotDone()
        if pull_request.head_sha == facts.get(APPROVED_SHA):
            return self._done(pull_request.merge_sha)
        by = unapproved_merge.in_words(pull_request.head_sha, facts.get(APPROVED_SHA, ""))
        approver = who_approved(ports.pull_requests, pull_request)
        return self._done(pull_request.merge_sha, f" {by}", APPROVER(approver))

    def _merged(self, pull_request: PullRequest, facts: Facts, ports: Ports) -> Outcome:
        """Take a merge of the approved commit as it is; ask about one of another."""
        elsewhere = retargeted(pull_request, self.merge_into)
        if elsewhere is not None:
            return Failed(elsewhere)
        sha, head = pull_request.merge_sha, pull_request.head_sha
        approved = facts.get(APPROVED_SHA, "")
        if head == approved or sha == facts.get(MERGE_SHA):  # a person was asked about it before
            return self._done(sha)
        if facts.answer(unapproved_merge.KEY) is None:
            return Ask(unapproved_merge.unapproved_merge(pull_request.url, head, approved))
        return self._done(sha, "", APPROVER(who_approved(ports.pull_requests, pull_request)))

    def _sent(
        self, how: MergeHow, method: str, pull_request: PullRequest, facts: Facts, ports: Ports
    ) -> Outcome:
        """Merge, or have it merged; what is refused, in whatever way, has not happened."""
        number, sha = facts[PULL_REQUEST_NUMBER], facts[APPROVED_SHA]
        # People may have renamed it since: what they read is what the commit is called.
        title = pull_request.title
        try:
            result = (
                ports.pull_requests.merge(number, sha, method, title)
                if how is MergeHow.DIRECT
                else ports.pull_requests.hand_over(number, sha, how, method, title)
            )
        except ProblemError as error:
            return Failed(error.problem, nothing_happened=True)
        if isinstance(result, NotMerged):
            return self._refused(result, pull_request, facts)
        if isinstance(result, HandedOver):
            return _left_to_github(result)
        # GitHub pins a merge to a commit, and to no branch: it may have been pointed at another.
        elsewhere = retargeted(ports.pull_requests.get(number), self.merge_into)
        return self._done(result.sha) if elsewhere is None else Failed(elsewhere)

    def _how(self, rules: MergeRules) -> MergeHow:
        return MergeHow(self.how or (MergeHow.QUEUE if rules.needs_queue else MergeHow.DIRECT))

    def _method(self, rules: MergeRules) -> str:
        """Return the configured method, or the first that the branch allows instead."""
        is_allowed = self.method in rules.methods or not rules.methods
        return self.method if is_allowed else rules.methods[0]

    def _refused(self, result: NotMerged, pull_request: PullRequest, facts: Facts) -> Outcome:
        if result.refusal is MergeRefusal.HEAD_MOVED:
            return GoBack("request_review", "Something was pushed after the approval.")
        if result.refusal is MergeRefusal.BASE_MOVED:
            return Waiting(
                f"{self.merge_into} got another commit meanwhile; trying again",
                look_again_in=_LOOK_AGAIN_SECONDS,
            )
        branch = ProposedBranch(
            facts[FOLDER], self.remote, facts[BASE_SHA], facts[APPROVED_SHA], pull_request
        )
        problem = Problem(
            ProblemCode.FAILED,
            what=f"GitHub refused the merge: {result.refusal.value}.",
            why=result.why,
            next_command=f"{branch.mend_of(result.refusal)}; then: hotfix resume",
        )
        return Failed(problem, nothing_happened=True)

    def _done(self, sha: str, more: str = "", *found: Reported) -> Done:
        saying = f"Merged into {self.merge_into} as {sha[:8]}.{more}"
        return Done(saying, (MERGE_SHA(sha), MERGE_HOW(MergeHow.DIRECT), *found))

    def _red(self, facts: Facts, ports: Ports) -> tuple[str, ...]:
        """Return what is to be known of checks that nothing requires: red ones, and unfinished."""
        found = ports.pull_requests.checks(facts[APPROVED_SHA], self.merge_into)
        optional = [check for check in found if not check.is_required or check.is_assumed]
        red = [check.name for check in optional if check.state is CheckState.FAILED]
        running = [check.name for check in optional if check.state is CheckState.PENDING]
        return (
            *((f"RED, and not known to be required: {some_of(red)}",) if red else ()),
            *(
                (f"not over yet, and not known to be required: {some_of(running)}",)
                if running
                else ()
            ),
        )

    def _question(
        self, facts: Facts, how: MergeHow, method: str, checks: tuple[str, ...]
    ) -> Question:
        shown = [
            facts[PULL_REQUEST_URL],
            f"{facts[APPROVED_SHA][:8]}, {_review(facts)}",
            *checks,
            *(
                f"With it comes {each.sha[:8]}, which {each.run} rolled back."
                for each in facts.get(BAD_COMMITS, ())
                if each.branch == self.merge_into
            ),
        ]
        if how is not MergeHow.DIRECT:
            shown.append(_HOW[how])
        if method != self.method:
            shown.append(f"{self.merge_into} does not allow {self.method}: {method} instead")
        return Question(
            key="merge",
            text=f"Merge into {self.merge_into} and deploy?",
            shown=tuple(shown),
            options=(
                Option("merge", "Merge and deploy", typed=True, does=_DEPLOYS),
                Option("stop", "Stop; branch and pull request stay", then=Then.STOP),
            ),
            by_yes="merge",
        )


_DEPLOYS = "The approved commit is merged, which deploys it to production; that is watched."
_HOW = {
    MergeHow.QUEUE: "through the merge queue, at its front where you may",
    MergeHow.AUTO: "by auto-merge, once everything that the branch requires is met",
}


def _left_to_github(left: HandedOver) -> Done:
    where = f"In the merge queue at {left.position}." if left.position else "Auto-merge is on."
    return Done(where, (MERGE_HOW(left.how),))


def _review(facts: Facts) -> str:
    if BREAK_GLASS in facts:
        return f"NOT reviewed: {facts[BREAK_GLASS]}"
    return f"approved by {facts.get(APPROVER, 'nobody, as configured')}"
