"""The options that several commands share, and what they answer in advance."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from hotfix.cli import completing
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.question import Answer
from hotfix.domain.token_hosts import host_of

Run: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="RUN", help="The run, or a part of its id.", autocompletion=completing.runs
    ),
]
Yes: TypeAlias = Annotated[bool, typer.Option("--yes", help="Answer yes wherever a yes is enough.")]
EventsAsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one event a line.")]
Plain: TypeAlias = Annotated[
    bool, typer.Option("--plain", help="Line after line, nothing redrawn: for screen readers.")
]
Quiet: TypeAlias = Annotated[
    bool, typer.Option("--quiet", help="Show only what needs a person, and the end.")
]
Local: TypeAlias = Annotated[
    bool, typer.Option("--local", help="Leave out what the team has on record in the cluster.")
]
ObjectAsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one object.")]
Config: TypeAlias = Annotated[Path | None, typer.Option(help="Instead of the hotfix.toml found.")]
TodaysConfig: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--use-todays-config",
        help="Take today's hotfix.toml where the run is on record with another.",
    ),
]
TrustHost: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="HOST",
        help="Let HOST have the tokens that hotfix.toml sends there; kept for the repository.",
    ),
]
Worktree: TypeAlias = Annotated[
    bool, typer.Option("--worktree", help="Work in a fresh work tree beside the repository.")
]
OnBudget: TypeAlias = Annotated[
    str, typer.Option(help="When it no longer fits: extend:MIN, escalate or stop.")
]
BreakGlass: TypeAlias = Annotated[
    str | None, typer.Option(metavar="REASON", help="Go on without a review, which is then owed.")
]
Answers: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        metavar="KEY=OPTION",
        help="Choose OPTION where KEY is asked, once; `hotfix describe` lists both.",
    ),
]
_MOST_DIGITS = 4


def hosts(named: list[str] | None) -> tuple[str, ...]:
    """Return the hosts that ``--trust-host`` names; raises ProblemError for what is none."""
    found = {each: host_of(each.strip()) for each in named or ()}
    for typed, host in found.items():
        if not host or not host.isascii() or " " in host:
            raise ProblemError(
                Problem(
                    ProblemCode.USAGE,
                    what=f"--trust-host does not understand {typed!r}.",
                    why="It takes the name of a host, as an address has it behind the //.",
                    next_command="hotfix doctor --trust-host slack.example.com",
                )
            )
    return tuple(found.values())


def budget_answer(text: str) -> Answer | None:
    """Return what ``--on-budget`` decides, or None; raises ProblemError where it makes no sense."""
    if not text:
        return None
    choice, _, minutes = text.partition(":")
    is_sane = minutes.isdecimal() and len(minutes) <= _MOST_DIGITS
    if choice == "extend" and is_sane and int(minutes) > 0:
        return Answer("extend", f"--on-budget {text}", float(minutes))
    if text in {"escalate", "stop"}:
        return Answer(text, f"--on-budget {text}")
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what=f"--on-budget does not understand {text!r}.",
            why="It takes extend:MIN (whole minutes), escalate or stop.",
            next_command="hotfix start ... --on-budget extend:10",
        )
    )


def break_glass_reason(text: str | None) -> str:
    """Return the reason of ``--break-glass``, if given; raises ProblemError where it has none."""
    if text is None:
        return ""
    reason = " ".join(text.split())
    if reason:
        return reason
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what="--break-glass needs a reason.",
            why="It goes on record: somebody will have to review what nobody reviewed.",
            next_command='hotfix resume --break-glass "nobody answers, checkout is down"',
        )
    )
