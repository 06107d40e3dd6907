"""The merge queue, and auto-merge: pull requests that the simulated GitHub merges by itself."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from hotfix.simulators.github.hosted_repository import HostedRepository
from hotfix.simulators.github.merging import merge, unmet
from hotfix.simulators.github.pushes import Pushes
from hotfix.simulators.github.records import Pull
from hotfix.simulators.server import Answer
from hotfix.simulators.timeline import Timeline, WorldTimings

_METHOD = "squash"


@dataclass(frozen=True)
class QueueEntry:
    """A place in the queue; ``pull`` is None for somebody else's pull request."""

    id: int
    pull: Pull | None
    title: str
    login: str


@dataclass
class MergeQueue:
    """Merges one entry after the other, each after its checks."""

    hosted: HostedRepository
    timeline: Timeline
    timings: WorldTimings
    pushes: Pushes
    _entries: list[QueueEntry] = field(default_factory=list)
    _checked: QueueEntry | None = None
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def entry_of(self, pull: Pull) -> tuple[int, str] | None:
        """Return place (from 1) and state of a pull request, or None where it is not queued."""
        for place, entry in enumerate(self._entries, start=1):
            if entry.pull is pull:
                return place, "AWAITING_CHECKS" if entry is self._checked else "QUEUED"
        return None

    def add(self, pull: Pull | None, title: str, login: str, *, jump: bool = False) -> None:
        """Put a pull request at the end, or at the front, which builds the queue anew."""
        entry = QueueEntry(next(self._ids), pull, title, login)
        self._entries.insert(0 if jump else len(self._entries), entry)
        self._check_the_front()

    def merge_what_is_ready(self) -> None:
        """Merge the pull requests with auto-merge for which everything is met by now."""
        for pull in self.hosted.pulls.values():
            if pull.auto_merge is None or not pull.issue.is_open or unmet(self.hosted, pull):
                continue
            method, title, login = pull.auto_merge
            pull.auto_merge = None
            merge(self.hosted, pull, method=method, title=title, login=login)
            self.pushes.notice()

    def _check_the_front(self) -> None:
        front = self._entries[0] if self._entries else None
        if front is self._checked:
            return
        self._checked = front
        if front is not None:
            name = f"the merge queue checks {front.title}"
            self.timeline.after(self.timings.merge_queue, partial(self._finish, front), name)

    def _finish(self, entry: QueueEntry) -> None:
        if entry is not self._checked:
            return
        self._entries.remove(entry)
        self._checked = None
        pull = entry.pull
        if pull is not None and pull.issue.is_open and self.hosted.run_checks(pull.head_sha):
            self._merge(pull, entry)
        self._check_the_front()

    def _merge(self, pull: Pull, entry: QueueEntry) -> None:
        title, login = entry.title, entry.login
        try:
            merge(self.hosted, pull, method=_METHOD, title=title, login=login, is_queued=True)
        except Answer:
            return  # thrown out: a conflict, or something that is no longer met
        self.pushes.notice()
