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
