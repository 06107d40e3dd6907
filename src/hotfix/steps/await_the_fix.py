"""Await the fix: the engineer works in the editor, the clock runs (procedure, step 2)."""

from typing import ClassVar

from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import BASE_SHA, BRANCH, FOLDER
from hotfix.domain.facts import Facts
from hotfix.domain.figures import counted
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.repository import Change

_LOOK_AGAIN_SECONDS = 1.0


@frozen
class AwaitTheFix:
    """Goes on when the engineer says so and there is something to go on with.

    Effect: none.
    """

    name: str = "await_the_fix"
    reads: ClassVar[Declared] = (BASE_SHA, BRANCH, FOLDER)
    reports: ClassVar[Declared] = ()
    goes_on_alone: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at the branch; ``--yes`` goes on when commits are there and nothing is left over."""
        change = ports.repository.change_since(facts[BASE_SHA], facts[BRANCH])
        has_something = bool(change.commits or change.uncommitted)
        if has_something and facts.answer("fix-ready") is not None:
            return Done(f"The fix: {_in_words(change)}.")
        return Waiting(
            _in_words(change) if has_something else f"No change yet in {facts[FOLDER]}.",
            look_again_in=_LOOK_AGAIN_SECONDS,
            question=Question(
                key="fix-ready",
                text=f"Edit {facts[FOLDER]} and save.",
                options=(
                    Option("go-on", "Go on to the tests with it"),
                    Option("stop", "Stop; branch and work stay", then=Then.STOP),
                ),
                by_yes="go-on",
                flag="--yes, once the fix is committed",
            ),
            ready=bool(change.commits) and not change.uncommitted,
        )


def _in_words(change: Change) -> str:
    commits, files = counted(len(change.commits), "commit"), counted(len(change.files), "file")
    added = sum(file.added for file in change.files)
    deleted = sum(file.deleted for file in change.files)
    rest = f", {len(change.uncommitted)} uncommitted" if change.uncommitted else ""
    return f"{commits}, {files} +{added} -{deleted}{rest}"
