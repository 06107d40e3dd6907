"""The command line as markdown, read from the commands themselves."""

from docs.tables.markdown import code, one_of, table
from typer.core import TyperCommand

from hotfix.cli.described import Parameter, every_command, parameters


def commands() -> str:
    """Return a section for every command: what it does, its arguments and its options."""
    return "\n".join(_section(name, command) for name, command in every_command())


def _section(name: str, command: TyperCommand) -> str:
    arguments = [each for each in parameters(command) if not each.is_option]
    options = [each for each in parameters(command) if each.is_option]
    words = ["hotfix", name, *map(_placed, arguments), *(["[OPTIONS]"] if options else [])]
    text = f"## hotfix {name}\n\n    {' '.join(words)}\n\n{command.help}\n"
    for kind, found in (("argument", arguments), ("option", options)):
        if found:
            text += "\n" + table((kind, "type", "default", "meaning"), map(_row, found))
    return text


def _placed(argument: Parameter) -> str:
    """Return an argument as usage lines have it: in brackets where it may be left out."""
    return argument.name if argument.required else f"[{argument.name}]"


def _row(parameter: Parameter) -> tuple[str, str, str, str]:
    default = code(parameter.default) if parameter.default else "-"
    return (
        _name(parameter),
        _type(parameter),
        "required" if parameter.required else default,
        parameter.help,
    )


def _name(parameter: Parameter) -> str:
    value = f" {parameter.value}" if parameter.value else ""
    return ", ".join(code(each + value) for each in (parameter.name, *parameter.other_names))


def _type(parameter: Parameter) -> str:
    kind = one_of(parameter.choices) if parameter.choices else parameter.type
    return f"{kind}, several times" if parameter.several else kind
