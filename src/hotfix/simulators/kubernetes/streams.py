"""Watches and followed logs: read while the world goes on, without holding its lock."""

import asyncio
import json
import threading
import time
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from hotfix.simulators.kubernetes.kinds import Kind
from hotfix.simulators.kubernetes.selectors import matches
from hotfix.simulators.kubernetes.store import Json, Store
from hotfix.simulators.timeline import Timeline

_LOOK_AGAIN_SECONDS = 0.03


@dataclass(frozen=True)
class Streams:
    """Where streams look: changes of the store, the world's time, and whether the server stops."""

    store: Store
    timeline: Timeline
    stopped: threading.Event

    def position_after(self, version: int) -> int:
        """Return where in the store's changes those after ``version`` begin."""
        return bisect_right(self.store.changes, version, key=lambda change: change.version)

    async def watch(
        self,
        kind: Kind,
        namespace: str,
        selectors: tuple[str, str],
        first: Sequence[Json],
        position: int,
        seconds: float,
    ) -> AsyncIterator[bytes]:
        """Yield watch events as JSON lines: ``first``, then the changes from ``position`` on.

        ``selectors`` are of labels and of fields; the stream ends after ``seconds`` of real time.
        """
        for thing in first:
            yield _event("ADDED", thing)
        ends = time.monotonic() + seconds
        while not self.stopped.is_set() and time.monotonic() < ends:
            # The list of changes only ever grows, and what is in it does not change.
            changes = self.store.changes[position:]
            position += len(changes)
            for change in changes:
                space = change.thing["metadata"].get("namespace", "")
                is_meant = change.kind is kind and namespace in {"", space}
                if is_meant and matches(change.thing, *selectors):
                    yield _event(change.type, change.thing)
            await self._let_time_pass()

    async def follow(
        self, lines: Callable[[], Sequence[str] | None], position: int
    ) -> AsyncIterator[bytes]:
        """Yield log lines from ``position`` on, until ``lines`` returns None: the pod is gone."""
        while not self.stopped.is_set():
            found = await asyncio.to_thread(lines)
            if found is None:
                return
            for line in found[position:]:
                yield line.encode() + b"\n"
            position = max(position, len(found))
            await self._let_time_pass()

    async def _let_time_pass(self) -> None:
        # A watcher alone must see the world move; in a thread, as what is due may take a while.
        await asyncio.to_thread(self.timeline.tick)
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


def _event(kind: str, thing: Json) -> bytes:
    return json.dumps({"type": kind, "object": thing}).encode() + b"\n"
