"""What ``hotfix rollback`` has imported when it sends its patch: each costs time."""

import os
import subprocess
import sys

import pytest
from tests.adapters.kubernetes.world import BACKEND, BAD, NAMESPACE, TOKEN, World

from hotfix.config.load import parse

# Ends with the first patch, and prints what is imported by then.
MAIN = """
import os, sys

def seen(event, args):
    if event == "http.client.send" and bytes(args[1]).startswith(b"PATCH /apis/apps/"):
        print(*sorted(sys.modules), sep="\\n", file=sys.stderr, flush=True)
        os._exit(0)

sys.addaudithook(seen)
from hotfix.cli.entry import main
main()
"""
# Libraries, and files of ours that bring others along, which the patch does not need.
HEAVY = (
    "rich",
    "git",
    "github",
    "kubernetes",
    "slack_sdk",
    "pagerduty",
    "httpx2",
    "typer",
    "pydantic",
    "pydantic_core",
    "hotfix.config.model",
    "requests",
    "cryptography",
    "starlette",
    "uvicorn",
    "slugify",
    "hotfix.adapters.git.repository",
    "hotfix.adapters.github",
    "hotfix.adapters.local_suites",
    "hotfix.adapters.prober",
    "hotfix.cli.candidates",
    "hotfix.engine.teller",
    "hotfix.plan.abort",
    "hotfix.plan.hotfix",
    "hotfix.processes.running",
    "hotfix.simulators",
    "hotfix.view.run_screen",
)
TOML = """[github]
repository = "acme/shop"
workflow = ""
[kubernetes]
namespace = "{namespace}"
deployments = ["{deployment}"]
kubeconfig = "{kubeconfig}"
"""


@pytest.fixture
def bad_world(tmp_path):
    """A cluster in which a bad version follows the good one, and the configuration for it."""
    world = World(tmp_path)
    world.deploy(BAD)
    world.let_pass(20)
    kubeconfig = tmp_path / f"kubeconfig-{TOKEN}-{NAMESPACE}"
    text = TOML.format(namespace=NAMESPACE, deployment=BACKEND, kubeconfig=kubeconfig)
    (tmp_path / "hotfix.toml").write_text(text)
    yield world
    world.service.stop()


def _state(folder):
    state = folder / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    return str(state)


@pytest.mark.usefixtures("bad_world")
def test_nothing_heavy_is_imported_before_the_patch(tmp_path):
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOTFIX_")}
    words = ["rollback", "--to-revision", "1", "--yes", "--json"]
    # Once found right, the configuration is not checked again.
    parse((tmp_path / "hotfix.toml").read_text(), {}, "hotfix.toml", state=_state(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env={**ours, "HOTFIX_STATE_DIR": _state(tmp_path), "HOME": str(tmp_path)},
    )
    imported = done.stderr.splitlines()
    assert "hotfix.adapters.kubernetes.restoration.patching" in imported, done.stdout + done.stderr
    assert [name for name in HEAVY if name in imported] == []
