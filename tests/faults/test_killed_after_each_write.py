"""The process dies once after each step's write: the next one finds the effect in the world."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from tests.adapters.github.world_of_github import make_template
from tests.engine.small_plan import Crash
from tests.faults import beside_github, called_off, left_to_github, the_walk, the_way_back
from tests.faults.beside_github import BesideGithub
from tests.faults.called_off import CALLED_OFF
from tests.faults.left_to_github import LEFT_TO_GITHUB
from tests.faults.the_walk import THE_WALK
from tests.faults.the_way_back import THE_WAY_BACK
from tests.faults.walking import walk
from tests.house.test_layout import STEPS, effect_of, steps_in
from tests.mutants.port_writes import Answer, Watched

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, Outcome
from hotfix.domain.progress import RunState
from hotfix.domain.step import LeavesEvidence, is_patient
from hotfix.ports.bundle import Ports

ROUTES = (THE_WALK, THE_WAY_BACK, LEFT_TO_GITHUB, CALLED_OFF)
MODULES = (the_walk, the_way_back, left_to_github, beside_github, called_off)
# Nobody breaks the glass there.
WRITE_NOTHING = {THE_WALK.name: ("await_approval",)}
# Its first write is not all of it: the next try goes on from what there is.
GO_ON = ("bring_to_other_branches",)


@dataclass(frozen=True)
class Asked:
    """A step with evidence, and the names of those that were found done by it."""

    step: Any
    found: list[str]

    @property
    def name(self) -> str:
        return str(self.step.name)

    @property
    def reads(self) -> Any:
        return self.step.reads

    @property
    def reports(self) -> Any:
        return self.step.reports

    @property
    def is_patient(self) -> bool:
        return is_patient(self.step)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        outcome: Outcome = self.step.run(facts, ports)
        return outcome

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        evidence: Evidence = self.step.evidence(facts, ports)
        if isinstance(evidence, Done):
            self.found.append(self.name)
        return evidence


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    make_template(folder)
    return folder


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_each_step_dies_once_after_its_write_and_nothing_happens_twice(route, template, tmp_path):
    _walk_and_die(route, template, tmp_path, lambda ports: ports)


def test_so_does_each_that_writes_elsewhere(template, tmp_path):
    beside = BesideGithub(tmp_path)
    try:
        _walk_and_die(beside.route, template, tmp_path, beside.ports)
    finally:
        beside.stop()


def test_no_step_with_an_effect_is_left_out():
    walked = {name for module in MODULES for name in vars(module)}
    assert {step.name for step in _with_effect()} <= walked


def _walk_and_die(route, template, folder, ports_of) -> None:
    with walk(route, template, folder, None) as at:
        (phase,) = at.plan.phases
        names = {step.name for step in _with_effect()}
        writers = [step for step in phase.steps if type(step).__name__ in names]
        must_die = [it.name for it in writers if it.name not in WRITE_NOTHING.get(route.name, ())]
        can_look = [step.name for step in writers if isinstance(step, LeavesEvidence)]
        died: list[str] = []
        found: list[str] = []

        def write(true: Answer, _answer: Answer) -> Any:
            answer = true()
            step = at.progress.step
            if step in must_die and step not in died:
                died.append(step)
                raise Crash
            return answer

        steps = tuple(Asked(it, found) if it.name in can_look else it for it in phase.steps)
        at.plan = replace(at.plan, phases=(replace(phase, steps=steps),))
        at.ports = cast("Ports", Watched(ports_of(at.ports), write))
        assert at.go() is RunState.DONE, at.progress.problem
        assert at.done == Counter(route.writes)
        assert route.seen(at.github) == route.ends_with
        assert at.failed == died == must_die
        assert found == [name for name in died if name in can_look and name not in GO_ON]


def _with_effect():
    steps = [step for path in STEPS for step in steps_in(path)]
    return [step for step in steps if effect_of(step) != "none."]
