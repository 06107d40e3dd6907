"""What a drill leaves behind for whoever wants to read of it, and where that is."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from hotfix.domain.event import Event

_REPORT, _MEETING = "report.html", "post-mortem.ics"


def kept_lines(world_state: Path, events: Sequence[Event]) -> list[str]:
    """Keep the records of a drill, and return where they are; or that they are not kept.

    Args:
        world_state: the state directory of the drill's world.
        events: of the run that the papers are about; empty where none was begun.
    """
    if not events:
        return []
    from hotfix.composition.drill_records import keep_drill
    from hotfix.runs.state_folder import state_folder
    from hotfix.view.account import account
    from hotfix.view.foreign_text import one_line
    from hotfix.view.meeting import meeting
    from hotfix.view.report_html import report_html

    told = account(tuple(events))
    papers = {_REPORT: report_html(told), _MEETING: meeting(told)}
    try:
        folder = keep_drill(Path(state_folder(os.environ)), world_state, papers)
    except OSError as error:
        return [f"Its record is gone with it: {error.strerror}: {error.filename}"]
    return [
        f"Until the next drill, its record is kept in {folder}:",
        f"  {_REPORT}       the report, for a browser",
        f"  {_MEETING}   the invitation to a post-mortem, if you want one",
        f"  export HOTFIX_STATE_DIR={shlex.quote(str(folder))}",
        f"  hotfix show --local {one_line(told['run'])}",
        "                    likewise report and checklist; and hotfix log --local",
    ]
