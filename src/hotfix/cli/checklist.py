"""``hotfix checklist``: the procedure's checklist, ticked from the record."""

import os
from pathlib import Path

from hotfix.cli import flags, screens
from hotfix.cli.errors import command
from hotfix.view.printing import print_lines


@command
def checklist(
    run: flags.Run = None, as_json: flags.ObjectAsJson = False, local: flags.Local = False
) -> int:
    """Print the procedure's checklist as markdown, ticked from the record."""
    from hotfix.domain.fold import fold
    from hotfix.domain.problem import ProblemError
    from hotfix.runs.state_folder import state_folder
    from hotfix.runs.team_records import record_of
    from hotfix.view import checklist_markdown
    from hotfix.view.foreign_text import clean, json_line

    state = Path(state_folder(os.environ))
    record = record_of(state, run, "checklist", screens.say, only_here=local)
    if record.damage is not None:
        raise ProblemError(record.damage)
    progress = fold(record.events)
    if as_json:
        told = {**checklist_markdown.as_json(progress), "record": record.to_json()}
        print(json_line(told))
    else:
        text = clean(checklist_markdown.checklist_markdown(progress))
        print_lines(text.removesuffix("\n"))
    return 0
