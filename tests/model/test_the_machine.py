"""Commands, crashes, colleagues and configurations in any order: what is said stays true.

A state machine gives the product's commands on two machines in the model world, kills them at a
write or at an event, edits ``hotfix.toml``, lets time pass and colleagues do what they do. After
every command the checker of the table holds what is said against what was done. The walk is the
same for the same seed: ``MODEL_SEED`` names another one than that of every day.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.model.checker import check
from tests.model.commands import STOPPING, WILLING, YES, Death, Desk, Result, a_desk, a_world
from tests.model.people import ELSEWHERE, IN_PRODUCTION, ON_GITHUB
from tests.model.test_the_table import in_memory

from hotfix.domain.question import Answer
from hotfix.domain.run_settings import Via
from hotfix.runs.asker import Flags

SEED = int(os.environ.get("MODEL_SEED", "20260312"))
_WALKS, _STEPS_A_WALK = 78, 30
_STEPS = 2000

_LATE = Flags(yes=True, on_budget=Answer("stop", "too late"))
_EXTENDS = Flags(yes=True, on_budget=Answer("extend", "nearly there", 20.0))
_WHO = st.sampled_from(["dana", "dana", "robin"])
_FLAGS = st.sampled_from([WILLING, WILLING, YES, STOPPING, _LATE, _EXTENDS])
_ALIVE = st.just(Death())
_WRITES = (
    "claim_lock",
    "cut_branch",
    "publish",
    "open_pull_request",
    "request_review",
    "merge",
    "merge",
    "hand_over",
    "patch",
    "revert",
    "run_again",
    "dispatch",
    "cancel",
    "close_pull_request",
    "release_lock",
    "take_lock_over",
)
_DEATHS = st.one_of(
    _ALIVE,
    st.builds(Death, kind=st.sampled_from(_WRITES), before=st.booleans()),
    st.builds(Death, write=st.integers(1, 16)),
    st.builds(Death, event=st.integers(1, 130)),
)
_SOON = st.sampled_from([0.0, 0.0, 5.0, 20.0, 45.0, 90.0])
_EDITS = st.sampled_from(
    [
        {"deployments": ("web",)},
        {"deployments": ("web", "worker")},
        {"deployments": ("web", "worker", "admin")},
        {"merge_into": "hotfix/production"},
        {"merge_into": "main"},
        {"merge_method": "rebase"},
        {"merge_method": "squash"},
        {"merge_how": "queue"},
        {"merge_how": ""},
        {"follow_up": False},
        {"dispatch_input": "commit"},
        {"repository": "acme/other"},
        {"repository": "acme/shop"},
    ]
)


class Walks(RuleBasedStateMachine):
    """Two machines, one world."""

    steps = 0
    commands = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="hotfix-machine-", dir=in_memory()))
        self.world = a_world()
        self.walked: list[str] = []
        self.desks = {
            who: a_desk(self.world, self.folder / "disks", who) for who in ("dana", "robin")
        }
        self.results: list[Result] = []

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _desk(self, who: str, death: Death) -> Desk:
        desk = self.desks[who]
        desk.death = death
        return desk

    def _gave(self, result: Result) -> None:
        type(self).steps += 1
        type(self).commands += 1
        self.results.append(result)
        machines = [desk.machine for desk in self.desks.values()]
        found = check(self.world, machines, self.results)
        said = result.problem.what if result.problem else ""
        self.walked.append(f"{result.command} on {result.state.name}: {result.exit_code} {said}")
        assert not found, "\n".join([*self.walked, str(found)])

    @initialize(death=_DEATHS)
    def begin(self, death: Death) -> None:
        self._gave(self._desk("dana", death).start(WILLING))

    def _nothing_is_open(self) -> bool:
        known = (desk.progress(run) for desk in self.desks.values() for run in desk.runs())
        return all(progress.state.is_over for progress in known)

    def _something_is_known(self) -> bool:
        return any(desk.runs() for desk in self.desks.values())

    @precondition(_nothing_is_open)
    @rule(who=_WHO, death=_DEATHS, flags=_FLAGS)
    def start(self, who: str, death: Death, flags: Flags) -> None:
        self._gave(self._desk(who, death).start(flags))

    @precondition(_something_is_known)
    @rule(who=_WHO, death=_DEATHS, flags=_FLAGS)
    def resume(self, who: str, death: Death, flags: Flags) -> None:
        self._gave(self._desk(who, death).resume(flags=flags))

    @precondition(_something_is_known)
    @rule(who=_WHO, death=_DEATHS, close=st.sampled_from([True, False, None]))
    def abort(self, who: str, death: Death, close: bool | None) -> None:
        self._gave(self._desk(who, death).abort(close=close))

    @rule(
        who=_WHO,
        death=_DEATHS,
        flags=st.sampled_from([YES, WILLING]),
        how=st.sampled_from(["by record", "by record", "to healthy", "to revision", "via actions"]),
    )
    def rollback(self, who: str, death: Death, flags: Flags, how: str) -> None:
        via = Via.ACTIONS if how == "via actions" else Via.KUBERNETES
        kept = self.world.deployments["web"].revisions
        revision = kept[0].number if how == "to revision" else None
        desk, to_healthy = self._desk(who, death), how == "to healthy"
        self._gave(
            desk.roll_back(flags=flags, via=via, to_revision=revision, to_healthy=to_healthy)
        )

    @precondition(lambda self: self.world.records)
    @rule(who=_WHO, death=_DEATHS, flags=_FLAGS)
    def take_over(self, who: str, death: Death, flags: Flags) -> None:
        shared = sorted(self.world.records, key=lambda run: str(self._begun(run)))
        self._gave(self._desk(who, death).take_over(shared[-1], flags))

    def _begun(self, run: str) -> Any:
        return self.world.records[run][0].status["started_at"]

    @rule(who=_WHO)
    def status(self, who: str) -> None:
        self._gave(self._desk(who, Death()).status())

    @rule(who=_WHO, edit=_EDITS)
    def edit_the_configuration(self, who: str, edit: dict[str, Any]) -> None:
        type(self).steps += 1
        desk = self.desks[who]
        desk.settings = type(desk.settings)(**{**vars(desk.settings), **edit})

    @rule(seconds=st.sampled_from([5.0, 30.0, 60.0, 300.0, 1900.0]))
    def time_passes(self, seconds: float) -> None:
        type(self).steps += 1
        self.world.advance(seconds)

    @rule(who=_WHO, seconds=st.sampled_from([-3600.0, 0.0, 3600.0]))
    def a_clock_is_set(self, who: str, seconds: float) -> None:
        type(self).steps += 1
        self.world.clocks[self.desks[who].machine.host] = seconds

    @rule(move=st.sampled_from(sorted(ON_GITHUB)), soon=_SOON)
    def a_colleague_on_github(self, move: str, soon: float) -> None:
        self._moves(move, soon)

    @rule(move=st.sampled_from(sorted(IN_PRODUCTION)), soon=_SOON)
    def a_colleague_in_production(self, move: str, soon: float) -> None:
        self._moves(move, soon)

    @rule(move=st.sampled_from(sorted(ELSEWHERE)), soon=_SOON)
    def a_colleague_elsewhere(self, move: str, soon: float) -> None:
        self._moves(move, soon)

    def _moves(self, move: str, soon: float) -> None:
        type(self).steps += 1
        self.world.after(soon, "move", move)
        self.world.advance(0.0)


@pytest.mark.timeout(600)
def test_what_is_said_stays_true_whatever_happens(record_property):
    Walks.steps = Walks.commands = 0
    began = time.monotonic()
    try:
        run_state_machine_as_test(
            seed(SEED)(Walks),
            settings=settings(
                max_examples=_WALKS,
                stateful_step_count=_STEPS_A_WALK,
                deadline=None,
                database=None,
                derandomize=False,
                # To shrink takes minutes; the steps up to the fault are said as they are.
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        seconds = time.monotonic() - began
        record_property("model_steps", (Walks.steps, Walks.commands, seconds, SEED))
    assert Walks.steps >= _STEPS
