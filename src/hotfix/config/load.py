"""Reads ``hotfix.toml``, once it is known to be right."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotfix.config.accepted import Accepted
from hotfix.config.finding import ConfigFile, is_of_another
from hotfix.config.memory import Memory
from hotfix.config.overriding import not_understood, overrides
from hotfix.config.refusal import refusal
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

if TYPE_CHECKING:
    from hotfix.config.model import Config

# Editors on Windows put it in front of UTF-8.
_BYTE_ORDER_MARK = "\ufeff"


def load(path: Path, environ: Mapping[str, str]) -> "Config":
    """Read the file and apply ``HOTFIX_SECTION__KEY`` overrides.

    Raises:
        ProblemError: it cannot be read, or is wrong; all that is wrong is named at once.
    """
    return parse(_text(path), environ, str(path))


def text_of(file: ConfigFile, environ: Mapping[str, str]) -> str:
    """Return what a configuration that was found or named holds.

    Raises:
        ProblemError: it cannot be read, is not UTF-8, or is another user's and was not named.
    """
    path = Path(file.path)
    try:
        if not file.is_named and is_of_another(file.path, environ):
            raise ProblemError(_another_users(path))
    except OSError as error:
        raise _unreadable(path, error) from error
    return _text(path)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        raise refusal(f"{path} is not UTF-8.", str(error.reason), f"Mend {path}") from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> ProblemError:
    return refusal(f"{path} cannot be read.", error.strerror or str(error), f"ls -l {path}")


def _another_users(path: Path) -> Problem:
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"{path} is another user's file, and is not obeyed.",
        why="It was found, not named, and what it says runs programs and sends tokens as you. "
        "Nothing was run or sent.",
        next_command=f"ls -l {path}; if you trust it: --config {path}, or make it your own (chown)",
    )


def parse(
    text: str,
    environ: Mapping[str, str],
    name: str,
    *,
    is_on_record: bool = False,
    state: str = "",
) -> "Config":
    """Return the configuration that ``text`` holds; ``name`` is what messages call it.

    What looks like a secret is refused before a run keeps it. Where a run ``is_on_record`` with it,
    as an earlier version let it be, that bars no way back. ``state`` is the state directory, where
    it is remembered that a text was found right; without it every text is checked anew.

    Raises:
        ProblemError: as for ``load``.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK)
    for variable in not_understood(environ):
        raise refusal(
            f"{variable} overrides nothing.",
            "An override is HOTFIX_SECTION__KEY, such as HOTFIX_GITHUB__MERGE_INTO.",
            f"unset {variable}",
        )
    set_by = overrides(environ)
    memory = Memory(state, text) if state and not set_by else None
    known = memory.recalled() if memory else None
    if known is not None:
        return known
    from hotfix.config.checked import check

    found = check(text, set_by, name, is_on_record=is_on_record)
    # A run may keep a secret: that is not written once more.
    if memory is not None and not is_on_record:
        memory.keep(found)
    return found


def differences(one: "Config", other: "Config") -> tuple[tuple[str, str, str], ...]:
    """Return the keys in which two configurations differ, each with the one and the other value.

    Of a list of tables, such as ``[[tests]]``, every table is one value, by its name. Secrets that
    an earlier version let be recorded are not shown.
    """
    from hotfix.config.secret_shapes import masked

    ours, theirs = dict(_flat(one)), dict(_flat(other))
    keys = [*ours, *(key for key in theirs if key not in ours)]
    return tuple(
        (key, masked(ours.get(key, "(none)")), masked(theirs.get(key, "(none)")))
        for key in keys
        if ours.get(key) != theirs.get(key)
    )


def _flat(data: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, Accepted):
        data = vars(data)
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _flat(value, f"{place}.{key}" if place else key)
    elif isinstance(data, tuple) and data and isinstance(data[0], Accepted):
        for table in data:
            rest = {key: value for key, value in vars(table).items() if key != "name"}
            yield f"{place}.{table.name}", repr(rest)
    elif data not in (None, ()) or "." in place:
        yield place, repr(list(data) if isinstance(data, tuple) else data)
