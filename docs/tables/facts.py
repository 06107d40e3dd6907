"""Facts: what each is, who reports it, who reads it; from the code."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, get_args, get_origin

from docs.tables.fact_uses import FACTS, direct_readers, direct_reporters
from docs.tables.markdown import code, table

from hotfix.domain import deployment_record, fact_records, probe_result, restoration
from hotfix.domain.json_record import JsonRecord

# Facts that no step reports: which event brings them.
_BY_EVENTS = {
    "BESIDE": "the event `run_resumed`",
    "REPOSITORY": "the event `run_resumed`",
    "BAD_COMMIT_SETTLED": "the event of that name",
    "UNSETTLED": "`step_settled`",
}
_PLAIN = {
    str: "text",
    int: "number",
    float: "number",
    bool: "true or false",
    datetime: "time, UTC",
}
_HOLDERS = (deployment_record, probe_result, restoration, fact_records)


def facts() -> str:
    """Return a table of all facts."""
    head = ("fact", "type", "meaning", "reported by", "read by")
    return table(head, (_row(name) for name in FACTS))


def records() -> str:
    """Return a table of the records that facts hold: their keys in order, with types."""
    found = [
        value
        for module in _HOLDERS
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, JsonRecord)
        and value.__module__ == module.__name__
    ]
    rows = (
        (code(each.__name__), str(each.__doc__).split("\n", 1)[0], _keys(each)) for each in found
    )
    return table(("record", "what it is", "keys"), rows)


def _row(name: str) -> tuple[str, ...]:
    fact = FACTS[name]
    readers = _places(direct_readers(name))
    return (
        code(fact.key),
        type_in_words(fact.shape),
        fact.meaning,
        _BY_EVENTS.get(name) or _places(direct_reporters(name)),
        "for people alone" if fact.is_record and not readers else readers,
    )


def type_in_words(shape: Any) -> str:
    """Return a type as readers of a journal see it."""
    if get_origin(shape) is tuple:
        return f"list of {type_in_words(get_args(shape)[0])}"
    if get_origin(shape) is Mapping:
        return "object"
    if args := [each for each in get_args(shape) if each is not type(None)]:
        return f"{type_in_words(args[0])} or null"
    if members := getattr(shape, "__members__", None):
        return " or ".join(code(each.value) for each in members.values())
    return _PLAIN.get(shape) or code(shape.__name__)


def _keys(record: Any) -> str:
    return ", ".join(f"{code(each.name)} ({type_in_words(each.type)})" for each in fields(record))


def _places(paths: Iterable[str]) -> str:
    """Return steps by their names, and other files by their paths."""
    return ", ".join(
        code(path.removeprefix("steps/").removesuffix(".py") if path.startswith("steps/") else path)
        for path in paths
    )
