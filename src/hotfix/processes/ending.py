"""How a program is ended: SIGTERM to its group, a grace, SIGKILL to its group, and no zombie.

On SIGTERM git removes its locks and ``docker compose run`` ends its container; on SIGKILL neither
does. Whoever interrupts the grace, such as by a second Ctrl-C, ends it at once.
"""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress

from hotfix.processes import table

#: of a tool, which has little to put in order
GRACE_SECONDS = 5.0
_FIRST_LOOK_SECONDS, _LOOK_SECONDS = 0.001, 0.02
_KILLED_SECONDS = 2.0


class Ending:
    """The ending of one process group, which begins here: it is asked to end.

    Args:
        group: the number of the group; that of its leader.
        grace_seconds: after which whatever of the group still lives is made to end.
        leader: the leader, where it is a child of ours.
    """

    def __init__(
        self, group: int, grace_seconds: float, leader: "subprocess.Popen[bytes] | None" = None
    ) -> None:
        self._group = group
        self._leader = leader
        self._is_over = False
        self._deadline = time.monotonic() + grace_seconds
        self._send(signal.SIGTERM)

    def is_over(self) -> bool:
        """Tell whether nothing of the group lives any more; makes it so after the grace."""
        if not self._is_over and not table.is_alive(self._group):
            self._collect()
        if not self._is_over and time.monotonic() > self._deadline:
            self.hurry()
        return self._is_over

    def hurry(self) -> None:
        """Make whatever still lives end now."""
        # Once it is over, the number of the group may be somebody else's.
        if not self._is_over:
            self._send(signal.SIGKILL)
            self._collect()

    def _collect(self) -> None:
        self._is_over = True
        if self._leader is not None:
            with suppress(subprocess.TimeoutExpired):
                self._leader.wait(_KILLED_SECONDS)

    def _send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._group, number)


def ending(process: "subprocess.Popen[bytes]", grace_seconds: float = GRACE_SECONDS) -> Ending:
    """Begin to end a program that ``starting.start`` has started, and what it left behind."""
    return Ending(process.pid, grace_seconds, process)


def finish(endings: Sequence[Ending]) -> None:
    """Wait until all are over; an interruption makes them so at once, and is passed on."""
    left, pause = list(endings), _FIRST_LOOK_SECONDS
    try:
        while left := [each for each in left if not each.is_over()]:
            time.sleep(pause)
            pause = min(2 * pause, _LOOK_SECONDS)
    except BaseException:
        for each in left:
            each.hurry()
        raise
