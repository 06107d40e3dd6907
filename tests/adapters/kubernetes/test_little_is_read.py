"""In a namespace that belongs to many, what is ours is read, and little beside it."""

import gzip
import io
import json
import time

import pytest
import urllib3
from tests.adapters.kubernetes.world import BACKEND, FRONTEND, NAMESPACE, TOKEN, image, manifest

from hotfix.adapters.kubernetes import KubernetesDeployments
from hotfix.adapters.kubernetes.api import connection as connections
from hotfix.adapters.kubernetes.api.connection import CONFIG_MAPS, DEPLOYMENTS, Connection
from hotfix.adapters.kubernetes.api.narrow import by_name, of_deployments
from hotfix.adapters.kubernetes.api.object_owners import ByOwner
from hotfix.adapters.kubernetes.api.read_ahead import Answer
from hotfix.adapters.kubernetes.api.shared_reads import read_rollback_ahead
from hotfix.adapters.kubernetes.rollouts.port_records import view_of
from hotfix.adapters.kubernetes.rollouts.running_pods import Naming
from hotfix.domain.problem import TemporaryTroubleError
from hotfix.simulators.kubernetes import kubeconfig_text

BOTH = (BACKEND, FRONTEND)


def deployment(labels, expressions=(), name="web"):
    selector = {"matchLabels": labels, "matchExpressions": list(expressions)}
    return {"metadata": {"name": name}, "spec": {"selector": selector}}


def among(*values, key="app"):
    return {"key": key, "operator": "In", "values": list(values)}


@pytest.mark.parametrize(
    ("deployments", "selectors"),
    [
        ([], []),
        ([deployment({"app": "web"})], ["app=web"]),
        ([deployment({"app": "web"}), deployment({"app": "api"})], ["app in (api,web)"]),
        (
            [deployment({"app": "web", "tier": "a"}), deployment({"app": "web", "tier": "b"})],
            ["app=web,tier in (a,b)"],
        ),
        (
            [deployment({"app": "web", "x": "1"}), deployment({"app": "api", "y": "2"})],
            ["app in (api,web)"],
        ),
        # Nothing in common: one each, and of two that select the same one.
        ([deployment({"app": "web"}), deployment({"name": "api"})], ["app=web", "name=api"]),
        ([deployment({}, [among("a", "b")])], ["app in (a,b)"]),
        ([deployment({"app": "web"}, [{"key": "x", "operator": "Exists"}])], ["app=web"]),
        # What cannot be narrowed, or only by what is too long, is read as a whole.
        ([deployment({}, [{"key": "x", "operator": "Exists"}])], [None]),
        ([deployment({"app": "a" * 60 + f"{each}"}) for each in range(90)], [None]),
        ([deployment({f"app{each}": "a"}) for each in range(9)], [None]),
    ],
)
def test_the_parts_of_deployments_are_asked_for_by_their_selectors(deployments, selectors):
    queries = [{"labelSelector": each} if each else {} for each in selectors]
    assert of_deployments(deployments) == queries


def test_few_are_asked_for_by_name_and_many_as_a_whole():
    assert by_name(["web", "api", "web"]) == [
        {"fieldSelector": "metadata.name=web"},
        {"fieldSelector": "metadata.name=api"},
    ]
    assert by_name([f"part-{number}" for number in range(9)]) == [{}]


@pytest.fixture
def answered(monkeypatch):
    """What was answered from here on: address and objects."""
    found: list[tuple[str, int]] = []
    real = urllib3.PoolManager.request

    def noted(self, method, url, **more):
        response = real(self, method, url, **more)
        if "watch=1" not in url:
            items = json.loads(response.data).get("items") or []
            found.append((url, len(items)))
        return response

    monkeypatch.setattr(urllib3.PoolManager, "request", noted)
    return found


@pytest.fixture
def crowded(world):
    """A namespace in which ours are two deployments among 14, with configuration beside."""
    for number in range(12):
        world.service.create("deployments", manifest(f"other-{number}", 1))
        world.service.create("configmaps", {"metadata": {"name": f"of-{number}"}})
    world.let_pass(20)
    return world


def test_nothing_of_others_is_read_for_a_record_a_look_a_survey_or_the_needs(crowded, answered):
    cluster = crowded.cluster
    targets = cluster.record(BOTH)
    cluster.look(BOTH)
    cluster.survey(targets)
    cluster.revisions(BOTH)
    cluster.at_revision(BOTH, 1)
    cluster.explain(BACKEND, ())
    cluster.needs(BOTH)
    assert answered
    assert max(objects for _, objects in answered) <= 3


def test_what_is_watched_is_ours_and_another_set_is_watched_anew(crowded):
    cluster = crowded.adapter(watches=True)
    _until(lambda: _known(cluster, [BACKEND]) == {BACKEND})
    _until(lambda: _known(cluster, ["other-1", "other-2"]) == {"other-1", "other-2"})
    crowded.service.delete("deployments", "other-1")
    crowded.let_pass(10)
    crowded.service.create("deployments", manifest("other-1", 1))
    crowded.let_pass(20)
    _until(lambda: [view.wanted for view in cluster.look(["other-1"])] == [1])
    cluster.stop_watching()


def _known(cluster, names):
    cluster.look(names)
    watches = cluster._looking._watch._by_kind
    things = [watch.things() for watch in watches[0]] if watches else [None]
    return {each["metadata"]["name"] for known in things for each in known or ()}


def _until(holds, seconds=5.0):
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it never came to that"
        time.sleep(0.02)


def test_a_long_list_is_read_in_pages(crowded, answered, monkeypatch):
    monkeypatch.setattr(connections, "_PAGE", 6)
    many = [f"other-{number}" for number in range(12)]
    assert [record.name for record in crowded.cluster.record(many)] == many
    deployments = [count for url, count in answered if "/deployments?" in url]
    assert deployments == [6, 6, 2]


def connected(folder, url):
    path = folder / "kubeconfig"
    path.write_text(kubeconfig_text(url, TOKEN, NAMESPACE))
    return Connection(NAMESPACE, None, path)


class Pages:
    """Answers lists in two pages, of which the second one is gone, as long as it is asked for."""

    def __init__(self, monkeypatch, gone):
        self.asked = []
        self._gone = gone
        monkeypatch.setattr(Connection, "ask", self._ask)

    def _ask(self, _method, _path, _doing, *, query, **_more):
        self.asked.append(dict(query))
        thing = {"metadata": {"name": "web", "uid": f"u{len(self.asked)}"}}
        if "continue" in query or (self._gone == "always" and not query):
            return Answer(410, {})
        page = {"continue": "more"} if "limit" in query else {}
        return Answer(200, {"metadata": page, "items": [thing]})


def test_a_list_that_expires_between_two_pages_is_read_at_once(tmp_path, monkeypatch):
    pages = Pages(monkeypatch, "once")
    found = connected(tmp_path, "http://127.0.0.1:9").items(CONFIG_MAPS, "list")
    assert [each["metadata"]["uid"] for each in found] == ["u3"], "nothing twice"
    assert pages.asked[-1] == {}
    Pages(monkeypatch, "always")
    with pytest.raises(TemporaryTroubleError, match="expired"):
        connected(tmp_path, "http://127.0.0.1:9").items(CONFIG_MAPS, "list")


@pytest.mark.parametrize("is_allowed", [True, False])
def test_long_answers_come_compressed_unless_the_kubeconfig_says_no(
    tmp_path, monkeypatch, is_allowed
):
    sent = []
    body = json.dumps({"items": []}).encode()

    def answer(_pool, _method, _url, **more):
        sent.append(more["headers"])
        packed = more["headers"].get("Accept-Encoding") == "gzip"
        headers = {"Content-Encoding": "gzip"} if packed else {}
        content = io.BytesIO(gzip.compress(body) if packed else body)
        return urllib3.HTTPResponse(content, headers, 200, preload_content=False)

    monkeypatch.setattr(urllib3.PoolManager, "request", answer)
    path = tmp_path / "kubeconfig"
    text = kubeconfig_text("http://127.0.0.1:9", TOKEN, NAMESPACE)
    more = "" if is_allowed else "      disable-compression: true\n"
    path.write_text(text.replace("contexts:", f"{more}contexts:"))
    made = Connection(NAMESPACE, None, path)
    assert made.items(DEPLOYMENTS, "list") == []
    assert sent[0]["Accept-Encoding"] == ("gzip" if is_allowed else "identity")


def test_a_look_costs_what_there_is_and_not_sets_times_pods():
    """1,000 ReplicaSets and 5,000 pods of one deployment: grouped once, not compared in pairs."""
    owner = {"uid": "d1", "controller": True}
    web = {
        "metadata": {"name": "web", "uid": "d1", "annotations": {}},
        "spec": {"template": {"spec": {"containers": []}}},
    }
    sets = [
        {
            "metadata": {"name": f"web-{number}", "uid": f"r{number}", "ownerReferences": [owner]},
            "spec": {"template": {"spec": {"containers": []}}},
        }
        for number in range(1000)
    ]
    pods = [
        {
            "metadata": {
                "name": f"web-{number}",
                "uid": f"p{number}",
                "ownerReferences": [{"uid": f"r{number % 1000}", "controller": True}],
            },
            "spec": {"containers": [{"name": "web", "image": image(BACKEND, "a1" * 20)}]},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]},
        }
        for number in range(5000)
    ]
    started = time.process_time()
    view = view_of(web, ByOwner(sets), ByOwner(pods), Naming())
    assert len(view.running) == 5000
    assert time.process_time() - started < 2.0, "some 0.1 s, and 7 s where they are compared"


def test_what_is_read_ahead_is_used_for_these_deployments_and_no_others(crowded, answered):
    cluster = crowded.adapter()
    made = cluster._connection
    read_rollback_ahead(made, BOTH)
    assert made.read_already("replicasets") is not None
    asked = len(answered)
    cluster.at_revision([BACKEND], 1)
    assert len(answered) == asked
    assert isinstance(cluster, KubernetesDeployments)
    assert [each.name for each in cluster.record(["other-1"])] == ["other-1"]
    assert len(answered) == asked + 2


@pytest.mark.parametrize(("size", "more"), [(1, 0), (3, 0), (12, 9), (40, 13)])
def test_connections_for_the_patches_are_opened_while_the_command_starts(
    world, answered, size, more
):
    made = world.adapter()._connection
    read_rollback_ahead(made, [f"part-{number}" for number in range(size)])
    for number in range(more):
        assert made.read_already(f"connection {number}") is None
    assert sum(url.endswith("/version") for url, _ in answered) == more
