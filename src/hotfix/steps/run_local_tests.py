"""Run the local tests, all suites side by side (procedure, step 3)."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from hotfix.domain.fact import Declared, Reported, maybe
from hotfix.domain.fact_names import (
    BASE_SHA,
    BRANCH,
    CHANGE,
    FOLDER,
    SUITES,
    TESTED_SHA,
    TESTS_OVERRIDDEN,
)
from hotfix.domain.fact_records import SuiteReport
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, GoBack, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.suite_state import SuiteState
from hotfix.ports.bundle import Ports
from hotfix.ports.suite_runner import Suite, SuiteRun

_LOOK_AGAIN_SECONDS = 0.2
_SHOWN_LINES = 12


@dataclass(frozen=True)
class RunLocalTests:
    """Reports ``suites``, or ``tests_overridden``: the reason why a failure was overridden.

    And ``tested_sha``: the commit that it was about. What is tested is what is pushed later on.

    Effect: runs the team's suites; on this machine alone.
    """

    suites: tuple[Suite, ...]
    name: str = "run_local_tests"
    reads: ClassVar[Declared] = (BASE_SHA, BRANCH, CHANGE, FOLDER)
    reports: ClassVar[Declared] = (TESTED_SHA, *maybe(SUITES, TESTS_OVERRIDDEN))

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Start the suites, then look how they stand until all are over."""
        override = facts.answer("tests-failed")
        if override is not None:
            saying = f"Overridden by {override.by}: {override.reason}"
            return Done(saying, (TESTS_OVERRIDDEN(override.reason), _tested(facts, ports)))
        if not self.suites:
            return Done("No test suite is configured.", (_tested(facts, ports),))
        runs = ports.suites.look()
        if not runs:
            moved = _moved_on(facts, ports)
            if moved is not None:
                return moved
            ports.suites.start(self.suites, Path(facts[FOLDER]))
            runs = ports.suites.look()
        running = [run.name for run in runs if run.state is SuiteState.RUNNING]
        if running:
            return Waiting(f"running {', '.join(running)}", look_again_in=_LOOK_AGAIN_SECONDS)
        ports.suites.stop()
        if all(run.state is SuiteState.PASSED for run in runs):
            passed = ", ".join(f"{run.name} passed in {run.seconds:.1f} s" for run in runs)
            found = (
                SUITES(tuple(_report(run) for run in runs)),
                # What was overridden in an earlier round has passed now.
                TESTS_OVERRIDDEN(None),
                _tested(facts, ports),
            )
            return Done(f"{passed}.", found)
        return Ask(_question(runs))


def _tested(facts: Facts, ports: Ports) -> Reported:
    return TESTED_SHA(ports.repository.branch_commit(facts[BRANCH]))


def _moved_on(facts: Facts, ports: Ports) -> GoBack | None:
    """Return where to go back to when the branch is not what the guard has seen."""
    change = ports.repository.change_since(facts[BASE_SHA], facts[BRANCH])
    if change.uncommitted:
        return GoBack("commit_the_rest", "There are changes that are not committed.")
    if tuple(commit.sha for commit in change.commits) != facts[CHANGE].commits:
        return GoBack("guard_the_change", "There are new commits.")
    return None


def _report(run: SuiteRun) -> SuiteReport:
    return SuiteReport(run.name, run.state, round(run.seconds, 1))


def _question(runs: tuple[SuiteRun, ...]) -> Question:
    shown: list[str] = []
    for run in runs:
        if run.state is SuiteState.PASSED:
            continue
        code = "" if run.exit_code is None else f" with exit code {run.exit_code}"
        shown.append(f"{run.name} {run.state.value}{code}. {run.why}".strip())
        shown += [f"  {line}" for line in run.last_lines[-_SHOWN_LINES:]]
        whole = "Its beginning and its end" if run.left_out else "All of it"
        shown.append(f"  {whole}: {run.log_file}")
    return Question(
        key="tests-failed",
        text="The local tests did not pass. What now?",
        shown=tuple(shown),
        options=(
            Option("fix", "Fix again", then=Then.GO_BACK, back_to="await_the_fix"),
            Option("retry", "Run them again", then=Then.GO_BACK, back_to="run_local_tests"),
            Option("override", "Go on although they failed", needs_reason=True),
            Option("stop", "Stop the hotfix", then=Then.STOP),
        ),
        flag="hotfix resume, in a terminal, or with a new commit",
    )
