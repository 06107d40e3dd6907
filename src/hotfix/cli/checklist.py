"""``hotfix checklist``: the procedure's checklist, ticked from the record."""

import os
from pathlib import Path

from hotfix.cli import flags, screens
from hotfix.cli.errors import command


@command
def checklist(run: flags.Run = None) -> int:
    """Print the procedure's checklist as markdown, ticked from the record."""
    from hotfix.runs.chosen import chosen_run, progress_of
    from hotfix.runs.state_folder import state_folder
    from hotfix.view.checklist_markdown import checklist_markdown
    from hotfix.view.foreign_text import clean

    state = Path(state_folder(os.environ))
    chosen = chosen_run(state, run, command="checklist", say=screens.say)
    print(clean(checklist_markdown(progress_of(state, chosen))), end="")
    return 0
