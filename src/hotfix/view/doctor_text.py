"""What ``hotfix doctor`` found, for people and for scripts."""

import json
from collections.abc import Sequence

from hotfix.ports.readiness import Finding, Need
from hotfix.view.foreign_text import one_line

_MARKS = {
    Finding.OK: "✓",
    Finding.WARNING: "!",
    Finding.FAILED: "✗",
    Finding.NOT_CONFIGURED: "-",
}


def as_json(needs: Sequence[Need]) -> str:
    """Return one object: whether all is well, and every need."""
    well = all(need.finding is not Finding.FAILED for need in needs)
    return json.dumps(
        {"v": 1, "ready": well, "needs": [need.to_json() for need in needs]}, indent=2
    )


def as_lines(needs: Sequence[Need]) -> list[str]:
    """Return a line a need, with the mending command under those that want one."""
    lines = []
    for need in needs:
        lines.append(f"{_MARKS[need.finding]} {need.area}: {need.name}: {one_line(need.saw)}")
        if need.mend and need.finding in {Finding.WARNING, Finding.FAILED}:
            lines.append(f"    {need.mend}")
    failed = sum(need.finding is Finding.FAILED for need in needs)
    lines.append("Ready." if not failed else f"{failed} to mend before a hotfix can run.")
    return lines
