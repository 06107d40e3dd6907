"""``hotfix drill``: the whole procedure in the embedded world."""

from typing import Annotated

import typer

from hotfix.cli.errors import command


@command
def drill(
    auto: Annotated[
        bool, typer.Option("--auto", help="Let the engineer and the reviewer be played.")
    ] = False,
    scenario: Annotated[str, typer.Option(help="What happens; see --list.")] = "good-fix",
    serve: Annotated[
        bool,
        typer.Option("--serve", help="Keep the world running, for commands in another terminal."),
    ] = False,
    list_them: Annotated[bool, typer.Option("--list", help="List the scenarios.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one event a line.")] = False,
) -> int:
    """Practise the whole procedure against local servers: nothing of yours is touched."""
    from hotfix.cli import drilling

    if list_them:
        return drilling.list_scenarios(as_json=as_json)
    return drilling.drill(scenario, auto=auto, serve=serve, as_json=as_json)
