"""What nobody said is nothing: no default says anything, but for those that are named here."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

from hotfix import domain, engine, steps, wrappers
from hotfix.domain.event import Event
from hotfix.domain.event_data import StepDone
from hotfix.domain.incident import Incident, Severity, StartFrom
from hotfix.domain.outcome import Done
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.problem import ProblemCode
from hotfix.domain.progress import PhaseProgress, PhaseState, Progress, RunState
from hotfix.domain.proposal import THE_FIX
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.review_ladder import ReviewLadder, Rung
from hotfix.domain.rollout.made_anew import AFTER_THE_ROLLBACK, MadeAnew
from hotfix.domain.rollout.running_pod import Named
from hotfix.domain.rollout.seen import PodView
from hotfix.domain.run_settings import Origin, RunSettings, Via
from hotfix.domain.step import Phase
from hotfix.steps.compare_with_the_record import CompareWithTheRecord
from hotfix.steps.label_pull_request import LabelPullRequest
from hotfix.steps.open_pull_request import OpenPullRequest
from hotfix.steps.publish_branch import PublishBranch
from hotfix.steps.watch_rollout import WatchRollout
from hotfix.steps.watch_the_restoration import WatchTheRestoration

# A journal that lacks a key is read with its default: another one makes old journals say another
# thing.
SAYING: dict[tuple[type, str], object] = {
    (Event, "version"): 1,
    (Incident, "severity"): Severity.MAJOR,
    (Incident, "start_from"): StartFrom.BASE,
    (Option, "then"): Then.GO_ON,
    (Origin, "remote"): "origin",
    (Question, "flag"): "--yes",
    (Question, "unanswered"): ProblemCode.WAITING,
    (RunSettings, "via"): Via.KUBERNETES,
    # What is not on record, but begins so.
    (PhaseProgress, "plan"): "hotfix",
    (PhaseProgress, "state"): PhaseState.TO_COME,
    (Progress, "incident"): Incident(""),
    (Progress, "plan"): "hotfix",
    (Progress, "settings"): RunSettings(),
    (Progress, "state"): RunState.RUNNING,
    (Named, "is_sure"): True,
    (ProbeResult, "is_reached"): True,
    # What is done has gone well, unless it is said.
    (Done, "is_success"): True,
    (StepDone, "is_success"): True,
    (PodView, "phase"): "Running",
    (MadeAnew, "next_command"): AFTER_THE_ROLLBACK.next_command,
    # Seconds, and shares of one.
    (Phase, "patience_seconds"): 120.0,
    (ReviewLadder, "second_after"): 240.0,
    (ReviewLadder, "on_call_after"): 420.0,
    (Rung, "has_login"): True,
    (CompareWithTheRecord, "doomed_share"): 1.0,
    (WatchRollout, "doomed_share"): 1.0,
    (WatchTheRestoration, "doomed_share"): 1.0,
    # What a step is about.
    (LabelPullRequest, "proposal"): THE_FIX,
    (OpenPullRequest, "proposal"): THE_FIX,
    (PublishBranch, "proposal"): THE_FIX,
}


def records() -> Iterator[type]:
    for room in (domain, engine, steps, wrappers):
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            for each in vars(importlib.import_module(found.name)).values():
                if isinstance(each, type) and is_dataclass(each) and each.__module__ == found.name:
                    yield each


def default_of(field: Field[Any]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def test_a_default_says_nothing_unless_it_is_named_here():
    saying = {
        (record, field.name): default_of(field)
        for record in records()
        for field in fields(record)
        if default_of(field) is not MISSING and default_of(field)
        # How steps are called is told by the names of their files.
        if not (record.__module__.startswith("hotfix.steps.") and field.name == "name")
    }
    assert saying == SAYING
