"""When each line of a pod's log was written, as far as anybody saw it."""

from datetime import datetime, timedelta


class LogBook:
    """Remembers the moment at which each line was first seen.

    A program does not say when it wrote a line, so a line counts as written when the kubelet, or
    somebody who asked for the log, first saw it.
    """

    def __init__(self) -> None:
        self._seen: dict[str, list[datetime]] = {}

    def see(self, pod: str, lines: int, now: datetime) -> None:
        """Note that the pod's log is ``lines`` long at ``now``."""
        moments = self._seen.setdefault(pod, [])
        moments.extend([now] * (lines - len(moments)))

    def first_since(self, pod: str, now: datetime, seconds: float) -> int:
        """Return the index of the first line seen in the last ``seconds``."""
        begin = now - timedelta(seconds=seconds)
        moments = self._seen.get(pod, [])
        return next((i for i, moment in enumerate(moments) if moment >= begin), len(moments))

    def forget(self, pod: str) -> None:
        """Forget a pod that is gone."""
        self._seen.pop(pod, None)
