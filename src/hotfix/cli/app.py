"""The commands. Each is a file of its own; this one lists them by when one needs them."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Annotated

import typer

from hotfix.cli.command_line import Command, Group

#: the commands of each part of a hotfix, in the order of ``hotfix --help``
GROUPS: Mapping[str, Sequence[str]] = {
    "During a hotfix": (
        "start",
        "resume",
        "status",
        "takeover",
        "note",
        "logs",
        "contacts",
        "lock",
    ),
    "Going back": ("rollback", "abort"),
    "Afterwards": ("show", "report", "checklist", "log", "history", "forget"),
    "Setting up": ("init", "doctor", "completion", "describe"),
    "Practising": ("drill",),
}
#: what is typed in life, by command; every line is one that the command understands
EXAMPLES: Mapping[str, Sequence[str]] = {
    "start": (
        'hotfix start "checkout returns 500" --category api-errors --issue 1',
        'hotfix start "search is down" --category critical-bug --from live',
        'hotfix start "checkout returns 500" --category payments --dry-run',
    ),
    "resume": (
        "hotfix resume",
        "hotfix resume --on-budget extend:10",
        "hotfix resume --answer tests-failed=retry",
        'hotfix resume --break-glass "nobody answers, checkout is down"',
    ),
    "status": ("hotfix status", "hotfix status --watch", "hotfix status --team"),
    "rollback": (
        "hotfix rollback --dry-run",
        "hotfix rollback",
        "hotfix rollback --list",
        "hotfix rollback --deployment backend --to-revision 41",
        "hotfix rollback --via actions",
    ),
    "abort": ("hotfix abort", "hotfix abort --close-pull-request"),
    "takeover": ("hotfix status --team", "hotfix takeover hf-20260301-0312"),
    "note": ('hotfix note "the cache was flushed by hand"',),
    "show": ("hotfix show", "hotfix show hf-20260301-0312", "hotfix show --markdown"),
    "report": (
        "hotfix report",
        "hotfix report --format html --output report.html",
        "hotfix report --format svg --output phases.svg",
    ),
    "history": ("hotfix history", "hotfix history --since 90d", "hotfix history --json"),
    "forget": ("hotfix forget hf-20260301-0312", "hotfix forget hf-20260301-0312 --yes --json"),
    "checklist": ("hotfix checklist", "hotfix checklist --json"),
    "log": ("hotfix log", "hotfix log --csv"),
    "init": (
        "hotfix init",
        "hotfix init --example",
        "hotfix init --rbac",
        "hotfix init --rbac --output role.yaml",
    ),
    "lock": ("hotfix lock", "hotfix lock release --lock-id ID"),
    "logs": ("hotfix logs --since 10m", "hotfix logs --follow"),
    "contacts": ("hotfix contacts",),
    "doctor": ("hotfix doctor", "hotfix doctor --trust-host github.example.com"),
    "completion": (
        "source <(hotfix completion bash)",
        'eval "$(hotfix completion zsh)"',
        "hotfix completion fish | source",
    ),
    "describe": ("hotfix describe", "hotfix describe --schema"),
    "drill": (
        "hotfix drill",
        "hotfix drill crash-loop",
        "hotfix drill --auto bad-fix",
        "hotfix drill --serve",
        "hotfix drill --list",
    ),
}
_COMMANDS = tuple(name for names in GROUPS.values() for name in names)
_HELP = 'From "checkout returns 500" to a fix verified in production, and back again.'
_EPILOG = (
    'At three in the morning: hotfix start "what is broken" (it asks for what it needs)\n'
    "hotfix help COMMAND shows the options and examples of one command."
)


def group_of(name: str) -> str:
    """Return the part of a hotfix in which a command is needed."""
    return next(group for group, names in GROUPS.items() if name in names)


def app_for(words: Sequence[str]) -> typer.Typer:
    """Return the command line for ``words``; where they begin with a command, that one will do."""
    app = typer.Typer(
        name="hotfix",
        cls=Group,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        epilog=_EPILOG,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(help=_HELP)(_top)
    for group, names in GROUPS.items():
        for name in names:
            if not (words and words[0] in _COMMANDS) or name == words[0]:
                act = getattr(import_module(f"hotfix.cli.{name}"), name)
                epilog = "\n".join(("Examples:", *(f"  {each}" for each in EXAMPLES[name])))
                app.command(name, cls=Command, epilog=epilog, rich_help_panel=group)(act)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        from hotfix import __version__

        print(f"hotfix {__version__}")
        raise typer.Exit


def _top(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version and leave.",
            is_eager=True,
            callback=_print_version,
        ),
    ] = False,
) -> None:
    """Take what stands before the command."""
