"""What the tests are told by the environment is nothing that a command of the model may see."""

import os

import pytest


@pytest.fixture(scope="module", autouse=True)
def _no_overrides():
    with pytest.MonkeyPatch.context() as patched:
        for name in [each for each in os.environ if each.startswith("HOTFIX_")]:
            patched.delenv(name)
        yield
