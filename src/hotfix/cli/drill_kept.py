"""What a drill leaves behind for whoever wants to read of it, and where that is."""

import os
from collections.abc import Sequence
from pathlib import Path

from hotfix.domain.event import Event

_REPORT, _MEETING = "report.html", "post-mortem.ics"


def kept_lines(events: Sequence[Event]) -> list[str]:
    """Write the papers of a drill in the place of those of the drill before.

    Args:
        events: of the run that they are about, whose record is kept by now; empty where none was
            begun.

    Returns:
        Lines that say where all of it is, or why the papers are not.
    """
    if not events:
        return []
    from hotfix.runs.drill_records import record_of_drill, tracebacks_of
    from hotfix.runs.state_folder import state_folder
    from hotfix.view.account import account
    from hotfix.view.foreign_text import one_line
    from hotfix.view.meeting import meeting
    from hotfix.view.report_html import report_html

    state, told = Path(state_folder(os.environ)), account(tuple(events), is_gone=True)
    run = one_line(told["run"])
    lines = []
    # Where it could not be kept, that is said by now.
    if record_of_drill(state, run) is not None:
        lines = [
            f"Its record is kept: hotfix show {run}",
            "  likewise report and checklist; and hotfix history --drills",
        ]
        lines += [f"What nobody foresaw, in {path}" for path in tracebacks_of(state, run)]
    try:
        folder = _written(state, {_REPORT: report_html(told), _MEETING: meeting(told)})
    except OSError as error:
        return [*lines, f"Its papers are not kept: {error.strerror}: {error.filename}"]
    return [
        *lines,
        f"Until the next drill, there is in {folder}:",
        f"  {_REPORT}       the report, for a browser",
        f"  {_MEETING}   the invitation to a post-mortem, if you want one",
    ]


def _written(state: Path, papers: dict[str, str]) -> Path:
    last = state / "drills" / "last"
    last.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, text in papers.items():
        (last / name).write_text(text, encoding="utf-8")
    return last
