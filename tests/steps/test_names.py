"""A step is called in journals what its file is called."""

import importlib
import pkgutil
from dataclasses import MISSING, fields, is_dataclass

import pytest

from hotfix import steps

MODULES = [found.name for found in pkgutil.iter_modules(steps.__path__)]
# The plan has it twice, and names each.
NAMELESS = {"link_the_follow_up"}


@pytest.mark.parametrize("module", MODULES)
def test_a_step_is_called_what_its_file_is_called(module):
    found = vars(importlib.import_module(f"hotfix.steps.{module}")).values()
    (step,) = (
        each
        for each in found
        if is_dataclass(each) and isinstance(each, type) and hasattr(each, "run")
        if each.__module__ == f"hotfix.steps.{module}"
    )
    (name,) = (each.default for each in fields(step) if each.name == "name")
    assert name is MISSING if module in NAMELESS else name == module


# Those that only wait for the world: trouble is borne for as long as the budget allows.
PATIENT = {
    *("await_approval", "await_checks", "await_the_merge", "compare_with_the_record"),
    *("prove_the_commit_runs", "watch_rollout", "watch_the_restoration", "watch_the_run_again"),
    "watch_workflow_run",
}


@pytest.mark.parametrize("module", MODULES)
def test_only_a_step_that_waits_for_the_world_is_patient(module):
    found = vars(importlib.import_module(f"hotfix.steps.{module}")).values()
    patient = [
        getattr(each, "is_patient", False)
        for each in found
        if isinstance(each, type) and each.__module__ == f"hotfix.steps.{module}"
    ]
    assert any(patient) is (module in PATIENT)
