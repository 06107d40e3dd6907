"""Holds a configuration against its shape, and says in words what is wrong with it."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from hotfix.config import wrong_values
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
from hotfix.domain.figures import counted

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
        wrong = wrong_values.in_words(error, text, set_by)
        raise refusal(
            f"{name} is not right in {counted(len(wrong), 'place')}.",
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
