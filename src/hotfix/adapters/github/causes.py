"""Why a check or a job failed, as far as GitHub tells: lines for people, and never a trouble.

What the check itself says comes with the list of checks. Beyond that, of a check at most two
questions are asked: for its annotations, and for where the log of its job is.
"""

import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import requests

from hotfix.adapters.github.client import GithubClient, Json
from hotfix.adapters.github.troubles import RefusedError, understood
from hotfix.domain.figures import counted, in_seconds
from hotfix.domain.foreign_text import verbatim
from hotfix.domain.lines import lines_as_they_come
from hotfix.domain.log_end import last_lines, shortened
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.pull_requests import Check
from hotfix.processes.in_time import in_time

# For all that is asked at once: a person waits for the question, and a fix is late.
_SECONDS, _LOG_SECONDS = 10.0, 6.0
_LARGEST_LOG, _CHUNK, _LONGEST_RAW = 50_000_000, 65_536, 4_096
_LINES, _MOST_EXPLAINED, _MOST_NOTES = 12, 3, 5
_MOST_OF_A_SUMMARY = 3
_STAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT[\d:.]+Z ?")
# As GitHub's own page shows the marks of a runner.
_ERROR, _MARKS = "##[error]", {"error": "Error: ", "warning": "Warning: ", "notice": "Notice: "}
_MARK = re.compile(r"^##\[(\w+)\]")
# What the runner notes of each job that fails: no cause, and in no file of the repository.
_EXIT_CODE = re.compile(r"Process completed with exit code \d+\.?")
_OF_THE_RUNNER = ".github"
_NO_WORDS = re.compile(r"<!--|\[?!\[|\|?[\s:|-]*$|</?\w+[^>]*>$")
_SILENT = ("nothing that can be read says why: its page may",)
_REFUSALS = {403: "the token may not read it", 404: "it is not there", 410: "it is there no more"}


def said_of_itself(conclusion: str, output: Json) -> tuple[str, ...]:
    """Return what a check run that failed says in the list already: its end, title and summary."""
    lines = [] if conclusion in {"failure", ""} else [f"It ended as: {conclusion}"]
    lines += _words(str(output.get("title") or ""), 1)
    for line in _words(str(output.get("summary") or ""), _MOST_OF_A_SUMMARY):
        if line not in lines:
            lines.append(line)
    return tuple(lines)


def causes_of(
    client: GithubClient, path: str, failed: Sequence[Check]
) -> tuple[tuple[str, ...], ...]:
    """Return of each check of the repository at ``path`` why it failed, in the same order.

    What is asked for is asked of the first few alone, and together within ten seconds; whatever
    cannot be read is said in its place.
    """
    found = [check.said for check in failed]
    asked = [at for at, check in enumerate(failed[:_MOST_EXPLAINED]) if check.number]

    def ask(own: GithubClient) -> None:
        for at in asked:
            check = failed[at]
            notes = partial(_notes, own, path, check.number)
            log = partial(_log_end, own, path, check.job, _LINES)
            looks = [*([notes] if check.notes else ()), *([log] if check.job else ())]
            found[at] = (*check.said, *_first_of(looks))
            done.append(at)

    done: list[int] = []
    late = _in_time(client, ask)
    for at in asked:
        if late and at not in done:
            found[at] = (*failed[at].said, f"why cannot be read: {late}")
    return tuple(each or _SILENT * (at < _MOST_EXPLAINED) for at, each in enumerate(found))


def end_of_job(client: GithubClient, path: str, job: int, lines: int) -> tuple[str, ...]:
    """Return the end of the log of a failed job; where there is none, what GitHub notes of it.

    What cannot be read is said in its place.
    """
    found: list[str] = []

    def ask(own: GithubClient) -> None:
        log, notes = partial(_log_end, own, path, job, lines), partial(_notes, own, path, job)
        found.extend(_first_of((log, notes)))

    late = _in_time(client, ask)
    return (f"why cannot be read: {late}",) if late else tuple(found) or _SILENT


def _in_time(client: GithubClient, ask: Callable[[GithubClient], None]) -> str:
    """Ask in connections of its own, each question once; returns why not all was answered."""

    def asking() -> None:
        with client.another() as own:
            ask(own)

    try:
        in_time(asking, _SECONDS, "why it failed")
    except TimeoutError:
        return f"GitHub has not answered within {in_seconds(_SECONDS)}"
    return ""


def _first_of(looks: Iterable[Callable[[], Sequence[str]]]) -> Sequence[str]:
    """Return what the first look finds that finds anything; else why the last one could not."""
    trouble = ""
    for look in looks:
        try:
            found = look()
        except ProblemError as error:
            trouble = _refused(error)
        except (TemporaryTroubleError, OSError) as error:
            trouble = str(error) if isinstance(error, TemporaryTroubleError) else _unread(error)
        else:
            if found:
                return found
    return (f"why cannot be read: {trouble}",) if trouble else ()


def _refused(error: ProblemError) -> str:
    if not isinstance(error, RefusedError):
        return error.problem.what
    words = _REFUSALS.get(error.status, f"GitHub refuses it ({error.status})")
    return f"{words} ({error.message})" if error.message else words


def _unread(error: OSError) -> str:
    return f"the connection failed ({type(error).__name__})"


def _notes(client: GithubClient, path: str, number: int) -> Sequence[str]:
    """Return the failures that a check run notes in files, and what the runner notes of itself."""
    listed = client.read_list(f"{path}/check-runs/{number}/annotations", pages=1)
    with understood("the annotations"):
        found = [
            note
            for note in listed
            if note["annotation_level"] == "failure"
            and not _EXIT_CODE.fullmatch(str(note["message"] or "").strip())
        ]
        lines = [line for note in found[:_MOST_NOTES] for line in _note(note)]
    if len(found) > _MOST_NOTES:
        lines.append(f"and {counted(len(found) - _MOST_NOTES, 'more note')}")
    return lines


def _note(note: Json) -> Iterator[str]:
    """Yield where, what it is called and what it says; of that, the first two lines."""
    title, words = _words(str(note["title"] or ""), 1), _words(str(note["message"] or ""), 2)
    where = "" if note["path"] == _OF_THE_RUNNER else f"{note['path']}:{note['start_line']}"
    head = [where, *(each for each in title if words and each not in words[0])]
    yield cut(": ".join(filter(None, [*head, *(words or title)[:1]])))
    yield from (f"  {line}" for line in words[1:])


def _words(text: str, most: int) -> list[str]:
    """Return the first lines of a text that hold words; of Markdown, no comments and pictures."""
    lines = (cut(line.lstrip("#> ").rstrip()) for line in text.splitlines())
    return [line for line in lines if line and not _NO_WORDS.match(line)][:most]


def cut(line: str) -> str:
    """Return a foreign line without control characters, and no longer than anybody reads."""
    return shortened(" ".join(verbatim(line).split()))


def _log_end(client: GithubClient, path: str, job: int, lines: int) -> Sequence[str]:
    """Return the last lines of a job's log up to its last error, or to its end where it has none.

    The steps that come after the one that failed, which clean up, say nothing of it.

    Raises:
        ProblemError, TemporaryTroubleError, OSError: it cannot be read.
    """
    address = client.redirect_of(f"{path}/actions/jobs/{job}/logs")
    if not address:
        raise TemporaryTroubleError("GitHub does not say where the log is")
    with requests.Session() as session:
        # Having some auth keeps the HTTP library from sending what is in .netrc.
        session.auth = _no_auth
        with session.get(address, timeout=_LOG_SECONDS, stream=True) as answer:
            if not answer.ok:
                raise TemporaryTroubleError(f"the log's storage answers {answer.status_code}")
            if "html" in answer.headers.get("content-type", ""):
                raise TemporaryTroubleError("what came is not the log: something is in between")
            return _end_of(answer.iter_content(_CHUNK), lines)


def _end_of(chunks: Iterable[bytes], most: int) -> tuple[str, ...]:
    """Return the end of a log; of one that is too long to be read, up to the last error so far."""
    kept: deque[str] = deque(maxlen=2 * most)
    until_error: Sequence[str] = ()
    whole = _Bounded(chunks, _LARGEST_LOG, _LOG_SECONDS)
    for raw in lines_as_they_come(whole, _LONGEST_RAW):
        line = _STAMP.sub("", raw.decode("utf-8", "replace")).rstrip()
        if shown := _as_shown(line):
            kept.append(shown)
        if line.startswith(_ERROR):
            until_error = tuple(kept)
    if not whole.is_cut:
        return tuple(last_lines(until_error or tuple(kept), most))
    if not until_error:
        raise TemporaryTroubleError("the log is too long, or comes too slowly, to be read now")
    return (*last_lines(until_error, most), "(the log goes on, and was not read to its end)")


class _Bounded:
    """Chunks up to a number of bytes and of seconds; ``is_cut`` tells whether more would come."""

    def __init__(self, chunks: Iterable[bytes], most: int, seconds: float) -> None:
        self._chunks, self._left = chunks, most
        self._deadline = time.monotonic() + seconds
        self.is_cut = False

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            yield chunk
            self._left -= len(chunk)
            if self._left < 0 or time.monotonic() > self._deadline:
                self.is_cut = True
                return


def _as_shown(line: str) -> str:
    """Return a line of a log as GitHub's page shows it; empty for a mark without words."""
    mark = _MARK.match(line)
    if mark is not None:
        line = f"{_MARKS.get(mark[1], '')}{line[mark.end() :]}"
    # The blanks before it are what a mark below it points at.
    return shortened(verbatim(line).rstrip())


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
