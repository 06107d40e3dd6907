"""Run the local tests, all suites side by side (procedure, step 3)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from hotfix.domain.fact import Declared, Reported, maybe
from hotfix.domain.fact_names import (
    BRANCH,
    CHANGE,
    FOLDER,
    SUITES,
    TESTED_SHA,
    TESTS_OVERRIDDEN,
)
from hotfix.domain.fact_records import SuiteReport
from hotfix.domain.facts import Facts
from hotfix.domain.figures import clock, counted, some_of
from hotfix.domain.frozen import frozen
from hotfix.domain.log_end import last_lines
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, Outcome, Waiting
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.suite_state import SuiteState
from hotfix.domain.usual_options import FIX_AGAIN
from hotfix.ports.bundle import Ports
from hotfix.ports.suite_runner import Suite, SuiteRun

_LOOK_AGAIN_SECONDS = 0.2
_SHOWN_LINES = 12
# While suites run: how often it is said anew, and how much is shown of one that runs alone.
_STRETCH_SECONDS, _TAIL_LINES = 15.0, 2
_SILENT_SECONDS = 30.0
_PERHAPS_WATCHES = (
    "If it watches files, or waits for keys, its command needs the flag that makes it run once, "
    "such as --watch=false."
)


@frozen
class RunLocalTests:
    """Reports ``suites``, or ``tests_overridden``: the reason why a failure was overridden.

    And ``tested_sha``: the commit that it was about. What is tested is what is pushed later on.

    Effect: runs the team's suites; on this machine alone.
    """

    suites: tuple[Suite, ...]
    name: str = "run_local_tests"
    reads: ClassVar[Declared] = (BRANCH, CHANGE, FOLDER)
    reports: ClassVar[Declared] = (TESTED_SHA, *maybe(SUITES, TESTS_OVERRIDDEN))

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Start the suites, then look how they stand until all are over."""
        override = facts.answer("tests-failed")
        if override is not None:
            saying = f"Overridden by {override.by}: {override.reason}"
            return Done(saying, (TESTS_OVERRIDDEN(override.reason), _tested(facts)))
        if not self.suites:
            return Done("No test suite is configured.", (_tested(facts),), is_needless=True)
        runs = ports.suites.look()
        if not runs:
            moved = _moved_on(facts, ports) or _not_committed(facts, ports)
            if moved is not None:
                return moved
            ports.suites.start(self.suites, Path(facts[FOLDER]))
            runs = ports.suites.look()
        running = [run for run in runs if run.state is SuiteState.RUNNING]
        if running:
            names = ", ".join(run.name for run in running)
            saying = f"running {names}{_how_long(running)}{_silence(runs)}"
            is_red = any(run.state not in {SuiteState.RUNNING, SuiteState.PASSED} for run in runs)
            return Waiting(saying, _LOOK_AGAIN_SECONDS, shown=_tails(running), is_red=is_red)
        return self._ended(runs, facts, ports)

    def _ended(self, runs: tuple[SuiteRun, ...], facts: Facts, ports: Ports) -> Outcome:
        """Judge suites that are over: they count for what was there all the while."""
        moved = _moved_on(facts, ports)
        passed = all(run.state is SuiteState.PASSED for run in runs)
        seen = ports.repository.work_tree(Path(facts[FOLDER]))
        saved = tuple(path for path in seen.uncommitted if path not in seen.untracked)
        question = _saved_meanwhile(saved, _guarded(facts))
        is_open = saved and facts.answer(question.key, question.about) is None
        if passed and is_open and moved is None:
            # They stay on view: once it is answered, their results count.
            return Ask(question)
        ports.suites.stop()
        if moved is not None:
            return moved
        if not passed:
            return Ask(_question(runs))
        left = f" Not in what is pushed: {', '.join(seen.uncommitted)}." if seen.uncommitted else ""
        found = (
            SUITES(tuple(_report(run) for run in runs)),
            # What was overridden in an earlier round has passed now.
            TESTS_OVERRIDDEN(None),
            _tested(facts),
        )
        said = ", ".join(f"{run.name} passed in {run.seconds:.1f} s" for run in runs)
        return Done(f"{said}.{left}", found)


def _how_long(running: Sequence[SuiteRun]) -> str:
    """Return since when, in whole stretches: another text, and a look at what is printed."""
    stretches = max(run.seconds for run in running) // _STRETCH_SECONDS
    return f", for {clock(stretches * _STRETCH_SECONDS)}" if stretches else ""


def _tails(running: Sequence[SuiteRun]) -> tuple[str, ...]:
    """Return what each has printed last, behind how much there is before it and where."""
    most = _TAIL_LINES if len(running) == 1 else 1
    return tuple(line for run in running for line in _tail(run, most))


def _tail(run: SuiteRun, most: int) -> Iterator[str]:
    last = last_lines([line for line in run.last_lines if line.strip()], most)
    if last and run.lines > len(last):
        before = counted(run.lines - len(last), "line")
        yield f"{run.name} | … {before} before: {run.log_file}"
    yield from (f"{run.name} | {line}" for line in last)


def _silence(runs: Sequence[SuiteRun]) -> str:
    """Return which suites seem to wait for somebody; the same text for as long as they do."""
    silent = [
        ": ".join((run.name, *[line.strip() for line in run.last_lines if line.strip()][-1:]))
        for run in runs
        if run.state is SuiteState.RUNNING and run.silent_seconds >= _SILENT_SECONDS
    ]
    if not silent:
        return ""
    said = f"for more than {_SILENT_SECONDS:.0f} s nothing from {'; '.join(silent)}"
    return f"; {said}. {_PERHAPS_WATCHES}"


def _guarded(facts: Facts) -> str:
    """Return the commit that the guard has seen: no other is tested, pushed, or merged."""
    return facts[CHANGE].commits[-1]


def _tested(facts: Facts) -> Reported:
    return TESTED_SHA(_guarded(facts))


def _moved_on(facts: Facts, ports: Ports) -> GoBack | Failed | None:
    """Return what to do where another commit is checked out than the guard has seen."""
    branch, guarded = facts[BRANCH], _guarded(facts)
    if ports.repository.branch_commit(branch) != guarded:
        return GoBack("guard_the_change", "There are new commits.")
    seen = ports.repository.work_tree(Path(facts[FOLDER]))
    if seen.head == guarded:
        return None
    return Failed(
        Problem(
            ProblemCode.FAILED,
            what=f"{facts[FOLDER]} has not {branch} checked out: other files would be tested.",
            why=f"It has {seen.branch or 'no branch'}, at {seen.head[:8] or 'no commit'}.",
            next_command=f"git -C {facts[FOLDER]} switch {branch}, then: hotfix resume",
        )
    )


def _not_committed(facts: Facts, ports: Ports) -> GoBack | None:
    if ports.repository.work_tree(Path(facts[FOLDER])).uncommitted:
        return GoBack("commit_the_rest", "There are changes that are not committed.")
    return None


def _report(run: SuiteRun) -> SuiteReport:
    return SuiteReport(run.name, run.state, round(run.seconds, 1))


def _saved_meanwhile(paths: tuple[str, ...], sha: str) -> Question:
    return Question(
        key="saved-meanwhile",
        text=f"Files were changed while the tests ran. Push {sha[:8]}, without that?",
        shown=(*paths, "What was tested may not have been all of it."),
        options=(
            Option(
                "go-on",
                f"Push {sha[:8]}, without what was changed",
                does="The commit that was tested is pushed for the review; what was changed since "
                "stays in your folder.",
            ),
            Option("commit", "Commit them and test again", Then.GO_BACK, "commit_the_rest"),
            Option("retry", "Run the tests again", then=Then.GO_BACK, back_to="run_local_tests"),
        ),
        by_yes="go-on",
        about=" ".join(paths),
    )


def _question(runs: tuple[SuiteRun, ...]) -> Question:
    shown: list[str] = []
    for run in runs:
        if run.state is SuiteState.PASSED:
            continue
        code = "" if run.exit_code is None else f" with exit code {run.exit_code}"
        if run.state is SuiteState.RAN_NO_TEST:
            code += ": mend its command in [[tests]], or what it looks for"
        why = run.why
        if run.state is SuiteState.TIMED_OUT and run.silent_seconds >= _SILENT_SECONDS:
            why = f"It had printed nothing for {clock(run.silent_seconds)}. {_PERHAPS_WATCHES}"
        shown.append(f"{run.name} {run.state.value}{code}. {why}".strip())
        shown += [f"  {line}" for line in last_lines(run.last_lines, _SHOWN_LINES)]
        whole = "Its beginning and its end" if run.left_out else "All of it"
        shown.append(f"  {whole}: {run.log_file}")
    names = some_of([run.name for run in runs if run.state is not SuiteState.PASSED])
    return Question(
        key="tests-failed",
        text=f"The local tests did not pass: {names}. What now?",
        shown=tuple(shown),
        options=(
            FIX_AGAIN,
            Option("retry", "Run them again", then=Then.GO_BACK, back_to="run_local_tests"),
            Option(
                "override",
                "Go on although they failed",
                needs_reason=True,
                does="The commit is pushed for the review all the same, and the pull request names "
                "your reason.",
            ),
            Option("stop", "Stop; branch and commits stay", then=Then.STOP),
        ),
        flag="hotfix resume, in a terminal, or with a new commit",
    )
