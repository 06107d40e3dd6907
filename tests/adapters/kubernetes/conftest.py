"""The world of these tests."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.adapters.kubernetes.world import World


@pytest.fixture(scope="session")
def closing():
    """Where worlds end while the next test runs: a server takes a moment to notice."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def world(tmp_path, closing):
    made = World(tmp_path)
    yield made
    closing.submit(made.service.stop)
