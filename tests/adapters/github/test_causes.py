"""Why a check is red: from what GitHub has of it, in few questions, and never in the way."""

import socket
import threading
import time

import pytest
from tests.adapters.github.test_faults import SHA
from tests.adapters.github.world_of_github import REPOSITORY, TARGET

from hotfix.adapters.github import causes
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
from hotfix.domain.log_end import LONGEST
from hotfix.ports.pull_requests import Check, CheckState
from hotfix.ports.workflow_runs import Job, WorkflowRun, WorkflowState, last_words
from hotfix.simulators.github import ChecksFailedError
from hotfix.simulators.github.records import Note

EXIT = "Error: Process completed with exit code 1."
LOG = (
    "\ufeff2026-03-12T03:12:09.1234567Z ##[group]Run make test\n"
    "2026-03-12T03:12:09.1234567Z \x1b[36;1mmake test\x1b[0m\n"
    "2026-03-12T03:12:09.1234567Z ##[endgroup]\n"
    "2026-03-12T03:12:10.1234567Z \n"
    "2026-03-12T03:12:10.1234567Z \x1b]0;title\x07E   KeyError: 'voucher'\r\n"
    "2026-03-12T03:12:11.1234567Z ##[error]Process completed with exit code 2.\n"
    "2026-03-12T03:12:12.1234567Z Post job cleanup.\n"
    "2026-03-12T03:12:12.1234567Z [command]/usr/bin/git version\n"
)
READ = ("Run make test", "make test", "E   KeyError: 'voucher'", EXIT.replace("1", "2"))


def red(**more):
    known = {"number": 5, "job": 5, "notes": 1} | more
    return Check("tests", CheckState.FAILED, "https://x/5", is_required=True, **known)


def note(message, path="shop/checkout.py", level="failure", title=None):
    return {"path": path, "start_line": 12, "annotation_level": level, "message": message} | {
        "title": title
    }


EXIT_NOTE = note("Process completed with exit code 2.", ".github")


def answering(server, notes=(EXIT_NOTE,), log=LOG, job=None, storage=None):
    """Let the server have annotations and a log; ``job`` and ``storage`` answer in their place."""

    def answer(_method, path):
        if "/annotations" in path:
            return notes if isinstance(notes, tuple) and notes[:1] == (403,) else (200, {}, notes)
        if path.endswith("/logs"):
            return job or (302, {"Location": f"{server.url}/storage?signature=1"}, "")
        return storage or (200, {"Content-Type": "text/plain"}, log)

    server.answer = answer


def read(client, *checks):
    return GithubPullRequests(client, REPOSITORY).causes(checks or [red()])


@pytest.mark.parametrize(
    ("check", "notes", "lines", "questions"),
    [
        # What a linter notes in a file says it all: no log is read.
        (
            red(),
            [note("unused import\nRemove it", title="F401"), EXIT_NOTE],
            ("shop/checkout.py:12: F401: unused import", "  Remove it"),
            1,
        ),
        (red(said=("2 findings",)), [note("late")], ("2 findings", "shop/checkout.py:12: late"), 1),
        # Warnings, and what the runner notes of each job, are no cause.
        (red(), [note("old node", level="warning"), EXIT_NOTE], READ, 3),
        # A runner that was lost has no log, and says so itself.
        (red(), [note("lost communication with the server", ".github")], None, 1),
        (red(notes=0), [], READ, 2),
        # Another app's: what it says of itself, and no question.
        (red(job=0, notes=0, said=("coverage 62.5%",)), [], ("coverage 62.5%",), 0),
        (red(job=0, notes=0, number=0), [], causes._SILENT, 0),
    ],
)
def test_the_cause_of_a_red_check(server, client, check, notes, lines, questions):
    answering(server, notes)
    assert read(client, check) == (lines or ("lost communication with the server",),)
    assert len(server.requests) == questions


def test_of_many_the_first_few_are_asked_about(server, client):
    answering(server)
    found = read(client, *[red(said=(f"title {at}",)) for at in range(40)])
    assert [len(each) for each in found] == [5, 5, 5, *[1] * 37]
    assert len(server.requests) == 9


def test_of_many_notes_the_first_few_are_shown(server, client):
    answering(server, [note(f"finding {at}") for at in range(60)])
    (found,) = read(client)
    assert len(found) == 6
    assert found[-1] == "and 55 more notes"


def test_what_comes_after_the_error_is_left_out_and_the_end_counts(server, client):
    lines = [f"line {at}" for at in range(500)]
    text = "\n".join([*lines, "##[error]first", *lines, "##[error]last", "Post job cleanup."])
    answering(server, log=text)
    (found,) = read(client)
    assert found == (*lines[-11:], "Error: last")


WHY = "why cannot be read: "
HTML = "<html>Sign in</html>"


@pytest.mark.parametrize(
    ("faults", "line"),
    [
        ({"job": (403, {}, {"message": "Resource not accessible by personal access token"})},
         "the token may not read it (Resource not accessible by personal access token)"),
        ({"job": (404, {}, {"message": "Not Found"})}, "it is not there (Not Found)"),
        ({"job": (410, {}, {"message": "Server Error"})}, "it is there no more (Server Error)"),
        ({"job": (500, {}, {})}, "GitHub answers 500 to GET /repos/webrana/webrana/actions"),
        ({"job": (403, {"Content-Type": "text/html"}, HTML)}, "is not GitHub's"),
        ({"job": (200, {"Content-Type": "text/html"}, HTML)}, "GitHub does not say where the log"),
        ({"job": (429, {"Retry-After": "60"}, {"message": "slow down"})}, "rate limit is used up"),
        ({"storage": (404, {}, "BlobNotFound")}, "the log's storage answers 404"),
        ({"storage": (200, {"Content-Type": "text/html"}, HTML)}, "something is in between"),
        ({"job": (302, {"Location": "http://127.0.0.1:1/x"}, "")}, "the connection failed"),
        ({"job": (302, {"Location": "nowhere at all"}, "")}, "the connection failed"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_asked_once(server, client, faults, line):
    answering(server, **faults)
    ((found,),) = read(client)
    assert found.startswith(WHY)
    assert line in found
    assert len(server.requests) <= 3
    (found,) = GithubWorkflowRuns(client, REPOSITORY, "deploy.yml").last_log_lines(5, 3)
    assert line in found


def test_without_the_right_to_read_checks_the_log_tells(server, client):
    answering(server, notes=(403, {}, {"message": "Resource not accessible"}))
    assert read(client) == (READ,)


@pytest.mark.parametrize("notes", [[{}], {"message": "no list"}, [None, "text"]])
def test_notes_that_make_no_sense_are_passed_over(server, client, notes):
    answering(server, notes)
    assert read(client) == (READ,)


def test_a_huge_log_is_read_in_bounded_time_and_memory(server, client):
    line = "2026-03-12T03:12:09.1234567Z " + "x" * 1000 + "\n"
    text = LOG + line * 20_000
    answering(server, log=text)
    start = time.monotonic()
    assert read(client) == (READ,)
    assert time.monotonic() - start < causes._SECONDS


def test_one_line_of_megabytes_is_cut(server, client):
    answering(server, log="y" * 8_000_000 + "\n##[error]no")
    ((long, error),) = read(client)
    assert (len(long), error) == (LONGEST, "Error: no")


def test_a_log_that_never_ends_is_read_up_to_the_error_so_far():
    def forever():
        yield LOG.encode()
        while True:
            yield b"z" * 65_535 + b"\n"

    assert causes._end_of(forever(), 4) == (*READ, "(the log goes on, and was not read to its end)")


@pytest.fixture
def dripping():
    """An address that sends a byte now and then, and never a whole answer."""
    listening, is_over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def drip(connection):
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            while not is_over.wait(0.1):
                try:
                    connection.sendall(b"z")
                except OSError:
                    return

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/log"
    is_over.set()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(5)


def test_a_log_that_drips_holds_nothing_up(server, client, dripping, monkeypatch):
    monkeypatch.setattr(causes, "_SECONDS", 1.0)
    answering(server, job=(302, {"Location": dripping}, ""))
    start = time.monotonic()
    ((said, found),) = read(client, red(said=("said",)))
    assert (said, found) == ("said", f"{WHY}GitHub has not answered within 1 s")
    assert time.monotonic() - start < 3


def test_a_deployment_without_a_log_has_what_the_runner_notes(server, client):
    notes = [note("The job was not started: the spending limit is used up.", ".github")]
    answering(server, notes, job=(404, {}, {"message": "Not Found"}))
    runs = GithubWorkflowRuns(client, REPOSITORY, "deploy.yml")
    assert runs.last_log_lines(5, 9) == ("The job was not started: the spending limit is used up.",)


def test_of_a_run_with_many_failed_jobs_a_few_logs_are_read(server, client):
    answering(server)
    jobs = tuple(Job(at, f"deploy {at}", WorkflowState.FAILED, "kubectl") for at in range(20))
    run = WorkflowRun(1, 1, "https://x/1", SHA, WorkflowState.FAILED, jobs)
    said = last_words(run, GithubWorkflowRuns(client, REPOSITORY, "deploy.yml"), 4)
    assert said.count(f"  {READ[2]}") == 3
    assert said[-1] == "deploy 19 failed at kubectl"
    assert last_words(WorkflowRun(1, 1, "", SHA, WorkflowState.FAILED), None) == [  # type: ignore[arg-type]
        "no job of it says why: its page may"
    ]


def of_the_world(world, name):
    (found,) = [it for it in world.pulls.checks(world.head, TARGET) if it.name == name]
    assert found.state is CheckState.FAILED
    return world.pulls.causes([found])[0]


@pytest.fixture
def failed(world):
    """A world whose pull request has a failed job."""
    log = "##[group]Run it\nAssertionError: 500 != 200\n##[endgroup]"

    def checked(_sha):
        raise ChecksFailedError(log)

    world.service.hosted.run_checks = checked
    world.head = world.opened().head_sha
    world.pass_time(90)
    return world


def test_a_job_of_the_world_tells_by_its_log_with_either_right(failed):
    lines = ("Run it", "AssertionError: 500 != 200", EXIT)
    assert of_the_world(failed, "tests") == lines
    failed.service.forbidden_areas |= {"checks"}
    assert of_the_world(failed, "tests") == lines
    failed.service.forbidden_areas = {"actions"}
    (why,) = of_the_world(failed, "tests")
    assert why.startswith(f"{WHY}the token may not read it")


def test_an_app_of_the_world_tells_by_its_words_and_notes(failed):
    summary = (
        "<!-- made by lint -->\n[![badge](x)](y)\n\n## Two files are wrong\n| a | b |\n|--|--|\n"
    )
    notes = (Note("app.py", 3, "no such name"), Note("app.py", 4, "hm", "warning"))
    failed.service.report_check(
        failed.head, "lint", "timed_out", title="Two", summary=summary, notes=notes
    )
    assert of_the_world(failed, "lint") == (
        "It ended as: timed_out",
        "Two",
        "Two files are wrong",
        "| a | b |",
        "app.py:3: no such name",
    )


def test_a_status_of_the_world_tells_by_its_description(failed):
    status = {"context": "ci", "state": "error", "description": "out of\x1b[31m memory"}
    failed.client.write("POST", f"/repos/{REPOSITORY}/statuses/{failed.head}", status)
    assert of_the_world(failed, "ci") == ("out of memory",)
