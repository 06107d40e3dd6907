"""Questions that are asked side by side, and whose answers nobody waits for long."""

import threading
import time
from collections.abc import Callable, Sequence


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
