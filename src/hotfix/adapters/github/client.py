"""One GitHub, one token: reads that are retried a little, writes that are sent once."""

import itertools
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Self, TypeVar
from urllib.parse import urlencode, urlsplit

import github
from github.Requester import Requester
from urllib3.util import Retry

from hotfix.adapters.github.answers import (
    decoded,
    lenient,
    no_token,
    refuse_redirect,
    too_long,
)
from hotfix.adapters.github.troubles import Token, refused, unreachable
from hotfix.domain.foreign_text import clean_all
from hotfix.domain.git_address import web_host_of
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.processes.server_clock import ServerClock

_TIMEOUT_SECONDS = 10
# Before each further try of a read: one broken answer is no verdict.
PAUSES_SECONDS = (0.2, 0.5, 1.0)
_PAGE_SIZE = 100
# More than that is no list of ours: it is refused, for a part of a list is no answer.
_MOST_PAGES = 100
_MOST_REMEMBERED = 256
_NOT_MODIFIED, _BAD_REQUEST = 304, 400

Json = dict[str, Any]
Answered = TypeVar("Answered")


class GithubClient:
    """Speaks to a REST API, such as ``https://api.github.com``, through PyGithub's requester.

    The token may be of any kind; it gets into no message. The timeout is for connecting and for
    each piece of an answer. A read is tried again after each of the pauses, unless two timeouts
    have passed by then. ``variable`` of the environment holds the token; empty for one of gh's.

    Raises:
        ProblemError: the token cannot be one.
    """

    def __init__(
        self,
        token: str,
        api_url: str,
        *,
        timeout_seconds: int = _TIMEOUT_SECONDS,
        pauses_seconds: Sequence[float] = PAUSES_SECONDS,
        variable: str = "",
    ) -> None:
        self._variable = variable
        self.api_url = api_url.rstrip("/")
        self.web_host = web_host_of(urlsplit(api_url).hostname or "")
        self._timeout_seconds = timeout_seconds
        self._pauses_seconds = tuple(pauses_seconds)
        self._known: dict[str, tuple[str, Any, str | None]] = {}
        self._clock = ServerClock()
        token = token.strip()
        # A token that is no header value would be quoted by the HTTP library's error.
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise ProblemError(no_token(Token(self.web_host, variable).renewed))
        self._token = token
        self._reads = self._github(token, _never_again())
        self._writes = self._github(token, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def another(self) -> "GithubClient":
        """Return a client with connections of its own, whose reads are tried once."""
        return GithubClient(
            self._token,
            self.api_url,
            timeout_seconds=self._timeout_seconds,
            pauses_seconds=(),
            variable=self._variable,
        )

    @property
    def graphql_url(self) -> str:
        """Where the GraphQL API of this GitHub is."""
        return str(self._writes.requester.graphql_url)

    def server_now(self) -> datetime | None:
        """Return the present moment by GitHub's clock: UTC, aware; None while unknown."""
        return self._clock.now()

    def close(self) -> None:
        """Give up the connections."""
        self._reads.close()
        self._writes.close()

    def read(self, path: str, **parameters: str | int) -> Json:
        """Return the object at ``path``.

        Raises:
            RefusedError: GitHub said no; a ProblemError with the status.
            ProblemError: a person must act.
            TemporaryTroubleError: no answer, an unusable one, or the rate limit.
        """
        found, _ = self._get(path, parameters, lambda data: _as_object(path, data))
        return found

    def read_once(self, path: str, **parameters: str | int) -> Json:
        """Return the object at ``path``, by one try: for what must not hold anything up.

        Raises:
            RefusedError, ProblemError, TemporaryTroubleError: as ``read``.
        """
        url, doing = f"{path}?{urlencode(parameters)}", f"GET {path}"
        status, headers, text = self._exchange(self._writes.requester, "GET", url, None, {})
        refuse_redirect(doing, status)
        return _as_object(path, decoded(doing, status, headers, text))

    def read_list(
        self, path: str, key: str = "", *, pages: int | None = None, **parameters: str | int
    ) -> list[Json]:
        """Return a list to its end; ``key`` names the field that holds it, if one does.

        Where the beginning is enough, ``pages`` says how much of it: 100 entries each. 0: the list
        has no pages.

        Raises:
            ProblemError: the whole list is longer than anybody could wait for.
        """
        return self.read_counted(path, key, pages=pages, **parameters)[0]

    def read_counted(
        self, path: str, key: str = "", *, pages: int | None = None, **parameters: str | int
    ) -> tuple[list[Json], int]:
        """Return a list as ``read_list`` does, and how many entries GitHub says that there are.

        It says so at the list itself; where it does not, they are those that came.
        """
        found: list[Json] = []
        total = 0
        asked = parameters if pages == 0 else {"per_page": _PAGE_SIZE, **parameters}
        for page in itertools.count(1):
            if pages is None and page > _MOST_PAGES:
                raise ProblemError(too_long(path, len(found)))
            (items, counted), link = self._get(
                path,
                asked if page == 1 else {**asked, "page": page},
                lambda data: (_as_list(path, key, data), _total(data)),
            )
            found += items
            total = max(counted, len(found))
            is_enough = pages is not None and page >= pages
            if is_enough or 'rel="next"' not in (link or ""):
                break
        return found, total

    def probe(self, path: str) -> None:
        """Ask for ``path``, which answers yes without a body, or raises RefusedError."""
        self._get(path, {}, lambda _data: None)

    def redirect_of(self, path: str) -> str | None:
        """Return the address that ``path`` points to, or None where it points nowhere."""
        _, headers, _ = self._exchange(self._reads.requester, "GET", path, None, {})
        location = headers.get("location")
        return str(location) if location else None

    def write(self, method: str, path: str, body: Json | None = None) -> Any:
        """Send one write, once, and return the decoded answer; its texts are cleaned on the way.

        Raises:
            RefusedError: GitHub said no, and nothing happened.
            TemporaryTroubleError: the answer was lost; whether it happened must be looked up.
        """
        doing = f"{method} {path}"
        status, headers, text = self._exchange(
            self._writes.requester, method, path, clean_all(body), {}
        )
        refuse_redirect(doing, status)
        return decoded(doing, status, headers, text)

    def _get(
        self, path: str, parameters: dict[str, str | int], understand: Callable[[Any], Answered]
    ) -> tuple[Answered, str | None]:
        """Return what ``understand`` makes of the answer, and the link to further pages.

        Asked again where no answer came, or none that is GitHub's; not where it is refused.
        """
        url = f"{path}?{urlencode(parameters)}" if parameters else path
        give_up_at = time.monotonic() + 1.5 * self._timeout_seconds
        for pause in self._pauses_seconds:
            try:
                return self._got(path, url, understand)
            except TemporaryTroubleError as trouble:
                if trouble.is_refusal or time.monotonic() > give_up_at:
                    raise
            time.sleep(pause * (1 + random.random()))  # noqa: S311 - it only spreads the tries
        return self._got(path, url, understand)

    def _got(
        self, path: str, url: str, understand: Callable[[Any], Answered]
    ) -> tuple[Answered, str | None]:
        known = self._known.get(url)
        # An authorised 304 does not count against the rate limit.
        asking = {"If-None-Match": known[0]} if known else {}
        status, headers, text = self._exchange(self._reads.requester, "GET", url, None, asking)
        if status == _NOT_MODIFIED and known:
            return understand(known[1]), known[2]
        doing = f"GET {path}"
        refuse_redirect(doing, status)
        data, link = decoded(doing, status, headers, text), headers.get("link")
        understood = understand(data)
        if "etag" in headers:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[url] = (str(headers["etag"]), data, link)
        return understood, link

    def _exchange(
        self,
        requester: Requester,
        method: str,
        path: str,
        body: Json | None,
        headers: dict[str, Any],
    ) -> tuple[int, dict[str, Any], str]:
        doing = f"{method} {path.partition('?')[0]}"
        asking = {"Accept": "application/vnd.github+json", **headers}
        try:
            status, answered, text = requester.requestJson(method, path, None, asking, body)
        except (OSError, ValueError, AssertionError, RuntimeError, github.GithubException) as error:
            host = urlsplit(self.api_url).hostname or ""
            raise unreachable(doing, error, self._timeout_seconds, host) from error
        self._clock.note_in(answered)
        if status >= _BAD_REQUEST:
            raise refused(doing, status, answered, lenient(text), self.web_host, self._variable)
        return status, answered, text

    def _github(self, token: str, retry: Retry | None) -> github.Github:
        return github.Github(
            auth=github.Auth.Token(token),
            base_url=self.api_url,
            timeout=self._timeout_seconds,
            retry=retry,
            # The pace is the engine's: its clock is the budget's, and nothing sleeps unseen.
            seconds_between_requests=0,
            seconds_between_writes=0,
        )


def _never_again() -> Retry:
    """Return what lets each read be tried once, as writes are.

    202 is an error, because PyGithub would otherwise wait for another answer without end; its own
    retry would also sleep until a rate limit is over.
    """
    return Retry(total=0, allowed_methods={"GET"}, status_forcelist=(202,))


def _as_object(path: str, data: Any) -> Json:
    if not isinstance(data, dict):
        raise TemporaryTroubleError(f"GitHub's answer to GET {path} is no object")
    return data


def _total(data: Any) -> int:
    """Return how many entries a list says that it has; 0 where it does not."""
    total = data.get("total_count") if isinstance(data, dict) else None
    return total if isinstance(total, int) else 0


def _as_list(path: str, key: str, data: Any) -> list[Json]:
    """Return the objects of a list, or of what holds it under ``key``; GitHub leaves gaps."""
    items = data.get(key) if key and isinstance(data, dict) else data
    if not isinstance(items, list):
        raise TemporaryTroubleError(f"GitHub's answer to GET {path} is no list")
    found = [item for item in items if item is not None]
    return [_as_object(path, item) for item in found]
