"""One watch against what networks and servers do to it, at the level of sockets."""

import json
import threading
import time

import pytest
from tests.adapters.kubernetes.scripted_api import (
    ScriptedApi,
    clean_end,
    half_open,
    reset,
    says,
    status,
    stay_open,
    tells,
    unanswered,
)
from tests.adapters.kubernetes.world import NAMESPACE, TOKEN

from hotfix.adapters.kubernetes.api.connection import PODS, Connection
from hotfix.adapters.kubernetes.rollouts import kind_watch
from hotfix.adapters.kubernetes.rollouts.kind_watch import KindWatch
from hotfix.simulators.kubernetes import kubeconfig_text


@pytest.fixture
def api():
    made = ScriptedApi()
    yield made
    made.stop()


@pytest.fixture
def watch(api, tmp_path):
    path = tmp_path / "kubeconfig"
    path.write_text(kubeconfig_text(api.url, TOKEN, NAMESPACE))
    made = KindWatch(
        Connection(NAMESPACE, None, path),
        PODS,
        "pods",
        keep=lambda thing: thing,
        is_wanted=lambda: True,
        watch_seconds=1,
    )
    yield made
    made.stop()
    made.join(3)
    assert not made.is_alive


def values(watch):
    things = watch.things()
    return None if things is None else {each["metadata"]["name"]: each["value"] for each in things}


def until(watch, wanted, seconds=6.0):
    """Wait until the watch knows ``wanted``."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if values(watch) == wanted:
            return
        time.sleep(0.01)
    raise AssertionError(f"it knows {values(watch)}, not {wanted}")


def test_events_add_change_and_remove(api, watch):
    lines = [api.event("ADDED", "b", 2), api.event("MODIFIED", "a", 5)]
    api.watches = [says(*lines, api.event("DELETED", "b", 2)), stay_open]
    watch.start()
    until(watch, {"a": 5})
    assert api.count("list") == 1


def test_an_event_cut_in_two_is_one_event(api, watch):
    line = api.event("MODIFIED", "a", 7)
    api.watches = [says(line[:20], line[20:] + b"\n\n"), stay_open]
    watch.start()
    until(watch, {"a": 7})
    assert api.count("list") == 1


def test_a_bookmark_moves_on_without_a_change(api, watch):
    bookmark = {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "77"}}}
    api.watches = [says(json.dumps(bookmark).encode() + b"\n"), tells("MODIFIED", "a", 2)]
    watch.start()
    until(watch, {"a": 2})
    assert api.versions[:2] == ["1", "77"]


def test_a_reset_goes_on_from_where_it_was(api, watch):
    api.watches = [reset, tells("MODIFIED", "a", 2), stay_open]
    watch.start()
    until(watch, {"a": 2})
    assert api.count("list") == 1
    assert api.versions[:2] == ["1", "1"]


@pytest.mark.parametrize("silence", [half_open, unanswered])
def test_a_half_open_connection_is_given_up(api, watch, silence):
    api.watches = [silence, tells("MODIFIED", "a", 2), stay_open]
    watch.start()
    until(watch, {"a": 2})


def test_what_was_heard_long_ago_is_not_how_it_is(api, watch):
    api.watches = [stay_open, unanswered]
    watch.start()
    until(watch, {"a": 1})
    until(watch, None)


def test_clean_ends_at_once_are_no_reason_to_hurry_and_not_to_be_trusted(api, watch):
    api.watches = [clean_end]
    watch.start()
    time.sleep(1.0)
    api.set(a=9)
    time.sleep(1.0)
    assert api.count("watch") < 10
    assert api.count("list") > 1
    api.watches = [stay_open]
    until(watch, {"a": 9})


GONE = {"type": "ERROR", "object": {"kind": "Status", "code": 410, "reason": "Expired"}}


@pytest.mark.parametrize(
    "answer", [status(410), says(json.dumps(GONE).encode() + b"\n")], ids=["status", "event"]
)
def test_a_version_that_is_gone_is_listed_anew(api, watch, answer):
    api.watches = [answer, stay_open]
    watch.start()
    api.version = 900
    until(watch, {"a": 1})
    ends = time.monotonic() + 3
    while api.versions[-1] != "900" and time.monotonic() < ends:
        time.sleep(0.01)
    assert api.versions[-1] == "900"


@pytest.mark.parametrize(
    "line",
    [
        b"<html>502 Bad Gateway</html>\n",
        b"\xff\xfe\n",
        b"null\n",
        b"[]\n",
        b'{"type": "ERROR", "object": {"kind": "Status", "message": "etcd is away"}}\n',
        b'{"type": "MODIFIED", "object": {}}\n',
        b'{"type": "MODIFIED", "object": {"metadata": {"name": "without uid"}}}\n',
        b'{"type": "SURPRISE", "object": {"metadata": {"uid": "x"}}}\n',
        b'{"type": "MODIFIED", "obj',
    ],
)
def test_garbage_is_answered_by_listing_anew(api, watch, line):
    def spoil(server, client):
        server.set(a=3)
        says(line)(server, client)

    api.watches = [spoil, stay_open]
    watch.start()
    until(watch, {"a": 3})
    assert api.count("list") == 2


def test_a_server_that_restarts_is_found_again(api, watch):
    watch.start()
    until(watch, {"a": 1})
    api.go_down()
    until(watch, None)
    api.set(a=2)
    api.come_up()
    until(watch, {"a": 2})


def test_credentials_that_expire_are_not_the_end(api, watch):
    api.watches = [stay_open, status(401)]
    watch.start()
    until(watch, {"a": 1})
    api.list_status = 401
    until(watch, None)
    api.list_status = 200
    api.set(a=2)
    api.watches = [stay_open]
    until(watch, {"a": 2})


def test_no_right_to_watch_ends_it(api, watch):
    api.watches = [status(403)]
    watch.start()
    watch.join(3)
    assert (watch.is_alive, watch.is_refused, watch.things()) == (False, True, None)


def test_more_than_memory_is_meant_for_is_not_watched(api, watch, monkeypatch):
    monkeypatch.setattr(kind_watch, "_MOST_OBJECTS", 3)
    api.set(a=1, b=2, c=3)
    api.watches = [tells("ADDED", "d", 4)]
    watch.start()
    watch.join(3)
    assert (watch.is_alive, watch.is_refused, watch.things()) == (False, True, None)


def test_stopping_wakes_a_watch_that_waits(api, watch):
    api.watches = [half_open]
    watch.start()
    until(watch, {"a": 1})
    watch.stop()
    watch.join(30)
    assert not [each for each in threading.enumerate() if each.name == "watch pods"]
