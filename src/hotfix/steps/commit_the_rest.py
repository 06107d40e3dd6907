"""Commit what the engineer left uncommitted, after a yes."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import BRANCH
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports


@frozen
class CommitTheRest:
    """Nothing is swept in unseen: what is committed is what was shown, as it was at that moment.

    Effect: commits in the clone; a clean work tree is its own evidence.
    """

    subject: str
    name: str = "commit_the_rest"
    reads: ClassVar[Declared] = (BRANCH,)
    reports: ClassVar[Declared] = ()

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Show what would be committed; nothing is swept in unseen."""
        branch = facts[BRANCH]
        left = ports.repository.uncommitted(branch)
        apart = _named(" Left out, as repositories of their own", left.left_out)
        if not left.paths:
            return Done(f"Everything is committed.{apart}")
        answer = facts.answer("commit")
        head, _, tree = answer.about.partition(" ") if answer is not None else ("", "", "")
        # Where a commit was made since, what was shown would take it back.
        if not tree or head != left.head:
            return Ask(
                Question(
                    key="commit",
                    text="Commit these changes as part of the fix?",
                    shown=left.paths,
                    options=(
                        Option("commit", f'Commit all as "{self.subject}"'),
                        Option(
                            "back", "Back to the editor", then=Then.GO_BACK, back_to="await_the_fix"
                        ),
                    ),
                    flag="git commit, then: hotfix resume --yes",
                    about=f"{left.head} {left.tree}",
                )
            )
        sha = ports.repository.commit(branch, self.subject, tree)
        since = _named(" Saved since, and not in it", ports.repository.uncommitted(branch).paths)
        return Done(f"Committed what was shown as {sha[:8]}.{since}{apart}")


def _named(what: str, paths: Sequence[str]) -> str:
    return f"{what}: {', '.join(paths)}." if paths else ""
