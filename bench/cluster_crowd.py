"""What a rollback costs while much happens, or much is there: beside kubectl, in the same run."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from cluster_stage import BAD, Ran, Stage
from tests.contracts.worlds import STRATEGIC
from tests.real_cluster.control_plane import RealCluster
from tests.real_cluster.tcp_proxy import TcpProxy

MANY_PODS, INTO_SECONDS = 400, 3.0
UPDATES_A_SECOND = 20
OURS, OTHERS = 3, 5000
_AT_ONCE = 16
# As large as pods are whose manifests come from a chart: some 8 kB.
_VARIABLES = 60
# Takes a goal in words, and whether it is met.
Check = Callable[[str, bool], None]


def measure_in_the_middle(
    cluster: RealCluster, kubectl: str, home: Path, rounds: int, check: Check
) -> None:
    """Roll back while a rollout of many pods is under way."""
    stage = Stage(cluster, kubectl, home / "middle", 1, cluster.url, replicas=MANY_PODS)
    stage.set_up()

    def begin() -> None:
        stage.to_the_good_one()
        stage.set_image(BAD)
        time.sleep(INTO_SECONDS)

    print(f"\n{INTO_SECONDS:g} s into a rollout of {MANY_PODS} pods, loopback ({rounds} rounds)")
    _compare(stage, rounds, begin, contextlib.nullcontext, check)
    stage.tear_down()


def measure_under_updates(
    cluster: RealCluster, kubectl: str, home: Path, far: str, rounds: int, check: Check
) -> None:
    """Roll back while somebody writes the deployment's status all the time."""
    stage = Stage(cluster, kubectl, home / "updates", 1, far)
    stage.set_up()
    print(f"\n{UPDATES_A_SECOND} status updates a second, 50 ms round trip ({rounds} rounds)")
    _compare(stage, rounds, stage.break_it, lambda: _updated(stage), check)
    stage.tear_down()


def measure_among_many(
    cluster: RealCluster, kubectl: str, home: Path, rounds: int, check: Check
) -> None:
    """Roll back three pods, alone and among thousands; bytes are those that the server sends."""
    proxy = TcpProxy(urlsplit(cluster.url).port or 0)
    try:
        stage = Stage(cluster, kubectl, home / "among", 1, proxy.url, replicas=OURS)
        stage.set_up()
        ways: dict[str, Callable[[], Ran]] = {
            "hotfix rollback --yes": stage.roll_back_by_hotfix,
            "kubectl rollout undo, and status": lambda: _undo_and_wait(stage),
        }
        print(f"\n{OURS} pods of ours, loopback, until healthy again ({rounds} rounds)")
        alone = {way: _cost(stage, proxy, act, rounds) for way, act in ways.items()}
        _fill(cluster, stage.namespace)
        among = {way: _cost(stage, proxy, act, rounds) for way, act in ways.items()}
    finally:
        proxy.stop()
    for way in ways:
        for where, (seconds, sent) in (("alone", alone[way]), (f"of {OTHERS}", among[way])):
            print(f"  {way:<34}{where:<10}{seconds:>8.2f} s{sent / 1000:>12.0f} kB")
    (seconds, sent), (longer, more) = (each["hotfix rollback --yes"] for each in (alone, among))
    check(f"at most 2 x the seconds with none: {longer / seconds:.2f}", longer <= 2 * seconds)
    check(f"at most 2 x the bytes with none: {more / sent:.2f}", more <= 2 * sent)
    stage.tear_down()


def _compare(
    stage: Stage,
    rounds: int,
    begin: Callable[[], None],
    meanwhile: Callable[[], contextlib.AbstractContextManager[object]],
    check: Check,
) -> None:
    """Measure both in turns: until the patch is accepted."""
    ways: dict[str, Callable[[], float]] = {
        "hotfix rollback --yes": lambda: stage.roll_back_by_hotfix().accepted,
        "kubectl rollout undo": lambda: stage.run(stage.undo(*stage.names)),
    }
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, act in ways.items():
            begin()
            with meanwhile():
                taken[way].append(act())
            stage.until_complete()
    ours, theirs = (median(values) for values in taken.values())
    for way, values in taken.items():
        print(f"  {way:<44}{median(values):>8.2f} s")
    check(f"at most 1 x kubectl rollout undo: {ours / theirs:.2f}", ours <= theirs)


def _undo_and_wait(stage: Stage) -> Ran:
    status = [stage.kubectl, "rollout", "status", f"deployment/{stage.names[0]}"]
    accepted = stage.run(stage.undo(*stage.names))
    return Ran(accepted, accepted + stage.run(status))


def _cost(
    stage: Stage, proxy: TcpProxy, act: Callable[[], Ran], rounds: int
) -> tuple[float, float]:
    """Return the seconds and the bytes of one rollback, the medians of some."""
    seconds, sent = [], []
    for _ in range(rounds):
        stage.break_it()
        before = proxy.from_server
        seconds.append(act().whole)
        sent.append(proxy.from_server - before)
    return median(seconds), median(sent)


@contextlib.contextmanager
def _updated(stage: Stage) -> Iterator[None]:
    """Let somebody write the status, so many times a second."""
    stopped = threading.Event()

    def write() -> None:
        path = f"{stage.deployments}/{stage.names[0]}/status"
        number = 0
        while not stopped.wait(1 / UPDATES_A_SECOND):
            number += 1
            said = {"type": "Bench", "status": "True", "reason": "Counted", "message": f"{number}"}
            stage.cluster.ask("PATCH", path, {"status": {"conditions": [said]}}, STRATEGIC)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def _fill(cluster: RealCluster, namespace: str) -> None:
    """Create the pods of others."""
    variables = [{"name": f"SETTING_{each}", "value": "x" * 100} for each in range(_VARIABLES)]
    image = "registry.example/unschedulable/other:1"

    def create(number: int) -> int:
        pod = {
            "metadata": {"name": f"other-{number}", "labels": {"app": "other"}},
            "spec": {"containers": [{"name": "web", "image": image, "env": variables}]},
        }
        return cluster.ask("POST", f"/api/v1/namespaces/{namespace}/pods", pod)[0]

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(create, range(OTHERS)))
    if set(found) != {201}:
        raise RuntimeError(f"not all pods were made: {sorted(set(found))}")
    # The cluster's own work on them is not what is measured.
    path = f"/api/v1/namespaces/{namespace}/pods/other-"
    last = range(OTHERS - _AT_ONCE, OTHERS)
    while not all(
        cluster.ask("GET", f"{path}{each}")[1]["status"].get("conditions") for each in last
    ):
        time.sleep(1.0)
