"""A real API server that goes away and comes back in the middle of a watch, with other tokens, too.

It is a control plane of this module's own: what is done to it would disturb all other tests.
"""

import json
import threading
import time

import pytest
from tests.contracts.worlds import BACKEND, BAD, FRONTEND, GOOD, RealWorld
from tests.real_cluster.control_plane import OPERATOR

from hotfix.adapters.kubernetes import KubernetesDeployments
from hotfix.adapters.kubernetes.api.connection import PODS
from hotfix.adapters.kubernetes.rollouts.kind_watch import KindWatch
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.rollout.judgement import Stand, judge_rollout

pytestmark = [
    pytest.mark.usefixtures("sockets_cut_in_the_handshake"),
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning"
    ),
]


@pytest.fixture
def world(own_cluster, tmp_path):
    made = RealWorld(own_cluster, tmp_path)
    made.set_up()
    return made


class Looking:
    """Somebody who looks again and again, whatever happens, and remembers all that came of it."""

    def __init__(self, cluster, ask=lambda cluster: cluster.look([BACKEND])):
        self.cluster = cluster
        self.ask = ask
        self.seen = []
        self.troubles = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join()
        self.cluster.stop_watching()

    def _look(self):
        while not self._is_over.wait(0.02):
            try:
                self.seen += self.ask(self.cluster)
            except (ProblemError, TemporaryTroubleError) as error:
                self.troubles.append(error)

    @property
    def is_watched(self):
        """Whether a look is answered from what is watched."""
        looking = self.cluster._looking
        return looking._watch.seen(looking._scope) is not None


def test_a_restart_is_temporary_trouble_and_the_watch_goes_on_after_it_even_from_a_version_gone(
    world, own_cluster
):
    with Looking(world.adapter(watches=True)) as watching, Looking(world.adapter()) as listing:
        world.until(lambda: watching.is_watched and bool(listing.seen), "it is watched")
        with own_cluster.restart_api_server():
            for each in (watching, listing):
                world.until(lambda it=each: bool(it.troubles), "it is noticed")
            assert not watching.is_watched
            before = len(watching.seen)
            world.until(lambda: len(watching.troubles) > 5, "more looks are in vain")
            assert len(watching.seen) == before, "nothing old was given as an answer"
        # What the server said while it was starting is among the troubles by now.
        world.deploy(BAD)
        for each in (watching, listing):
            world.until(lambda it=each: it.seen[-1].revision == 2, "the change is seen")
        world.until(lambda: watching.is_watched, "it is watched again")
        world.until(
            lambda: (
                judge_rollout(watching.seen[-1]).stand is Stand.COMPLETE
                and watching.seen[-1].commits == (BAD, BAD)
            ),
            "the rollout is seen through to its end",
        )
    for each in (watching, listing):
        assert {type(trouble) for trouble in each.troubles} == {TemporaryTroubleError}
    # The server has forgotten what was before its start: only now a version is too old for it.
    _until_listed_anew_from_a_version_that_is_gone(world, listing.cluster._connection)


def _until_listed_anew_from_a_version_that_is_gone(world, connection):
    first = {"watch": "1", "resourceVersion": "1"}
    response = connection.watch(PODS, "watch pods", first, 7.0)
    told = json.loads(response.readline())["object"]
    response.close()
    assert (told["code"], told["reason"]) == (410, "Expired")
    watch = KindWatch(connection, PODS, "pods", keep=lambda it: it, is_wanted=lambda: True)
    watch._version = "1"
    watch.start()

    def are_known():
        # A pod of the rollout before may be on its way out still: both sides are asked each time.
        there = (*world.pods_of(BACKEND), *world.pods_of(FRONTEND))
        return {_name(pod) for pod in watch.things() or ()} == {_name(pod) for pod in there}

    world.until(are_known, "all pods are known")
    watch.stop()
    watch.join(5)


def _name(pod):
    return pod["metadata"]["name"]


def test_nobody_loses_the_lock_or_a_right_because_the_server_restarts(world, own_cluster):
    """A step that is told of no right to the lock goes on without it."""
    holder = world.adapter()
    claimed = holder.claim_lock("hf-1", "dana")
    (record,) = holder.record([BACKEND])
    asked = Looking(world.adapter(), lambda it: [it.lock_holder()])
    claims = Looking(world.adapter(), lambda it: [it.claim_lock("hf-2", "noor")])
    surveys = Looking(world.adapter(), lambda it: [it.survey([record]).caveats])
    every = (asked, claims, surveys)
    with asked, claims, surveys:
        with own_cluster.restart_api_server():
            for each in every:
                world.until(lambda it=each: bool(it.troubles), "it is noticed")
                each.seen.clear()
        for each in every:
            world.until(lambda it=each: bool(it.seen), "it is answered again")
    assert {each.id for each in (*asked.seen, *claims.seen)} == {claimed.id}
    assert set(surveys.seen) == {()}
    for each in every:
        assert {type(trouble) for trouble in each.troubles} == {TemporaryTroubleError}


PLUGIN = """\
#!/bin/sh
if [ -e "{folder}/expired" ]; then
  echo "Your session has expired. Run: aws sso login" >&2
  exit 253
fi
cat "{folder}/credential"
"""


class Login:
    """Where the operator's token is written by logging in: for a token file, and for a plugin."""

    def __init__(self, world, folder):
        self.world, self.folder = world, folder
        self.plugin = folder / "aws"
        self.plugin.write_text(PLUGIN.format(folder=folder))
        self.plugin.chmod(0o755)

    def log_in(self, token):
        (self.folder / "token").write_text(f"{token}\n")
        credential = {
            "apiVersion": "client.authentication.k8s.io/v1",
            "kind": "ExecCredential",
            "status": {"token": token},
        }
        (self.folder / "credential").write_text(json.dumps(credential))
        (self.folder / "expired").unlink(missing_ok=True)

    def expire(self):
        (self.folder / "expired").touch()

    def adapter(self, user, *, watches):
        path = self.folder / f"kubeconfig-{len(user)}-{next(iter(user))}"
        self.world.cluster.kubeconfig(path, self.world.namespace)
        whole = json.loads(path.read_text())
        whole["users"][0]["user"] = user
        path.write_text(json.dumps(whole))
        namespace = self.world.namespace
        return KubernetesDeployments(namespace=namespace, kubeconfig=path, watches=watches)

    def with_token_file(self):
        return self.adapter({"tokenFile": str(self.folder / "token")}, watches=True)

    def with_plugin(self):
        version = "client.authentication.k8s.io/v1"
        plugin = {"apiVersion": version, "command": str(self.plugin), "interactiveMode": "Never"}
        return self.adapter({"exec": plugin}, watches=False)


def _problem(cluster):
    """Return the problem that a look ends with; a server that just started may be busy first."""
    end = time.monotonic() + 20
    while True:
        try:
            cluster.look([BACKEND])
        except ProblemError as error:
            return error.problem
        except TemporaryTroubleError:
            assert time.monotonic() < end


def _revision(cluster):
    """Return the revision that is seen; None while a plugin's failure is still remembered."""
    try:
        return cluster.look([BACKEND])[0].revision
    except ProblemError:
        return None


def test_credentials_that_expire_are_told_with_the_login_and_taken_up_again(
    world, own_cluster, tmp_path
):
    login = Login(world, tmp_path)
    login.log_in(own_cluster.tokens[OPERATOR])
    by_file, by_plugin = login.with_token_file(), login.with_plugin()
    assert by_plugin.look([BACKEND])[0].commits == (GOOD, GOOD)

    def is_watched():
        by_file.look([BACKEND])
        looking = by_file._looking
        return looking._watch.seen(looking._scope) is not None

    world.until(is_watched, "it is watched")
    with own_cluster.restart_api_server(tokens={OPERATOR: "of-the-next-login"}):
        pass
    found = _problem(by_file)
    assert found.code is ProblemCode.RIGHTS
    assert found.what == "The cluster does not accept your credentials."
    assert found.next_command == "kubectl auth whoami; then: hotfix resume"
    found = _problem(by_plugin)
    assert found.code is ProblemCode.RIGHTS
    assert found.next_command == "aws sso login; then: hotfix resume"
    login.expire()
    found = _problem(by_plugin)
    assert found.code is ProblemCode.RIGHTS
    assert found.what == "The kubeconfig gives no credentials for the cluster."
    assert found.why.endswith("aws ended with 253: Your session has expired. Run: aws sso login.")
    assert found.next_command == "aws sso login"
    login.log_in("of-the-next-login")
    world.deploy(BAD)
    for cluster in (by_file, by_plugin):
        world.until(lambda it=cluster: _revision(it) == 2, "the change is seen")
    world.until(is_watched, "it is watched again")
    by_file.stop_watching()
