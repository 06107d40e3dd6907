"""What whoever works in a served world from another terminal needs: words, and variables."""

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotfix.simulators.scenarios import Scenario
    from hotfix.simulators.world import World

_DESCRIPTION = "checkout returns 500"


def served_lines(world: "World", scenario: "Scenario") -> list[str]:
    """Return what whoever gives the commands from another terminal needs to know."""
    start = f'hotfix start "{_DESCRIPTION}" --category api-errors --issue 1'
    own, shop = world.folder / "own", f"{world.front.url}/"
    return [
        "The drill's world is up.",
        f"Your part: {scenario.part}",
        "",
        "In another terminal:",
        "",
        f"  . {write_environment(world)}",
        f"  cd {world.clone}",
        f"  {start}",
        *(f"Typed here:    {each.saying}" for each in scenario.acts if each.by_player),
        *(
            f"  . {write_environment(world, login)}; cd {clone}    # on the laptop of {login}"
            for login, clone in world.laptops.items()
        ),
        "",
        "Or, as with a repository of your own, from a fresh clone that nothing is configured in:",
        "",
        f"  . {_write_variables(world, 'environment-for-init', world.environ_for_init)}",
        f"  {world.git_clone(own)}",
        f"  cd {own}",
        f"  hotfix init    # who reviews: {world.reviewer}",
        f"  {start} --reviewer {world.reviewer}",
        "",
        f"Ready-made:    {scenario.fix.called}, once it is awaited:",
        f"               git apply {world.ready_made(scenario.fix)}",
        f"Configuration: {world.config_file}",
        f"Production:    {shop}",
        *(f"{service.name + ':':<15}{service.url}" for service in world.services),
        "",
        "All of it, and every link that is said, can be opened in a browser.",
        "Reviews come by themselves, soon after they are asked for. Ctrl-C ends it all.",
    ]


def write_environment(world: "World", login: str = "") -> Path:
    """Write the variables of the world as a file that a shell can read in; return its path.

    Of the laptop of ``login``, if one is named.
    """
    if login:
        return _write_variables(world, f"environment-of-{login}", world.environ_of(login))
    return _write_variables(world, "environment", world.environ)


def _write_variables(world: "World", name: str, environ: Mapping[str, str]) -> Path:
    """Write variables as a file of that name that a shell can read in; return its path.

    The shell finds this ``hotfix`` by its name, too.
    """
    path, programs = world.folder / name, world.folder / "bin"
    programs.mkdir(exist_ok=True)
    ours = programs / "hotfix"
    ours.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -m hotfix "$@"\n')
    ours.chmod(0o700)
    lines = [f"export {name}={shlex.quote(value)}" for name, value in environ.items()]
    # Not as the others: those are values, for whoever reads the file without a shell, too.
    folder = shlex.quote(str(programs))
    lines.append(f'test -d {folder} && export PATH={folder}:"$PATH"')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
