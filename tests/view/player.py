"""Plays a scene of a run on the terminal that it is started in: ``python -m tests.view.player``."""

import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from tests.engine.small_plan import MemoryJournal, Says, plan_of, ports
from tests.memory_clock import MemoryClock

from hotfix.domain.event_data import Noted
from hotfix.domain.fix_words import EDIT
from hotfix.domain.fold import after
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, Waiting
from hotfix.domain.progress import Progress
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.engine.run import run
from hotfix.runs.asker import Flags, TerminalAsker
from hotfix.view.run_screen import RunScreen

URL = "https://github.com/webrana/shop/pull/7"
MERGE = Question(
    "merge",
    "Merge into main and deploy?",
    (Option("merge", "Merge and deploy", typed=True), Option("stop", "Stop", Then.STOP)),
    (URL, "0f838ce4, approved by rena"),
)
DRAFT = "Root cause:\n\nFix summary: checkout returns 500\n"
EDITED = Question(
    "commit",
    "Commit this as the fix?",
    (Option("commit", "Commit it"), replace(EDIT, draft=DRAFT)),
)
TAIL = ("tests | 41 passed", "tests | FAILED test_voucher - KeyError: 'VOUCHERS_URL'")


@dataclass(frozen=True)
class Others(Says):
    """A step that waits for what others do."""

    goes_on_alone: ClassVar[bool] = True


def plan(*, is_asked, question=MERGE):
    """Return the plan of a hotfix that comes to its review, or to the question before its merge."""
    review = Waiting(f"waiting for rena to review {URL}", 1.0, shown=TAIL)
    reviewed = [review, Done("Approved by rena.")] if is_asked else [review]
    return plan_of(
        ("prepare", None, (Says("see", [Waiting("looking", 20), Done("Recorded shop.")]),)),
        ("branch", 120.0, (Says("cut", [Done("Cut hotfix/checkout-returns-500.")]),)),
        ("fix", 900.0, (Says("edit", [Waiting("editing", 420), Done("The fix: 1 commit.")]),)),
        ("test", 300.0, (Says("test", [Waiting("running", 30), Done("backend passed.")]),)),
        ("review", 600.0, (Others("await_approval", reviewed),)),
        ("deploy", 300.0, (Says("merge_the_fix", [Ask(question)]),)),
        ("verify", 180.0, (Says("confirm_by_a_person", [Done("Confirmed.")]),)),
        total=1800.0,
        no_return="merge_the_fix",
        needed_after=("deploy", "verify"),
    )


def play(scene: str, seconds: float) -> None:
    """Show the run up to where it waits, and stay there."""
    clock = MemoryClock(datetime(2026, 3, 12, 3, 12, 9, tzinfo=UTC))
    journal = MemoryJournal(clock)
    begun_at = time.monotonic()
    is_running, asks = scene == "ticks", scene in {"asks", "edits"}
    question = EDITED if scene == "edits" else MERGE

    def now() -> datetime:
        passed = time.monotonic() - begun_at if is_running else 0.0
        return clock.now() + timedelta(seconds=passed)

    flags = {word for word in sys.argv if word.startswith("--")}
    screen = RunScreen(now, is_plain="--plain" in flags, is_quiet="--quiet" in flags)
    of = plan(is_asked=asks, question=question)
    begun = record.begin(journal, Incident("checkout returns 500"), of, RunSettings())
    progress = after(Progress(), begun)
    screen.show(begun, progress)
    with screen.running_clock():
        for event in run(of, ports(clock), journal):
            progress = after(progress, event)
            screen.show(event, progress)
            if not asks and progress.shown == TAIL and progress.state.value == "waiting":
                break
        if not asks:
            time.sleep(seconds)
            return
        notes = ["vouchers are down, too"]

        def stands() -> bool:
            nonlocal progress
            if notes and time.monotonic() - begun_at > seconds:
                said = journal.append(Noted(notes.pop(), "noor"))
                progress = after(progress, said)
                screen.show(said, progress)
            return True

        answer = TerminalAsker(screen, Flags()).ask(question, "merge_the_fix", stands)
    said = f"{answer.choice} {answer.reason}".strip() if answer else "nothing"
    screen.lines([f"answered: {said}"])


if __name__ == "__main__":
    play(sys.argv[1], float(sys.argv[2]))
