"""A watch of a real API server through a network that breaks connections in every way it can.

Garbage between the lines of a watch cannot be made here, as TLS protects them: that is held by
``tests/adapters/kubernetes/test_kind_watch.py`` on a server that is scripted.
"""

import threading
import time

import pytest
from tests.contracts.worlds import BACKEND, BAD, GOOD, OTHER
from tests.real_cluster.tcp_proxy import TcpProxy

from hotfix.adapters.kubernetes.api import connection
from hotfix.domain.problem import TemporaryTroubleError

pytestmark = [
    pytest.mark.usefixtures("sockets_cut_in_the_handshake"),
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning"
    ),
]


@pytest.fixture
def proxy(real_cluster):
    made = TcpProxy(int(real_cluster.url.rpartition(":")[2]))
    yield made
    made.stop()


@pytest.fixture
def world(real_world):
    return real_world


@pytest.fixture
def cluster(world, proxy):
    watching = world.adapter(url=proxy.url, watches=True)
    until_watched(world, watching)
    yield watching
    watching.stop_watching()


def until_watched(world, cluster):
    def is_watched():
        look(cluster)
        return is_being_watched(cluster)

    world.until(is_watched, "it is watched")


def is_being_watched(cluster):
    looking = cluster._looking
    return looking._watch.seen(looking._scope) is not None


def look(cluster):
    """Return the revision that is seen; None while there is temporary trouble."""
    try:
        return cluster.look([BACKEND])[0].revision
    except TemporaryTroubleError:
        return None


@pytest.mark.parametrize("harm", ["reset", "end", "spoil"])
def test_a_watch_that_is_broken_off_sees_the_next_change_and_goes_on(world, proxy, cluster, harm):
    assert proxy.open >= 3
    getattr(proxy, harm)()
    world.deploy(BAD)
    world.until(lambda: look(cluster) == 2, "the change is seen")
    until_watched(world, cluster)
    world.deploy(OTHER)
    world.until(lambda: look(cluster) == 3, "the next change is seen")


def test_a_half_open_watch_is_given_up_within_seconds_and_with_it_all_that_went_the_same_way(
    world, proxy, cluster
):
    """TCP alone would find it out after a quarter of an hour."""
    proxy.forget()
    world.deploy(BAD)
    begun = time.monotonic()
    world.until(lambda: look(cluster) == 2, "the change is seen")
    until_watched(world, cluster)
    # 7 seconds of silence end a watch. One of the connections in the pool would take as long again.
    assert time.monotonic() - begun < 12


def test_a_watch_in_which_nothing_happens_lasts_until_the_server_ends_it(world, proxy, cluster):
    world.until_complete()
    watches = cluster._looking._watch._watches
    first, connections = [watch._response for watch in watches], proxy.accepted
    unwatched = []

    def are_renewed():
        if not is_being_watched(cluster):
            unwatched.append(time.monotonic())
        now = [watch._response for watch in watches]
        return all(new not in (None, old) for new, old in zip(now, first, strict=True))

    world.until(are_renewed, "each watch was ended by the server and began again")
    assert unwatched == []
    assert proxy.accepted == connections, "a connection that was given up is not used again"


@pytest.mark.parametrize("harm", ["reset", "end", "spoil"])
def test_who_lists_over_a_connection_that_broke_while_it_was_idle_gets_an_answer(
    world, proxy, harm
):
    cluster = world.adapter(url=proxy.url)
    assert look(cluster) == 1
    getattr(proxy, harm)()
    (view,) = cluster.look([BACKEND])
    assert view.commits == (GOOD, GOOD)


def test_who_lists_over_half_open_connections_waits_for_one_of_them_alone(
    world, proxy, monkeypatch
):
    cluster = world.adapter(url=proxy.url)
    together = threading.Barrier(4)

    def look_together():
        together.wait()
        cluster.look([BACKEND])

    threads = [threading.Thread(target=look_together) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    monkeypatch.setattr(connection, "_READ_SECONDS", 1.0)
    proxy.forget()
    with pytest.raises(TemporaryTroubleError, match="does not answer"):
        cluster.look([BACKEND])
    assert cluster.look([BACKEND])[0].commits == (GOOD, GOOD)
