"""Name what was rolled back and came back with what has just been rolled out. Changes nothing."""

from typing import ClassVar

from hotfix.domain.bad_commit import BadCommit
from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import CAME_BACK, MERGE_SHA
from hotfix.domain.fact_records import CameBack
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Outcome
from hotfix.ports.bad_commits import is_aboard
from hotfix.ports.bundle import Ports


@frozen
class NameWhatCameBack:
    """Reports ``came_back``: what was rolled back and is in what has just been rolled out.

    Effect: none.
    """

    bad: tuple[BadCommit, ...]
    merge_into: str
    name: str = "name_what_came_back"
    reads: ClassVar[Declared] = (MERGE_SHA,)
    reports: ClassVar[Declared] = (CAME_BACK,)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look in the history of the merge commit."""
        sha = facts[MERGE_SHA]
        ports.repository.fetch(self.merge_into)
        back = [each for each in self.bad if is_aboard(each, sha, ports)]
        found = tuple(CameBack(each.sha, each.run) for each in back)
        if not back:
            return Done("Nothing that was rolled back came back.", (CAME_BACK(found),))
        names = "; ".join(f"{each.sha[:8]} ({each.description}, {each.run})" for each in back)
        return Done(f"Rolled out again although it was rolled back: {names}.", (CAME_BACK(found),))
