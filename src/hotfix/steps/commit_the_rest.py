"""Commit what the engineer left uncommitted, after a yes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from hotfix.domain import fix_words
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import ACCEPTED_CHANGE, BASE_SHA, BRANCH, CHANGE, FIX_WORDS
from hotfix.domain.fact_records import AcceptedChange, FixWords
from hotfix.domain.facts import Facts
from hotfix.domain.fix_words import EDIT
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question
from hotfix.domain.usual_options import NOT_YET
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
    #: whose words may be edited with it; None where nobody is there who could
    incident: Incident | None = None
    name: str = "commit_the_rest"
    reads: ClassVar[Declared] = (BASE_SHA, BRANCH, *maybe(CHANGE, FIX_WORDS))
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
            return Ask(self._question(facts, left, repository.diff(facts[BASE_SHA], left.tree)))
        accepted = self.minimal.warnings(repository.changed_files(facts[BASE_SHA], tree))
        sha = repository.commit(branch, self._subject(facts), tree)
        since = _named(" Saved since, and not in it", repository.uncommitted(branch).paths)
        return Done(
            f"Committed what was shown as {sha[:8]}.{since}{apart}",
            (ACCEPTED_CHANGE(AcceptedChange(sha, accepted)),),
        )

    def _subject(self, facts: Facts) -> str:
        return facts.get(FIX_WORDS, FixWords()).fix_summary or self.subject

    def _question(self, facts: Facts, left: Uncommitted, diff: Diff) -> Question:
        said, draft = fix_words.offered(self.incident, facts)
        warnings = self.minimal.warnings(diff.files)
        text = f"{stands_out(warnings)} Commit this as the fix, and go on to the tests?".strip()
        return Question(
            key="commit",
            text=text,
            shown=(
                *listed(warnings),
                *diff.lines,
                f"Not committed yet: {', '.join(left.paths)}",
                *said,
            ),
            options=(
                Option(
                    "commit",
                    f'Commit it as "{self._subject(facts)}" and go on',
                    does="What is shown is committed on the hotfix branch, and nothing that was "
                    "saved since; then the local tests run.",
                ),
                NOT_YET,
                *([replace(EDIT, draft=draft)] if draft else []),
            ),
            flag="git commit, then: hotfix resume --yes",
            about=f"{left.head} {left.tree}",
        )


def _named(what: str, paths: Sequence[str]) -> str:
    return f"{what}: {', '.join(paths)}." if paths else ""
