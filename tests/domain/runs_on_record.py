"""Whole runs of a small plan, walked by the engine, for readers of the record."""

from tests.engine.small_plan import MemoryJournal, Says, plan_of, ports
from tests.memory_clock import MemoryClock

from hotfix.domain.fact import Fact
from hotfix.domain.fact_names import CHANGE
from hotfix.domain.fact_records import CommittedChange
from hotfix.domain.fold import fold
from hotfix.domain.incident import Category, Incident
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, Waiting
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.question import Answer, Option, Question, Then
from hotfix.domain.run_settings import RunSettings
from hotfix.engine import record
from hotfix.engine.run import run

INCIDENT = Incident("checkout returns 500", Category.API_ERRORS)
PROBLEM = Problem(ProblemCode.RIGHTS, "The push was refused.", "No rights.", "gh auth login")
SURENESS = Fact("sure", str, "whether somebody is sure")
FIXED = CommittedChange(("shop.py",), 1, ("a" * 40,))
SURE = Question("sure", "Sure?", (Option("yes", "Yes"), Option("no", "Stop it", Then.STOP)))


def asks(facts):
    answer = facts.answer("sure")
    return Done(f"{answer.choice}.", (SURENESS(answer.choice),)) if answer else Ask(SURE)


def plan(*middle, total=1800.0):
    """Return fix, review and deploy, with ``middle`` as what review reports."""
    return plan_of(
        ("prepare", None, (Says("look", [Waiting("looking", 30), Done("seen")]),)),
        ("fix", 900.0, (Says("edit", [Waiting("editing", 300), Done("fixed", (CHANGE(FIXED),))]),)),
        ("review", 600.0, (Says("review", list(middle) or [Done("approved")]),)),
        ("deploy", 300.0, (Says("merge", [Waiting("merging", 100), Done("merged")]),)),
        total=total,
        no_return="merge",
        needed_after=("deploy",),
    )


def walked(of, *answers):
    """Walk a plan to its stop, with one more stretch for each answer; returns the journal."""
    journal = MemoryJournal(MemoryClock(breath_seconds=0))
    record.begin(journal, INCIDENT, of, RunSettings())
    list(run(of, ports(journal.clock), journal))
    for answer in answers:
        list(record.decide(journal, fold(journal.events()), of, answer))
        if not fold(journal.events()).next_plan:
            list(run(of, ports(journal.clock), journal))
    return journal


def done():
    return walked(plan())


def failed():
    return walked(plan(Failed(PROBLEM)))


def deciding():
    return walked(plan(asks))


def decided():
    return walked(plan(asks), Answer("yes"))


def stopped():
    journal = walked(plan(asks), Answer("no", "too risky"))
    abort = plan_of(("abort", None, (Says("clean_up", [Done("cleaned")]),)), name="abort")
    list(run(abort, ports(journal.clock), journal))
    return journal


def gone_back():
    back = GoBack("edit", "A commit came after the approval.")
    return walked(plan(Waiting("reviewing", 60), back, Done("approved")))


def late():
    return walked(plan(Waiting("reviewing", 2000)))


def extended():
    waits = [Waiting("reviewing", 2000)] * 3
    return walked(plan(*waits, Done("approved")), Answer("extend", "nearly there", 40))


def interrupted():
    journal = walked(plan(asks))
    record.interrupt(journal, "Ctrl-C")
    return journal


def rolling_back():
    journal = done()
    back = plan_of(("rollback", 300.0, (Says("restore", [asks]),)), name="rollback")
    list(run(back, ports(journal.clock), journal))
    return journal


RUNS = {
    made.__name__: made
    for made in (
        *(done, failed, deciding, decided, stopped, gone_back),
        *(late, extended, interrupted, rolling_back),
    )
}
