"""Facts: every plan has what its steps read, and the code says what it does with them."""

import ast
import json
from dataclasses import fields, is_dataclass

import pytest
from docs.tables.fact_uses import FACTS, SRC, direct_readers, modules, uses_of
from tests.house.plans import every_plan, every_step
from tests.journals.reading import NAMES, recorded

from hotfix.domain.event_data import RunResumed, StepDone, StepSettled
from hotfix.domain.fact import Fact, Maybe

# What a command writes down when it takes a run up, or an answer holds: no step reports these.
BY_COMMANDS = {
    *("repository", "beside", "bad_commit_settled", "unsettled", "follow_up_closed"),
    *("bring_back_settled", "fix_words", "alert_closed", "page_closed"),
}
# Words that mean something else where they stand: a command, a key of JSON, of a question.
BY_CHANCE = {
    "cli/app.py": ("lock",),
    "cli/dry_run.py": ("caveats", "changed_by_others"),
    "cli/team.py": ("lock",),
    "composition/readiness.py": ("proof",),
    "composition/suite_needs.py": ("suites",),
    "config/memory.py": ("status_page",),
    "domain/event_data.py": ("bad_commit_settled",),
    "domain/incident.py": ("reviewer", "start_from"),
    "domain/paging.py": ("change",),
    "domain/pod_template.py": ("labels",),
    "domain/proposal.py": ("revert",),
    "domain/review_ladder.py": ("reviewer",),
    "domain/snapshot.py": ("warnings",),
    "plan/hotfix.py": ("branch",),
    "runs/last_healthy_state.py": ("verified",),
    "runs/set_up.py": ("merge_into", "repository", "reviewer"),
    "runs/taken_up.py": ("lock",),
    "runs/whose.py": ("repository",),
    "steps/prove_the_commit_runs.py": ("unproven",),
    "steps/suggest_reviewer.py": ("reviewer",),
    # What customers read, by when.
    "steps/tell_customers.py": ("verified",),
    # Keys of what the readers print.
    "view/account.py": ("on_call", "post_mortem", "repository", "verified_by", "warnings"),
    "view/account_text.py": ("verified_by", "warnings"),
    "view/meeting.py": ("post_mortem",),
    "view/report.py": ("on_call", "repository", "verified_by"),
    "view/scorecard_lines.py": ("proof",),
    "view/status_lines.py": ("pull_request_url", "warnings"),
}
NAME_OF = {fact.key: name for name, fact in FACTS.items()}


def keys(declared, *, needed=False):
    """The keys of what is declared; with ``needed``, of what must be there alone."""
    return {
        each.fact.key if isinstance(each, Maybe) else each.key
        for each in declared
        if not (needed and isinstance(each, Maybe))
    }


def reported(event):
    """The facts that an event brings, as the journal holds them."""
    has_facts = isinstance(event.said, StepDone | RunResumed | StepSettled)
    return (event.said.facts or {}) if has_facts else {}


@pytest.mark.parametrize("plan", [pytest.param(plan, id=name) for name, plan in every_plan()])
def test_a_step_reads_what_earlier_steps_report_or_says_that_it_may_be_missing(plan):
    known: set[str] = set()
    for phase, step in ((each, step) for each in plan.phases for step in each.steps):
        missing = keys(step.reads, needed=True) - known
        assert not missing, f"{step.name} reads {missing}, which nobody has reported by then"
        # What such a phase could not do is left to do, and reports nothing.
        known |= set() if phase.is_courtesy else keys(step.reports, needed=True)


def test_what_may_be_read_is_reported_by_some_step():
    steps = every_step()
    reported = {key for step in steps.values() for key in keys(step.reports)}
    for step in steps.values():
        assert keys(step.reads) <= reported | BY_COMMANDS, step.name
    assert reported | BY_COMMANDS == {fact.key for fact in FACTS.values()}


@pytest.mark.parametrize("name", FACTS)
def test_what_is_reported_is_read_by_somebody_or_marked_as_record(name):
    assert bool(direct_readers(name)) is not FACTS[name].is_record


def test_a_step_declares_what_its_code_reads_and_reports():
    inner = [getattr(step, "step", step) for step in every_step().values()]
    for step in inner:
        path = f"{type(step).__module__.removeprefix('hotfix.').replace('.', '/')}.py"
        twins = [other for other in inner if type(other) is type(step)]
        # What a plan hands to a step is in no text of its own.
        handed = {fact.key for twin in twins for fact in _handed(twin)}
        read = {FACTS[each].key for each in uses_of(path).read}
        assert {key for twin in twins for key in keys(twin.reads)} - handed == read - handed, path
        own = {name for part in modules()[path].parts.values() for name in part.reported}
        reported = {key for twin in twins for key in keys(twin.reports)}
        assert reported - handed == {FACTS[each].key for each in own} - handed, path


def _handed(value):
    """Yield the facts that a step was handed by the plan."""
    if isinstance(value, Fact):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _handed(each)
    elif is_dataclass(value):
        # Of the object alone: what its class declares is handed to nobody.
        for each in fields(value):
            yield from _handed(getattr(value, each.name))


@pytest.mark.parametrize("name", NAMES)
def test_recorded_facts_are_known_and_stand_in_the_journal_as_they_are_written_today(name):
    for event in recorded(name).events:
        for key, value in reported(event).items():
            assert key in NAME_OF, f"nobody knows {key}"
            if value is not None:
                again = FACTS[NAME_OF[key]](FACTS[NAME_OF[key]].read(value)).value
                assert json.dumps(again) == json.dumps(value), key


def test_every_fact_is_on_record_under_its_name():
    """A key that was changed would be read from no journal that is on disk already."""
    seen = {key for name in NAMES for event in recorded(name).events for key in reported(event)}
    # What an event stands for as a whole.
    seen |= {key for name in NAMES for key in recorded(name).progress.known}
    assert {fact.key for fact in FACTS.values()} <= seen


@pytest.mark.parametrize("name", NAMES)
def test_a_step_that_was_done_has_reported_what_it_says(name):
    steps = every_step()
    known: dict[str, object] = {}
    for event in recorded(name).events:
        found = reported(event)
        known |= found
        if event.type == "step_done":
            step = steps[event.step]
            assert found.keys() <= keys(step.reports), event.step
            missing = [key for key in keys(step.reports, needed=True) if known.get(key) is None]
            assert not missing, f"{event.step} is done, and {missing} are not known"


def test_no_fact_is_named_by_a_bare_text():
    """Outside of the one file; a text that is a fact's name by chance is something else."""
    found = [
        f"{path}:{node.lineno}: {node.value!r} is {NAME_OF[node.value]}"
        for path, node in _texts()
        if node.value in NAME_OF and node.value not in BY_CHANCE.get(path, ())
    ]
    assert not found, "\n".join(found)


def _texts():
    """Yield every text in the product that is no docstring, with the path of its file."""
    for file in sorted(SRC.rglob("*.py")):
        path = file.relative_to(SRC).as_posix()
        # What is detected is named by the keys of hotfix.toml.
        is_elsewhere = path.startswith(("simulators/", "adapters/", "detect/"))
        if is_elsewhere or path == "domain/fact_names.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node
