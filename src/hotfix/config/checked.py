"""Holds a configuration against its shape, and says in words what is wrong with it."""

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, cast, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hotfix.config.accepted import Accepted
from hotfix.config.model import Config
from hotfix.config.overriding import overridden_by
from hotfix.config.refusal import refusal
from hotfix.config.secret_shapes import (
    looks_secret,
    masked,
    secrets_in,
    secrets_in_comments,
)

_LONG_BITS = 256


def check(text: str, set_by: Mapping[str, str], name: str, *, is_on_record: bool) -> Config:
    """Return the configuration that ``text`` holds, with its overrides.

    Raises:
        ProblemError: as for ``load.parse``.
    """
    try:
        data = tomllib.loads(text)
        secrets = [*secrets_in(data), *_in_overrides(set_by), *secrets_in_comments(text)]
    except ValueError as error:  # not only TOMLDecodeError: a number of 5,000 digits is one too
        why = masked(str(error))
        raise refusal(f"{name} is no valid TOML.", why, f"Mend {name}") from error
    except RecursionError as error:
        raise refusal(
            f"{name} is no valid TOML.", "It is nested too deep.", f"Mend {name}"
        ) from error
    if secrets and not is_on_record:
        raise refusal(
            f"{name} holds a secret, and must not.",
            "\n".join(f"{where}: looks like one" for where in secrets),
            "Take it out, revoke it, and export it instead: GH_TOKEN, SLACK_BOT_TOKEN, "
            "STATUSPAGE_API_KEY, PAGERDUTY_API_KEY; in a command, name a variable of your own: "
            """command = ["sh", "-c", 'curl -fsS -H "Authorization: Bearer $SHOP_TOKEN" URL']""",
        )
    try:
        return cast("Config", _plain(Config.model_validate(_overridden(data, set_by))))
    except ValidationError as error:
        wrong = [_in_words(detail) for detail in error.errors(include_url=False)]
        raise refusal(
            f"{name} is not right in {len(wrong)} place{'' if len(wrong) == 1 else 's'}.",
            masked("\n".join(wrong)),
            f"Mend {name}, then: hotfix doctor",
        ) from error


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return Accepted({name: _plain(each) for name, each in value})
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def _in_overrides(set_by: Mapping[str, str]) -> Iterator[str]:
    for name, value in set_by.items():
        if looks_secret(value):
            section, key = overridden_by(name) or ("", "")
            yield f"{section}.{key}: {name}"


def _overridden(data: dict[str, Any], set_by: Mapping[str, str]) -> dict[str, Any]:
    for name, value in set_by.items():
        section, key = overridden_by(name) or ("", "")
        present = data.setdefault(section, {})
        if isinstance(present, dict):
            present[key] = value
    return data


def _in_words(detail: ErrorDetails) -> str:
    where = _place(detail["loc"])
    if detail["type"] == "extra_forbidden":
        key = str(detail["loc"][-1])
        near = get_close_matches(key, known_keys(detail["loc"][:-1]), n=1, cutoff=0.5)
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


def known_keys(loc: tuple[int | str, ...]) -> list[str]:
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
