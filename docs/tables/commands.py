"""The command line as markdown, read from the commands themselves."""

from collections.abc import Iterator
from enum import Enum

from docs.tables.markdown import code, one_of, table
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from hotfix.cli.app import app_for

_TYPES = {"str": "text", "int": "whole number", "path": "path"}
_NOTHING = (None, "", False)


def commands() -> str:
    """Return a section for every command: what it does, its arguments and its options."""
    return "\n".join(_section(name, command) for name, command in every_command())


def every_command() -> Iterator[tuple[str, TyperCommand]]:
    """Yield every command with its name, in the order of ``hotfix --help``."""
    group = get_command(app_for([]))
    if not isinstance(group, TyperGroup):
        raise TypeError("hotfix has more than one command")
    for name, command in group.commands.items():
        if not isinstance(command, TyperCommand):
            raise TypeError(f"{name} is no command of typer's")
        yield name, command


def _section(name: str, command: TyperCommand) -> str:
    arguments = [each for each in command.params if isinstance(each, TyperArgument)]
    options = [each for each in command.params if isinstance(each, TyperOption)]
    words = ["hotfix", name, *map(_placed, arguments), *(["[OPTIONS]"] if options else [])]
    text = f"## hotfix {name}\n\n    {' '.join(words)}\n\n{command.help}\n"
    for kind, parameters in (("argument", arguments), ("option", options)):
        if parameters:
            text += "\n" + table((kind, "type", "default", "meaning"), map(_row, parameters))
    return text


def _placed(argument: TyperArgument) -> str:
    """Return an argument as usage lines have it: in brackets where it may be left out."""
    return _capital(argument) if argument.required else f"[{_capital(argument)}]"


def _capital(argument: TyperArgument) -> str:
    return str(argument.name).upper()


def _row(parameter: TyperArgument | TyperOption) -> tuple[str, str, str, str]:
    return _name(parameter), _type(parameter), _default(parameter), parameter.help or ""


def _name(parameter: TyperArgument | TyperOption) -> str:
    if isinstance(parameter, TyperArgument):
        return code(_capital(parameter))
    value = f" {parameter.metavar}" if parameter.metavar else ""
    return ", ".join(code(each + value) for each in [*parameter.opts, *parameter.secondary_opts])


def _type(parameter: TyperArgument | TyperOption) -> str:
    if isinstance(parameter, TyperOption) and parameter.is_flag:
        return "flag"
    choices = getattr(parameter.type, "choices", None)
    kind = one_of(choices) if choices else _TYPES[parameter.type.name]
    return f"{kind}, several times" if parameter.multiple else kind


def _default(parameter: TyperArgument | TyperOption) -> str:
    if parameter.required:
        return "required"
    value = parameter.default
    if value in _NOTHING:
        return "-"
    return code(str(value.value if isinstance(value, Enum) else value))
