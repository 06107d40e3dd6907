"""The command line as data, read from the commands themselves."""

from collections.abc import Iterator
from enum import Enum

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from hotfix import __version__
from hotfix.cli import exit_codes
from hotfix.cli.app import EXAMPLES, app_for, group_of
from hotfix.cli.questions import questions
from hotfix.domain.event_data import EventType
from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.json_value import JsonObject

VERSION = 1
_TYPES = {"str": "text", "int": "whole number", "path": "path"}
_NOTHING = (None, "", False)


@frozen
class Parameter(JsonRecord):
    """An argument or an option of a command."""

    name: str  #: as usage lines have it: ``RUN``, or ``--json``
    other_names: tuple[str, ...]  #: what else it may be called, such as ``--keep-pull-request``
    is_option: bool  #: whether it is given by its name
    type: str  #: ``flag``, ``text``, ``whole number``, ``path`` or ``choice``
    value: str  #: what stands for the value in help, such as ``KEY=OPTION``; often empty
    choices: tuple[str, ...]  #: all that is accepted; empty where anything of the type is
    required: bool  #: whether the command needs it
    several: bool  #: whether it may be given several times
    default: str  #: what it is where it is not given; empty for nothing
    help: str  #: what it means


def described() -> JsonObject:
    """Return commands, exit codes, events and questions; keys are only ever added."""
    return {
        "v": VERSION,
        "version": __version__,
        "commands": [
            {
                "name": name,
                "group": group_of(name),
                "summary": (command.help or "").partition("\n\n")[0],
                "parameters": [each.to_json() for each in parameters(command)],
                "examples": list(EXAMPLES[name]),
            }
            for name, command in every_command()
        ],
        "exit_codes": [
            {"code": code, "meaning": meaning} for code, meaning in exit_codes.MEANINGS.items()
        ],
        "events": [str(each) for each in EventType],
        "questions": [each.to_json() for each in questions()],
    }


def every_command() -> Iterator[tuple[str, TyperCommand]]:
    """Yield every command with its name, in the order of ``hotfix --help``."""
    group = get_command(app_for([]))
    if not isinstance(group, TyperGroup):
        raise TypeError("hotfix has more than one command")
    for name, command in group.commands.items():
        if not isinstance(command, TyperCommand):
            raise TypeError(f"{name} is no command of typer's")
        yield name, command


def parameters(command: TyperCommand) -> tuple[Parameter, ...]:
    """Return the arguments and options of a command, in its order."""
    return tuple(
        _parameter(each) for each in command.params if isinstance(each, TyperArgument | TyperOption)
    )


def _parameter(parameter: TyperArgument | TyperOption) -> Parameter:
    is_option = isinstance(parameter, TyperOption)
    names = [*parameter.opts, *parameter.secondary_opts] if is_option else [_capital(parameter)]
    choices = tuple(map(str, getattr(parameter.type, "choices", ())))
    is_flag = isinstance(parameter, TyperOption) and bool(parameter.is_flag)
    kind = "flag" if is_flag else "choice" if choices else _TYPES[parameter.type.name]
    default = parameter.default
    if parameter.required or default in _NOTHING:
        default = ""
    return Parameter(
        name=names[0],
        other_names=tuple(names[1:]),
        is_option=is_option,
        type=kind,
        value=(parameter.metavar or "") if is_option else "",
        choices=choices,
        required=bool(parameter.required),
        several=bool(parameter.multiple),
        default=str(default.value if isinstance(default, Enum) else default),
        help=parameter.help or "",
    )


def _capital(argument: TyperArgument | TyperOption) -> str:
    return str(argument.name).upper()
