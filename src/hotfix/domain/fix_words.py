"""What is said of the fix: its root cause and its summary, in a person's words where they wrote.

A person edits both as one short text, in which each stands behind its name. What they change goes
on record as the reason of their answer, in the same form, and from there on it is what the pull
request, the report and the post-mortem say. A note that begins with one of the names says it, too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import CHANGE, FIX_WORDS
from hotfix.domain.fact_records import CommittedChange, FixWords
from hotfix.domain.facts import Facts
from hotfix.domain.foreign_text import one_line
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonValue
from hotfix.domain.lines import text_lines
from hotfix.domain.question import Answer, Option, Then

# Is to be asked with a draft, where a person is there who could edit it.
EDIT = Option(
    "edit",
    "Edit root cause and fix summary in your editor",
    then=Then.WRITE,
    needs_reason=True,
)
_ROOT_CAUSE, _FIX_SUMMARY = "Root cause", "Fix summary"
_NAMED = re.compile(rf"\s*({_ROOT_CAUSE}|{_FIX_SUMMARY})\s*:(.*)", re.IGNORECASE)
_LONGEST, _CUT = 2_000, 40
NOT_KNOWN = "not known yet"
# As git has it: what stands below it is left out, whatever it is.
_SCISSORS = "# ------------------------ >8 ------------------------\n"
# What an editor opens with says so of what nobody has said yet, and a save makes it theirs.
_DRAFTED = (
    "# The root cause is as your commits say: saved, also as it is, it counts as\n# written.\n"
)
_HINTS = """\
# Write above the line: what stands below it is left out, and so are lines
# that begin like this one.
# Pull request, report and post-mortem say what stands behind the two names.
# Save and close the editor to have it so. If you do not save, or save
# nothing, nothing changes.
"""


def root_cause(incident: Incident, facts: Facts) -> str:
    """Return the cause as a person has said it; empty while nobody has."""
    written = facts.get(FIX_WORDS, FixWords()).root_cause
    return incident.root_cause if written is None else written


def drafted_root_cause(facts: Facts) -> str:
    """Return what the commits say of the cause; empty for nothing, or where a person wrote."""
    is_written = facts.get(FIX_WORDS, FixWords()).root_cause is not None
    return facts[CHANGE].root_cause if CHANGE in facts and not is_written else ""


def fix_summary(incident: Incident, facts: Facts) -> str:
    """Return the summary as a person has said it; empty while nobody has."""
    return facts.get(FIX_WORDS, FixWords()).fix_summary or incident.fix_summary


def offered(
    incident: Incident | None, facts: Facts, change: CommittedChange | None = None
) -> tuple[tuple[str, ...], str]:
    """Return cause and summary as they stand, each a line, and what an editor opens with.

    Args:
        incident: what is fixed; None where nobody is there to read them: both are empty then.
        facts: of the run.
        change: what the fix is by now, where that is no fact yet.
    """
    if incident is None:
        return (), ""
    known = change or facts.get(CHANGE)
    is_written = facts.get(FIX_WORDS, FixWords()).root_cause is not None
    by_commits = "" if known is None or is_written else known.root_cause
    subjects = "; ".join(dict.fromkeys(known.subjects)) if known is not None else ""
    cause = root_cause(incident, facts) or by_commits
    summary = fix_summary(incident, facts) or subjects or incident.description
    opens_with = (_line(_ROOT_CAUSE, cause), _line(_FIX_SUMMARY, summary))
    # As the pull request is going to say it.
    lines = (_line(_ROOT_CAUSE, cause or NOT_KNOWN), opens_with[1])
    is_drafted = bool(by_commits) and cause == by_commits
    hints = f"{_SCISSORS}{_DRAFTED if is_drafted else ''}{_HINTS}"
    return lines, "\n\n".join((*opens_with, hints))


def changed(draft: str, saved: str) -> str:
    """Return what ``saved`` changes of ``draft``, in the form of both; empty for nothing.

    A cause that the commits say, and a person has saved, is theirs from then on: that is a change.

    Raises:
        ValueError: it cannot be taken; its text says why, in a sentence for whoever saved it.
    """
    before, now = _read(draft), _read(saved)
    if _DRAFTED in draft:
        before.pop(_ROOT_CAUSE, None)
    new = {name: text for name, text in now.items() if text != before.get(name)}
    for name, text in new.items():
        if len(text) > _LONGEST:
            raise ValueError(f"{name} is {len(text)} long; at most {_LONGEST} signs are taken.")
    return "\n".join(_line(name, text) for name, text in new.items())


def known_with(
    known: Mapping[str, JsonValue], option: Option, answer: Answer
) -> Mapping[str, JsonValue]:
    """Return the facts after an answer: what a person wrote is one of them from then on."""
    if option.then is not Then.WRITE:
        return known
    try:
        new = _read(answer.reason)
    except ValueError:
        return known
    if not new:
        return known
    return _with(known, new)


def known_by_note(known: Mapping[str, JsonValue], text: str) -> Mapping[str, JsonValue]:
    """Return the facts after a note of a person: one that names the cause, or the fix, says it."""
    found = _NAMED.fullmatch(one_line(text))
    said = found[2].strip()[:_LONGEST] if found else ""
    return _with(known, {found[1].capitalize(): said}) if found and said else known


def is_unwritten(incident: Incident, facts: Facts) -> bool:
    """Tell whether neither a person nor a commit has said why it was broken."""
    return not (root_cause(incident, facts) or drafted_root_cause(facts))


def _with(known: Mapping[str, JsonValue], new: Mapping[str, str]) -> Mapping[str, JsonValue]:
    words = Facts(known).get(FIX_WORDS, FixWords())
    if _ROOT_CAUSE in new:
        words = replace(words, root_cause=new[_ROOT_CAUSE])
    if _FIX_SUMMARY in new:
        words = replace(words, fix_summary=new[_FIX_SUMMARY])
    return {**known, **by_key([FIX_WORDS(words)])}


def _line(name: str, text: str) -> str:
    return f"{name}: {one_line(text)}".rstrip()


def _read(text: str) -> dict[str, str]:
    """Return what stands behind each name that is there, on one line."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in text_lines(text.replace("\r\n", "\n")):
        if line.rstrip() == _SCISSORS.rstrip():
            break
        # Not ``#12``: at the beginning of a line in the middle of a sentence, it is an issue.
        if line == "#" or line.startswith("# "):
            continue
        if named := _NAMED.fullmatch(line):
            name = named[1].capitalize()
            found.setdefault(name, []).append(named[2])
        elif name:
            found[name].append(line)
        elif line.strip():
            raise ValueError(
                f'"{_cut(line)}" stands behind neither {_ROOT_CAUSE}: nor {_FIX_SUMMARY}: in it.'
            )
    return {name: _joined(lines) for name, lines in found.items()}


def _joined(lines: Sequence[str]) -> str:
    return " ".join(one_line(" ".join(lines)).split())


def _cut(line: str) -> str:
    short = one_line(line.strip())
    return short if len(short) <= _CUT else f"{short[: _CUT - 1]}…"
