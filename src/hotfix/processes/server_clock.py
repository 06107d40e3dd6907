"""What time it is at a service, by the ``Date`` of its answers: this machine's clock may be wrong.

Whatever a service dates is compared with this, and never with the time of day here.
"""

import threading
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime


class ServerClock:
    """The clock of one service; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # What it said, and when that was by our monotonic one.
        self._said: tuple[datetime, float] | None = None

    def note(self, date: str) -> None:
        """Remember what the ``Date`` of an answer says; nothing where it says nothing."""
        try:
            said = parsedate_to_datetime(date)
        except (TypeError, ValueError):
            return
        if said.tzinfo is not None:
            with self._lock:
                self._said = (said, time.monotonic())

    def note_in(self, headers: Mapping[str, object]) -> None:
        """Remember what the headers of an answer say, in whatever spelling."""
        self.note(next((str(text) for name, text in headers.items() if name.lower() == "date"), ""))

    def now(self) -> datetime | None:
        """Return the present moment there, to the second: UTC, aware; None while nobody told it."""
        with self._lock:
            if self._said is None:
                return None
            said, noted_at = self._said
        return said + timedelta(seconds=time.monotonic() - noted_at)
