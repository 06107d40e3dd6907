"""Ctrl-C, and a deadline, while a tool of the team's runs: it ends in order, leaving nothing."""

import os
import sys
import time

import pytest
from tests.processes.programs import HASTY, PATIENCE_SECONDS, interrupted, ready, script

from hotfix.processes import table

SECONDS = 300.0
TOOL = "TOOL"
RUNS = {
    "digests": f"""
from hotfix.adapters.digest_command import DigestCommand
print(DigestCommand(["{TOOL}"], seconds).digests(["web"], "abc"))
""",
    "probes": f"""
from hotfix.adapters.prober import ProductionProber
from hotfix.ports.prober import Probe
print(ProductionProber().probe([Probe("tool", command=("{TOOL}",), timeout_seconds=seconds)]))
""",
    "token": """
import os
from hotfix.adapters.github.token import find_token
print(find_token(os.environ, "api.github.com", deadline_seconds=seconds))
""",
    "plugin": f"""
from hotfix.adapters.kubernetes.api.credential_plugin import run_plugin
plugin = {{"command": "{TOOL}", "apiVersion": "client.authentication.k8s.io/v1"}}
try:
    run_plugin(plugin, {{}}, seconds)
except Exception as error:
    print(error)
""",
    "ssh": """
import os, pathlib
from hotfix.adapters.git.repository import GitRepository
folder = pathlib.Path("clone")
os.system("git init --quiet clone; git -C clone remote add origin ssh://git@code.example/shop.git")
clone = GitRepository.at(folder, remote="origin", network_timeout_seconds=seconds)
try:
    clone.remote_commit("main")
except Exception as error:
    print(error)
""",
}


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """A program that leaves the tidying to its child, under each name that it is looked for."""
    said = tmp_path / "said"
    for name in (TOOL, "gh", "ssh"):
        path = tmp_path / name
        # Started once: git asks ssh for its kind before it uses it.
        path.write_text(
            f"#!{sys.executable}\nimport os, sys\n"
            f"if '-G' in sys.argv: sys.exit(0)\n"
            f"sys.argv[1:] = [{str(said)!r}]\n"
            f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n{HASTY}"
        )
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for name in ("GH_TOKEN", "GITHUB_TOKEN", "GIT_SSH_COMMAND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return said


def has_ended_in_order(said):
    assert said.read_text() == "in order"
    assert table.entry_of(int((said.parent / "pid").read_text())) is None


@pytest.mark.parametrize("what", RUNS)
def test_ctrl_c_ends_it_at_once_and_in_order(tool, what):
    walking = script(f"seconds = {SECONDS}\n{RUNS[what]}")
    ready(tool)
    started = time.monotonic()
    assert "KeyboardInterrupt" in interrupted(walking)
    assert time.monotonic() - started < PATIENCE_SECONDS
    has_ended_in_order(tool)


@pytest.mark.parametrize("what", [each for each in RUNS if each != "token"])
def test_a_deadline_ends_it_in_order(tool, what):
    walking = script(f"seconds = 2.0\n{RUNS[what]}")
    ready(tool)
    out, errors = walking.communicate(timeout=PATIENCE_SECONDS)
    assert walking.returncode == 0, errors
    assert "2 s" in out
    has_ended_in_order(tool)
