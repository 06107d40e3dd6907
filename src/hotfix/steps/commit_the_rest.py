"""Commit what the engineer left uncommitted, after a yes."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import BASE_SHA, BRANCH
from hotfix.domain.facts import Facts
from hotfix.domain.figures import counted
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class CommitTheRest:
    """Nothing is swept in unseen: what would be committed is shown first.

    Effect: commits in the clone; a clean work tree is its own evidence.
    """

    subject: str
    name: str = "commit_the_rest"
    reads: ClassVar[Declared] = (BASE_SHA, BRANCH)
    reports: ClassVar[Declared] = ()

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Show what would be committed; nothing is swept in unseen."""
        branch = facts[BRANCH]
        change = ports.repository.change_since(facts[BASE_SHA], branch)
        if not change.uncommitted:
            return Done("Everything is committed.")
        if facts.answer("commit") is None:
            return Ask(
                Question(
                    key="commit",
                    text="Commit these changes as part of the fix?",
                    shown=change.uncommitted,
                    options=(
                        Option("commit", f'Commit all as "{self.subject}"'),
                        Option(
                            "back", "Back to the editor", then=Then.GO_BACK, back_to="await_the_fix"
                        ),
                    ),
                    flag="git commit, then: hotfix resume --yes",
                )
            )
        sha = ports.repository.commit_all(branch, self.subject)
        number = len(change.uncommitted)
        return Done(f"Committed {counted(number, 'file')} as {sha[:8]}.")
