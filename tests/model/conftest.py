"""What the tests of the model have in common."""

import os
import threading

import pytest


@pytest.fixture(scope="module", autouse=True)
def _as_in_a_process_of_its_own():
    """Hide what the tests are told by the environment, and let dead threads leave quietly.

    Python says nothing of a thread that leaves by ``SystemExit``, as those of a killed process do.
    """
    said = threading.excepthook

    def say_all_but_exits(args):
        if not issubclass(args.exc_type, SystemExit):
            said(args)

    with pytest.MonkeyPatch.context() as patched:
        for name in [each for each in os.environ if each.startswith("HOTFIX_")]:
            patched.delenv(name)
        patched.setattr(threading, "excepthook", say_all_but_exits)
        yield
