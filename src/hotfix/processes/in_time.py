"""What must be answered in time, whatever the other side does.

A library's timeout bounds each read: who drips a byte at a time stays within every one of them.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def in_time(ask: Callable[[], T], seconds: float, name: str) -> T:
    """Return what ``ask`` returns, in a thread called ``name``, and raise what it raises.

    Raises:
        TimeoutError: it has not, after so many ``seconds``; what becomes of it is not known.
    """
    answer: Future[T] = Future()

    def answering() -> None:
        try:
            answer.set_result(ask())
        except Exception as error:  # noqa: BLE001 - raised again where the answer is waited for
            answer.set_exception(error)

    # A daemon: it must not keep the command from ending.
    threading.Thread(target=answering, name=name, daemon=True).start()
    return answer.result(seconds)
