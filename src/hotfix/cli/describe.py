"""``hotfix describe``: all that a script or an agent needs to know to drive ``hotfix``."""

from importlib.resources import files
from typing import Annotated

import typer

from hotfix.cli import exit_codes
from hotfix.cli.errors import command


@command
def describe(
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of it instead.")
    ] = False,
) -> int:
    """Print commands, options, exit codes, questions and who may answer them, as JSON."""
    if schema:
        print((files(__package__) / "describe.schema.json").read_text(encoding="utf-8"), end="")
        return exit_codes.DONE
    import json

    from hotfix.cli.described import described

    print(json.dumps(described(), indent=2, ensure_ascii=False))
    return exit_codes.DONE
