"""The commands. Each is a file of its own; this one lists them."""

from collections.abc import Sequence
from importlib import import_module

import typer

_COMMANDS = (
    "start",
    "resume",
    "status",
    "rollback",
    "abort",
    "takeover",
    "note",
    "checklist",
    "log",
    "init",
    "lock",
    "logs",
    "contacts",
    "doctor",
    "drill",
)
_HELP = 'From "checkout returns 500" to a fix verified in production, and back again.'


def app_for(words: Sequence[str]) -> typer.Typer:
    """Return the command line for ``words``; where they begin with a command, that one will do."""
    app = typer.Typer(
        name="hotfix",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    # Without this, a command that is alone would need no name.
    app.callback(help=_HELP)(lambda: None)
    for name in _COMMANDS:
        if not (words and words[0] in _COMMANDS) or name == words[0]:
            app.command(name)(getattr(import_module(f"hotfix.cli.{name}"), name))
    return app
