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
        lines.append(
            f"{_MARKS[need.finding]} {need.area}: {one_line(need.name)}: {one_line(need.saw)}"
        )
        if need.mend and need.finding in {Finding.WARNING, Finding.FAILED}:
            lines.append(f"    {one_line(need.mend)}")
    failed = [need for need in needs if need.finding is Finding.FAILED]
    not_asked = sum(need.ask_again_in is not None for need in failed)
    if len(failed) > not_asked:
        lines.append(f"{len(failed) - not_asked} to mend before a hotfix can run.")
    if not_asked:
        lines.append(f"{not_asked} could not be asked, so whether it is ready is not known.")
    return lines if failed else [*lines, "Ready."]
