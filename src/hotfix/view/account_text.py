"""``hotfix show`` for people: the record of a run as a table that fits, whatever the width."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from hotfix.domain.ending import to_do, word
from hotfix.domain.fix_stand import FixStand
from hotfix.domain.incident import severity_in_words
from hotfix.domain.step_words import step_words
from hotfix.view.durations import clock
from hotfix.view.fitting import cells, parted
from hotfix.view.foreign_text import is_code, one_line, verbatim
from hotfix.view.tail import folded

# From here on a line of the timeline has room for its words beside its times.
_WIDE = 100
_INDENT = 4
_SHOWN = f"{' ' * _INDENT}| "
_LONGEST_NAME = 14
_COLUMNS = ("UTC", "local", "since", "took", "who")
_TIMES = (8, 10, 7, 6)


def account_lines(account: Mapping[str, Any], width: int | None = None) -> list[str]:
    """Return the record of a run.

    Args:
        account: the object of ``hotfix show --json``.
        width: of the terminal, in cells; None for a pipe, where a line is never broken.
    """
    return [
        row
        for section in (
            _head(account, width),
            _why(account, width),
            _outcome(account, width),
            _links(account, width),
            _timeline(account, width),
            _decisions(account, width),
            _unanswered(account, width),
            _notes(account, width),
            _left(account, width),
        )
        for line in section
        for row in ([line] if _is_of_code(line) else parted(line, width))
    ]


def _is_of_code(line: str) -> bool:
    shown = line.removeprefix(_SHOWN)
    return shown != line and is_code(shown)


def state_in_words(account: Mapping[str, Any]) -> str:
    """Return how it stands, in one sentence: when it was over, after how long, by whom."""
    owed, who = account["is_owed"], one_line(account["operator"]) or "nobody"
    state = word(account["state"], is_owed=owed).capitalize()
    took = clock(account["elapsed_seconds"])
    if account["ended_at"]:
        left = "; something is left to do" if owed else ""
        return f"{state} at {both(account, 'ended_at')}, {took} after its start, by {who}{left}"
    where = f", phase {one_line(account['phase'])}" if account["phase"] else ""
    return f"{state}{where}; last by {who} at {both(account, 'last_at')}, {took} after its start"


def both(account: Mapping[str, Any], key: str) -> str:
    """Return a moment in UTC and in local time; "not known" where it is not on record."""
    if not account[key]:
        return "a time not known"
    utc, local = datetime.fromisoformat(account[key]), _local(account, key)
    here = f"{local:%H:%M:%S}" if local.date() == utc.date() else f"{local:%Y-%m-%d %H:%M:%S}"
    zone = f"{local:%z}"
    is_utc = local.utcoffset() == utc.utcoffset()
    return f"{utc:%Y-%m-%d %H:%M:%S} UTC" + ("" if is_utc else f" ({here} {zone})")


def named_links(account: Mapping[str, Any]) -> dict[str, str]:
    """Return all links by their names for people, that of the commit, or its SHA, among them."""
    links = {one_line(name).replace("_", " "): url for name, url in account["links"].items()}
    commit = account["commit"]
    return links | ({"commit": commit["url"] or commit["sha"]} if commit else {})


def who(entry: Mapping[str, Any]) -> str:
    """Return a person's name; in brackets what no person did."""
    name = one_line(entry["who"])
    return name if entry["by"] == "person" else f"({name})"


def _head(account: Mapping[str, Any], width: int | None) -> Iterator[str]:
    yield one_line(account["run"])
    for text in head_lines(account):
        yield from _hanging(f"  {text}", "", width)


def head_lines(account: Mapping[str, Any]) -> Iterator[str]:
    """Yield what it was, when, how it stands, what was seen of the impact, and what to mind."""
    yield one_line(account["description"])
    if account["is_drill"]:
        gone = (
            "are gone: nothing of it goes on, or is to be done"
            if account["is_gone"]
            else "go with it"
        )
        yield f"A drill: local servers took the place of all tools, and {gone}"
    began = one_line(next(iter(account["operators"]), "")) or "nobody"
    yield f"Started {both(account, 'started_at')}, by {began}"
    yield state_in_words(account)
    if account["rollback_reason"] is not None:
        reason = one_line(account["rollback_reason"]) or "not on record"
        yield f"Reason for the rollback: {reason}"
    impact = account["impact"]
    if impact["red_at"]:
        yield f"Seen red at {both(impact, 'red_at')}"
        yield green_in_words(impact)
    if account["last_word"]:
        yield one_line(" ".join(account["last_word"]))
    for text in account["warnings"]:
        yield f"Warning: {one_line(text)}"


def green_in_words(impact: Mapping[str, Any]) -> str:
    """Return when what was red was seen green, and whether it still was when last looked at."""
    if impact["green_at"]:
        return f"Green at {both(impact, 'green_at')}"
    if not impact["red_again_at"]:
        return "Not seen green since"
    again = f"red again at {both(impact, 'red_again_at')}"
    return f"Green at {both(impact, 'was_green_at')}, {again}, not seen green since"


def to_do_in_words(each: Mapping[str, Any]) -> str:
    """Return one thing that is still to do, and how."""
    return one_line(to_do(each["what"], each["next_command"]))


def severity_of(account: Mapping[str, Any]) -> str:
    """Return the severity, and that nobody named it where that is so."""
    return severity_in_words(account["severity"], is_default=account["severity_is_default"])


def _why(account: Mapping[str, Any], width: int | None) -> Iterator[str]:
    """Yield why there was a hotfix, and what it changes, as far as the run was told."""
    cause = account["root_cause"]
    if not cause and account["drafted_root_cause"]:
        cause = f"as the commits say, {account['drafted_root_cause']}"
    yield from ("", "Why")
    for name, value in (
        ("Category", account["category"]),
        ("Severity", severity_of(account)),
        ("Root cause", cause or "not on record"),
        ("The fix", account["fix_summary"]),
    ):
        if value:
            yield from _hanging(f"  {name}: {one_line(value)}", "", width)


def _outcome(account: Mapping[str, Any], width: int | None) -> Iterator[str]:
    if account["summary"]:
        yield from ("", "Outcome")
    for text in account["summary"]:
        yield from _hanging(f"  {one_line(text)}", "", width)
    if verified := verified_by(account):
        yield from _hanging(f"  Verified by: {verified}", "", width)


def verified_by(account: Mapping[str, Any]) -> str:
    """Return who said that the fix works, and whether that is past; empty for nobody."""
    who = one_line(account["verified_by"] or "")
    is_back = account["fix"] in {FixStand.PARTLY_BACK, FixStand.ROLLED_BACK}
    return f"{who}, before it was rolled back" if who and is_back else who


def _links(account: Mapping[str, Any], width: int | None) -> Iterator[str]:
    links = named_links(account)
    if links:
        yield from ("", "Links")
    for name, url in links.items():
        yield from parted(f"  {name}: {one_line(url)}", width, 2 * _INDENT)


def _timeline(account: Mapping[str, Any], width: int | None) -> Iterator[str]:
    entries = [each for each in account["timeline"] if not each["is_detail"]]
    if not entries:
        return
    yield ""
    yield "Timeline (since the start; in brackets what no person did)"
    names = max(min(_LONGEST_NAME, cells(who(each))) for each in entries)
    # On a machine that keeps UTC the second column would be the first.
    is_utc = all(_local(each, "at").utcoffset() == timedelta(0) for each in entries)
    yield _cells(_COLUMNS, names, is_utc=is_utc).rstrip()
    day = ""
    for each in entries:
        if each["at"][:10] != day:
            day = each["at"][:10]
            yield f"{day} (UTC)"
        times = _cells(_of(each), names, is_utc=is_utc)
        words = f"{each['mark'] or ('=' if each['is_heading'] else ' ')} {one_line(each['what'])}"
        if width is not None and width < _WIDE:
            yield times.rstrip()
            yield from _hanging(words, " " * _INDENT, width)
        else:
            yield from _hanging(words, f"{times} ", width)


def _of(entry: Mapping[str, Any]) -> Sequence[str]:
    utc, local = datetime.fromisoformat(entry["at"]), _local(entry, "at")
    days = (local.date() - utc.date()).days
    took = entry["took_seconds"]
    return (
        f"{utc:%H:%M:%S}",
        f"{local:%H:%M:%S}" + (f"{days:+d}" if days else ""),
        clock(entry["since_start_seconds"]),
        "" if took is None else clock(took),
        who(entry),
    )


def _cells(texts: Sequence[str], names: int, *, is_utc: bool) -> str:
    shown = 1 if is_utc else 2
    times = [f"{text:<{size}}" for text, size in zip(texts[:shown], _TIMES[:shown], strict=True)]
    times += [f"{text:>{size}}" for text, size in zip(texts[2:4], _TIMES[2:], strict=True)]
    name = texts[4]
    return " ".join((*times, "", name + " " * (names - cells(name))))


def _hanging(text: str, before: str, width: int | None) -> list[str]:
    """Return the text behind ``before``, what is broken off below its first word."""
    return parted(f"{before}{text}", width, cells(before) + len(text[:2]))


def _decisions(account: Mapping[str, Any], width: int | None) -> Iterator[str]:
    if account["decisions"]:
        yield from ("", "Decisions")
    for each in account["decisions"]:
        stood = "" if each["stood_seconds"] is None else f", after {clock(each['stood_seconds'])}"
        yield from _hanging(f"{both(each, 'at')}, {who(each)}{stood}", "", width)
        yield from _asked(each, width)
        reason = f": {one_line(each['reason'])}" if each["reason"] else ""
        yield from _hanging(f"→ {one_line(each['answer'])}{reason}", " " * _INDENT, width)


def _unanswered(account: Mapping[str, Any], width: int | None) -> Iterator[str]:
    if account["unanswered"]:
        yield from ("", "Asked, and answered by nobody")
    for each in account["unanswered"]:
        yield from _hanging(f"{both(each, 'at')}, {step_words(each['step'])}", "", width)
        yield from _asked(each, width)


def _asked(each: Mapping[str, Any], width: int | None) -> Iterator[str]:
    """Yield a question and what was shown, as on the screen; a program gets all of it."""
    yield from _hanging(f"? {one_line(each['question'])}", " " * _INDENT, width)
    for line in folded(each["shown"]):
        if is_code(line):
            yield f"{_SHOWN}{verbatim(line)}"
        else:
            yield from _hanging(f"| {one_line(line)}", " " * _INDENT, width)


def _notes(account: Mapping[str, Any], width: int | None) -> Iterator[str]:
    if account["notes"]:
        yield from ("", "Notes")
    for each in account["notes"]:
        yield from _hanging(f"{both(each, 'at')}, {one_line(each['by'])}", "", width)
        yield from _hanging(f"• {one_line(each['text'])}", " " * _INDENT, width)


def _left(account: Mapping[str, Any], width: int | None) -> Iterator[str]:
    left = account["left_to_do"]
    yield from (
        "",
        f"Still to do, by the record{', were it no drill' if account['is_gone'] else ''}"
        if left
        else "Nothing is left to do, by the record",
    )
    for each in left:
        yield from _hanging(f"- {to_do_in_words(each)}", "  ", width)


def _local(of: Mapping[str, Any], key: str) -> datetime:
    return datetime.fromisoformat(of[f"{key}_local"])
