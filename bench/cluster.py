"""Rollback and lock on a real API server, next to ``kubectl rollout undo`` in the same run.

Whole processes, medians, in turns so that a busy moment meets all of them alike. "Accepted" is
until every patch is accepted: for ``hotfix`` until it says so on its standard output (it goes on
and watches), for ``kubectl`` until the last process ends. 50 ms are a round trip through a delay
proxy. Prints figures where goals are missed, too, and ends with 1 then.

    python bench/cluster.py [ROUNDS]
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Self
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cluster_crowd import measure_among_many, measure_in_the_middle, measure_under_updates
from cluster_lock import contend
from cluster_stage import Ran, Stage, is_complete, listen, when_done
from tests.real_cluster.building import NotProvidedError
from tests.real_cluster.control_plane import RealCluster
from tests.real_cluster.pod_reports import Conduct
from tests.real_cluster.provide import provide

DELAY_MS = 25
AT_ONCE = 8
OPERATORS, LOCK_ROUNDS = 8, 200
TRIES = 5
COMPLETION_GOAL_SECONDS, DOOMED_GOAL_SECONDS = 0.25, 2.0
# How long kubectl is given to say that a rollout is doomed; its own limit is 600 s.
SILENCE_SECONDS = 10.0
# Deployments, whether far away, rounds, and the goals: at most so many times one after the other,
# and at most so many times with xargs.
SIZES = (
    (2, True, 5, 0.6, None),
    (20, True, 3, 0.1, 0.5),
    (100, True, 3, 0.05, None),
    (20, False, 3, 0.5, None),
)


class Goals:
    """What is held against the goals."""

    def __init__(self) -> None:
        self.missed = 0

    def check(self, goal: str, *, holds: bool) -> None:
        """Print whether a goal is met."""
        self.missed += not holds
        print(f"  {'met' if holds else 'MISSED':<8}{goal}", flush=True)


def main() -> int:
    """Measure and print; returns 1 where a goal is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else None
    goals = Goals()
    try:
        binaries = provide()
    except NotProvidedError as error:
        sys.exit(f"No control plane to measure on: {error}")
    kubectl = binaries.kubectl
    if kubectl is None:
        sys.exit("kubectl is needed to compare with, and is neither in the cache nor on PATH.")
    _show_versions(binaries.path("kube-apiserver"), kubectl)
    # The API server's data and logs, the state of each stage.
    with tempfile.TemporaryDirectory(prefix="hotfix-bench-") as folder:
        home = Path(folder)
        (home / "cluster").mkdir()
        with RealCluster(binaries, home / "cluster") as cluster, _far_away(cluster.url) as far:
            for size, is_far, usual_rounds, *limits in SIZES:
                url = far if is_far else cluster.url
                stage = Stage(
                    cluster, kubectl, home / f"{size}-{'far' if is_far else 'near'}", size, url
                )
                _measure_rollback(stage, rounds or usual_rounds, limits, goals, is_far=is_far)
            stage = Stage(cluster, kubectl, home / "watched", 2, cluster.url)
            _measure_watching(stage, goals, rounds or 3)
            stage = Stage(cluster, kubectl, home / "repeated", 1, far)
            _measure_repeats(stage, goals)
            _measure_lock(cluster, home, goals)
            _measure_crowds(cluster, kubectl, home, far, goals, rounds or 3)
    return 1 if goals.missed else 0


def _measure_rollback(
    stage: Stage,
    rounds: int,
    limits: list[float | None],
    goals: Goals,
    *,
    is_far: bool,
) -> None:
    stage.set_up()
    names = stage.names
    xargs = ["xargs", "-P", str(AT_ONCE), "-I", "{}", *stage.undo("{}")]
    ways: dict[str, Callable[[], Ran]] = {
        "hotfix rollback --yes": stage.roll_back_by_hotfix,
        "kubectl rollout undo, one after the other": lambda: _alike(
            sum(stage.run(stage.undo(name)) for name in names)
        ),
        f"kubectl rollout undo, xargs -P {AT_ONCE}": lambda: _alike(
            stage.run(xargs, "".join(f"{name}\n" for name in names))
        ),
        "kubectl rollout undo, all in one command": lambda: _alike(stage.run(stage.undo(*names))),
    }
    taken: dict[str, list[Ran]] = {way: [] for way in ways}
    for number in range(rounds):
        for way, act in ways.items():
            if number or way != next(iter(ways)):
                stage.break_it()
            taken[way].append(act())
            if not stage.is_good():
                print(f"  {way} did not end on the good version")
                goals.missed += 1
    where = f"{2 * DELAY_MS} ms round trip" if is_far else "loopback"
    print(f"\n{stage.size} deployments of {stage.replicas} replicas, {where} ({rounds} rounds)")
    ours, *theirs = (median(each.accepted for each in values) for values in taken.values())
    for way, values in taken.items():
        accepted = median(each.accepted for each in values)
        print(f"  {way:<44}{accepted:>8.2f} s{ours / accepted:>8.2f} x")
    whole = median(each.whole for each in taken["hotfix rollback --yes"])
    print(f"  {'hotfix until healthy again, and recorded':<44}{whole:>8.2f} s", flush=True)
    for name, limit, other in zip(("one after the other", "xargs"), limits, theirs, strict=False):
        if limit is not None:
            goals.check(
                f"at most {limit:g} x {name}: {ours / other:.2f}", holds=ours <= limit * other
            )
    stage.tear_down()


def _measure_watching(stage: Stage, goals: Goals, rounds: int) -> None:
    """Measure how long after the server an operator knows."""
    stage.set_up()
    print(f"\nHow long after the server knows, loopback ({rounds} rounds)")
    ours, theirs = [], []
    for number in range(rounds):
        if number:
            stage.break_it()
        with _Seen(stage) as seen:
            spoken, _ = listen(stage.start(stage.hotfix()))
        ours.append(when_done(spoken, "watch_the_restoration") - seen.complete_at)
        stage.break_it()
        with _Seen(stage) as seen:
            stage.run(stage.undo(*stage.names))
            for name in stage.names:
                stage.run([stage.kubectl, "rollout", "status", f"deployment/{name}"])
            theirs.append(time.monotonic() - seen.complete_at)
    print(f"  hotfix tells that all is restored {median(ours):>18.2f} s")
    print(f"  kubectl rollout status ends {median(theirs):>24.2f} s")
    goals.check(
        f"completion at most {COMPLETION_GOAL_SECONDS:g} s after: {median(ours):.2f}",
        holds=median(ours) <= COMPLETION_GOAL_SECONDS,
    )
    _measure_doomed(stage, goals)
    stage.tear_down()


def _measure_doomed(stage: Stage, goals: Goals) -> None:
    """Go to a revision that crashes; measure from the pods' status to the first word of it."""
    stage.until_complete()
    stage.set_image("c3" * 20, Conduct.CRASH_LOOP)
    time.sleep(1.0)
    crashing = stage.revision()
    stage.set_image("d4" * 20)
    stage.until_complete()
    with _Seen(stage, "CrashLoopBackOff") as seen:
        process = stage.start(stage.hotfix_to(crashing))
        told = _first_word(process, "CrashLoopBackOff")
    late = told - seen.word_at if told and seen.word_at else None
    told_text = "never told" if late is None else f"{late:.2f} s"
    kubectl = stage.start([stage.kubectl, "rollout", "status", f"deployment/{stage.names[0]}"])
    said = _first_word(kubectl, "CrashLoopBackOff", SILENCE_SECONDS)
    silence = f"silent for {SILENCE_SECONDS:g} s, as it is until 600 s"
    print(f"  hotfix names a crash loop {told_text:>28}")
    print(f"  kubectl rollout status {'tells it' if said else silence:>29}")
    goals.check(
        f"doomed at most {DOOMED_GOAL_SECONDS:g} s after: {told_text}",
        holds=late is not None and late <= DOOMED_GOAL_SECONDS,
    )


def _measure_repeats(stage: Stage, goals: Goals) -> None:
    """Undo twice in a row, as after a lost answer, and twice at once."""
    stage.set_up()
    print(f"\nUndo of one deployment, done twice: good at the end ({TRIES} tries each)")
    totals = {}
    for name in ("hotfix", "kubectl"):
        good = {"in a row": 0, "at once": 0}
        for manner in good:
            for _ in range(TRIES):
                stage.break_it()
                command = stage.hotfix() if name == "hotfix" else stage.undo(*stage.names)
                _twice(stage, command, at_once=manner == "at once")
                good[manner] += stage.is_good()
                # Whatever came out of it, the next try begins like the first one.
                stage.until_complete()
                if not stage.is_good():
                    stage.set_image("a1" * 20)
        totals[name] = sum(good.values())
        told = ", ".join(f"{number} of {TRIES} {manner}" for manner, number in good.items())
        print(f"  {name:<10}{told}", flush=True)
    goals.check(f"10 of 10: {totals['hotfix']}", holds=totals["hotfix"] == 2 * TRIES)
    stage.tear_down()


def _twice(stage: Stage, command: list[str], *, at_once: bool) -> None:
    first = stage.start(command)
    if not at_once:
        listen(first)
    second = stage.start(command)
    if at_once:
        other = threading.Thread(target=listen, args=(first,))
        other.start()
        listen(second)
        other.join()
    else:
        listen(second)


def _measure_lock(cluster: RealCluster, home: Path, goals: Goals) -> None:
    namespace = "bench-lock"
    cluster.ask("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}})
    kubeconfig = cluster.kubeconfig(home / "lock.kubeconfig", namespace)
    started = time.monotonic()
    told = contend(kubeconfig, namespace, OPERATORS, LOCK_ROUNDS)
    seconds = time.monotonic() - started
    single = sum(len(set(each)) == 1 and all(each) for each in told)
    lost = sum(not holder for each in told for holder in each)
    print(f"\n{OPERATORS} operators start at once, {LOCK_ROUNDS} rounds, {seconds:.0f} s")
    goals.check(f"one holder, the same to all, each round: {single}", holds=single == LOCK_ROUNDS)
    goals.check(f"journals lost: {lost} of {OPERATORS * LOCK_ROUNDS}", holds=not lost)


def _measure_crowds(
    cluster: RealCluster, kubectl: str, home: Path, far: str, goals: Goals, rounds: int
) -> None:
    def check(goal: str, holds: bool) -> None:
        goals.check(goal, holds=holds)

    measure_in_the_middle(cluster, kubectl, home, rounds, check)
    measure_under_updates(cluster, kubectl, home, far, rounds, check)
    measure_among_many(cluster, kubectl, home, rounds, check)


def _alike(seconds: float) -> Ran:
    return Ran(seconds, seconds)


def _first_word(process: "subprocess.Popen[str]", word: str, seconds: float = 60.0) -> float | None:
    """Return when ``word`` was first printed; the command is ended then, or after ``seconds``."""
    ending = threading.Timer(seconds, process.terminate)
    ending.start()
    try:
        for line in process.stdout or ():
            if word in line:
                return time.monotonic()
        return None
    finally:
        ending.cancel()
        process.terminate()
        process.communicate()


class _Seen:
    """Looks at the namespace by a list every few milliseconds, next to the API server.

    Attributes:
        complete_at: when all deployments were complete at the good version.
        word_at: when a pod's status had ``word`` in it; None while it has not.
    """

    def __init__(self, stage: Stage, word: str = "") -> None:
        self._stage, self._word = stage, word
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.complete_at = 0.0
        self.word_at: float | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _look(self) -> None:
        pods = f"/api/v1/namespaces/{self._stage.namespace}/pods"
        while not self._stopped.wait(0.01):
            if self._word and not self.word_at:
                found = self._stage.cluster.ask("GET", pods)[1]
                if self._word in json.dumps(found):
                    self.word_at = time.monotonic()
            elif not self._word and not self.complete_at:
                found = self._stage.found()
                if self._stage.is_good() and all(map(is_complete, found)):
                    self.complete_at = time.monotonic()


@contextlib.contextmanager
def _far_away(url: str) -> Iterator[str]:
    """Yield the address of the API server behind the delay proxy."""
    script = Path(__file__).with_name("delay_proxy.py")
    command = [sys.executable, str(script), str(urlsplit(url).port), str(DELAY_MS)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            yield f"https://127.0.0.1:{port}"
        finally:
            process.terminate()


def _show_versions(server: str, kubectl: str) -> None:
    for command in ([server, "--version"], [kubectl, "version", "--client"]):
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        print(done.stdout.splitlines()[0])


if __name__ == "__main__":
    sys.exit(main())
