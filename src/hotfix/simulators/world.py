"""The drill's world, whole: services, people, production, and a clone to work in.

The parts are joined as in life: a push to the deploy branch starts a workflow run, whose deploy
job changes the deployments, whose pods are processes of the commit that their image names.
"""

import json
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from hotfix.ports.clock import Clock
from hotfix.simulators.git_origin import GitOrigin, git_in
from hotfix.simulators.github import GithubService
from hotfix.simulators.kubernetes import KubernetesService, kubeconfig_text, pod_status
from hotfix.simulators.pagerduty import PagerdutyService
from hotfix.simulators.people import PlayedEngineer, PlayedReviewer
from hotfix.simulators.played_checks import PlayedChecks
from hotfix.simulators.played_fix import PlayedFix
from hotfix.simulators.production import Front, Production
from hotfix.simulators.server import Received, Service
from hotfix.simulators.slack import SlackService
from hotfix.simulators.slack_people import SlackMember
from hotfix.simulators.statuspage import StatuspageService
from hotfix.simulators.timeline import Timeline, WorldTimings
from hotfix.simulators.webrana import (
    DEPLOY_BRANCH,
    PARTS,
    first_commit,
    image,
    manifest,
    set_up_clone,
)

DESCRIPTION = "checkout returns 500"
ENGINEER, REVIEWER, SECOND_REVIEWER = "dana", "rena", "noor"
NAMESPACE = "webrana"
# The procedure's, in minutes.
_TARGETS = {
    "total": 30,
    "branch": 2,
    "fix": 15,
    "test": 5,
    "review": 10,
    "deploy": 5,
    "verify": 3,
}
_LOOK_SECONDS = 5.0
_SETTLING_LOOKS = 1200
GITHUB_TOKEN, _SLACK_TOKEN = "drill-github-token", "drill-slack-token"
_STATUSPAGE_KEY, _PAGERDUTY_KEY = "drill-statuspage-key", "drill-pagerduty-key"
_ROUTING_KEY = "drill-routing-key"
_KUBERNETES_TOKEN = "drill-kubernetes-token"
_MEMBERS = (
    SlackMember("U0DANA0001", "dana", "Dana Lindqvist", "dana@webrana.example"),
    SlackMember("U0RENA0001", "rena", "Rena Okafor", "rena@webrana.example"),
    SlackMember("U0NOOR0001", "noor", "Noor Haddad", "noor@webrana.example"),
    SlackMember("U0LEAD0001", "leo", "Leo Marchetti", "leo@webrana.example"),
)
_PAGE_ID, _SCHEDULE_ID = "webrana1page", "PSCHED1"


class WorldClock:
    """A clock under which the world moves on: whatever fell due while somebody waited happens."""

    def __init__(self, clock: Clock, timeline: Timeline) -> None:
        self._clock = clock
        self._timeline = timeline

    def now(self) -> datetime:
        """Return the present moment: UTC, aware."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Return seconds that only differ by what passed."""
        return self._clock.monotonic()

    def wait(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self._clock.wait(seconds)
        self._timeline.tick()

    def not_before(self, moment: datetime) -> None:
        """Go on from ``moment`` where the clock is behind it."""
        self._clock.not_before(moment)

    def jump(self) -> float:
        """Return by how many seconds the clock jumped since this was last asked."""
        return self._clock.jump()


class World:
    """Everything that a hotfix touches, on loopback and in one folder.

    Attributes:
        awake: logins of the reviewers who answer when they are asked.
        pace: how many times faster than life the procedure is walked: with the ``speed`` of the
            world where all is played, slower where a person writes the fix.
        laptop_dies: set where the process of the operator is to be killed.
        laptops: the folders of the clones of further laptops, by who works there.

    Args:
        folder: an empty folder for the origin, the clone, and production.
        clock: whose time it is.
        speed: how many times faster than life things happen here.
        timings: how long they take in life.
        base: the branch that hotfixes are cut from.
        deploy_branch: the branch whose push deploys.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        speed: float = 1.0,
        timings: WorldTimings | None = None,
        base: str = "main",
        deploy_branch: str = DEPLOY_BRANCH,
    ) -> None:
        self._base, self._deploy_branch = base, deploy_branch
        self.folder = folder
        self.timings = timings or WorldTimings()
        self.timeline = Timeline(clock, speed)
        self.clock = WorldClock(clock, self.timeline)
        self.received = Received()
        self.clone = folder / "webrana"
        self.config_file = folder / "hotfix.toml"
        self.origin = GitOrigin.create(folder / "origin.git", base)
        self.first_commit = first_commit(self.origin, self.clone, base, deploy_branch)
        if deploy_branch != base:
            self.origin.create_branch(deploy_branch, self.first_commit)
        self.production = Production(self.origin, folder / "production")
        self.front = Front(self._ports_of)
        self.github = GithubService(
            self.timeline,
            self.received,
            self.origin,
            self.timings,
            accounts={GITHUB_TOKEN: ENGINEER},
            permissions=dict.fromkeys((ENGINEER, REVIEWER, SECOND_REVIEWER), "write"),
            deploy_branch=deploy_branch,
        )
        self.github.hosted.default_branch = base
        self.kubernetes = KubernetesService(
            self.timeline,
            self.received,
            self.timings,
            self.production,
            namespace=NAMESPACE,
            token=_KUBERNETES_TOKEN,
        )
        self.slack = SlackService(self.timeline, self.received, token=_SLACK_TOKEN)
        self.slack.join(*_MEMBERS)
        self.statuspage = StatuspageService(
            self.timeline, self.received, key=_STATUSPAGE_KEY, page_id=_PAGE_ID
        )
        self.pagerduty = PagerdutyService(
            self.timeline,
            self.received,
            key=_PAGERDUTY_KEY,
            on_call=[("Noor Haddad", "noor@webrana.example", 1)],
        )
        self.pagerduty.routing_keys.add(_ROUTING_KEY)
        self.awake: tuple[str, ...] = (REVIEWER,)
        self.pace = speed
        self.laptop_dies = threading.Event()
        self.laptops: dict[str, Path] = {}
        self._exported: dict[str, str] = {}
        self.github.hosted.run_checks = PlayedChecks(self.origin, self.folder / "checks").pass_for
        self.github.hosted.deploy = self._deploy

    @property
    def services(self) -> tuple[Service, ...]:
        """Return the simulated services."""
        return (self.github, self.kubernetes, self.slack, self.statuspage, self.pagerduty)

    @property
    def environ(self) -> dict[str, str]:
        """Return the variables with which every command of ``hotfix`` works in this world."""
        return {
            "GH_TOKEN": GITHUB_TOKEN,
            "SLACK_BOT_TOKEN": _SLACK_TOKEN,
            "STATUSPAGE_API_KEY": _STATUSPAGE_KEY,
            "PAGERDUTY_API_KEY": _PAGERDUTY_KEY,
            "PAGERDUTY_ROUTING_KEY": _ROUTING_KEY,
            "HOTFIX_STATE_DIR": str(self.folder / "state"),
            "HOTFIX_OPERATOR": ENGINEER,
            "HOTFIX_CONFIG": str(self.config_file),
            "HOTFIX_DRILL": str(self.folder / "wrong-turns"),
            # All of it is on loopback, whatever proxy the user goes through otherwise.
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            **self._exported,
        }

    @property
    def environ_for_init(self) -> dict[str, str]:
        """Return the variables for a clone of one's own, which ``hotfix init`` configures."""
        return self.environ | {
            "HOTFIX_CONFIG": "",
            "HOTFIX_GITHUB__API_URL": self.github.url,
            "HOTFIX_GITHUB__REPOSITORY": self.github.hosted.name,
            "KUBECONFIG": str(self.folder / "kubeconfig"),
        }

    @property
    def reviewer(self) -> str:
        """Return the login of somebody who may review."""
        return next(iter(self.awake), REVIEWER)

    def git_clone(self, folder: Path) -> str:
        """Return the command that clones the repository, for a shell; its commits are dana's."""
        who = f"-c user.name={ENGINEER} -c user.email={ENGINEER}@webrana.example"
        return f"git clone -c commit.gpgSign=false {who} {self.origin.path} {folder}"

    def export(self, name: str, value: str) -> None:
        """Let the commands from now on see a variable, as ``export`` in their shell does."""
        self._exported[name] = value

    def add_laptop(self, login: str) -> None:
        """Give ``login`` a laptop: a clone and a state directory of their own, and a token."""
        self.github.accept_token(f"drill-token-of-{login}", login)
        clone = self.folder / f"laptop-of-{login}" / "webrana"
        git_in(self.clone, "clone", "--quiet", str(self.origin.path), str(clone))
        set_up_clone(clone, login)
        self.laptops[login] = clone

    def environ_of(self, login: str) -> dict[str, str]:
        """Return the variables of the laptop that ``login`` was given."""
        return self.environ | {
            "GH_TOKEN": f"drill-token-of-{login}",
            "HOTFIX_STATE_DIR": str(self.laptops[login].with_name("state")),
            "HOTFIX_OPERATOR": login,
        }

    def go_to_laptop(self, login: str) -> None:
        """Let the commands from now on be given on the laptop of ``login``."""
        self._exported = self.environ_of(login)
        self.clone = self.laptops[login]

    def start(self) -> None:
        """Bring everything up, with the first commit in production, and the bug with it."""
        for service in self.services:
            service.start()
        self.front.start()
        self.github.hosted.open_issue(
            DESCRIPTION, "Since 02:40, every order without a voucher.", "support"
        )
        self.github.hosted.add_label("hotfix")
        self.github.set_protection(self._deploy_branch, ("tests",), 1)
        for part, replicas in PARTS.items():
            self.kubernetes.create("deployments", manifest(part, replicas, self.first_commit))
        self._write_configuration()
        self._settle()
        self._keep_noticing_pushes()

    def stop(self) -> None:
        """Bring everything down."""
        self.timeline.stop()
        servers = (self.front, *self.services)
        # All at once: each takes a moment.
        for server in servers:
            server.begin_to_stop()
        for server in servers:
            server.stop()
        self.production.stop_all()

    def play_the_reviewer(self) -> None:
        """Let those reviewers who are awake approve what they are asked about."""
        for login in self.awake:
            PlayedReviewer(self.github, self.timeline, self.timings, login).start_work()

    def configure(self, text: str) -> None:
        """Add ``text`` to the configuration file."""
        whole = self.config_file.read_text(encoding="utf-8")
        self.config_file.write_text(whole + text, encoding="utf-8")

    def set_budget_to_pace(self) -> None:
        """Let the procedure's 30 minutes, and its targets, pass as fast as it is walked."""
        lines = [f'{name} = "{60 * each / self.pace:g}s"' for name, each in _TARGETS.items()]
        self.configure("\n".join(["", "[timeline]", *lines, ""]))

    def ready_made(self, fix: PlayedFix) -> Path:
        """Return a patch of ``fix``, for a player who would rather not type; the clone stays."""
        patch = self.folder / fix.patch
        fix.write(self.clone)
        git_in(self.clone, "diff", f"--output={patch}")
        git_in(self.clone, "checkout", "--quiet", "--", ".")
        return patch

    def play_the_engineer(self, fix: PlayedFix) -> None:
        """Let an engineer write ``fix`` in the clone once the hotfix branch is cut."""
        PlayedEngineer(self.clone, self.timeline, self.timings, fix).start_work()

    def _ports_of(self, deployment: str) -> Sequence[int]:
        pods = self.kubernetes.pods(deployment)
        names = [pod["metadata"]["name"] for pod in pods if pod_status.is_ready(pod)]
        return [self.production.port(name) for name in names]

    def _deploy(self, sha: str) -> None:
        for part in PARTS:
            self.kubernetes.set_image(f"webrana-{part}", image(part, sha), sha)

    def _settle(self) -> None:
        """Wait until production answers with the first commit."""
        for _ in range(_SETTLING_LOOKS):
            ready = [len(self._ports_of(f"webrana-{part}")) for part in PARTS]
            if ready == list(PARTS.values()):
                return
            self.clock.wait(3.0 / self.timeline.speed)
        raise RuntimeError("the pods of the drill's production do not get ready")

    def _keep_noticing_pushes(self) -> None:
        self.github.notice_pushes()
        self.timeline.after(_LOOK_SECONDS, self._keep_noticing_pushes, "GitHub notices pushes")

    def _write_configuration(self) -> None:
        kubeconfig = self.folder / "kubeconfig"
        kubeconfig.write_text(
            kubeconfig_text(self.kubernetes.url, _KUBERNETES_TOKEN, NAMESPACE), encoding="utf-8"
        )
        self.config_file.write_text(self._configuration(kubeconfig), encoding="utf-8")

    def _configuration(self, kubeconfig: Path) -> str:
        run = json.dumps([sys.executable, "-m", "unittest", "--quiet"])
        order = json.dumps(json.dumps({"items": [{"sku": "cup", "quantity": 2}]}))
        return f"""\
# The drill's world. In a clone of your own: hotfix init.
[git]
base = "{self._base}"

[github]
repository = "webrana/webrana"
api_url = "{self.github.url}"
merge_into = "{self._deploy_branch}"
labels = ["hotfix", "urgent"]
reviewer = "{REVIEWER}"
workflow = "deploy.yml"
dispatch_input = "commit"

[[tests]]
name = "backend"
run = {run}
directory = "backend"

[[tests]]
name = "frontend"
run = {run}
directory = "frontend"

[kubernetes]
namespace = "{NAMESPACE}"
deployments = ["webrana-backend", "webrana-frontend"]
kubeconfig = {json.dumps(str(kubeconfig))}
log_selector = "app=webrana-backend"
stability = "{5 / self.timeline.speed:g}s"

[slack]
channel = "#engineering"
base_url = "{self.slack.url}/api/"
users = {{ rena = "rena@webrana.example", noor = "U0NOOR0001", "@devops-lead" = "U0LEAD0001" }}

[statuspage]
page_id = "{_PAGE_ID}"
api_url = "{self.statuspage.url}"

[pagerduty]
schedule_ids = ["{_SCHEDULE_ID}"]
api_url = "{self.pagerduty.url}"
events_url = "{self.pagerduty.url}"
page = "always"
email = "dana@webrana.example"

[contacts]
devops_lead = "@devops-lead"
product_manager = "@pm"

[[probes]]
name = "checkout answers"
url = "{self.front.url}/api/checkout"
method = "POST"
body = {order}
json_path = "total_cents"
json_equals = "3070"

[[probes]]
name = "the shop is there"
url = "{self.front.url}/"
expect_text = "<h1>Webrana</h1>"
"""
