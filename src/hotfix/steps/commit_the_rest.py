"""Commit what the engineer left uncommitted, after a yes."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import ACCEPTED_CHANGE, BASE_SHA, BRANCH
from hotfix.domain.fact_records import AcceptedChange
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.minimal_change import MinimalChange, listed, stands_out
from hotfix.ports.repository import Diff, Uncommitted


@frozen
class CommitTheRest:
    """Nothing is swept in unseen: what is committed is what was shown, as it was at that moment.

    What is to be said of the whole change is said with it, so that one answer is enough: reports
    ``accepted_change``.

    Effect: commits in the clone; a clean work tree is its own evidence.
    """

    subject: str
    minimal: MinimalChange
    name: str = "commit_the_rest"
    reads: ClassVar[Declared] = (BASE_SHA, BRANCH)
    reports: ClassVar[Declared] = maybe(ACCEPTED_CHANGE)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Show what would be committed; nothing is swept in unseen."""
        branch, repository = facts[BRANCH], ports.repository
        left = repository.uncommitted(branch)
        apart = _named(" Left out, as repositories of their own", left.left_out)
        if not left.paths:
            return Done(f"Everything is committed.{apart}")
        answer = facts.answer("commit")
        head, _, tree = answer.about.partition(" ") if answer is not None else ("", "", "")
        # Where a commit was made since, what was shown would take it back.
        if not tree or head != left.head:
            return Ask(self._question(left, repository.diff(facts[BASE_SHA], left.tree)))
        accepted = self.minimal.warnings(repository.changed_files(facts[BASE_SHA], tree))
        sha = repository.commit(branch, self.subject, tree)
        since = _named(" Saved since, and not in it", repository.uncommitted(branch).paths)
        return Done(
            f"Committed what was shown as {sha[:8]}.{since}{apart}",
            (ACCEPTED_CHANGE(AcceptedChange(sha, accepted)),),
        )

    def _question(self, left: Uncommitted, diff: Diff) -> Question:
        warnings = self.minimal.warnings(diff.files)
        text = f"{stands_out(warnings)} Commit this as the fix, and go on to the tests?".strip()
        return Question(
            key="commit",
            text=text,
            shown=(*listed(warnings), *diff.lines, f"Not committed yet: {', '.join(left.paths)}"),
            options=(
                Option("commit", f'Commit it as "{self.subject}" and go on'),
                Option("back", "Back to the editor", then=Then.GO_BACK, back_to="await_the_fix"),
            ),
            flag="git commit, then: hotfix resume --yes",
            about=f"{left.head} {left.tree}",
        )


def _named(what: str, paths: Sequence[str]) -> str:
    return f"{what}: {', '.join(paths)}." if paths else ""
