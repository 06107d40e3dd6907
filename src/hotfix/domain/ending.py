"""How a run ended, in words. Standard library only: a shell prompt waits for it."""

_OWED = "something left to do"


def word(state: str, *, is_owed: bool = False) -> str:
    """Return the state of a run as people say it; where something is owed, none is "done"."""
    return "over" if is_owed and state == "done" else state.replace("-", " ")


def ending(state: str, *, is_owed: bool) -> str:
    """Return the state with what is owed, such as ``rolled back, with something left to do``."""
    return f"{word(state, is_owed=is_owed)}{f', with {_OWED}' if is_owed else ''}"
