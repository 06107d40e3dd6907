"""Planned against spent, by phase, as a picture: SVG without scripts and without remote parts."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from hotfix.view.report import phase_name, spent_of

# As wide as a phone's screen: words in it are as large there as those around it.
_WIDTH, _ROW, _BAR, _TOP = 340, 44, 14, 30
_STYLE = """
.hotfix-picture{--ink:#1f2328;--paper:#fff;--planned:#6e7781;--spent:#0a5cc2;--over:#b3261e;
font:13px system-ui,sans-serif}
@media (prefers-color-scheme:dark){.hotfix-picture{--ink:#e6edf3;--paper:#0d1117;--planned:#9aa4ae;
--spent:#5aa2ff;--over:#ff8a80}}
@media print{.hotfix-picture{--ink:#000;--paper:#fff;--planned:#555;--spent:#0a5cc2;--over:#b3261e;
print-color-adjust:exact;-webkit-print-color-adjust:exact}}
.hotfix-picture text{fill:var(--ink)}
.hotfix-picture .paper{fill:var(--paper)}
.hotfix-picture .planned{fill:none;stroke:var(--planned)}
.hotfix-picture .spent{fill:var(--spent)}
.hotfix-picture .over{fill:var(--over)}
"""


def phase_picture(phases: Sequence[Mapping[str, Any]]) -> str:
    """Return the picture as a document of its own, or a part of HTML.

    Args:
        phases: those of ``account["phases"]`` that are shown.
    """
    height = _TOP + _ROW * len(phases) + 4
    longest = max(
        (max(it["spent_seconds"], it["target_seconds"] or 0.0) for it in phases), default=0
    )
    said = "; ".join(f"{phase_name(each)} {spent_of(each)}" for each in phases)
    rows = "".join(
        line for number, each in enumerate(phases) for line in _row(each, number, longest or 1.0)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="hotfix-picture" role="img" '
        f'aria-labelledby="picture-title picture-text" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}">'
        '<title id="picture-title">Planned against spent, by phase</title>'
        f'<desc id="picture-text">{escape(said)}</desc>'
        f"<style>{_STYLE}</style>"
        f'<rect class="paper" width="{_WIDTH}" height="{height}"/>'
        '<text x="2" y="16">Outline: planned. Filled: spent; hatched end: over it.</text>'
        '<defs><pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="over" width="2.5" height="4"/></pattern></defs>'
        f"{rows}</svg>\n"
    )


def _row(phase: Mapping[str, Any], number: int, longest: float) -> Iterator[str]:
    spent, target = phase["spent_seconds"], phase["target_seconds"] or 0.0
    scale, top = (_WIDTH - 4) / longest, _TOP + _ROW * number
    within = min(spent, target) if target else spent
    bar = top + 20
    yield f'<text x="2" y="{top + 13}">{escape(f"{phase_name(phase)}: {spent_of(phase)}")}</text>'
    yield _bar("spent", 2, bar, within * scale)
    if target and spent > target:
        yield _bar("", 2 + within * scale, bar, (spent - target) * scale, ' fill="url(#hatch)"')
    if target:
        yield _bar("planned", 2, bar, target * scale)


def _bar(kind: str, left: float, top: float, width: float, more: str = "") -> str:
    which = f' class="{kind}"' if kind else ""
    return f'<rect{which} x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_BAR}"{more}/>'
