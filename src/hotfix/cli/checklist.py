"""``hotfix checklist``: the procedure's checklist, ticked from the record."""

import os
from pathlib import Path

from hotfix.cli import flags, screens
from hotfix.cli.errors import command
from hotfix.view.printing import print_lines


@command
def checklist(run: flags.Run = None, as_json: flags.ObjectAsJson = False) -> int:
    """Print the procedure's checklist as markdown, ticked from the record."""
    from hotfix.runs.chosen import chosen_run, progress_of
    from hotfix.runs.state_folder import state_folder
    from hotfix.view import checklist_markdown
    from hotfix.view.foreign_text import clean, json_line

    state = Path(state_folder(os.environ))
    progress = progress_of(state, chosen_run(state, run, command="checklist", say=screens.say))
    if as_json:
        print(json_line(checklist_markdown.as_json(progress)))
    else:
        text = clean(checklist_markdown.checklist_markdown(progress))
        print_lines(text.removesuffix("\n"))
    return 0
