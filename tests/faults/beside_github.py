"""Writes that are not GitHub's: in the clone, in the cluster, on the status page."""

import sys
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tests.adapters.github.world_of_github import BRANCH, World
from tests.adapters.kubernetes.world import BACKEND, BAD, FRONTEND
from tests.adapters.kubernetes.world import World as ClusterWorld
from tests.faults.walking import INCIDENT, Does, Route

from hotfix.adapters.local_suites import LocalSuites
from hotfix.adapters.statuspage_incidents import StatuspageIncidents
from hotfix.domain.fact_names import (
    FOLDER,
    LOG_ENTRY,
    PULL_REQUEST_NUMBER,
    PULL_REQUEST_URL,
    REPLACED,
    ROLLBACK_TARGETS,
)
from hotfix.domain.fact_records import LogRecord
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.question import Answer
from hotfix.ports.bundle import Ports
from hotfix.ports.minimal_change import MinimalChange
from hotfix.ports.suite_runner import Suite
from hotfix.simulators.server import Received
from hotfix.simulators.statuspage import StatuspageService
from hotfix.simulators.timeline import WorldTimings
from hotfix.steps.annotate_the_deployments import AnnotateTheDeployments
from hotfix.steps.claim_the_lock import ClaimTheLock
from hotfix.steps.close_pull_request import ClosePullRequest
from hotfix.steps.commit_the_rest import CommitTheRest
from hotfix.steps.cut_branch import CutBranch
from hotfix.steps.guard_the_change import GuardTheChange
from hotfix.steps.pick_the_commits import PickTheCommits
from hotfix.steps.release_the_lock import ReleaseTheLock
from hotfix.steps.restore_the_recorded_set import RestoreTheRecordedSet
from hotfix.steps.run_local_tests import RunLocalTests
from hotfix.steps.update_base import UpdateBase
from hotfix.steps.update_status_page import UpdateStatusPage

_BOTH = (BACKEND, FRONTEND)
_OTHER = "elsewhere"
_KEY, _PAGE = "key", "page"
_MINIMAL = MinimalChange(9, 99, (), ("*",))
_LOGGED = LogRecord(BAD, "dana", "checkout returns 500", "", "deployed", "rena")
_UNIT = Suite("unit", (sys.executable, "-c", "print('it ran')"), ".", 30.0)


def _prepare(github: World) -> str:
    """Push a commit to pick, and one that the local base does not have; returns the first."""
    picked: str = github.commit(_OTHER)
    github.commit("ahead", "ahead.py")
    github.git("push", "--quiet", "origin", "ahead:main")
    return picked


class BesideGithub:
    """What is there beside GitHub, and the walk in it.

    Args:
        folder: for its files.
    """

    def __init__(self, folder: Path) -> None:
        self.cluster = ClusterWorld(folder)
        self.page = StatuspageService(self.cluster.timeline, Received(), key=_KEY, page_id=_PAGE)
        self.page.start()
        self.suites = LocalSuites(folder / "logs", folder / "suites")
        self._logs = folder / "logs"

    def stop(self) -> None:
        self.suites.stop()
        self.page.stop()
        self.cluster.service.stop()

    def ports(self, ports: Ports) -> Ports:
        """Return ``ports`` with these."""
        return replace(
            ports,
            cluster=self.cluster.cluster,
            suites=self.suites,
            status_page=StatuspageIncidents(_KEY, _PAGE, self.page.url),
        )

    @property
    def route(self) -> Route:
        """The walk: the lock, a picked commit and another one, tests, a rollback, and the words."""
        return Route(
            name="what is beside GitHub",
            writes=(),
            name_of=lambda _request: "",
            timings=WorldTimings(),
            prepare=_prepare,
            steps=self._steps,
            seen=self._seen,
            ends_with=(
                "Change ahead.py",
                *("Change app.py", "Fix the checkout"),
                "it ran",
                *("PATCH", "PATCH"),
                *(f"noted on {name}" for name in _BOTH),
                "the lock is free",
                "resolved",
                "closed",
            ),
            answers={"commit": Answer("commit"), "publish": Answer("publish")},
        )

    def _steps(self, github: World, picked: str) -> tuple[Any, ...]:
        def write_the_rest(facts: Facts, _ports: Ports) -> None:
            Path(facts[FOLDER], "more.py").write_text("more\n")

        def deploy_what_is_bad(_facts: Facts, _ports: Ports) -> Outcome:
            healthy = self.cluster.cluster.record(_BOTH)
            for name in _BOTH:
                self.cluster.deploy(BAD, name)
            self.cluster.let_pass(60)
            bad = self.cluster.cluster.record(_BOTH)
            return Done("It is bad.", (ROLLBACK_TARGETS(healthy), REPLACED(bad)))

        def open_a_pull_request(_facts: Facts, _ports: Ports) -> Outcome:
            opened = github.pulls.open("[HOTFIX]", "Body", _OTHER, "main")
            found = (PULL_REQUEST_NUMBER(opened.number), PULL_REQUEST_URL(opened.url))
            return Done("It is open.", found)

        return (
            ClaimTheLock(),
            UpdateBase("main"),
            CutBranch(BRANCH, beside=False),
            PickTheCommits((picked,)),
            Does("write_the_rest", write_the_rest),
            CommitTheRest("Fix the checkout", _MINIMAL),
            GuardTheChange(_MINIMAL),
            RunLocalTests((_UNIT,)),
            Does("deploy_what_is_bad", deploy_what_is_bad),
            RestoreTheRecordedSet(INCIDENT),
            Does("log_it", lambda _facts, _ports: Done("It is logged.", (LOG_ENTRY(_LOGGED),))),
            AnnotateTheDeployments(_BOTH),
            Does("see_the_lock", self._see_the_lock),
            ReleaseTheLock(),
            UpdateStatusPage(INCIDENT, can_ask=True, title="Checkout", body="It works again."),
            Does("open_a_pull_request", open_a_pull_request),
            ClosePullRequest(wanted=True),
        )

    def _see_the_lock(self, facts: Facts, _ports: Ports) -> None:
        holder = self.cluster.cluster.lock_holder()
        assert holder is not None
        assert holder.run == facts.run

    def _tested(self) -> str:
        """Return what the last start of the suite said."""
        logs = sorted(self._logs.glob("unit.*.log"), key=lambda log: int(log.suffixes[-2][1:]))
        return logs[-1].read_text().strip() if logs else "nothing was tested"

    def _seen(self, github: World) -> tuple[object, ...]:
        (pull,) = github.service.hosted.pulls.values()
        lock = self.cluster.cluster.lock_holder()
        return (
            github.git("log", "-1", "--format=%s", "main"),
            *github.git("log", "--reverse", "--format=%s", f"origin/main..{BRANCH}").splitlines(),
            self._tested(),
            *(
                each.method
                for each in self.cluster.patches()
                if each.status == HTTPStatus.OK and isinstance(each.body, list)
            ),
            # A note that is left twice is the same note.
            *sorted(
                {
                    f"noted on {each.path.rpartition('/')[2]}"
                    for each in self.cluster.patches()
                    if not isinstance(each.body, list)
                }
            ),
            "the lock is free" if lock is None else f"held by {lock.run}",
            *(it["status"] for each in self.page.incidents for it in each["incident_updates"]),
            "open" if pull.issue.is_open else "closed",
        )
