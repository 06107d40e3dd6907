"""A contract is held twice: on the simulator, and on a real API server where there is one."""

import gc
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.contracts.worlds import RealWorld, SimulatedWorld
from tests.real_cluster.fixture import is_left_out, own_cluster, real_cluster

__all__ = ["closing", "own_cluster", "real_cluster", "world"]


@pytest.fixture(scope="session")
def closing():
    """Where worlds end while the next test runs: a server takes a moment to notice."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture(params=["simulator"] if is_left_out() else ["simulator", "real"])
def world(request, tmp_path, closing):
    made = (
        SimulatedWorld(tmp_path)
        if request.param == "simulator"
        else RealWorld(_new_enough(request), tmp_path)
    )
    made.set_up()
    yield made
    closing.submit(made.close)


@pytest.fixture
def sockets_cut_in_the_handshake():
    """Find here, where it is expected, what Python leaves open of a peer that was gone too soon.

    A connection that is reset between connect and handshake makes ``ssl`` raise without closing
    the socket, which the garbage collector then does, with a warning, whenever it comes along.
    """
    yield
    gc.collect()


@pytest.fixture
def real_world(request, tmp_path):
    """The real one alone: for what the simulator does not play."""
    made = RealWorld(_new_enough(request), tmp_path)
    made.set_up()
    return made


def _new_enough(request):
    """Return the real cluster; leave the test out where it is too old for it."""
    cluster = request.getfixturevalue("real_cluster")
    for marker in request.node.iter_markers("needs_kubernetes"):
        minor, why = marker.args
        if cluster.version < (1, minor):
            pytest.skip(f"needs Kubernetes 1.{minor}, and this is 1.{cluster.version[1]}: {why}")
    return cluster
