"""Questions that are asked side by side, and whose answers nobody waits for long."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


def soon(questions: Sequence[Callable[[], object]], seconds: float) -> tuple[object | None, ...]:
    """Return what each question answers within ``seconds`` in all; None where it does not."""
    found: dict[int, object] = {}

    def ask(number: int, question: Callable[[], object]) -> None:
        found[number] = question()

    # Daemon threads: a service that hangs must not keep the command from ending.
    threads = [
        threading.Thread(target=ask, args=item, daemon=True) for item in enumerate(questions)
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return tuple(found.get(number) for number in range(len(questions)))


class Asked(Generic[T]):
    """A question that is asked at once, in the background; nobody waits for its answer for long.

    Args:
        question: asked in a thread of its own.
        seconds: from now on, after which an answer comes too late.
    """

    def __init__(self, question: Callable[[], T], seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._found: list[T] = []
        self._error: list[Exception] = []
        self._question = question
        # As above: it must not keep the command from ending.
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def answer(self) -> T | None:
        """Return the answer, or None where it is late; raises what the question raised."""
        self._thread.join(max(0.0, self._until - time.monotonic()))
        if self._error:
            raise self._error[0]
        return self._found[0] if self._found else None

    def _ask(self) -> None:
        try:
            self._found.append(self._question())
        except Exception as error:  # noqa: BLE001 - whoever waits for the answer is told
            self._error.append(error)
