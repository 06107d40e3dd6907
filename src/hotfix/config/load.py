"""Reads ``hotfix.toml``, and says in words what is wrong with it."""

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hotfix.config.finding import ConfigFile, is_of_another
from hotfix.config.model import Config
from hotfix.config.secret_shapes import (
    looks_secret,
    masked,
    secrets_in,
    secrets_in_comments,
)
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

_PREFIX = "HOTFIX_"
# Variables of ours that are no overrides.
_OTHERS = {"HOTFIX_STATE_DIR", "HOTFIX_OPERATOR", "HOTFIX_CONFIG"}
_LISTS = {"tests", "probes"}
_LONG_BITS = 256
# Editors on Windows put it in front of UTF-8.
_BYTE_ORDER_MARK = "\ufeff"


def load(path: Path, environ: Mapping[str, str]) -> Config:
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
        raise _problem(f"{path} is not UTF-8.", str(error.reason), f"Mend {path}") from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> ProblemError:
    return _problem(f"{path} cannot be read.", error.strerror or str(error), f"ls -l {path}")


def _another_users(path: Path) -> Problem:
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"{path} is another user's file, and is not obeyed.",
        why="It was found, not named, and what it says runs programs and sends tokens as you. "
        "Nothing was run or sent.",
        next_command=f"ls -l {path}; if you trust it: --config {path}, or make it your own (chown)",
    )


def overrides(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that override a key of the file."""
    return {name: environ[name] for name in sorted(environ) if _overridden_by(name) is not None}


def not_understood(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of those variables that are meant to override something, and do not."""
    ours = {name for name in environ if name.startswith(_PREFIX)} - _OTHERS
    return tuple(sorted(name for name in ours if _overridden_by(name) is None))


def differences(one: Config, other: Config) -> tuple[tuple[str, str, str], ...]:
    """Return the keys in which two configurations differ, each with the one and the other value.

    Of a list of tables, such as ``[[tests]]``, every table is one value, by its name. Secrets that
    an earlier version let be recorded are not shown.
    """
    ours, theirs = dict(_flat(one.model_dump())), dict(_flat(other.model_dump()))
    keys = [*ours, *(key for key in theirs if key not in ours)]
    return tuple(
        (key, masked(ours.get(key, "(none)")), masked(theirs.get(key, "(none)")))
        for key in keys
        if ours.get(key) != theirs.get(key)
    )


def _flat(data: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _flat(value, f"{place}.{key}" if place else key)
    elif isinstance(data, tuple) and data and isinstance(data[0], dict):
        for table in data:
            rest = {key: value for key, value in table.items() if key != "name"}
            yield f"{place}.{table['name']}", repr(rest)
    elif data not in (None, ()) or "." in place:
        yield place, repr(list(data) if isinstance(data, tuple) else data)


def parse(
    text: str, environ: Mapping[str, str], name: str, *, is_on_record: bool = False
) -> Config:
    """Return the configuration that ``text`` holds; ``name`` is what messages call it.

    What looks like a secret is refused before a run keeps it. Where a run ``is_on_record`` with it,
    as an earlier version let it be, that bars no way back.

    Raises:
        ProblemError: as for ``load``.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK)
    _refuse_not_understood(environ)
    set_by = overrides(environ)
    try:
        data = tomllib.loads(text)
        secrets = [*secrets_in(data), *_in_overrides(set_by), *secrets_in_comments(text)]
    except ValueError as error:  # not only TOMLDecodeError: a number of 5,000 digits is one too
        why = masked(str(error))
        raise _problem(f"{name} is no valid TOML.", why, f"Mend {name}") from error
    except RecursionError as error:
        raise _problem(
            f"{name} is no valid TOML.", "It is nested too deep.", f"Mend {name}"
        ) from error
    if secrets and not is_on_record:
        raise _problem(
            f"{name} holds a secret, and must not.",
            "\n".join(f"{where}: looks like one" for where in secrets),
            "Take it out, revoke it, and export it instead: GH_TOKEN, SLACK_BOT_TOKEN, "
            "STATUSPAGE_API_KEY, PAGERDUTY_API_KEY; in a command, name a variable of your own: "
            """command = ["sh", "-c", 'curl -fsS -H "Authorization: Bearer $SHOP_TOKEN" URL']""",
        )
    try:
        return Config.model_validate(_overridden(data, set_by))
    except ValidationError as error:
        wrong = [_in_words(detail) for detail in error.errors(include_url=False)]
        raise _problem(
            f"{name} is not right in {len(wrong)} place{'' if len(wrong) == 1 else 's'}.",
            masked("\n".join(wrong)),
            f"Mend {name}, then: hotfix doctor",
        ) from error


def _problem(what: str, why: str, next_command: str) -> ProblemError:
    return ProblemError(Problem(ProblemCode.CONFIGURATION, what, why, next_command))


def _in_overrides(set_by: Mapping[str, str]) -> Iterator[str]:
    for name, value in set_by.items():
        if looks_secret(value):
            section, key = _overridden_by(name) or ("", "")
            yield f"{section}.{key}: {name}"


def _refuse_not_understood(environ: Mapping[str, str]) -> None:
    for name in not_understood(environ):
        raise _problem(
            f"{name} overrides nothing.",
            "An override is HOTFIX_SECTION__KEY, such as HOTFIX_GITHUB__MERGE_INTO.",
            f"unset {name}",
        )


def _overridden_by(name: str) -> tuple[str, str] | None:
    """Return section and key that a variable overrides, or None."""
    if not name.startswith(_PREFIX) or name in _OTHERS:
        return None
    section, _, key = name.removeprefix(_PREFIX).casefold().partition("__")
    # A list of tables ([[tests]]) has no single value to override.
    known = _keys((section,)) if section and section not in _LISTS else ()
    return (section, key) if key and key in known else None


def _overridden(data: dict[str, Any], set_by: Mapping[str, str]) -> dict[str, Any]:
    for name, value in set_by.items():
        section, key = _overridden_by(name) or ("", "")
        present = data.setdefault(section, {})
        if isinstance(present, dict):
            present[key] = value
    return data


def _in_words(detail: ErrorDetails) -> str:
    where = _place(detail["loc"])
    if detail["type"] == "extra_forbidden":
        key = str(detail["loc"][-1])
        near = get_close_matches(key, _keys(detail["loc"][:-1]), n=1, cutoff=0.5)
        return f"{where}: there is no such key" + (f"; did you mean {near[0]}?" if near else ".")
    if detail["type"] == "missing":
        return f"{where}: is missing."
    found = detail.get("input")
    shown = f" (found {found!r})" if _is_fit_to_show(found) else ""
    return f"{where or 'hotfix.toml'}: {detail['msg']}{shown}."


def _is_fit_to_show(found: object) -> bool:
    """Tell whether a wrong value may be shown: it is short, and no secret from an override."""
    if isinstance(found, str):
        return not looks_secret(found)
    return isinstance(found, float) or (isinstance(found, int) and found.bit_length() < _LONG_BITS)


def _place(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _keys(loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are known at a place of the file."""
    model: type[BaseModel] = Config
    for part in loc:
        if isinstance(part, int) or not part:
            continue
        field = model.model_fields.get(part)
        if field is None:
            return []
        nested = [each for each in _types(field.annotation) if issubclass(each, BaseModel)]
        if not nested:
            return []
        model = nested[0]
    return list(model.model_fields)


def _types(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
    for argument in get_args(annotation):
        yield from _types(argument)
