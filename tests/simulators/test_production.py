"""Pods as real processes of a commit: the bug is real, and only a right fix mends it."""

import http.client
import json
import os
import subprocess
import sys
import time

import pytest
from tests.adapters.git.clones import commit, git

from hotfix.simulators.git_origin import GitOrigin
from hotfix.simulators.played_fix import BAD_FIX, GOOD_FIX
from hotfix.simulators.production import Front, Production
from hotfix.simulators.webrana import first_commit


@pytest.fixture
def shop(tmp_path):
    origin = GitOrigin.create(tmp_path / "origin.git")
    clone = tmp_path / "clone"
    sha = first_commit(origin, clone)
    production = Production(origin, tmp_path / "production")
    yield origin, clone, sha, production
    production.stop_all()


def image(part, sha):
    return f"registry.example/webrana/{part}:{sha}"


def wait_until_ready(production, pod):
    deadline = time.monotonic() + 20
    while not production.is_ready(pod):
        assert production.failure(pod) is None, production.log_lines(pod)
        assert time.monotonic() < deadline
        time.sleep(0.02)


def checkout(front, order):
    connection = http.client.HTTPConnection(front.url.removeprefix("http://"), timeout=5)
    connection.request("POST", "/api/checkout", json.dumps(order))
    response = connection.getresponse()
    found = response.status, json.loads(response.read())
    connection.close()
    return found


@pytest.mark.parametrize(
    ("fix", "answer"),
    [
        (None, (500, {"error": "internal server error"})),
        (GOOD_FIX, (200, {"total_cents": 3070})),
        (BAD_FIX, (200, {"total_cents": 0})),
    ],
    ids=["the bug", "the good fix", "the bad fix"],
)
def test_the_commit_in_the_image_is_the_code_that_answers(shop, fix, answer):
    _, clone, sha, production = shop
    if fix is not None:
        fix.write(clone)
        tested = subprocess.run(
            [sys.executable, "-m", "unittest", "-q"],
            cwd=clone / "backend",
            capture_output=True,
            check=False,
        )
        assert tested.returncode == 0, tested.stderr
        sha = commit(clone, fix.message)
        git(clone, "push", "--quiet", "origin", "main")
    production.start("backend-1", image("backend", sha))
    wait_until_ready(production, "backend-1")
    front = Front(lambda _deployment: [production.port("backend-1")])
    front.start()
    try:
        assert checkout(front, {"items": [{"sku": "cup", "quantity": 2}]}) == answer
        assert any("/api/checkout" in line for line in production.log_lines("backend-1"))
    finally:
        front.stop()


def test_without_a_ready_pod_the_front_says_so():
    front = Front(lambda _deployment: [])
    front.start()
    try:
        connection = http.client.HTTPConnection(front.url.removeprefix("http://"), timeout=5)
        connection.request("GET", "/")
        assert connection.getresponse().status == 503
        connection.close()
    finally:
        front.stop()


def test_an_image_of_no_commit_cannot_be_pulled(shop):
    production = shop[3]
    production.start("backend-1", image("backend", "0" * 40))
    assert "ErrImagePull" in production.failure("backend-1")
    assert not production.is_ready("backend-1")


def test_a_process_that_ends_is_a_crash(shop):
    _, clone, _, production = shop
    (clone / "backend" / "shop" / "server.py").write_text("raise SystemExit(3)\n")
    sha = commit(clone, "Break it")
    git(clone, "push", "--quiet", "origin", "main")
    production.start("backend-1", image("backend", sha))
    deadline = time.monotonic() + 20
    while production.failure("backend-1") is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert production.failure("backend-1") == "CrashLoopBackOff: exit code 3"


def test_a_pod_ends_with_the_world_even_if_the_world_is_killed(tmp_path):
    """The world's process is killed -9; its pod must not live on."""
    script = (
        "import sys, time, pathlib\n"
        "from hotfix.simulators.webrana import first_commit\n"
        "from hotfix.simulators.git_origin import GitOrigin\n"
        "from hotfix.simulators.production import Production\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "origin = GitOrigin.create(folder / 'origin.git')\n"
        "sha = first_commit(origin, folder / 'clone')\n"
        "production = Production(origin, folder / 'production')\n"
        "production.start('p', f'registry.example/webrana/backend:{sha}')\n"
        "print(production._pods['p'].process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as world:
        pod = int(next(iter(world.stdout or ())))
        world.kill()
    deadline = time.monotonic() + 20
    while is_running(pod):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 - a line of the kernel's
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
