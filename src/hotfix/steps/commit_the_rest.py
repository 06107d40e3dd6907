"""Commit what the engineer left uncommitted, after a yes."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.figures import counted
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class CommitTheRest:
    """A clean work tree is its own evidence: committing again would find nothing."""

    subject: str
    name: str = "commit_the_rest"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Show what would be committed; nothing is swept in unseen."""
        branch = facts.text("branch")
        change = ports.repository.change_since(facts.text("base_sha"), branch)
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
                            "back",
                            "Back to the editor",
                            then=Then.GO_BACK,
                            back_to="await_the_fix",
                        ),
                    ),
                    flag="git commit, then: hotfix resume --yes",
                )
            )
        sha = ports.repository.commit_all(branch, self.subject)
        number = len(change.uncommitted)
        return Done(f"Committed {counted(number, 'file')} as {sha[:8]}.")
