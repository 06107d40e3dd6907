"""The real cluster of a test session: started once a worker, and left out where it is not there.

Where ``HOTFIX_REQUIRE_CLUSTER`` is set, as continuous integration does it, a machine without the
binaries fails the tests (``tests/conftest.py``).
"""

import os

import pytest
from tests.real_cluster.control_plane import RealCluster
from tests.real_cluster.provide import find

LEFT_OUT = (
    "there is no real Kubernetes control plane on this machine to hold the contracts against; "
    "to get one: make cluster"
)


def is_required():
    """Tell whether tests on the real cluster must not be left out."""
    return bool(os.environ.get("HOTFIX_REQUIRE_CLUSTER"))


def is_left_out():
    """Tell whether this machine lacks the binaries."""
    return find() is None


@pytest.fixture(scope="session")
def real_cluster(tmp_path_factory):
    with _started(tmp_path_factory) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def own_cluster(tmp_path_factory):
    """One that a module may do to what it likes, without disturbing any other."""
    with _started(tmp_path_factory) as cluster:
        yield cluster


def _started(tmp_path_factory):
    binaries = find()
    if binaries is None:
        pytest.skip(LEFT_OUT)
    return RealCluster(binaries, tmp_path_factory.mktemp("real-cluster"))
