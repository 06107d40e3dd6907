"""Open the pull request (procedure, step 4; after a rollback, that of the revert)."""

from hotfix.domain.fact import Declared, Reported, maybe
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Evidence, NotDone, Outcome, Unknown
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.proposal import THE_FIX, Proposal
from hotfix.domain.pull_request_text import (
    TEMPLATE_FOLDERS,
    PullRequestText,
    template_among,
    with_template,
)
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import PullRequest


@frozen
class OpenPullRequest:
    """Reports the proposal's number and URL, and its author where that is asked for.

    Effect: opens a pull request.
    """

    text: PullRequestText  #: what the pull request says
    merge_into: str  #: the deploy branch
    proposal: Proposal = THE_FIX  #: what is proposed
    name: str = "open_pull_request"  #: a plan may have this step for another proposal

    @property
    def reads(self) -> Declared:
        """The branch with its commit, and what the text is made of."""
        proposal = self.proposal
        needed = proposal.declared(proposal.branch, proposal.commit)
        return (*needed, *maybe(proposal.number, *self.text.reads))

    @property
    def reports(self) -> Declared:
        """The pull request."""
        proposal = self.proposal
        author = () if proposal.author is None else (proposal.author,)
        return proposal.declared(proposal.number, proposal.url, *author)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Open it, unless it is; labels and reviewers follow: a missing label cannot lose it."""
        if self.proposal.branch not in facts:
            return Done(self.proposal.nothing_to("propose"))
        before = self._opened_before(facts, ports)
        if before is not None:
            return self._done(before, " (used again)")
        opened = ports.pull_requests.open(
            title=self.text.title,
            body=with_template(self.text.body(facts), self._template(facts, ports)),
            head=facts[self.proposal.branch],
            base=self.merge_into,
        )
        return self._done(opened)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """A pull request from the proposal's branch is ours if its head is our commit."""
        if self.proposal.branch not in facts:
            return NotDone()
        found = ports.pull_requests.find(facts[self.proposal.branch], self.merge_into)
        if found is None:
            return NotDone()
        ours = facts[self.proposal.commit]
        if found.head_sha == ours:
            return self._done(found)
        return Unknown(
            Problem(
                ProblemCode.FAILED,
                what=f"Pull request {found.number} is there, with another commit than "
                f"{self.proposal.ours}.",
                why=self.proposal.other.format(theirs=found.head_sha[:8], ours=ours[:8]),
                next_command=f"Look at {found.url} and then: hotfix resume",
            )
        )

    def by_hand(self, facts: Facts) -> str:
        """Open it with GitHub's own command."""
        head = facts.get(self.proposal.branch, "")
        return f"gh pr create --base {self.merge_into} --head {head}"

    def _opened_before(self, facts: Facts, ports: Ports) -> PullRequest | None:
        """Return the one that this run has opened, after it went back; None where it will not do.

        While it is open it follows the branch; what was merged of it is over.
        """
        if self.proposal.number not in facts:
            return None
        known = ports.pull_requests.get(facts[self.proposal.number])
        is_same = (known.head, known.base) == (facts[self.proposal.branch], self.merge_into)
        is_merged = known.is_merged and known.head_sha == facts[self.proposal.commit]
        return known if is_same and (known.is_open or is_merged) else None

    def _template(self, facts: Facts, ports: Ports) -> str:
        """Return what the repository wants every pull request to say; empty for nothing."""
        commit = facts[self.proposal.commit]
        path = template_among(ports.repository.names_at(commit, TEMPLATE_FOLDERS))
        return (ports.repository.file_at(commit, path) or "") if path else ""

    def _done(self, opened: PullRequest, more: str = "") -> Done:
        proposal = self.proposal
        found: tuple[Reported, ...] = (proposal.number(opened.number), proposal.url(opened.url))
        if proposal.author is not None:
            found = (*found, proposal.author(opened.author))
        saying = self.proposal.opened.format(number=opened.number, url=opened.url)
        return Done(f"{saying}{more}", found)
