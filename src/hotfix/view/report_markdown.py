"""The report as markdown: for an issue, a page of a wiki, or a post-mortem's document."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from hotfix.view import report
from hotfix.view.account_text import who
from hotfix.view.durations import clock
from hotfix.view.foreign_text import is_code, one_line, verbatim

# A link as far as it can be nothing else; ``report_html`` makes links of the same.
LINK = re.compile(r"https?://[^\s<>\"'`|\\]*[^\s<>\"'`|\\.,;:!?)\]}]")
_SIGNS = re.compile(r"([\\`*_\[\]<>|~#&])")


def report_markdown(account: Mapping[str, Any]) -> str:
    """Return the whole report.

    Args:
        account: the object of ``hotfix show --json``.
    """
    parts = [f"# {escaped(report.title(account))}"]
    for section in report.sections(account):
        parts.append(f"## {section.title}")
        parts += ["\n".join(_block(block)) for block in section.blocks]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return foreign text so that it shows as it is; what is a link stays one."""
    parts, end = [], 0
    for link in LINK.finditer(text):
        parts += [_SIGNS.sub(r"\\\1", text[end : link.start()]), f"<{link[0]}>"]
        end = link.end()
    return "".join((*parts, _SIGNS.sub(r"\\\1", text[end:])))


def _block(block: report.Block) -> Iterator[str]:
    match block:
        case report.Paragraph(text):
            yield escaped(text)
        case report.Items(items, is_to_do):
            for text, lines in items:
                yield f"- {'[ ] ' if is_to_do else ''}{escaped(text)}"
                yield from _under_an_item(lines)
        case report.Table(_, head, rows):
            yield from _table(head, rows)
        case report.Timeline(entries):
            yield from _table(("UTC", "Local", "Since", "Took", "Who", "What"), map(_row, entries))
        case report.Picture(phases):
            yield "```text"
            yield from _bars(phases)
            yield "```"
        case report.FillIn(what):
            yield f"_To be filled in: {what}_"


def _under_an_item(lines: Sequence[str]) -> Iterator[str]:
    """Yield sentences as items of their own, and what is code between a fence that it lacks."""
    for is_whole, group in groupby(lines, is_code):
        if not is_whole:
            yield from (f"  - {escaped(line)}" for line in group)
            continue
        code = [verbatim(line) for line in group]
        longest = max((len(found) for line in code for found in re.findall("`+", line)), default=0)
        fence = "`" * max(3, longest + 1)
        yield from (f"    {line}" for line in (f"{fence}text", *code, fence))


def _table(
    head: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]
) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(map(escaped, row))} |" for row in rows)


def _row(entry: Mapping[str, Any]) -> Sequence[str]:
    utc = datetime.fromisoformat(entry["at"])
    local = datetime.fromisoformat(entry["at_local"])
    days = (local.date() - utc.date()).days
    took = entry["took_seconds"]
    what = one_line(entry["what"])
    return (
        f"{utc:%Y-%m-%d %H:%M:%S}",
        f"{local:%H:%M:%S}" + (f" {days:+d} d" if days else ""),
        clock(entry["since_start_seconds"]),
        "" if took is None else clock(took),
        who(entry),
        f"Phase: {what}" if entry["type"] == "phase_started" else f"{entry['mark']} {what}".strip(),
    )


_BAR = 30


def _bars(phases: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a bar a phase: ``#`` spent, ``.`` left of what was planned, ``!`` over it."""
    longest = max(max(it["spent_seconds"], it["target_seconds"] or 0.0) for it in phases) or 1.0
    width = max(len(report.phase_name(each)) for each in phases)
    for each in phases:
        spent = round(each["spent_seconds"] / longest * _BAR)
        planned = round((each["target_seconds"] or each["spent_seconds"]) / longest * _BAR)
        bar = "#" * min(spent, planned) + "." * (planned - spent) + "!" * (spent - planned)
        yield f"{report.phase_name(each):<{width}}  {bar:<{_BAR}}  {report.spent_of(each)}"
