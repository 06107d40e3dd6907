"""Variables that override a key of ``hotfix.toml``: ``HOTFIX_SECTION__KEY``."""

from collections.abc import Mapping

_PREFIX = "HOTFIX_"
# Variables of ours that are no overrides.
_OTHERS = {
    "HOTFIX_STATE_DIR",
    "HOTFIX_OPERATOR",
    "HOTFIX_CONFIG",
    "HOTFIX_PLAIN",
    "HOTFIX_DRILL",  # set in the world of a drill
}
_LISTS = {"tests", "probes"}


def overrides(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that override a key of the file."""
    return {name: environ[name] for name in sorted(environ) if overridden_by(name) is not None}


def not_understood(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of those variables that are meant to override something, and do not."""
    ours = {name for name in environ if name.startswith(_PREFIX)} - _OTHERS
    return tuple(sorted(name for name in ours if overridden_by(name) is None))


def overridden_by(name: str) -> tuple[str, str] | None:
    """Return section and key that a variable overrides, or None."""
    if not name.startswith(_PREFIX) or name in _OTHERS:
        return None
    # Slow to import, and seldom needed.
    from hotfix.config.wrong_values import known_keys

    section, _, key = name.removeprefix(_PREFIX).casefold().partition("__")
    # A list of tables ([[tests]]) has no single value to override.
    known = known_keys((section,)) if section and section not in _LISTS else ()
    return (section, key) if key and key in known else None
