"""``hotfix report``: what a post-mortem begins with."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from hotfix.cli import exit_codes, flags, screens
from hotfix.cli.errors import command
from hotfix.cli.telling import tell
from hotfix.view.printing import print_lines


class Format(StrEnum):
    """The form of a report."""

    MARKDOWN = "md"
    HTML = "html"
    SVG = "svg"
    JSON = "json"
    CALENDAR = "ics"


@command
def report(
    run: flags.Run = None,
    form: Annotated[
        Format,
        typer.Option(
            "--format", help="What it is; svg is the picture of the phases alone, ics a meeting."
        ),
    ] = Format.MARKDOWN,
    output: Annotated[
        Path | None,
        typer.Option(help="Write it to this new file instead of printing it; - prints it."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="With --output: replace a file that is there.")
    ] = False,
    local: flags.Local = False,
) -> int:
    """Write a run's report: impact, timeline, cause, decisions, time by phase, follow-ups."""
    from hotfix.cli.new_file import PRINTED, write_new
    from hotfix.runs.state_folder import state_folder
    from hotfix.runs.team_records import record_of
    from hotfix.view.account import account

    state = Path(state_folder(os.environ))
    record = record_of(state, run, "report", screens.say, only_here=local)
    damage = record.damage
    told = {
        **account(record.events, damage=damage, is_gone=record.is_gone),
        "record": record.to_json(),
    }
    text = _text(told, form)
    if output is None or output == PRINTED:
        print(text, end="", flush=True)
    else:
        write_new(output, text, force=force, command=f"hotfix report {record.run} --format {form}")
        print_lines(f"Wrote {output}.")
    return exit_codes.DONE if damage is None else tell(damage, as_json=form is Format.JSON)


def _text(account: dict[str, Any], form: Format) -> str:
    if form is Format.HTML:
        from hotfix.view.report_html import report_html

        return report_html(account)
    if form is Format.SVG:
        from hotfix.view.phase_picture import phase_picture
        from hotfix.view.report import shown_phases

        return phase_picture(shown_phases(account))
    if form is Format.JSON:
        from hotfix.view.foreign_text import json_line

        return f"{json_line(account)}\n"
    if form is Format.CALENDAR:
        from hotfix.view.meeting import meeting

        return meeting(account)
    from hotfix.view.foreign_text import verbatim
    from hotfix.view.report_markdown import report_markdown

    return verbatim(report_markdown(account))
