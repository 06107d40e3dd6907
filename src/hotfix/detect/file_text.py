"""The text of a commented ``hotfix.toml`` that says of every key where it was seen."""

import json
import textwrap
from collections.abc import Iterator, Sequence

from hotfix.detect.found import Found
from hotfix.detect.setting import Remark, Setting, Value
from hotfix.detect.suites import MOST, names_of
from hotfix.detect.suites.suite import Suite
from hotfix.domain.foreign_text import one_line

SCHEMA_FILE = "hotfix.schema.json"
_WIDTH = 100
_HEAD = f"""\
#:schema ./{SCHEMA_FILE}
# What `hotfix init` found in this clone, and where. What was not found is commented out. Make it
# yours; then: hotfix doctor; a file with every section: hotfix init --example
# Editors that know #:schema check this one, once: hotfix init --schema > {SCHEMA_FILE}
# Durations are texts such as "30m" or "45s". Secrets are never in here: export GH_TOKEN and others.
"""
# What each section is for, in the order of the file.
_SECTIONS = {
    "git": "where the code is",
    "github": "where it is reviewed, merged and deployed from",
    "review": "when the reviewer does not answer",
    "kubernetes": "where it runs; the deployments are rolled back as one set",
    "slack": "where the team is told",
    "probes": "red before the fix, green after it: the proof",
}
# Without them a section says nothing, or is refused.
_NEEDED = {"kubernetes": ("namespace", "deployments"), "slack": ("channel",), "probes": ("name",)}
_LISTS = frozenset({"probes"})
_SUITES = "# The test suites, side by side. A command has no shell: no &&, no pipes, no variables."
_ROLLBACK = "[rollback]                         # what a rollback means here"


def file_text(found: Found) -> str:
    """Return the whole file."""
    parts = [_HEAD]
    for section, meaning in _SECTIONS.items():
        settings = [each for each in found.settings if each.section == section]
        remarks = [each for each in found.remarks if each.section == section]
        parts.append("\n".join(_section(section, meaning, settings, remarks)) + "\n")
        if section == "review":
            parts.append("\n".join(_suites(found.suites)) + "\n")
    remarks = [each for each in found.remarks if each.section == "rollback"]
    parts.append("\n".join(_rollback(remarks)) + "\n")
    return "\n".join(parts)


def as_toml(value: Value) -> str:
    """Return a text or a list of texts as TOML has it."""
    if isinstance(value, str):
        return json.dumps(one_line(value), ensure_ascii=False)
    return f"[{', '.join(map(as_toml, value))}]"


def _section(
    name: str, meaning: str, settings: Sequence[Setting], remarks: Sequence[Remark]
) -> Iterator[str]:
    found = {each.key for each in settings if each.is_found}
    is_there = bool(found) and set(_NEEDED.get(name, ())) <= found
    title = f"[[{name}]]" if name in _LISTS else f"[{name}]"
    yield f"{title if is_there else f'# {title}':<34} # {meaning}"
    for remark in remarks:
        yield from _comment(f"{remark.text} ({remark.seen})")
    if name in _LISTS:
        yield '# name = "checkout answers"'
    for each in settings:
        yield from _setting(each, is_there=is_there)


def _setting(setting: Setting, *, is_there: bool) -> Iterator[str]:
    value, seen = setting.value, setting.seen
    if value is None:
        line = f"# {setting.key} = {as_toml(setting.example)}"
        yield from _with_comment(line, f"not found: {seen}")
    else:
        line = f"{setting.key} = {as_toml(value)}"
        yield from _with_comment(line if is_there else f"# {line}", seen)
    for each in setting.advice:
        yield from _comment(each)


def _with_comment(line: str, comment: str) -> Iterator[str]:
    """Yield a line with its comment: behind it where both fit, else above it."""
    text = one_line(comment)
    whole = f"{line:<34} # {text}"
    if len(whole) <= _WIDTH:
        yield whole
        return
    yield from _comment(text)
    yield f"{line:<34} # not found" if text.startswith("not found") else line


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        one_line(text),
        _WIDTH,
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _suites(suites: Sequence[Suite]) -> Iterator[str]:
    yield _SUITES
    if not suites:
        looked = "no tests of npm, cargo, pytest, go, maven, gradle, make, compose or the like"
        yield from ("# [[tests]]", '# name = "tests"')
        yield from _with_comment('# run = "make test"', f"not found: {looked}")
        return
    for number, (name, suite) in enumerate(zip(names_of(suites), suites, strict=True)):
        if number == MOST:
            break
        if number:
            yield ""
        yield "[[tests]]"
        yield f"name = {as_toml(name)}"
        yield from _with_comment(f"run = {as_toml(suite.run)}", suite.seen)
        if suite.folder != ".":
            yield f"directory = {as_toml(suite.folder)}"
    rest = suites[MOST:]
    if rest:
        told = ", ".join(f"{each.run} in {each.folder}" for each in rest[:MOST])
        more = f", and {len(rest) - MOST} more" if len(rest) > MOST else ""
        yield from _comment(f"Also there, and left out: {told}{more}")


def _rollback(remarks: Sequence[Remark]) -> Iterator[str]:
    yield _ROLLBACK
    for remark in remarks:
        yield from _comment(f"{remark.text} ({remark.seen})")
    if not remarks:
        yield from _comment("No Argo CD, Flux, Helm or kustomize was seen in this clone.")
    yield f"{'automatic = false':<34} # true: after a countdown, when rollout or probes fail"
