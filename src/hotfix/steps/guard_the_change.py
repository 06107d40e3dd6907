"""Guard the size of the change (procedure, step 2: minimal, with a test, nothing unrelated)."""

from dataclasses import replace
from typing import ClassVar

from hotfix.domain import fix_words
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    ACCEPTED_CHANGE,
    BASE_SHA,
    BRANCH,
    CHANGE,
    FIX_WORDS,
    GUARD_WARNINGS,
)
from hotfix.domain.facts import Facts
from hotfix.domain.figures import counted
from hotfix.domain.fix_words import EDIT
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, GoBack, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.usual_options import NOT_YET
from hotfix.ports.bundle import Ports
from hotfix.ports.minimal_change import MinimalChange, in_question, listed
from hotfix.ports.repository import is_configuration


@frozen
class GuardTheChange:
    """Warns, and a person decides. Reports ``change`` and ``guard_warnings``.

    What a person accepted when they had it committed is not asked again.

    Effect: none.
    """

    minimal: MinimalChange
    #: whose words may be edited with it; None where nobody is there who could
    incident: Incident | None = None
    name: str = "guard_the_change"
    reads: ClassVar[Declared] = (BASE_SHA, BRANCH, *maybe(ACCEPTED_CHANGE, CHANGE, FIX_WORDS))
    reports: ClassVar[Declared] = (CHANGE, GUARD_WARNINGS)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at what the branch changes."""
        change = ports.repository.change_since(facts[BASE_SHA], facts[BRANCH])
        if not change.commits:
            # After a takeover: what was committed on the other machine may never have been pushed.
            return GoBack("await_the_fix", f"{facts[BRANCH]} has no commit of the fix here.")
        seen = change.committed()
        warnings = self.minimal.warnings(change.files)
        newest = change.commits[-1].sha
        accepted = facts.get(ACCEPTED_CHANGE)
        known = accepted.warnings if accepted is not None and accepted.commit == newest else ()
        if not set(warnings) <= set(known) and facts.answer("guard", newest) is None:
            diff = ports.repository.diff(facts[BASE_SHA], newest)
            said, draft = fix_words.offered(self.incident, facts, seen)
            touches_configuration = any(is_configuration(file.path) for file in change.files)
            return Ask(
                Question(
                    key="guard",
                    text=in_question(warnings),
                    shown=(
                        *listed(warnings),
                        *diff.lines,
                        *said,
                    ),
                    options=(
                        Option(
                            "go-on",
                            "Go on to the tests with it",
                            does="The change is taken as it is; the local tests run next, and the "
                            "pull request names what you accepted.",
                        ),
                        NOT_YET,
                        Option("stop", "Stop; branch and commits stay", then=Then.STOP),
                        *([replace(EDIT, draft=draft)] if draft else []),
                    ),
                    # A changed configuration changes what every later hotfix runs.
                    by_yes="" if touches_configuration else "go-on",
                    flag="hotfix resume, in a terminal" if touches_configuration else "--yes",
                    about=newest,
                )
            )
        size = f"{counted(len(change.files), 'file')}, {counted(change.lines, 'line')}"
        return Done(
            f"{size}{', as decided' if warnings else ', minimal'}.",
            (CHANGE(seen), GUARD_WARNINGS(warnings)),
        )
