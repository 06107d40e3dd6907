"""The types of events, and the objects in them, from their records."""

import inspect
import re
import textwrap
from collections.abc import Sequence
from dataclasses import MISSING, fields
from functools import cache
from typing import Any

from docs.tables.facts import type_in_words
from docs.tables.markdown import code, table

from hotfix.domain.event_data import RECORDS, EventType, Layout, PlannedPhase
from hotfix.domain.incident import Incident
from hotfix.domain.problem import Problem
from hotfix.domain.question import Option, Question
from hotfix.domain.run_settings import Origin, RecordedConfig, RunSettings

_OBJECTS = (
    Layout,
    PlannedPhase,
    Incident,
    RunSettings,
    Origin,
    RecordedConfig,
    Problem,
    Question,
    Option,
)
_ATTRIBUTE = re.compile(r"^(\w[\w, ]*): (.+?)(?=^\w[\w, ]*: |\Z)", re.MULTILINE | re.DOTALL)


def events() -> str:
    """Return a table of the types: when each is written, and the keys of its ``data``."""
    rows = ((code(kind), _first_line(RECORDS[kind]), _keys(RECORDS[kind])) for kind in EventType)
    return table(("type", "when", "keys of `data`"), rows)


def objects() -> str:
    """Return a table of the objects that occur in several types."""
    return objects_of(_OBJECTS)


def objects_of(records: Sequence[type]) -> str:
    """Return a table of records: what each is, and its keys."""
    rows = ((code(each.__name__), _first_line(each), _keys(each)) for each in records)
    return table(("object", "what it is", "keys"), rows)


def _first_line(record: Any) -> str:
    return _markdown(str(record.__doc__).split("\n", 1)[0])


def _keys(record: Any) -> str:
    return "; ".join(_key(record, each) for each in fields(record)) or "none"


def _key(record: Any, field: Any) -> str:
    if field.type is Layout:
        return "those of `Layout`"
    may_lack = "" if field.default is MISSING and field.default_factory is MISSING else ", may lack"
    key = f"{code(field.name)} ({type_in_words(field.type)}{may_lack})"
    meaning = meanings(record).get(field.name)
    return f"{key}: {meaning}" if meaning else key


@cache
def meanings(record: Any) -> dict[str, str]:
    """Return what is said of each field: beside or above it after ``#:``, or in the docstring."""
    found: dict[str, str] = {}
    for each in reversed(record.__mro__[:-1]):
        found |= _beside_the_fields(each) | _in_the_docstring(each)
    return found


def _beside_the_fields(record: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    said: list[str] = []
    for line in inspect.getsource(record).splitlines():
        code_part, _, words = line.partition("#:")
        field = re.match(r"    (\w+): ", code_part)
        said += [words.strip()] if words else []
        if field or not words:
            if field and said:
                found[field[1]] = _markdown(" ".join(said))
            said = []
    return found


def _in_the_docstring(record: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    attributes = textwrap.dedent(str(record.__doc__).partition("Attributes:\n")[2])
    for names, words in _ATTRIBUTE.findall(attributes):
        text = _markdown(" ".join(words.split()))
        found |= {name.strip(): text for name in names.split(",")}
    return found


def _markdown(words: str) -> str:
    return words.replace("``", "`").removesuffix(".")
