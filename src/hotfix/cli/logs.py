"""``hotfix logs``: the application's logs, as the procedure's kubectl line shows them."""

import re
from pathlib import Path
from typing import Annotated

import typer

from hotfix.cli.errors import command
from hotfix.domain.problem import Problem, ProblemCode, ProblemError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@command
def logs(
    since: Annotated[str, typer.Option(help="How far back, such as 1h or 90s.")] = "1h",
    follow: Annotated[bool, typer.Option("--follow", help="Keep printing new lines.")] = False,
    selector: Annotated[str, typer.Option(help="Instead of the configured one.")] = "",
    config: Annotated[Path | None, typer.Option(help="Instead of the hotfix.toml found.")] = None,
) -> int:
    """Print the logs of the application's pods."""
    from hotfix.runs.session import open_session
    from hotfix.view.foreign_text import clean

    seconds = _seconds(since)
    session = open_session(config)
    settings, cluster = session.config.kubernetes, session.tools.cluster
    if settings is None or cluster is None:
        raise ProblemError(_NO_CLUSTER)
    for pod, line in cluster.logs(selector or settings.log_selector, seconds, follow=follow):
        print(f"{pod}  {clean(line)}", flush=follow)
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


_NO_CLUSTER = Problem(
    ProblemCode.CONFIGURATION,
    what="No cluster is configured.",
    why="hotfix.toml has no [kubernetes] section.",
    next_command="Add [kubernetes] with namespace and deployments, then: hotfix doctor",
)
