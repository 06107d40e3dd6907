"""What ``hotfix doctor`` found, for people and for scripts."""

import json
import sys
from collections.abc import Iterator, Sequence

from hotfix.ports.readiness import Finding, Need
from hotfix.view.fitting import parted
from hotfix.view.foreign_text import one_line

# A colour says nothing that the sign does not.
# It is one that can be read on black and on white, and green is kept to signs.
_MARKS = {
    Finding.OK: ("✓", "green"),
    Finding.WARNING: ("!", "bold red"),
    Finding.FAILED: ("✗", "bold red"),
    Finding.NOT_CONFIGURED: ("-", ""),
}
_SIGN = slice(2, 3)
_NOT_ASKED = "?"


def as_json(needs: Sequence[Need]) -> str:
    """Return one object: whether all is well, and every need."""
    well = all(need.finding is not Finding.FAILED for need in needs)
    return json.dumps(
        {"v": 1, "ready": well, "needs": [need.to_json() for need in needs]}, indent=2
    )


def as_lines(needs: Sequence[Need]) -> list[str]:
    """Return the needs by area, with the mending command under those that want one; then counts."""
    return [text for text, _ in _styled(needs)]


def show(needs: Sequence[Need]) -> None:
    """Print the same, coloured where a terminal shows colours."""
    if not sys.stdout.isatty():
        print("\n".join(as_lines(needs)))  # noqa: T201 - nobody waits for rich
        return
    from rich.text import Text  # noqa: PLC0415 - as above

    from hotfix.view.console import StandardOutput  # noqa: PLC0415 - as above

    console = StandardOutput(highlight=False, markup=False, soft_wrap=True)
    for text, style in _styled(needs):
        for at, row in enumerate(parted(text, console.width)):
            shown = Text(row)
            if not text.startswith(" "):
                shown.stylize(style)
            elif at == 0:
                shown.stylize(style, _SIGN.start, _SIGN.stop)
            console.print(shown)


def _styled(needs: Sequence[Need]) -> Iterator[tuple[str, str]]:
    """Yield every line with its style."""
    by_area: dict[str, list[Need]] = {}
    for need in needs:
        by_area.setdefault(need.area, []).append(need)
    for area, found in by_area.items():
        yield area, "bold"
        for need in found:
            mark, style = _MARKS[need.finding]
            sign = mark if need.ask_again_in is None else _NOT_ASKED
            yield f"  {sign} {one_line(need.name)}: {one_line(need.saw)}", style
            if need.mend and need.finding in {Finding.WARNING, Finding.FAILED}:
                yield f"      {one_line(need.mend)}", ""
    yield "", ""
    yield from _verdict(needs)


def _verdict(needs: Sequence[Need]) -> Iterator[tuple[str, str]]:
    """Yield how many needs stand how, and whether a hotfix can run."""
    known = [need.finding for need in needs if need.ask_again_in is None]
    to_mend, to_look_at = known.count(Finding.FAILED), known.count(Finding.WARNING)
    not_asked = len(needs) - len(known)
    counts = [f"{known.count(Finding.OK)} ok", f"{to_mend} to mend" if to_mend else ""]
    counts += [f"{to_look_at} to look at" if to_look_at else ""]
    counts += [f"{not_asked} not asked" if not_asked else ""]
    yield ", ".join(filter(None, counts)), "bold"
    is_unknown = any(
        need.finding is Finding.FAILED and need.ask_again_in is not None for need in needs
    )
    if to_mend:
        yield "A hotfix cannot run before that is mended.", "bold red"
    if is_unknown:
        yield "What could not be asked is not known to be ready.", "bold"
    if not (to_mend or is_unknown):
        # A whole area, and not one of its settings: that part of a hotfix stays with people.
        without = [one_line(need.area) for need in needs if need.is_area_left_out]
        less = f", without {', '.join(without)}: not configured" if without else ""
        yield f"Ready{less}.", "bold"
