"""``hotfix logs``: the application's logs, as the procedure's kubectl line shows them."""

import re
from typing import Annotated

import typer

from hotfix.cli import flags, screens
from hotfix.cli.errors import command
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.view.printing import must_be_read

VERSION = 1
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@command
def logs(
    run: flags.Run = None,
    since: Annotated[str, typer.Option(help="How far back, such as 1h or 90s.")] = "1h",
    follow: Annotated[bool, typer.Option("--follow", help="Keep printing new lines.")] = False,
    selector: Annotated[str, typer.Option(help="Instead of the configured one.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one object a line.")] = False,
    config: flags.Config = None,
) -> int:
    """Print the logs of the application's pods; of a run named, where that has them."""
    from hotfix.runs.taken_up import TakingUp, any_session
    from hotfix.view.foreign_text import clean, json_line

    seconds = _seconds(since)
    must_be_read(is_endless=True)
    if run is None:
        session = any_session("logs", screens.say, config)
    else:
        _, session = TakingUp("logs", screens.say, config).chosen(run)
    cluster, settings = session.tools.needed_cluster(), session.config.kubernetes
    chosen = selector or (settings.log_selector if settings else "")
    for pod, line in cluster.logs(chosen, seconds, follow=follow):
        told = {"v": VERSION, "pod": pod, "line": line}
        print(json_line(told) if as_json else f"{pod}  {clean(line)}", flush=follow)
    return 0


def _seconds(text: str) -> int:
    match = re.fullmatch(r"(\d+)([smhd])", text.strip())
    if match is None:
        raise ProblemError(
            Problem(
                ProblemCode.USAGE,
                what=f"--since does not understand {text!r}.",
                why="It takes a number and one of s, m, h, d.",
                next_command="hotfix logs --since 1h",
            )
        )
    return int(match[1]) * _UNITS[match[2]]
