"""What GitHub and the network do on a bad night, and how often anything is sent then."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.responses import Response
from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET, TOKEN

from hotfix.adapters.github.client import PAUSES_SECONDS, GithubClient
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
from hotfix.domain.problem import ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.pull_requests import CheckState, Merged, MergeRefusal, NotMerged
from hotfix.ports.workflow_runs import WorkflowState
from hotfix.simulators.github import GithubService
from hotfix.view.foreign_text import one_line

SHA = "a" * 40


class LosesAnswers(GithubService):
    """Does what it is asked, and then answers 502 to writes of one method."""

    loses = "POST"

    def respond(self, request, reply):
        if request.method == self.loses:
            return Response("<html>Unicorn!</html>", 502, media_type="text/html")
        return super().respond(request, reply)


def test_a_merge_whose_answer_is_lost_is_sent_once_and_found_merged(make):
    world = make(LosesAnswers)
    world.service.loses = "PUT"
    opened = world.opened()
    with pytest.raises(TemporaryTroubleError, match="502"):
        world.pulls.merge(opened.number, opened.head_sha, "squash", "Title")
    found = world.pulls.get(opened.number)
    assert found.is_merged
    assert found.merge_sha == world.origin.commit_of(TARGET)
    assert len(world.writes("PUT")) == 1


def test_a_pull_request_whose_answer_is_lost_is_sent_once_and_found(make):
    world = make(LosesAnswers)
    sha = world.commit(BRANCH)
    with pytest.raises(TemporaryTroubleError):
        world.pulls.open("Title", "Body", BRANCH, TARGET)
    assert world.pulls.find(BRANCH, TARGET).head_sha == sha
    assert len(world.writes("POST")) == 1


@pytest.fixture
def pulls(client):
    return GithubPullRequests(client, REPOSITORY)


def _pull(**changes):
    return {
        "number": 7,
        "html_url": "https://github.example/7",
        "title": "Title",
        "state": "open",
        "user": {"login": "dana"},
        "head": {"ref": BRANCH, "sha": SHA},
        "base": {"ref": TARGET, "sha": "b" * 40},
        "labels": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "merged_at": None,
        "merge_commit_sha": "c" * 40,
        "mergeable": True,
        "mergeable_state": "clean",
    } | changes


# Far less than any pause that the server asks for, and enough for a busy machine.
NOT_SLEPT_SECONDS = 20.0


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_post_that_fails_is_sent_exactly_once(server, pulls, status):
    server.answer = lambda *_: (status, {"Retry-After": "60"}, {"message": "Server Error"})
    started = time.monotonic()
    with pytest.raises(TemporaryTroubleError):
        pulls.open("Title", "Body", BRANCH, TARGET)
    assert server.count("POST") == 1
    assert time.monotonic() - started < NOT_SLEPT_SECONDS


def test_a_post_whose_connection_breaks_is_sent_exactly_once(server, pulls):
    server.answer = lambda *_: None
    with pytest.raises(TemporaryTroubleError):
        pulls.open("Title", "Body", BRANCH, TARGET)
    assert server.count("POST") == 1


def test_a_post_that_hangs_ends_at_the_timeout_and_is_sent_exactly_once(server, pulls):
    freed = threading.Event()
    server.answer = lambda *_: freed.wait(5) and None
    started = time.monotonic()
    with pytest.raises(TemporaryTroubleError, match="within 1 s"):
        pulls.request_review(7, "rena")
    spent = time.monotonic() - started
    freed.set()
    assert 0.9 < spent < 2.5
    assert server.count("POST") == 1


def test_a_read_is_tried_again_until_it_succeeds(server, pulls):
    answers: Iterator[Any] = iter([(502, {}, {}), (503, {}, {}), (200, {}, _pull())])
    server.answer = lambda *_: next(answers)
    assert pulls.get(7).number == 7
    assert server.count("GET") == 3


def test_a_read_that_keeps_failing_gives_up_soon(server):
    server.answer = lambda *_: (502, {}, {"message": "Bad Gateway"})
    with GithubClient(TOKEN, server.url) as client:
        started = time.monotonic()
        with pytest.raises(TemporaryTroubleError):
            client.read("/user")
        spent = time.monotonic() - started
    assert server.count("GET") == 4
    assert sum(PAUSES_SECONDS) <= spent < sum(PAUSES_SECONDS) + NOT_SLEPT_SECONDS / 10


def test_a_202_does_not_loop(server, pulls):
    server.answer = lambda *_: (202, {}, {})
    with pytest.raises(TemporaryTroubleError):
        pulls.get(7)
    assert server.count("GET") == 4


def test_a_server_that_is_not_there_is_a_temporary_trouble(server):
    server.stop()
    with (
        GithubClient(TOKEN, server.url, timeout_seconds=1, pauses_seconds=()) as client,
        pytest.raises(TemporaryTroubleError),
    ):
        client.read("/user")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_html_with_200_is_a_portal_and_no_pull_request(server, pulls, method):
    page = "<html>Please log in to the airport</html>"
    server.answer = lambda *_: (200, {"Content-Type": "text/html"}, page)
    with pytest.raises(TemporaryTroubleError, match="not GitHub's"):
        if method == "GET":
            pulls.get(7)
        else:
            pulls.merge(7, SHA, "squash", "Title")
    assert server.count(method) == (4 if method == "GET" else 1)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_that_is_not_githubs_is_no_verdict(server, pulls, status):
    page = "<html>Blocked by the firewall</html>"
    answers: Iterator[Any] = iter(
        [(status, {"Content-Type": "text/html"}, page), (200, {}, _pull())]
    )
    server.answer = lambda *_: next(answers)
    assert pulls.get(7).number == 7


@pytest.mark.parametrize(
    "broken",
    [
        None,
        (200, {}, ""),
        (200, {}, '{"number": 7, "he'),
        (200, {}, "[]"),
        (200, {}, "null"),
        (200, {"Content-Type": "text/html"}, "<html>"),
        (200, {"Content-Length": "999"}, "{}"),
    ],
)
def test_one_broken_answer_to_a_read_is_asked_again(server, pulls, broken):
    answers: Iterator[Any] = iter([broken, (200, {}, _pull())])
    server.answer = lambda *_: next(answers)
    assert pulls.get(7).number == 7


def test_a_list_with_gaps_is_a_list(server, pulls):
    server.answer = lambda *_: (200, {}, [None, _pull()])
    assert pulls.find(BRANCH, TARGET) is not None


@pytest.mark.parametrize(
    "body", ["{}", '{"number": 8}', "[]", '{"number": 7, "head": null}', '{"nu']
)
def test_json_that_is_no_such_pull_request_is_a_temporary_trouble(server, pulls, body):
    server.answer = lambda *_: (200, {}, body)
    with pytest.raises(TemporaryTroubleError):
        pulls.get(7)


def test_a_refused_token_names_gh_and_never_the_token(server, pulls):
    server.answer = lambda *_: (401, {}, {"message": "Bad credentials"})
    with pytest.raises(ProblemError) as refusal:
        pulls.get(7)
    problem = refusal.value.problem
    assert problem.code is ProblemCode.RIGHTS
    assert problem.next_command.startswith("gh auth login")
    assert TOKEN not in f"{problem} {refusal.value!r} {refusal.value.__cause__!r}"


@pytest.mark.parametrize("token", ["", "ghp_a\nb", "ghp_é", "two words"])
def test_what_cannot_be_a_token_is_refused_without_being_quoted(token):
    with pytest.raises(ProblemError) as refusal:
        GithubClient(token, "http://127.0.0.1:1")
    assert refusal.value.problem.code is ProblemCode.RIGHTS
    assert not token or token not in str(refusal.value.problem)


LIMITS = {
    "primary": (
        403,
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 1800)},
        "API rate limit exceeded for user ID 1.",
        1000,
    ),
    "secondary": (403, {}, "You have exceeded a secondary rate limit.", 60),
    "secondary with a time": (403, {"Retry-After": "45"}, "You have exceeded a secondary", 45),
    "too many": (429, {}, "Too many requests", 60),
}


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_rate_limit_is_told_with_its_end_and_never_slept_through(server, pulls, name, method):
    status, headers, message, at_least = LIMITS[name]
    server.answer = lambda *_: (status, headers, {"message": message})
    started = time.monotonic()
    with pytest.raises(TemporaryTroubleError, match="rate limit") as trouble:
        if method == "GET":
            pulls.get(7)
        else:
            pulls.request_review(7, "rena")
    assert time.monotonic() - started < NOT_SLEPT_SECONDS
    assert at_least <= trouble.value.retry_in < 1900
    assert server.count(method) == 1


def test_a_missing_right_names_the_right(server, pulls):
    headers = {"X-Accepted-GitHub-Permissions": "pull_requests=write"}
    message = "Resource not accessible by personal access token"
    server.answer = lambda *_: (403, headers, {"message": message})
    with pytest.raises(ProblemError) as refusal:
        pulls.open("Title", "Body", BRANCH, TARGET)
    problem = refusal.value.problem
    assert (problem.code, problem.why) == (ProblemCode.RIGHTS, message)
    assert "pull_requests=write" in problem.next_command


def test_what_is_not_there_is_a_problem(server, pulls):
    server.answer = lambda *_: (404, {}, {"message": "Not Found"})
    with pytest.raises(ProblemError):
        pulls.get(7)
    assert pulls.branch_commit("none") is None


REFUSALS = [
    (405, "Base branch was modified. Review and try the merge again.", {}, "BASE_MOVED"),
    (405, "Pull Request is not mergeable", {"mergeable": False}, "CONFLICT"),
    (405, "Pull Request is not mergeable", {"mergeable_state": "blocked"}, "PROTECTION"),
    (405, "At least 1 approving review is required by reviewers", {}, "REVIEWS"),
    (405, "2 of 2 required status checks are expected.", {"mergeable_state": "behind"}, "BEHIND"),
    (405, "2 of 2 required status checks are expected.", {}, "CHECKS"),
    (409, "Head branch is out of date. Review and try the merge again.", {}, "BEHIND"),
    (405, "All comments must be resolved.", {}, "CONVERSATIONS"),
    (
        405,
        "Repository rule violations found\n\nA conversation must be resolved before this pull",
        {},
        "CONVERSATIONS",
    ),
    (
        405,
        'Required status check "review-app" was not set by the expected GitHub app.',
        {},
        "OTHER_APP",
    ),
    (405, 'Required status check "DCO" is failing.', {}, "SIGN_OFF"),
    (405, 'Required status check "headless draft conflict" is expected.', {}, "CHECKS"),
    (
        405,
        "Repository rule violations found\n\nCommits must have verified signatures.",
        {},
        "SIGNATURES",
    ),
    (405, "Pull Request is still a draft", {}, "DRAFT"),
    (405, "Merge commits are not allowed on this repository.", {}, "METHOD"),
    (405, "Pull Request is not mergeable", {"mergeable_state": "draft"}, "DRAFT"),
    (405, "Repository rule violations found\n\nSomething new.", {}, "PROTECTION"),
    (405, "Changes must be made through the merge queue", {}, "QUEUE_REQUIRED"),
    (409, "Head branch was modified.", {"head": {"ref": "x", "sha": "d" * 40}}, "HEAD_MOVED"),
]


@pytest.mark.parametrize(("status", "message", "state", "refusal"), REFUSALS)
def test_a_refused_merge_is_told_apart_after_reading_again(
    server, pulls, status, message, state, refusal
):
    def answer(method, _path):
        return (status, {}, {"message": message}) if method == "PUT" else (200, {}, _pull(**state))

    server.answer = answer
    result = pulls.merge(7, SHA, "squash", "Title")
    assert result == NotMerged(MergeRefusal[refusal], message)
    assert [request[0] for request in server.requests] == ["PUT", "GET"]


def test_a_405_for_a_merge_that_happened_is_a_merge(server, pulls):
    merged = _pull(state="closed", merged_at="2026-03-12T03:12:09Z", mergeable=None)

    def answer(method, _path):
        refusal: Any = (405, {}, {"message": "Pull Request is not mergeable"})
        return refusal if method == "PUT" else (200, {}, merged)

    server.answer = answer
    assert pulls.merge(7, SHA, "squash", "Title") == Merged("c" * 40)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_where_nobody_says_how_a_refused_merge_stands_it_is_not_known(server, pulls, status):
    """An earlier request may have merged it, whose answer was lost."""

    def answer(method, _path):
        return (405 if method == "PUT" else status), {}, {"message": "Not mergeable"}

    server.answer = answer
    with pytest.raises(TemporaryTroubleError, match="how it stands"):
        pulls.merge(7, SHA, "squash", "Title")


def test_a_merge_that_github_has_not_worked_out_yet_is_looked_at_later(server, pulls):
    def answer(method, _path):
        refusal: Any = (405, {}, {"message": "Pull Request is not mergeable"})
        return refusal if method == "PUT" else (200, {}, _pull(mergeable=None))

    server.answer = answer
    with pytest.raises(TemporaryTroubleError, match="working out"):
        pulls.merge(7, SHA, "squash", "Title")


def _run(number, **changes):
    return {
        "id": number,
        "run_number": number,
        "path": ".github/workflows/deploy.yml@refs/heads/main",
        "head_sha": SHA,
        "head_branch": TARGET,
        "html_url": f"https://github.example/{number}",
        "status": "completed",
        "conclusion": "cancelled",
    } | changes


@pytest.mark.parametrize(
    ("others", "state"),
    [([], WorkflowState.FAILED), ([_run(9, head_sha="b" * 40)], WorkflowState.SUPERSEDED)],
)
def test_a_cancelled_run_is_superseded_only_by_a_newer_one(server, client, others, state):
    def answer(_method, path):
        if "/jobs" in path:
            return 200, {}, {"total_count": 0, "jobs": []}
        listed = [_run(8), *others] if "branch=" in path else [_run(8)]
        return 200, {}, {"total_count": len(listed), "workflow_runs": listed}

    server.answer = answer
    run = GithubWorkflowRuns(client, REPOSITORY, "deploy.yml").find(SHA)
    assert run is not None
    assert run.state is state


def test_where_the_protection_cannot_be_read_every_check_counts_as_required(server, pulls):
    run = {"id": 1, "name": "tests", "status": "completed", "conclusion": "failure", "html_url": ""}

    def answer(_method, path):
        if "check-runs" in path:
            return 200, {}, {"total_count": 1, "check_runs": [run]}
        if "/status" in path:
            return 200, {}, {"statuses": []}
        return 403, {}, {"message": "Resource not accessible by personal access token"}

    server.answer = answer
    check, further = pulls.checks(SHA, TARGET)
    assert check.is_required
    assert check.is_assumed
    assert (further.state, further.is_guess) == (CheckState.PENDING, True)


def test_a_log_is_fetched_without_the_token(server, client):
    def answer(_method, path):
        if path.endswith("/logs"):
            return 302, {"Location": f"{server.url}/storage?signature=1"}, ""
        return 200, {"Content-Type": "text/plain"}, "2026-03-12T03:12:09.1234567Z error: no\n"

    server.answer = answer
    lines = GithubWorkflowRuns(client, REPOSITORY, "deploy.yml").last_log_lines(5, 3)
    assert lines == ("error: no",)
    assert "Authorization" not in server.requests[-1][2]


def test_a_merge_that_is_going_on_is_looked_at_later(server, pulls):
    def answer(method, _path):
        refusal: Any = (405, {}, {"message": "Merge already in progress"})
        return refusal if method == "PUT" else (200, {}, _pull())

    server.answer = answer
    with pytest.raises(TemporaryTroubleError, match="merging it already"):
        pulls.merge(7, SHA, "squash", "Title")


@pytest.mark.parametrize("location", ["https://elsewhere.example/repos", "ftp://elsewhere/"])
def test_a_redirect_to_another_host_is_not_followed(server, pulls, location):
    server.answer = lambda *_: (301, {"Location": location}, {})
    with pytest.raises(ProblemError) as refusal:
        pulls.get(7)
    assert refusal.value.problem.code is ProblemCode.CONFIGURATION
    assert server.count("GET") == 1


def test_single_sign_on_names_the_page_that_authorises_the_token(server, pulls):
    headers = {"X-GitHub-SSO": "required; url=https://github.example/orgs/webrana/sso"}
    server.answer = lambda *_: (403, headers, {"message": "Resource protected by SAML"})
    with pytest.raises(ProblemError) as refusal:
        pulls.get(7)
    assert "https://github.example/orgs/webrana/sso" in refusal.value.problem.next_command


def test_a_rename_that_loses_the_filters_finds_no_foreign_pull_request(server, pulls):
    foreign = _pull(number=9, head={"ref": "feature", "sha": SHA})
    server.answer = lambda *_: (200, {}, [foreign, _pull()])
    assert pulls.find(BRANCH, TARGET).number == 7


def test_runs_of_an_old_enterprise_server_are_known_by_the_workflows_number(server, client):
    old = [{**_run(8), "workflow_id": 44}, {**_run(9), "workflow_id": 45}]
    for each in old:
        each.pop("path")

    def answer(_method, path):
        if path.endswith("/workflows/deploy.yml"):
            return 200, {}, {"id": 44, "state": "active"}
        if "/jobs" in path:
            return 200, {}, {"total_count": 0, "jobs": []}
        return 200, {}, {"total_count": 2, "workflow_runs": old}

    server.answer = answer
    run = GithubWorkflowRuns(client, REPOSITORY, "deploy.yml").find(SHA)
    assert run is not None
    assert run.number == 8


def test_what_a_check_is_called_cannot_write_on_the_screen(server, pulls):
    name = "te\x1b]0;owned\x07sts\n\x1b[2Jdone\u202e"
    run = {"id": 1, "name": name, "status": "in_progress", "conclusion": None, "html_url": ""}

    def answer(_method, path):
        if "check-runs" in path:
            return 200, {}, {"total_count": 1, "check_runs": [run]}
        if "/status" in path:
            return 200, {}, {"statuses": []}
        return 403, {}, {"message": "Resource not accessible by personal access token"}

    server.answer = answer
    [check] = [check for check in pulls.checks(SHA, TARGET) if not check.is_guess]
    said = one_line(f"waiting for {check.name}")
    assert said == "waiting for tests done"
