"""Await the fix: the engineer works in the editor, the clock runs (procedure, step 2)."""

from dataclasses import replace
from typing import ClassVar

from hotfix.domain import fix_words
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import BASE_SHA, BRANCH, CHANGE, FIX_WORDS, FOLDER
from hotfix.domain.facts import Facts
from hotfix.domain.figures import counted
from hotfix.domain.fix_words import EDIT
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, GoBack, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.repository import Change

_LOOK_AGAIN_SECONDS = 1.0
_AS_IT_IS = Option(
    "as-it-is",
    "Go on with what was there before",
    does="Without a new change: what the branch has is tested again.",
)


@frozen
class AwaitTheFix:
    """Goes on when the engineer says so and there is something to go on with.

    Where an earlier try is fixed again, that is something else than the guard has seen of it, or
    the word that it is to go on as it is. An answer that comes before that is used up.

    Effect: none.
    """

    #: whose words may be edited with it; None where nobody is there who could
    incident: Incident | None = None
    name: str = "await_the_fix"
    reads: ClassVar[Declared] = (BASE_SHA, BRANCH, FOLDER, *maybe(CHANGE, FIX_WORDS))
    reports: ClassVar[Declared] = ()
    goes_on_alone: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at the branch; ``--yes`` goes on when commits are there and nothing is left over."""
        change = ports.repository.change_since(facts[BASE_SHA], facts[BRANCH])
        newest = change.commits[-1].sha if change.commits else ""
        tried = newest if CHANGE in facts and newest in facts[CHANGE].commits[-1:] else ""
        is_new, answer = bool(change.uncommitted or newest != tried), facts.answer("fix-ready")
        lacks = f"No change yet in {facts[FOLDER]}"
        if answer is not None and (is_new or (answer.choice == _AS_IT_IS.key and newest)):
            return Done(f"The fix: {_in_words(change)}.")
        if answer is not None:
            return GoBack(self.name, f"{lacks}.")
        _, draft = fix_words.offered(self.incident, facts, change.committed() if newest else None)
        # What is not committed is asked about, and its words with it.
        is_hint_due = bool(draft and newest and not change.uncommitted)
        edits = "; to edit root cause and fix summary first, type: edit" if is_hint_due else ""
        since = f"{lacks} since {tried[:8]}; to go on without, type: {_AS_IT_IS.word}"
        return Waiting(
            f"{_in_words(change)}{edits}" if is_new else since if tried else f"{lacks}.",
            look_again_in=_LOOK_AGAIN_SECONDS,
            question=Question(
                key="fix-ready",
                text=f"Edit {facts[FOLDER]} and save.",
                options=(
                    Option(
                        "go-on",
                        "Go on to the tests with it",
                        does="It says that the fix is written: what is not committed is shown, to "
                        "be committed at your word; then the local tests run.",
                    ),
                    *([_AS_IT_IS] if tried and not is_new else []),
                    Option("stop", "Stop; branch and work stay", then=Then.STOP),
                    *([replace(EDIT, draft=draft)] if draft else []),
                ),
                by_yes="go-on",
                flag="--yes, once the fix is committed",
            ),
            ready=bool(change.commits) and is_new and not change.uncommitted,
        )


def _in_words(change: Change) -> str:
    added = sum(file.added for file in change.files)
    deleted = sum(file.deleted for file in change.files)
    size = f"{counted(len(change.files), 'file')} +{added} -{deleted}"
    if not change.commits:
        return f"{size}, not committed yet"
    rest = counted(len(change.uncommitted), "file")
    is_rest = f"; {rest} not committed yet" if change.uncommitted else ""
    return f"{counted(len(change.commits), 'commit')}, {size}{is_rest}"
