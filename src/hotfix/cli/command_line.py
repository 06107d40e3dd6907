"""What typer is told to do otherwise: help in parts and whole, and wrong words in words of ours."""

import os
import sys
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from hotfix.cli.help_layout import HelpLayout
from hotfix.cli.telling import tell
from hotfix.domain.problem import Problem, ProblemCode

_HELP = "help"
# What a shell sets to have a line completed: cli/completion.py.
_COMPLETING = "_HOTFIX_COMPLETE"


class Command(TyperCommand):
    """One command; its examples stand under its options as they are typed."""

    def get_help(self, ctx: Any) -> str:
        """Return the help, laid out by our own rules."""
        return _help(self, ctx)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return what a usage line has: of arguments, brackets only round what may be left out."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as typer calls it
        """Write the examples, each on its line."""
        _write_lines(self.epilog, formatter)


class Group(TyperGroup):
    """``hotfix``: alone, or with ``help``, it explains itself."""

    def get_help(self, ctx: Any) -> str:
        """Return the help, laid out by our own rules."""
        return _help(self, ctx)

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run the command that the words name; ends the process with its exit code."""
        words = sys.argv[1:] if args is None else list(args)
        # By whatever name it is called: what is to be typed next is typed so.
        extra |= {"prog_name": "hotfix", "standalone_mode": False, "complete_var": _COMPLETING}
        if _COMPLETING in os.environ:
            from typer._completion_classes import completion_init

            completion_init()
        try:
            code = super().main(words, **extra)
        except TyperException as error:
            sys.exit(tell(_problem(error), as_json="--json" in words))
        sys.exit(code if isinstance(code, int) else 0)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Show the help where nothing was asked for."""
        return super().parse_args(ctx, args or ["--help"])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Take ``help COMMAND`` for ``COMMAND --help``, and ``help`` for ``--help``."""
        if args[0] != _HELP:
            return super().resolve_command(ctx, args)
        if args[1:2] in ([], [_HELP]):
            if ctx.resilient_parsing:
                # A shell completes: any command may follow.
                return None, None, []
            print(ctx.get_help())
            raise typer.Exit
        return super().resolve_command(ctx, [args[1], "--help"])

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write every command with the whole of its summary, by when one needs it."""
        parts: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command: Any = self.get_command(ctx, name)
            summary = (command.help or "").partition("\n\n")[0]
            parts.setdefault(command.rich_help_panel, []).append((name, summary))
        width = max((len(name) for rows in parts.values() for name, _ in rows), default=0)
        for part, rows in parts.items():
            with formatter.section(part):
                formatter.write_dl([(name.ljust(width), summary) for name, summary in rows])

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as typer calls it
        """Write it line by line."""
        _write_lines(self.epilog, formatter)


def _help(command: Any, ctx: Any) -> str:
    layout = HelpLayout()
    command.format_help(ctx, layout)
    return layout.getvalue().rstrip("\n")


def _write_lines(text: str | None, formatter: Any) -> None:
    # One by one: they are no paragraph.
    if text:
        formatter.write("\n")
        formatter.write_lines(text)


def _problem(error: TyperException) -> Problem:
    """Return what is wrong with the words of a command, and which of them may have been meant."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "hotfix"
    is_near = bool(getattr(error, "possibilities", ()))
    said = (error.message if is_near else error.format_message()).rstrip(".") + _meant(error)
    return Problem(
        ProblemCode.USAGE,
        what=f"{path}: {said}{'' if said.endswith('?') else '.'}",
        why=" ".join(context.command.get_usage(context).split()) if context is not None else "",
        next_command=f"{path} --help",
    )


def _meant(error: TyperException) -> str:
    """Return which of the accepted values looks like the one that was given."""
    choices = getattr(getattr(getattr(error, "param", None), "type", None), "choices", ())
    near = list(getattr(error, "possibilities", None) or ())
    near += [near for given in _quoted(error.format_message()) for near in _near(given, choices)]
    return f"; did you mean {near[0]}?" if near else ""


def _near(given: str, known: Sequence[Any]) -> list[str]:
    return get_close_matches(given, [str(getattr(each, "value", each)) for each in known], n=1)


def _quoted(message: str) -> Iterator[str]:
    """Yield what stands between quotes in what typer says of a wrong value: the value is second."""
    yield from message.split("'")[3:4]
