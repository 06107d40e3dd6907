"""What ``hotfix init`` found, a line a key, each with where it was seen."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from hotfix.detect.found import Found
from hotfix.detect.setting import Setting
from hotfix.detect.suites import MOST, names_of
from hotfix.domain.foreign_text import one_line


def setup_json(found: Found, kept: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """Return what ``setup_lines`` says as fields of an object; keys are only ever added."""
    has = dict(kept)
    return {
        "found": [
            {
                "section": each.section,
                "key": each.key,
                "value": each.value,
                "seen": each.seen,
                "your_file_has": has.get(f"{each.section}.{each.key}"),
            }
            for each in found.settings
            if each.is_found
        ],
        "tests": [
            {"name": name, "run": suite.run, "directory": suite.folder, "seen": suite.seen}
            for name, suite in list(zip(names_of(found.suites), found.suites, strict=True))[:MOST]
        ],
        "not_found": [
            {"section": each.section, "key": each.key, "looked_at": each.seen}
            for each in found.settings
            if not each.is_found
        ],
        "remarks": [
            {"section": each.section, "text": each.text, "seen": each.seen}
            for each in found.remarks
        ],
    }


def setup_lines(found: Found, kept: Sequence[tuple[str, str]] = ()) -> Iterator[str]:
    """Yield the lines.

    Args:
        found: all that was found.
        kept: the keys in which a file that is kept has something else, each with that, as text.
    """
    other = dict(kept)
    for each in found.settings:
        if each.is_found:
            yield from _found(each, other)
    for name, suite in list(zip(names_of(found.suites), found.suites, strict=True))[:MOST]:
        where = "" if suite.folder == "." else f" in {suite.folder}"
        yield one_line(f"✓ tests.{name}: {suite.run}{where} ({suite.seen})")
    if not found.suites:
        yield "- tests: not found"
    for each in found.settings:
        if not each.is_found:
            yield f"- {each.section}.{each.key}: not found: {one_line(each.seen)}"
    for remark in found.remarks:
        yield f"! {one_line(remark.text)} ({one_line(remark.seen)})"


def _found(setting: Setting, other: dict[str, str]) -> Iterator[str]:
    value = setting.value
    shown = value if isinstance(value, str) else ", ".join(value or ())
    place = f"{setting.section}.{setting.key}"
    yield f"✓ {place}: {one_line(shown) or json.dumps('')} ({one_line(setting.seen)})"
    if place in other:
        yield f"    your file has: {one_line(other[place])}"
