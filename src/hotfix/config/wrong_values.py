"""What is wrong with a configuration: which key, on which line, and what is accepted there."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hotfix.config.model import ACCEPTED, Config
from hotfix.config.overriding import overridden_by
from hotfix.config.secret_shapes import looks_secret
from hotfix.domain.lines import text_lines

_LONG_BITS = 256
_TABLE = re.compile(r"\s*(\[\[?)\s*([\w-]+)\s*\]")
# By the kinds of the library's errors; ``{}`` is the bound.
_TAKES = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "string_type": "a text",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "model_type": "a section of its own, such as [github]",
    "greater_than": "something above {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "something below {lt}",
    "less_than_equal": "at most {le}",
    "too_short": "at least {min_length} of them",
    "string_too_short": "at least {min_length} characters",
    "finite_number": "a number that is not infinite",
}


def in_words(error: ValidationError, text: str, set_by: Mapping[str, str]) -> list[str]:
    """Return a line for everything that is wrong.

    Args:
        error: what the model says.
        text: of the file.
        set_by: the variables that override a key of it, with their values.
    """
    return [
        _with_place(_wrong(detail), _place(detail["loc"], text, set_by))
        for detail in error.errors(include_url=False)
    ]


def _with_place(wrong: str, place: str) -> str:
    if not place:
        return wrong
    if wrong.endswith(")."):
        return f"{wrong[:-2]}; {place})."
    return f"{wrong.removesuffix('.')} ({place}){'' if wrong.endswith('?') else '.'}"


def _wrong(detail: ErrorDetails) -> str:
    where, kind = _key(detail["loc"]), detail["type"]
    named = f"{where}: " if where else ""
    if kind == "extra_forbidden":
        key = str(detail["loc"][-1])
        return f"{named}there is no such key{_meant(key, known_keys(detail['loc'][:-1]))}"
    if kind == "missing":
        return f"{named}is missing."
    context: Mapping[str, Any] = detail.get("ctx") or {}
    if kind == "value_error":
        # A check of ours: it names what it is about where that is no single key.
        return f"{named}{context.get('error', detail['msg'])}{_found(detail)}."
    if kind in {"literal_error", "enum"}:
        expected = str(context.get("expected", ""))
        near = _meant(str(detail.get("input")), re.findall(r"'([^']*)'", expected))
        return f"{named}it takes {expected}{_found(detail)}{near}"
    if kind == "string_pattern_mismatch":
        takes = ACCEPTED.get(str(context.get("pattern")), f"what matches {context.get('pattern')}")
    else:
        takes = _TAKES[kind].format_map(context) if kind in _TAKES else ""
    if not takes:
        return f"{named}{detail['msg']}{_found(detail)}."
    return f"{named}it takes {takes}{_found(detail)}."


def _meant(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else "."


def _found(detail: ErrorDetails) -> str:
    found = detail.get("input")
    return f" (found {found!r})" if _is_fit_to_show(found) else ""


def _is_fit_to_show(found: object) -> bool:
    """Tell whether a wrong value may be shown: it is short, and no secret from an override."""
    if isinstance(found, str):
        return not looks_secret(found)
    return isinstance(found, float) or (isinstance(found, int) and found.bit_length() < _LONG_BITS)


def _key(loc: tuple[int | str, ...]) -> str:
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _place(loc: tuple[int | str, ...], text: str, set_by: Mapping[str, str]) -> str:
    """Return the variable that sets the key, or its line where that is plain; else nothing."""
    variable = next((name for name in set_by if overridden_by(name) == loc[:2]), "")
    if variable:
        return variable
    line = _line(loc, text)
    return f"line {line}" if line else ""


def _line(loc: tuple[int | str, ...], text: str) -> int:
    """Return the number of the line that holds a key, of its section where it has none, or 0."""
    section = loc[0] if loc else ""
    rest = loc[1:]
    wanted = rest[0] if rest and isinstance(rest[0], int) else 0
    key = next((part for part in rest if isinstance(part, str)), "")
    found, at, is_inside = 0, -1, False
    for number, line in enumerate(text_lines(text), start=1):
        head = _TABLE.match(line)
        if head is not None:
            at += head[2] == section
            is_inside = head[2] == section and (head[1] == "[" or at == wanted)
            found = number if is_inside else found
        elif is_inside and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return found


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
