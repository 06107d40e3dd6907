"""What a report says, in order; ``report_markdown`` and ``report_html`` give it its form."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from hotfix.domain.ending import phase_word
from hotfix.domain.frozen import frozen
from hotfix.view.account_text import (
    both,
    green_in_words,
    head_lines,
    named_links,
    severity_of,
    to_do_in_words,
    verified_by,
)
from hotfix.view.clock_line import elapsed_until
from hotfix.view.durations import clock
from hotfix.view.foreign_text import is_code, one_line
from hotfix.view.tail import folded


@frozen
class Paragraph:
    """A text; links stand in it as they are."""

    text: str


@frozen
class Items:
    """A list: each item has lines that belong to it; those that ``is_code`` tells are code."""

    items: Sequence[tuple[str, Sequence[str]]]
    is_to_do: bool = False  #: whether each is to be ticked


@frozen
class Table:
    """Rows under a head; the first cell of a row names it."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@frozen
class Timeline:
    """The entries of ``account["timeline"]`` that are shown."""

    entries: Sequence[Mapping[str, Any]]


@frozen
class Picture:
    """Planned against spent, by phase: those of ``account["phases"]``."""

    phases: Sequence[Mapping[str, Any]]


@frozen
class FillIn:
    """What a person has to write."""

    what: str


Block = Paragraph | Items | Table | Timeline | Picture | FillIn


@frozen
class Section:
    """A part with its heading."""

    title: str
    blocks: Sequence[Block]


NONE = "None on record."


def title(account: Mapping[str, Any]) -> str:
    """Return what the report is called."""
    return f"Hotfix report: {one_line(account['description'])}"


def sections(account: Mapping[str, Any]) -> tuple[Section, ...]:
    """Return all parts of the report.

    Args:
        account: the object of ``hotfix show --json``.
    """
    return (
        Section("What happened", (*_what(account),)),
        Section("Impact", (_impact(account),)),
        Section("Root cause", (*_root_cause(account),)),
        Section("Planned against spent", (*_phases(account),)),
        Section("Timeline", (*_timeline(account),)),
        Section("Decisions", (_decisions(account),)),
        Section("Overrides", (_overrides(account),)),
        Section("Reviews owed", (_reviews(account),)),
        Section("Notes", (_notes(account),)),
        Section("What went well", (FillIn("What helped, and should stay as it is."),)),
        Section("What went badly", (FillIn("What cost time, or went right by luck alone."),)),
        Section("Follow-ups", (_follow_ups(account), FillIn("What else is to be done, by whom."))),
    )


def shown(account: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the entries of the timeline that people read."""
    return [each for each in account["timeline"] if not each["is_detail"]]


def _what(account: Mapping[str, Any]) -> Iterator[Block]:
    _, *lines = head_lines(account)
    yield Items([(line, ()) for line in lines])
    named = (
        ("Run", account["run"]),
        ("Repository", account["repository"]),
        ("Category", account["category"]),
        ("Severity", severity_of(account)),
        ("Carried out by", ", then ".join(account["operators"])),
        ("On call", ", ".join(account["on_call"])),
        ("Approved by", account["approved_by"]),
        ("Verified by", verified_by(account)),
        *((name.capitalize(), url) for name, url in named_links(account).items()),
    )
    rows = [(name, one_line(value)) for name, value in named if value]
    yield Table("The run", ("What", "Value"), rows)
    outcome = [(one_line(line), ()) for line in account["summary"]]
    if outcome:
        yield Paragraph("How it came out, and what proves it:")
        yield Items(outcome)


def _impact(account: Mapping[str, Any]) -> Block:
    impact = account["impact"]
    if not impact["red_at"]:
        return Paragraph("Not known: no probe of production was seen red before the fix.")
    lines = [f"{one_line(name)}: {one_line(saw)}" for name, saw in impact["probes"].items()]
    since = f"Seen red at {both(impact, 'red_at')}"
    if impact["green_at"]:
        until = f"all of it green at {both(impact, 'green_at')}"
        lasted = f"at least {clock(impact['seconds'])}"
        return Items([(f"{since}, {until}: {lasted}.", lines)])
    until = green_in_words(impact)
    return Items([(f"{since}. {until}, by this record.", lines)])


def _root_cause(account: Mapping[str, Any]) -> Iterator[Block]:
    if account["root_cause"]:
        yield Paragraph(one_line(account["root_cause"]))
    elif account["drafted_root_cause"]:
        yield Paragraph(f"As the commits say: {one_line(account['drafted_root_cause'])}")
    else:
        yield FillIn("The root cause, which the run was not told.")
    if account["fix_summary"]:
        yield Paragraph(f"The fix: {one_line(account['fix_summary'])}")


def _phases(account: Mapping[str, Any]) -> Iterator[Block]:
    phases = shown_phases(account)
    if not phases:
        yield Paragraph(NONE)
        return
    yield Picture(phases)
    is_over = account["ended_at"] is not None
    rows = [(phase_name(each), spent_of(each), _state_of(each, is_over=is_over)) for each in phases]
    yield Table("Time by phase, m:ss", ("Phase", "Spent", "State"), rows)
    yield Paragraph(total_in_words(account))


def total_in_words(account: Mapping[str, Any]) -> str:
    """Return what was spent in all, of what, and from when to when it counts."""
    spent, total = account["counted_seconds"], account["total_seconds"]
    until = elapsed_until(account["counted_until"])
    if not total:
        return f"In all: {clock(spent)}, {until}."
    over = f", over by {clock(spent - total)}" if spent > total else ""
    return f"In all: {clock(spent)} of {clock(total)}{over}, {until}."


def _state_of(phase: Mapping[str, Any], *, is_over: bool) -> str:
    return one_line(phase_word(phase["state"], phase["spent_seconds"], is_over=is_over))


def shown_phases(account: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the phases that have a target, or took any time."""
    return [each for each in account["phases"] if each["spent_seconds"] or each["target_seconds"]]


def phase_name(phase: Mapping[str, Any]) -> str:
    """Return the phase's name, with its plan where that is another one than the hotfix."""
    name, plan = one_line(phase["name"]), one_line(phase["plan"])
    return name if plan in {"hotfix", name} else f"{name} ({plan})"


def spent_of(phase: Mapping[str, Any]) -> str:
    """Return what was spent of what was planned, such as ``3:00 of 2:00, over by 1:00``."""
    spent, target = phase["spent_seconds"], phase["target_seconds"]
    if not target:
        return f"{clock(spent)}, no target"
    over = f", over by {clock(spent - target)}" if spent > target else ""
    return f"{clock(spent)} of {clock(target)}{over}"


def _timeline(account: Mapping[str, Any]) -> Iterator[Block]:
    yield Paragraph("Times are UTC, then local. In brackets: what no person did.")
    yield Timeline(shown(account))


def _decisions(account: Mapping[str, Any]) -> Block:
    found = []
    for each in account["decisions"]:
        reason = f": {one_line(each['reason'])}" if each["reason"] else ""
        by = one_line(each["who"]) if each["by"] == "person" else "nobody, it went on by itself"
        head = f"{both(each, 'at')}, {by}: {one_line(each['answer'])}{reason}"
        found.append((each["at"], head, _asked(each)))
    found += [
        (each["at"], f"{both(each, 'at')}, answered by nobody", _asked(each))
        for each in account["unanswered"]
    ]
    # What nobody answered stands where it was asked: before what was done instead.
    found.sort(key=lambda each: datetime.fromisoformat(each[0]))
    return Items([each[1:] for each in found]) if found else Paragraph(NONE)


def _asked(each: Mapping[str, Any]) -> tuple[str, ...]:
    shown = (
        line if is_code(line) else f"Shown: {one_line(line)}" for line in folded(each["shown"])
    )
    return (f"Asked: {one_line(each['question'])}", *shown)


def _overrides(account: Mapping[str, Any]) -> Block:
    found = [f"{one_line(each['what'])}: {one_line(each['why'])}" for each in account["overrides"]]
    return Items([(line, ()) for line in found]) if found else Paragraph(NONE)


def _reviews(account: Mapping[str, Any]) -> Block:
    owed = account["review_owed"]
    url = account["links"].get("pull_request", "")
    if not owed:
        return Paragraph(NONE)
    return Items([(f"{one_line(owed)} {url}".strip(), ())], is_to_do=True)


def _notes(account: Mapping[str, Any]) -> Block:
    found = [
        (f"{both(each, 'at')}, {one_line(each['by'])}: {one_line(each['text'])}", ())
        for each in account["notes"]
    ]
    return Items(found) if found else Paragraph(NONE)


def _follow_ups(account: Mapping[str, Any]) -> Block:
    found = [(to_do_in_words(each), ()) for each in account["left_to_do"]]
    return Items(found, is_to_do=True) if found else Paragraph(NONE)
