"""Whole-process times of the commands that people wait for, next to bare Python and to kubectl.

Prints medians of ``ROUNDS`` runs, in turns so that a busy moment meets all of them alike, and
whether the goals hold: ``status --short`` within 40 ms over bare Python, ``status`` within
100 ms in all, no SDK loaded by either, and each command at most so many times as long as
``kubectl version --client``. HOME alone says where the runs are, as for most people.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.real_cluster.provide import find

ROUNDS = 15
# At most so many times ``kubectl version --client``.
BESIDE_KUBECTL = {"hotfix status --short": 0.6, "hotfix status": 0.7, "hotfix --help": 1.5}
SHORT_GOAL_MS, STATUS_GOAL_MS = 40.0, 100.0
SDKS = (
    "git",
    "github",
    "kubernetes",
    "slack_sdk",
    "pagerduty",
    "httpx2",
    "pydantic",
    "typer",
    "rich",
)
HOTFIX = str(Path(sys.executable).with_name("hotfix"))
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "hotfix status --short": [HOTFIX, "status", "--short"],
    "hotfix status": [HOTFIX, "status"],
    "hotfix --help": [HOTFIX, "--help"],
}


def _of_others() -> dict[str, list[str]]:
    """Return what users know, where it is installed, or was provided for the cluster's bench."""
    provided = find()
    kubectl = (provided.kubectl if provided else None) or shutil.which("kubectl")
    known = {"gh --version": shutil.which("gh"), "kubectl version --client": kubectl}
    return {name: [path, *name.split()[1:]] for name, path in known.items() if path}


def main() -> int:
    """Measure and print; returns 1 where a goal is missed."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {key: each for key, each in os.environ.items() if not key.startswith("HOTFIX_")}
        environ = {**environ, "HOME": folder, "PYTHONDONTWRITEBYTECODE": ""}
        environ.pop("XDG_STATE_HOME", None)
        commands = COMMANDS | _of_others()
        _make_a_run(environ)
        for command in commands.values():
            _milliseconds(command, environ)  # compiled, as it is after the first time
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                taken[name].append(_milliseconds(command, environ))
        medians = {name: median(values) for name, values in taken.items()}
        bare = medians["python -c pass"]
        print(f"{'command':<24}{'median ms':>10}{'over bare':>11}{'ratio':>8}   ({ROUNDS} runs)")
        for name, value in medians.items():
            print(f"{name:<24}{value:>10.1f}{value - bare:>11.1f}{value / bare:>8.2f}")
        loaded = _loaded(environ)
    goals = {
        "status --short within 40 ms over bare Python": medians["hotfix status --short"] - bare
        <= SHORT_GOAL_MS,
        "status within 100 ms": medians["hotfix status"] <= STATUS_GOAL_MS,
        f"no SDK loaded by status{f': {loaded}' if loaded else ''}": not loaded,
    }
    kubectl = medians.get("kubectl version --client")
    for name, most in BESIDE_KUBECTL.items() if kubectl else ():
        ratio = medians[name] / (kubectl or 1.0)
        goals[f"{name} at most {most:g} x kubectl version --client: {ratio:.2f}"] = ratio <= most
    for goal, holds in goals.items():
        print(f"{'met' if holds else 'MISSED':<8}{goal}")
    return 0 if all(goals.values()) else 1


def _make_a_run(environ: dict[str, str]) -> None:
    """Leave a real run behind: one that is stopped in the middle of the fix."""
    script = (
        "import os, pathlib\n"
        "from hotfix.composition.journals import Runs\n"
        "from hotfix.composition.tools import system_clock\n"
        "from hotfix.domain.event_data import PhaseStarted, StepStarted\n"
        "from hotfix.domain.run_settings import RunSettings\n"
        "from hotfix.domain.incident import Category, Incident\n"
        "from hotfix.engine import record\n"
        "from hotfix.runs.state_folder import state_folder\n"
        "from hotfix.config.load import parse\n"
        "from hotfix.plan.hotfix import plan_hotfix\n"
        "config = parse('[github]\\nrepository = \"webrana/webrana\"', {}, 'bench')\n"
        "incident = Incident('checkout returns 500', Category.API_ERRORS)\n"
        "plan = plan_hotfix(incident, config, branch='hotfix/x', beside=False, can_ask=False)\n"
        "runs = Runs(pathlib.Path(state_folder(os.environ)))\n"
        "with runs.create('hf-20261123-0312-x-abcd', system_clock(), 'dana', ()) as journal:\n"
        "    record.begin(journal, incident, plan, RunSettings())\n"
        "    journal.append(PhaseStarted(), 'fix')\n"
        "    journal.append(StepStarted(), 'fix', 'await_the_fix')\n"
    )
    subprocess.run([sys.executable, "-c", script], env=environ, check=True)


def _milliseconds(command: list[str], environ: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - started) * 1000


def _loaded(environ: dict[str, str]) -> str:
    """Return which SDKs ``hotfix status`` and ``hotfix status --short`` load, as one text."""
    found = set()
    for words in (["status"], ["status", "--short"]):
        script = (
            "import os, sys\n"
            "os._exit = sys.exit\n"
            f"sys.argv = ['hotfix', *{words!r}]\n"
            "from hotfix.cli.entry import main\n"
            "try:\n    main()\nexcept SystemExit:\n    pass\n"
            f"print(' '.join(set({SDKS!r}) & set(sys.modules)), file=sys.stderr)\n"
        )
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, env=environ, check=True, capture_output=True, text=True)
        found |= set(done.stderr.split())
    return ", ".join(sorted(found))


if __name__ == "__main__":
    sys.exit(main())
