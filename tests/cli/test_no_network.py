"""``status`` of a run on this machine opens no connection; ``--team`` does."""

import subprocess
import sys

import pytest
from tests.adapters.kubernetes.world import World
from tests.runs.team_world import laptop

# Ends the process at the first connection, whoever makes it.
GUARDED = """\
import os, sys
reaching = {"socket.connect", "socket.getaddrinfo"}
sys.addaudithook(lambda name, _: os._exit(99) if name in reaching else None)
sys.argv = ["hotfix", *sys.argv[1:]]
from hotfix.cli.entry import main
main()
"""


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("cluster"))
    made = laptop(world, tmp_path_factory.mktemp("laptop") / "mine")
    made.keep("waiting-for-review")
    made.keep("glass-broken")
    yield made
    world.service.stop()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("status",), 0),
        (("status", "--json"), 0),
        (("status", "--short"), 0),
        (("show", "tpcz", "--local"), 0),
        (("log", "--local"), 0),
        (("history", "--local"), 0),
        (("status", "--team"), 99),
        (("log",), 99),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_who_opens_a_connection(mine, words, code):
    done = subprocess.run(
        [sys.executable, "-c", GUARDED, *words],
        cwd=mine.folder,
        env=mine.environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr
