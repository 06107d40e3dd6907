"""Look for commits that were rolled back: where they are still aboard, the next deploy ships them.

Nothing here changes anything. What was rolled back is known from the journals on this machine.
"""

from typing import ClassVar

from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import BAD_COMMITS
from hotfix.domain.fact_records import StillAboard
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bad_commits import is_aboard
from hotfix.ports.bundle import Ports


@frozen
class LookForBadCommits:
    """Reports ``bad_commits``: what was rolled back and is on the base or the deploy branch.

    Effect: none.
    """

    bad: tuple[BadCommit, ...]
    base: str
    merge_into: str
    name: str = "look_for_bad_commits"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = (BAD_COMMITS,)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look on both branches as they are on the remote."""
        branches = dict.fromkeys((self.merge_into, self.base))
        tips = {branch: ports.repository.fetch(branch) for branch in branches}
        found = tuple(
            StillAboard(each.sha, each.run, branch, each.revert_url)
            for each in self.bad
            for branch, tip in tips.items()
            if tip is not None and is_aboard(each, tip, ports)
        )
        if not found:
            return Done("Nothing that was rolled back is aboard.", (BAD_COMMITS(found),))
        shown = tuple(_in_words(each) for each in found)
        if facts.answer("bad-commits") is None:
            return Ask(
                Question(
                    key="bad-commits",
                    text="What was rolled back would be deployed again with this hotfix. Go on?",
                    shown=shown,
                    options=(
                        Option(
                            "go-on",
                            "Go on: I merge the revert before this fix, or this fix mends it, too",
                            stated=True,
                            does="What was rolled back is deployed again with this hotfix, unless "
                            "it is reverted or mended by then.",
                        ),
                        Option("stop", "Stop; nothing ships", then=Then.STOP),
                    ),
                    by_yes="go-on",
                )
            )
        return Done(f"Still aboard: {'; '.join(shown)}.", (BAD_COMMITS(found),), is_success=False)


def _in_words(found: StillAboard) -> str:
    mend = f"; merge {found.revert_url} first" if found.revert_url else ""
    return f"{found.sha[:8]} on {found.branch}, rolled back by {found.run}{mend}"
