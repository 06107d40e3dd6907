"""The foot of the screen: where the run is, what it waits for, what one may do, and the clock."""

from collections.abc import Sequence
from datetime import datetime

from rich.cells import cell_len, set_cell_size

from hotfix.domain import budget
from hotfix.domain.ending import ending
from hotfix.domain.fix_stand import counted_until
from hotfix.domain.frozen import frozen
from hotfix.domain.last_word import next_after
from hotfix.domain.leaving import A_RUN, Leave, leaving
from hotfix.domain.log_end import last_lines
from hotfix.domain.progress import PhaseProgress, PhaseState, Progress, RunState
from hotfix.domain.question import Question
from hotfix.domain.step_words import step_words
from hotfix.domain.still_to_do import is_owed, still_to_do
from hotfix.domain.trouble import is_in_trouble, no_forecast, trouble
from hotfix.domain.way_back import way_back
from hotfix.view.clock_line import clock_line, elapsed_until
from hotfix.view.durations import clock
from hotfix.view.fitting import parted
from hotfix.view.foreign_text import clean, is_code, one_line

_LABEL_WIDTH = 7
_BLANK = " " * _LABEL_WIDTH
# What the foot does without first where the screen is low: further rows of a sentence, the line.
_RANKS = ("", "waits", "now", "leave", "you", "clock")
# How many rows a sentence may take, and how much is shown of what there is to read.
_MOST_ROWS, _TAIL_ROWS = 7, 3
_BAR_WIDTH, _SHORTEST_BAR = 16, 6
# What the bar takes at least, with what is spent of what; and what the line takes.
_MEASURED_WIDTH, _RULE_WIDTH = 22, 4
_FULL, _EMPTY, _RULE = "█", "░", "─"
_LISTED = ("you", "What is left to do is listed below.", "")
_NOTHING_LEFT = ("you", "Nothing is left to do here.", "")
_MARKS = {PhaseState.DONE: "✓", PhaseState.RUNNING: "▶", PhaseState.TO_COME: "·"}


@frozen
class FootLine:
    """One row of the foot, no wider than it was made for."""

    text: str  #: cleaned
    style: str = ""  #: the name of a style; ``terminal`` gives it a colour
    label: str = ""  #: what stands before it


def foot_lines(progress: Progress, now: datetime, width: int, leave: Leave) -> list[FootLine]:
    """Return the rows of the foot, top to bottom; none before the run has begun.

    Args:
        progress: where the run stands.
        now: UTC, aware.
        width: how many cells a row may take.
        leave: what becomes of the run where whoever reads it leaves.
    """
    if progress.started_at is None:
        return []
    waits, tail = _waits(progress, leave)
    rows = [_rule(progress, now, width)]
    rows += _sentence("now", _doing(progress, now), "", width)
    if waits:
        rows += _sentence("waits", waits, "", width)
    rows += [
        FootLine(cut(f"│ {_as_it_is(line)}", width - _LABEL_WIDTH), label=_BLANK)
        for line in last_lines(tail, _TAIL_ROWS)
    ]
    for label, text, style in _may(progress, leave):
        rows += _sentence(label, text, style, width)
    late = _is_late(progress, now)
    rows += _sentence("clock", clock_words(progress, now), "failed" if late else "", width)
    return rows


def beside_a_question(progress: Progress, now: datetime, leave: Leave) -> list[str]:
    """Return what stands in the foot beside a question, as lines for where there is no foot."""
    return [_may(progress, leave)[-1][1], f"Clock: {clock_words(progress, now)}"]


def within(rows: Sequence[FootLine], height: int) -> list[FootLine]:
    """Return no more than ``height`` rows: what can be done without goes first, the clock last."""
    kept = list(rows)
    while len(kept) > max(0, height):
        least = min(_RANKS.index(row.label.strip()) for row in kept)
        spare = [at for at, row in enumerate(kept) if _RANKS.index(row.label.strip()) == least]
        kept.pop(spare[-1])
    return kept


def clock_words(progress: Progress, now: datetime) -> str:
    """Return how much is gone, until when it must be merged, and when it will be done."""
    stand = budget.pace(progress, now)
    until = elapsed_until(counted_until(progress))
    line = clock_line(stand, no_forecast=no_forecast(progress))
    return " · ".join(filter(None, (f"{clock(stand.elapsed)} {until}", line)))


def how_to_answer(question: Question, leave: Leave) -> str:
    """Return how a question is answered beside which the run goes on."""
    first = question.default
    if first is None:
        return f"Type {question.options[0].word} {leave.at}."
    others = [option.word for option in question.options if option is not first]
    typed = f" Or type {', '.join([*others, '?'])}." if others else " ? explains."
    return f"Then press Enter {leave.at}: {first.label}.{typed} {leave.ctrl_c}"


def _rule(progress: Progress, now: datetime, width: int) -> FootLine:
    """Return the row that parts the foot from the record: the phases, and how far this one is."""
    phases = [each for each in progress.phases if each.plan == progress.plan]
    at = next((at for at, each in enumerate(phases) if each.name == progress.phase), None)
    words = [f"{_MARKS[each.state]} {one_line(each.name)}" for each in phases]
    if at is None:
        return FootLine(_ruled("  ".join(words), width))
    present, room = phases[at], width - _RULE_WIDTH
    spent = present.elapsed_seconds(now)
    over = [word for word in words[:at] if word.startswith("✓")]
    before, after = over, words[at + 1 :]

    def needs() -> int:
        return cell_len("  ".join([*before, words[at], *after])) + _MEASURED_WIDTH

    # The present phase has its bar; where all do not fit, the others are counted, and none goes.
    if over and needs() > room:
        before = ["✓" * len(over)]
    named = len(after)
    while needs() > room and named:
        named -= 1
        unnamed = words[at + 1 + named :]
        signs = "".join(word[:1] for word in unnamed)
        after = [*words[at + 1 :][:named], f"{signs} {len(unnamed)} more"]
        if not named and needs() > room:
            after = [signs]
    others = cell_len("  ".join([*before, words[at], *after])) + 1
    text = f"{words[at]} {_spent(present, spent, room - others)}"
    is_over = bool(present.target_seconds) and spent > (present.target_seconds or 0)
    return FootLine(_ruled("  ".join([*before, text, *after]), width), "failed" if is_over else "")


def _ruled(text: str, width: int) -> str:
    """Return the text in a line from side to side."""
    row = f"{_RULE * 2} {text} "
    return cut(row + _RULE * max(0, width - cell_len(row)), width)


def _spent(phase: PhaseProgress, spent: float, room: int) -> str:
    target = phase.target_seconds
    if not target:
        return clock(spent)
    words = f"{clock(spent)} of {clock(target)}"
    size = min(_BAR_WIDTH, room - cell_len(words) - 1)
    if size < _SHORTEST_BAR:
        return words
    full = min(size, int(size * spent / target))
    return f"{_FULL * full}{_EMPTY * (size - full)} {words}"


def _doing(progress: Progress, now: datetime) -> str:
    """Return what is going on, and for how long."""
    step = progress.pending_step or progress.step
    if progress.state.is_over:
        # How long it took, the clock says.
        return ending(progress.state.value, is_owed=is_owed(progress))
    if progress.state in {RunState.FAILED, RunState.INTERRUPTED}:
        # It does not get later while nobody walks it.
        end = progress.finished_at or progress.last_at or now
        took = (end - (progress.started_at or end)).total_seconds()
        return f"{progress.state.value} after {clock(took)}"
    since = progress.begun_at.get((progress.plan, step))
    if not step or since is None:
        return f"{progress.phase or progress.plan}"
    return f"{step_words(step)}, for {clock((now - since).total_seconds())}"


def _waits(progress: Progress, leave: Leave) -> tuple[str, Sequence[str]]:
    """Return what is waited for, empty where that is over; and what there is to read beside it."""
    asked = progress.pending
    if progress.problem is not None:
        return progress.problem.what, ()
    if progress.state is RunState.INTERRUPTED:
        seen = trouble(progress)
        go_on = f"for hotfix resume {progress.run}"
        return f"{go_on}; last seen: {seen}" if seen else go_on, ()
    if progress.state is RunState.WAITING:
        # The row is headed by that word.
        return progress.saying.removeprefix("waiting "), progress.shown
    if asked is not None:
        whose = f"an answer {leave.at}" if leave.is_look else "your answer"
        return f"for {whose}: {asked.text}", ()
    return "" if progress.state.is_over else "for nothing: it is at work", ()


def _may(progress: Progress, leave: Leave) -> list[tuple[str, str, str]]:
    """Return what the person at the screen may do, and whether they may leave."""
    if progress.state.is_over:
        left = bool(still_to_do(progress) or next_after(progress))
        return [_LISTED if left else _NOTHING_LEFT]
    stand, asked, back = leaving(progress), progress.pending, _back(progress, leave)
    if leave.world:
        words = f"{leave.world}; in a run of yours {stand.words}."
    else:
        words = f"{stand.words[:1].upper()}{stand.words[1:]}."
    if asked is not None and progress.state is RunState.WAITING:
        doing = f"{asked.text} {how_to_answer(asked, leave)}"
        return [("you", doing, "question"), ("leave", words, "")]
    # Where it is answered stands in what is waited for, if not here.
    if (asked is not None and not leave.is_look) or leave.world:
        doing = f"Answer {leave.at}; ? explains." if asked else "Nothing to do just now."
        return [("you", doing, ""), *back, ("leave", words, "")]
    return [*back, ("you", words, "")]


def _back(progress: Progress, leave: Leave) -> list[tuple[str, str, str]]:
    """Return how whoever looks at what is red need not wait until they are asked."""
    command = way_back(progress) if is_in_trouble(progress) and progress.pending is None else ""
    is_at_work = progress.state not in {RunState.FAILED, RunState.INTERRUPTED}
    if not (command and is_at_work and leave.ctrl_c == A_RUN.ctrl_c):
        return []
    return [("you", f"To go back at once: Ctrl-C, then {command}", "question")]


def _as_it_is(line: str) -> str:
    """Return a line on one row: with its blanks, where they mean something."""
    return " ".join(clean(line).split("\n")) if is_code(line) else one_line(line)


def _is_late(progress: Progress, now: datetime) -> bool:
    left = budget.pace(progress, now).left
    return left is not None and left < 0


def _sentence(label: str, text: str, style: str, width: int) -> list[FootLine]:
    """Return a labelled sentence on as few rows as it takes; the rest of it is cut."""
    room = max(1, width - _LABEL_WIDTH)
    parts = parted(one_line(text), room)
    if len(parts) > _MOST_ROWS:
        parts = [*parts[: _MOST_ROWS - 1], cut(" ".join(parts[_MOST_ROWS - 1 :]), room)]
    heads = [f"{label:<{_LABEL_WIDTH}}", *[_BLANK] * (_MOST_ROWS - 1)]
    return [
        FootLine(cut(part, room), style, head) for head, part in zip(heads, parts, strict=False)
    ]


def cut(text: str, width: int) -> str:
    """Return the text in ``width`` cells, with a sign where something is missing."""
    return (
        text if cell_len(text) <= width else f"{set_cell_size(text, max(0, width - 1)).rstrip()}…"
    )
