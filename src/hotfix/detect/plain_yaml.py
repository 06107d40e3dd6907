"""YAML as texts, lists and mappings, from whomever it comes.

A loader builds as deep as the text is nested, and in C that ends the process; and nine lines with
aliases stand for a thousand million values. Here neither is built.
"""

from typing import Any

import yaml

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_MOST_DEPTH = 100
_MOST_EVENTS = 200_000
# What aliases may bring in besides, in values.
_MOST_REPEATED = 20_000


class UnreadableYamlError(ValueError):
    """It is no YAML, or none that is built here."""


def documents(text: str) -> list[Any]:
    """Return the documents of ``text``; a scalar is the text that it was written as.

    Raises:
        UnreadableYamlError: it is no YAML, or nested or repeated beyond all use.
    """
    building = _Building()
    try:
        for number, event in enumerate(yaml.parse(text, _LOADER)):
            if number > _MOST_EVENTS:
                raise UnreadableYamlError("it is too long")
            building.take(event)
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableYamlError(" ".join(str(error).split())) from error
    return building.documents


def one_document(text: str) -> Any:
    """Return the only document of ``text``, None where it is empty; raises as ``documents``."""
    found = documents(text)
    if len(found) > 1:
        raise UnreadableYamlError("it is more than one document")
    return found[0] if found else None


class _Building:
    """Builds from events, on a stack of its own."""

    def __init__(self) -> None:
        self.documents: list[Any] = []
        self._open: list[tuple[Any, list[Any], str]] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._sizes: list[int] = []
        self._repeated = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._anchors = {}
        elif isinstance(event, yaml.ScalarEvent):
            self._keep(event.anchor, event.value, 1)
            self._add(event.value, 1)
        elif isinstance(event, yaml.AliasEvent):
            self._repeat(event.anchor or "")
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) >= _MOST_DEPTH:
                raise UnreadableYamlError("it is nested too deep")
            made: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            self._open.append((made, [], event.anchor or ""))
            self._sizes.append(1)
        elif isinstance(event, yaml.CollectionEndEvent):
            made, keys, anchor = self._open.pop()
            if keys:
                raise UnreadableYamlError("a key has no value")
            size = self._sizes.pop()
            self._keep(anchor, made, size)
            self._add(made, size)

    def _keep(self, anchor: str | None, value: Any, size: int) -> None:
        if anchor:
            self._anchors[anchor] = value, size

    def _repeat(self, anchor: str) -> None:
        # What is still open is not known yet: nothing holds itself.
        if anchor not in self._anchors:
            raise UnreadableYamlError(f"nothing is called {anchor}")
        value, size = self._anchors[anchor]
        self._repeated += size
        if self._repeated > _MOST_REPEATED:
            raise UnreadableYamlError("it repeats itself too often")
        self._add(value, size)

    def _add(self, value: Any, size: int) -> None:
        if not self._open:
            self.documents.append(value)
            return
        self._sizes[-1] += size
        made, keys, _ = self._open[-1]
        if isinstance(made, list):
            made.append(value)
        elif not keys:
            if not isinstance(value, str):
                raise UnreadableYamlError("a key is no text")
            keys.append(value)
        else:
            made[keys.pop()] = value
