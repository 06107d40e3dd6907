"""Git without the settings of whoever runs the tests."""

import os

import pytest
from tests.adapters.git.clones import origin_and_clone


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def both(tmp_path):
    return origin_and_clone(tmp_path)
