"""Look for commits that were rolled back: where they are still aboard, the next deploy ships them.

Nothing here changes anything. What was rolled back is known from the journals on this machine.
"""

from dataclasses import dataclass

from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class LookForBadCommits:
    """Reports ``bad_commits``: what was rolled back and is on the base or the deploy branch."""

    bad: tuple[BadCommit, ...]
    base: str
    merge_into: str
    name: str = "look_for_bad_commits"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look on both branches as they are on the remote."""
        branches = dict.fromkeys((self.merge_into, self.base))
        tips = {branch: ports.repository.fetch(branch) for branch in branches}
        found: list[JsonObject] = [
            {"sha": each.sha, "run": each.run, "branch": branch, "revert_url": each.revert_url}
            for each in self.bad
            for branch, tip in tips.items()
            if tip is not None and is_aboard(each, tip, ports)
        ]
        if not found:
            return Done("Nothing that was rolled back is aboard.", {"bad_commits": found})
        shown = tuple(_in_words(each) for each in found)
        if facts.answer("bad-commits") is None:
            return Ask(
                Question(
                    key="bad-commits",
                    text="What was rolled back would be deployed again with this hotfix. Go on?",
                    shown=shown,
                    options=(
                        Option("go-on", "Go on: the revert, or the fix, comes first"),
                        Option("stop", "Stop the hotfix", then=Then.STOP),
                    ),
                    by_yes="go-on",
                )
            )
        return Done(f"Still aboard: {'; '.join(shown)}.", {"bad_commits": found})


@dataclass(frozen=True)
class NameWhatCameBack:
    """Reports ``came_back``: what was rolled back and is in what has just been rolled out."""

    bad: tuple[BadCommit, ...]
    merge_into: str
    name: str = "name_what_came_back"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look in the history of the merge commit."""
        sha = facts.text("merge_sha")
        ports.repository.fetch(self.merge_into)
        back = [each for each in self.bad if is_aboard(each, sha, ports)]
        found: list[JsonObject] = [{"sha": each.sha, "run": each.run} for each in back]
        if not back:
            return Done("Nothing that was rolled back came back.", {"came_back": found})
        names = "; ".join(f"{each.sha[:8]} ({each.description}, {each.run})" for each in back)
        return Done(f"Rolled out again although it was rolled back: {names}.", {"came_back": found})


def is_aboard(bad: BadCommit, tip: str, ports: Ports) -> bool:
    """Tell whether commit ``tip`` carries what was rolled back, under any of its names."""
    repository = ports.repository
    if not any(repository.contains(tip, sha) for sha in (bad.sha, *bad.others)):
        return False
    if not bad.revert_number:
        return True
    # A squashed revert may have lost the words by which git tells a revert.
    revert = ports.pull_requests.get(bad.revert_number)
    return not (revert.is_merged and repository.contains(tip, revert.merge_sha))


def _in_words(found: JsonObject) -> str:
    mend = f"; merge {found['revert_url']} first" if found["revert_url"] else ""
    return f"{str(found['sha'])[:8]} on {found['branch']}, rolled back by {found['run']}{mend}"
