"""How the team's own tests stand."""

from enum import StrEnum


class SuiteState(StrEnum):
    """How a suite stands."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    NOT_STARTED = "not started"
    RAN_NO_TEST = "ran no test"
