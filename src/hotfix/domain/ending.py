"""How a run ended, and what is to do after it. Standard library only: a shell prompt waits."""

_OWED = "something left to do"


def word(state: str, *, is_owed: bool = False) -> str:
    """Return the state of a run as people say it; where something is owed, none is "done"."""
    if state == "deciding":
        return "waiting for an answer"
    return "over" if is_owed and state == "done" else state.replace("-", " ")


def phase_word(state: str, seconds: float, *, is_over: bool) -> str:
    """Return how far a phase is, as people say it; of a run that is over, nothing more comes.

    Args:
        state: as of ``PhaseState``.
        seconds: what was spent in it.
        is_over: whether the run is over, or goes on elsewhere.
    """
    if not is_over or state == "done":
        return state
    return "not finished" if seconds else "not begun"


def to_do(what: str, command: str) -> str:
    """Return one thing that is still to do: what to do, and why it is."""
    return f"{command} ({what})" if command else what


def ending(state: str, *, is_owed: bool) -> str:
    """Return the state with what is owed, such as ``rolled back, with something left to do``."""
    return f"{word(state, is_owed=is_owed)}{f', with {_OWED}' if is_owed else ''}"
