"""The real gh, asked about the same things, gives the same answers as our adapter."""

import json

import pytest
from tests.adapters.github.world_of_github import (
    BRANCH,
    TARGET,
    TOKEN,
    make_template,
    make_world,
)
from tests.gh.gateway import GH, Gateway

pytestmark = pytest.mark.skipif(not GH.exists(), reason="gh is not there for this machine")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    template = tmp_path_factory.mktemp("template")
    make_template(template)
    world = make_world(template, tmp_path_factory.mktemp("gh") / "world")
    world.service.set_protection(TARGET, ("tests",), required_approvals=1)
    world.service.hosted.open_issue("checkout returns 500", "Since 02:40.", "support")
    opened = world.opened()
    world.pulls.add_labels(opened.number, ["hotfix", "urgent"])
    world.pulls.request_review(opened.number, "rena")
    yield world
    world.client.close()
    world.service.stop()


@pytest.fixture(scope="module")
def gateway(world, tmp_path_factory):
    gateway = Gateway(world.service.port, TOKEN, tmp_path_factory.mktemp("home"))
    yield gateway
    gateway.stop()


@pytest.fixture(scope="module")
def gh(gateway):
    def asked(*words):
        done = gateway.gh(*words)
        assert done.returncode == 0, done.stderr + done.stdout
        return json.loads(done.stdout)

    return asked


def test_the_pull_request(world, gh):
    ours = world.pulls.get(2)
    names = "number,title,state,headRefOid,headRefName,baseRefName,labels,author,url"
    theirs = gh("pr", "view", "2", "--json", f"{names},reviewDecision,reviewRequests")
    assert theirs["headRefOid"] == ours.head_sha
    assert (theirs["number"], theirs["title"], theirs["url"]) == (ours.number, ours.title, ours.url)
    assert (theirs["headRefName"], theirs["baseRefName"]) == (ours.head, ours.base)
    assert (theirs["state"], theirs["author"]["login"]) == ("OPEN", ours.author)
    assert tuple(label["name"] for label in theirs["labels"]) == ours.labels
    assert tuple(it["login"] for it in theirs["reviewRequests"]) == ours.requested_reviewers
    assert theirs["reviewDecision"] == "REVIEW_REQUIRED"


def test_the_list_of_open_pull_requests(world, gh):
    found = gh("pr", "list", "--base", TARGET, "--head", BRANCH, "--json", "number,headRefOid")
    ours = world.pulls.find(BRANCH, TARGET)
    assert found == [{"number": ours.number, "headRefOid": ours.head_sha}]
    assert gh("pr", "list", "--state", "merged", "--json", "number") == []


def test_the_issue(world, gh):
    ours = world.issues.get(1)
    theirs = gh("issue", "view", "1", "--json", "number,title,state,url")
    assert theirs == {
        "number": ours.number,
        "title": ours.title,
        "state": "OPEN",
        "url": ours.url,
    }


def test_the_checks(world, gateway):
    world.pass_time(30)
    assert _states(gateway) == [("tests", "IN_PROGRESS")]
    world.pass_time(100)
    ours = world.pulls.checks(world.pulls.get(2).head_sha, TARGET)
    assert [(it.name, it.state.value) for it in ours] == [("tests", "passed")]
    assert _states(gateway) == [("tests", "SUCCESS")]


def test_the_merge_and_the_run_that_deploys_it(world, gh):
    world.service.review(2, "rena")
    opened = world.pulls.get(2)
    world.pulls.merge(2, opened.head_sha, "squash", opened.title)
    merged = world.pulls.get(2)
    names = "state,mergeCommit,reviewDecision,latestReviews"
    theirs = gh("pr", "view", "2", "--json", names)
    assert (theirs["state"], theirs["mergeCommit"]["oid"]) == ("MERGED", merged.merge_sha)
    assert [(it["author"]["login"], it["state"]) for it in theirs["latestReviews"]] == [
        ("rena", "APPROVED")
    ]
    world.pass_time(100)
    ours = world.runs.find(merged.merge_sha)
    listed = gh("run", "list", "--commit", merged.merge_sha, "--json", "databaseId,headSha,status")
    assert listed == [{"databaseId": ours.id, "headSha": ours.sha, "status": "completed"}]
    seen = gh("run", "view", str(ours.id), "--json", "conclusion,jobs,number,url")
    assert (seen["conclusion"], seen["number"], seen["url"]) == ("success", ours.number, ours.url)
    assert [(job["databaseId"], job["name"]) for job in seen["jobs"]] == [
        (job.id, job.name) for job in ours.jobs
    ]


def test_what_it_prints_for_people(gateway):
    done = gateway.gh("pr", "view", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert "[HOTFIX] checkout returns 500" in done.stdout
    checks = gateway.gh("pr", "checks", "2")
    assert (checks.returncode, checks.stdout.split("\t")[:2]) == (0, ["tests", "pass"])
    listed = gateway.gh("run", "list")
    assert "completed\tsuccess" in listed.stdout


def test_a_wrong_token_is_no_use_to_it_either(world, tmp_path):
    gateway = Gateway(world.service.port, "ghp_wrong", tmp_path)
    done = gateway.gh("pr", "view", "2", "--json", "number")
    gateway.stop()
    assert done.returncode != 0
    assert "401" in done.stderr or "credentials" in done.stderr.lower()


def _states(gateway):
    done = gateway.gh("pr", "checks", "2", "--json", "name,state")
    assert done.stdout, done.stderr
    return [(it["name"], it["state"]) for it in json.loads(done.stdout)]
