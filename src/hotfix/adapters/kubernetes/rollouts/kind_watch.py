"""List, then watch: all objects of one kind in the namespace, kept up to date by a thread.

The library's own watch is not used: it reconnects without a pause after a clean end, blocks for
ever on a half-open connection, and repeats a 410 with the same stale version.
"""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from hotfix.adapters.kubernetes.api.answers import GoneError
from hotfix.adapters.kubernetes.api.connection import Connection
from hotfix.adapters.kubernetes.api.narrow import Query
from hotfix.adapters.kubernetes.api.object_owners import Json
from hotfix.domain.problem import MissingRightError, ProblemError, TemporaryTroubleError

# Short watches: a half-open connection is found out soon, and a proxy that cuts long ones is fine.
_WATCH_SECONDS = 5
# Times that: after which silence is a broken connection, and for how long what was heard counts.
_READ_SHARE, _TRUSTED_SHARE = 1.4, 1.6
_BETWEEN_WATCHES_SECONDS = 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 3.0
# A namespace with more than that is listed when somebody looks; memory stays bounded.
_MOST_OBJECTS = 5000
_LONGEST_LINE = 8 * 1024 * 1024
_CHUNK = 65_536


class _BrokenStreamError(Exception):
    """What came through the watch is no watch event: everything is read anew."""


class KindWatch:
    """The objects of one kind.

    ``path`` is that of the collection, with ``{namespace}`` still in it; ``doing`` is what it is
    for, such as ``pods in webrana``; ``keep`` returns what is kept of an object; ``query`` is a
    selector of those that count. ``is_wanted`` is asked between watches, each of which the server
    is asked to end after ``watch_seconds``; the thread ends once nobody looks any more.
    """

    def __init__(
        self,
        connection: Connection,
        path: str,
        doing: str,
        *,
        keep: Callable[[Json], Json],
        is_wanted: Callable[[], bool],
        query: Query | None = None,
        watch_seconds: int = _WATCH_SECONDS,
    ) -> None:
        self._connection = connection
        self._query = query or {}
        self._path = path
        self._doing = doing
        self._keep = keep
        self._is_wanted = is_wanted
        self._watch_seconds = watch_seconds
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._things: dict[str, Json] = {}
        self._version = ""
        self._fresh_until = 0.0
        self._response: urllib3.BaseHTTPResponse | None = None
        # It may not watch, or there is too much to watch: whoever looks must list.
        self.is_refused = False
        self._thread = threading.Thread(target=self._run, name=f"watch {doing}", daemon=True)

    def start(self) -> None:
        """Begin to list and watch in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread soon; it is woken if it waits for the next event."""
        self._stopped.set()
        with self._lock:
            self._fresh_until = 0.0
            response = self._response
        if response is not None:
            with contextlib.suppress(ValueError, RuntimeError, OSError):
                response.shutdown()

    def join(self, seconds: float) -> None:
        """Wait until the thread has ended, ``seconds`` at most."""
        self._thread.join(seconds)

    @property
    def is_alive(self) -> bool:
        """Whether the thread still works."""
        return self._thread.is_alive()

    def things(self) -> list[Json] | None:
        """Return the objects as they are now; None while that is not known for sure."""
        with self._lock:
            if time.monotonic() > self._fresh_until:
                return None
            return list(self._things.values())

    def _run(self) -> None:
        failures = 0
        while not self._stopped.is_set() and self._is_wanted():
            try:
                if not self._version:
                    self._list()
                failures = 0 if self._watch() else failures + 1
                self._forget_if_needed(None, failures)
            except (TemporaryTroubleError, ProblemError, GoneError, _BrokenStreamError) as error:
                failures += 1
                # Expired credentials may be renewed meanwhile; a missing right is not.
                self.is_refused = self.is_refused or isinstance(error, MissingRightError)
                if self.is_refused:
                    break
                self._forget_if_needed(error, failures)
            if failures:
                pause = min(_FIRST_PAUSE * 2 ** (failures - 1), _LONGEST_PAUSE)
                self._stopped.wait(pause)
        self._trust_for(0.0)

    def _forget_if_needed(self, error: Exception | None, failures: int) -> None:
        """Read everything anew unless the connection alone was at fault, and that once."""
        if error is not None:
            self._trust_for(0.0)
        if isinstance(error, GoneError | _BrokenStreamError) or failures > 1:
            self._version = ""

    def _list(self) -> None:
        items, version = self._connection.listed(self._path, f"list {self._doing}", self._query)
        if len(items) > _MOST_OBJECTS:
            self.is_refused = True
            raise TemporaryTroubleError(f"There are too many {self._doing} to be watched.")
        things = {_uid(each): self._keep(each) for each in items}
        with self._lock:
            self._things = things
            self._version = version

    def _watch(self) -> bool:
        """Follow changes until the watch ends; tell whether it was good for anything."""
        query = {
            **self._query,
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": self._version,
            "timeoutSeconds": str(self._watch_seconds),
        }
        response = self._connection.watch(
            self._path, f"watch {self._doing}", query, self._watch_seconds * _READ_SHARE
        )
        opened, heard = time.monotonic(), 0
        with self._lock:
            self._response = response
        self._trust_for(self._watch_seconds * _TRUSTED_SHARE)
        try:
            if self._stopped.is_set():
                return False
            for line in _lines(response):
                self._take(line)
                heard += 1
        except (HTTPError, OSError, ValueError) as error:
            # What waits in the pool went the same way, and must not take as long to find out.
            self._connection.close_idle()
            raise TemporaryTroubleError(f"The watch of {self._doing} broke.") from error
        finally:
            with self._lock:
                self._response = None
            response.close()
        is_good = heard > 0 or time.monotonic() - opened >= self._watch_seconds / 2
        # An end at once, again and again, says nothing: then it is listed.
        self._trust_for(_BETWEEN_WATCHES_SECONDS if is_good else 0.0)
        return is_good

    def _take(self, line: bytes) -> None:
        kind, thing = _event(line)
        version = str(thing["metadata"].get("resourceVersion") or "")
        with self._lock:
            if kind == "DELETED":
                self._things.pop(_uid(thing), None)
            elif kind != "BOOKMARK":
                self._things[_uid(thing)] = self._keep(thing)
            self._version = version or self._version
        if len(self._things) > _MOST_OBJECTS:
            self.is_refused = True
            raise TemporaryTroubleError(f"There are too many {self._doing} to be watched.")
        self._trust_for(self._watch_seconds * _TRUSTED_SHARE)

    def _trust_for(self, seconds: float) -> None:
        with self._lock:
            is_trusted = seconds > 0 and not self._stopped.is_set()
            self._fresh_until = time.monotonic() + seconds if is_trusted else 0.0


def _event(line: bytes) -> tuple[str, Json]:
    """Return the type and the object of a watch event.

    Raises:
        GoneError: the version to go on from is too old.
        _BrokenStreamError: it is an error, or no watch event at all.
    """
    try:
        event: Any = json.loads(line)
    except ValueError as error:
        raise _BrokenStreamError from error
    thing = event.get("object") if isinstance(event, dict) else None
    if not isinstance(thing, dict):
        raise _BrokenStreamError
    if event.get("type") == "ERROR" and (
        thing.get("code") == GoneError.STATUS or thing.get("reason") in {"Expired", "Gone"}
    ):
        raise GoneError
    metadata = thing.get("metadata")
    is_known = event.get("type") in {"ADDED", "MODIFIED", "DELETED", "BOOKMARK"}
    if not is_known or not isinstance(metadata, dict):
        raise _BrokenStreamError
    if event["type"] != "BOOKMARK" and not metadata.get("uid"):
        raise _BrokenStreamError
    return str(event["type"]), thing


def _lines(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    """Yield the lines of an answer as they come."""
    rest = b""
    while chunk := response.read1(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line for line in whole if line.strip())
        if len(rest) > _LONGEST_LINE:
            raise _BrokenStreamError
    if rest.strip():
        # Cut off in the middle: whether it was whole is for the decoder to say.
        yield rest


def _uid(thing: Json) -> str:
    return str(thing["metadata"].get("uid") or "")
