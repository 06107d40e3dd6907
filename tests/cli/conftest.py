"""What is set for the tests themselves is no configuration of a command."""

import os

import pytest


@pytest.fixture(autouse=True)
def _without_our_own_variables(monkeypatch):
    for name in [each for each in os.environ if each.startswith("HOTFIX_")]:
        monkeypatch.delenv(name)
