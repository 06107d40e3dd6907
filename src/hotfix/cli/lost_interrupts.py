"""Ctrl-C is never lost: Python throws away what is raised while it takes an object apart."""

import sys

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SOON_SECONDS = 0.01


def keep_interrupts() -> None:
    """Let an interrupt that nobody can catch where it came come again, in a moment.

    A signal's handler runs between any two lines of the main thread. In a ``__del__``, in the
    callback of a weak reference or of the garbage collector, Python prints what is raised and goes
    on: the walk would, too. All else that ends there is said as Python says it.
    """
    sys.unraisablehook = _come_again


def _come_again(lost: "UnraisableHookArgs") -> None:
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    import _thread
    import threading

    main_thread = threading.main_thread().ident or 0
    is_sent = False
    while not is_sent:
        try:
            # From another thread, and later: sent from here, it would come here, and be lost again.
            _thread.start_new_thread(_interrupt, (main_thread,))
            is_sent = True
        except KeyboardInterrupt:  # another one, while this one is lost
            continue


def _interrupt(main_thread: int) -> None:
    import signal
    import time

    time.sleep(_SOON_SECONDS)
    # Ctrl-C is ignored where a shell started us in the background: then it was SIGTERM.
    is_heard = callable(signal.getsignal(signal.SIGINT))
    signal.pthread_kill(main_thread, signal.SIGINT if is_heard else signal.SIGTERM)
