"""Close the pull request of a run that is given up, if the operator wants it."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    MERGE_HOW,
    MERGE_INTO,
    MERGE_SHA,
    PULL_REQUEST_NUMBER,
    UNSETTLED,
)
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.merge_how import MergeHow
from hotfix.domain.out_of_reach import OutOfReach
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.question import Option, Question
from hotfix.ports.bundle import Ports
from hotfix.ports.pull_requests import PullRequest

_KEEP, _CLOSE = (
    Option(
        "keep",
        "Keep it open",
        does="The pull request stays open on GitHub as it is, and the run ends.",
    ),
    Option(
        "close",
        "Close it; the branch stays",
        does="The pull request is closed on GitHub, and the run ends.",
    ),
)


@frozen
class ClosePullRequest:
    """Asks first, where no flag says what the operator wants. Reports ``merge_sha`` if merged.

    Effect: closes the pull request; twice does nothing.
    """

    wanted: bool | None  #: the operator's flag; None to ask
    name: str = "close_pull_request"
    reads: ClassVar[Declared] = maybe(
        MERGE_HOW, MERGE_INTO, MERGE_SHA, PULL_REQUEST_NUMBER, UNSETTLED
    )
    reports: ClassVar[Declared] = maybe(MERGE_SHA)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Close it after a yes, unless it is merged or closed by now; the branch stays."""
        if PULL_REQUEST_NUMBER not in facts:
            return Done("There is no pull request of this run.")
        try:
            return self._asked(facts, ports)
        except (ProblemError, TemporaryTroubleError) as trouble:
            return self._out_of_reach(facts).outcome(self.name, facts, trouble)

    def by_hand(self, facts: Facts) -> str:
        """Look at it, or close it, with GitHub's own command."""
        answer = facts.answer("close")
        is_wanted = answer.choice == "close" if answer is not None else self.wanted
        verb = "close" if is_wanted else "view"
        return f"gh pr {verb} {facts.get(PULL_REQUEST_NUMBER, 0)}"

    def _asked(self, facts: Facts, ports: Ports) -> Outcome:
        pull_request = ports.pull_requests.get(facts[PULL_REQUEST_NUMBER])
        if pull_request.is_merged:
            return _merged(pull_request, facts)
        if not pull_request.is_open:
            return Done(f"The pull request is closed already: {pull_request.url}")
        number, answer = pull_request.number, facts.answer("close")
        is_left = _is_perhaps_left(facts) and ports.pull_requests.handed_over(number) is not None
        if answer is None and self.wanted is None:
            return Ask(_question(pull_request, may_stay=not is_left))
        is_wanted = answer.choice == "close" if answer is not None else self.wanted
        if not is_wanted:
            left = ", and GitHub merges it" if is_left else ""
            return Done(
                f"The pull request stays open{left}: {pull_request.url} "
                f"To close it: gh pr close {number}"
            )
        ports.pull_requests.close(number)
        return Done(f"The pull request is closed; its branch stays: {pull_request.url}")

    def _out_of_reach(self, facts: Facts) -> OutOfReach:
        """Who leaves must not have to wait for GitHub."""
        is_merged = "" if MERGE_SHA in facts else " Whether it is merged is not known."
        return OutOfReach(
            key="pull-request-remains",
            text="GitHub does not say how the pull request stands.",
            end="End the run; the pull request may remain, or be merged",
            remains=f"Pull request {facts[PULL_REQUEST_NUMBER]} may remain open.{is_merged}",
            again="GitHub can",
            by_hand=self.by_hand(facts),
        )


def _question(pull_request: PullRequest, *, may_stay: bool) -> Question:
    """Return the question; Enter and ``--yes`` take what changes nothing for anybody.

    What GitHub was left with would be deployed after the end of the run: that changes something.
    """
    warning = ("GitHub merges it once everything is met, with or without this run.",)
    return Question(
        key="close",
        text="What becomes of the pull request?",
        shown=(pull_request.url, *(() if may_stay else warning)),
        options=(_KEEP, _CLOSE) if may_stay else (_CLOSE, _KEEP),
        by_yes="keep" if may_stay else "close",
        flag="--close-pull-request, or --keep-pull-request",
    )


def _merged(pull_request: PullRequest, facts: Facts) -> Done:
    sha, base = pull_request.merge_sha, pull_request.base
    if base != facts.get(MERGE_INTO, base):
        return Done(f"Merged already, and into {base}, as {sha[:8]}: {pull_request.url}")
    back = f"hotfix rollback {facts.run}"
    saying = f"Merged already, as {sha[:8]}: ending the run stops no deployment. To go back: {back}"
    return Done(saying, (MERGE_SHA(sha),))


def _is_perhaps_left(facts: Facts) -> bool:
    """Tell whether GitHub may have been asked to merge it later."""
    return UNSETTLED in facts or facts.get(MERGE_HOW, MergeHow.DIRECT) is not MergeHow.DIRECT
