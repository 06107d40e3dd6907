"""The scorecard of a drill, in words."""

from collections.abc import Sequence

from hotfix.domain.figures import clock, counted
from hotfix.domain.progress import RunState
from hotfix.domain.scorecard import PhaseScore, Scorecard

_NAMES = 9


def scorecard_lines(card: Scorecard, earlier: Sequence[Scorecard]) -> list[str]:
    """Return how a drill went, compared with ``earlier`` ones of its kind, the oldest first."""
    ended = card.state or "without a run"
    meant = "as it is meant to" if card.went_well else "not as it is meant to"
    target = f" of {clock(card.target_seconds)}" if card.target_seconds else ""
    end = "the proof" if card.state == RunState.DONE else "the end"
    noticed = [f"{clock(each.after_seconds)} {each.what}" for each in card.noticed]
    return [
        f"Scorecard of {card.scenario}: ended {ended}, {meant}.",
        *_row("total", [f"{clock(card.total_seconds)}{target}, from the start to {end}"]),
        *_row("phases", [", ".join(map(_phase, card.phases))] if card.phases else ["none"]),
        *_row("noticed", noticed or ["nothing that went wrong"]),
        *_row("the tool", [_tool(card)]),
        *_row("you" if not card.is_played else "played", [_player(card)]),
        *_row("earlier", [_compared(card, earlier)]),
    ]


def _row(name: str, lines: Sequence[str]) -> list[str]:
    heads = [name, *[""] * (len(lines) - 1)]
    return [f"  {head:<{_NAMES}}{line}" for head, line in zip(heads, lines, strict=True)]


def _phase(phase: PhaseScore) -> str:
    # A plan's phase of its own name needs it once.
    is_named = phase.plan in {"hotfix", phase.name}
    name = phase.name if is_named else f"{phase.plan}: {phase.name}"
    target = f" of {clock(phase.target_seconds)}" if phase.target_seconds else ""
    return f"{name} {clock(phase.spent_seconds)}{target}{' (over)' if phase.is_over else ''}"


def _tool(card: Scorecard) -> str:
    tool = card.tool
    parts = [f"{counted(tool.steps, 'step')} by itself"]
    for number, words in (
        (tool.tries_again, "tried again after trouble"),
        (tool.taken_up, "taken up in the middle of a step"),
        (tool.went_back, "gone back to an earlier step"),
        (tool.decided, "decided by countdown"),
    ):
        if number:
            parts.append(f"{counted(number, 'time')} {words}")
    return ", ".join([*parts, f"{counted(tool.told, 'message')} to the team"])


def _player(card: Scorecard) -> str:
    player = card.player
    if card.is_played:
        return f"all answers by --yes; {counted(player.commands, 'command')} after the start"
    return (
        f"{counted(player.inputs, 'input')} beside the fix: {counted(player.answers, 'answer')}, "
        f"{counted(player.commands, 'command')}; {counted(player.wrong_turns, 'wrong turn')} "
        "(? is not counted)"
    )


def _compared(card: Scorecard, earlier: Sequence[Scorecard]) -> str:
    if not earlier:
        how = "played" if card.is_played else "walked by a person"
        return f"none of {card.scenario}, {how}, is on record here yet"
    well = [each for each in earlier if each.went_well]
    counts = f"{counted(len(earlier), 'drill')}, {len(well)} ended as meant"
    if not well:
        return counts
    best = min(each.total_seconds for each in well)
    typical = sorted(each.total_seconds for each in well)[(len(well) - 1) // 2]
    # Of what is shown, which is whole seconds.
    ahead = int(best) - int(card.total_seconds)
    is_faster = card.went_well and ahead > 0
    word = f"{clock(ahead)} faster than the best" if is_faster else f"the best took {clock(best)}"
    words = f"{counts}; {word}, half took {clock(typical)} or less"
    if card.is_played:
        return words
    fewest = min(each.player.inputs for each in well)
    return f"{words}; fewest inputs {fewest}"
