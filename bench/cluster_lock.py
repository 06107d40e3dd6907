"""Operators who claim the hotfix lock at once, each in a process of its own."""

import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from hotfix.adapters.kubernetes import KubernetesDeployments

_SLOWEST_SECONDS = 60.0


def contend(kubeconfig: Path, namespace: str, operators: int, rounds: int) -> list[list[str]]:
    """Let ``operators`` claim the lock at once, ``rounds`` times.

    Returns:
        For each round, the run that each operator was told to be the holder.
    """
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(operators)
    told: Any = context.Queue()
    processes = [
        context.Process(
            target=_operate, args=(kubeconfig, namespace, number, rounds, together, told)
        )
        for number in range(operators)
    ]
    for process in processes:
        process.start()
    found: list[list[str]] = [[] for _ in range(rounds)]
    for _ in range(operators * rounds):
        number, holder = told.get(timeout=_SLOWEST_SECONDS)
        found[number].append(holder)
    for process in processes:
        process.join()
    return found


def _operate(
    kubeconfig: Path, namespace: str, number: int, rounds: int, together: Barrier, told: Any
) -> None:
    cluster = KubernetesDeployments(namespace=namespace, kubeconfig=kubeconfig)
    for each in range(rounds):
        mine = f"run-{each}-{number}"
        together.wait(_SLOWEST_SECONDS)
        holder = cluster.claim_lock(mine, f"operator-{number}").run
        told.put((each, holder))
        # Nobody may release before everybody has asked.
        together.wait(_SLOWEST_SECONDS)
        cluster.release_lock(mine)
