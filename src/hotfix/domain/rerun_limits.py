"""What GitHub allows to be run again ("Re-running workflows and jobs" in its documentation)."""

RERUN_DAYS = 30
MOST_RERUNS = 50
_SECONDS_A_DAY = 86_400.0


def broken_limit(age_seconds: float, attempt: int) -> str:
    """Return which limit keeps a run from being run again, or an empty text.

    Args:
        age_seconds: since the run was created.
        attempt: its newest one; 1 for a run that was never run again.
    """
    days = age_seconds / _SECONDS_A_DAY
    if days >= RERUN_DAYS:
        return f"it is {days:.0f} days old, and GitHub runs nothing again after {RERUN_DAYS}"
    if attempt > MOST_RERUNS:
        return f"it was run again {attempt - 1} times, and GitHub allows {MOST_RERUNS}"
    return ""


def in_words(age_seconds: float, attempt: int) -> str:
    """Return how far a run is from its limits."""
    days = age_seconds / _SECONDS_A_DAY
    again = f"run again {attempt - 1} of {MOST_RERUNS} times so far"
    return f"{days:.0f} of {RERUN_DAYS} days old, {again}"
