"""Requests to one namespace: each with timeouts, writes sent once, answers as dictionaries."""

import json
import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import urllib3
from urllib3 import HTTPHeaderDict
from urllib3.exceptions import HTTPError, SSLError
from urllib3.exceptions import TimeoutError as NoAnswerError

from hotfix import __version__
from hotfix.adapters.kubernetes.api.answers import (
    Answers,
    GoneError,
    decoded,
    is_cut_off,
    is_foreign,
)
from hotfix.adapters.kubernetes.api.api_server import ApiServer, load_api_server
from hotfix.adapters.kubernetes.api.client_certificate import expiry_in_words
from hotfix.adapters.kubernetes.api.errors import foreign, not_trusted, unknown_user, unreachable
from hotfix.adapters.kubernetes.api.kubeconfig import files_of, login_command
from hotfix.adapters.kubernetes.api.read_ahead import Answer, ReadAhead
from hotfix.domain.foreign_answer import understood
from hotfix.domain.problem import Problem, ProblemError, TemporaryTroubleError

DEPLOYMENTS = "/apis/apps/v1/namespaces/{namespace}/deployments"
REPLICA_SETS = "/apis/apps/v1/namespaces/{namespace}/replicasets"
PODS = "/api/v1/namespaces/{namespace}/pods"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"
CONFIG_MAPS = "/api/v1/namespaces/{namespace}/configmaps"
SECRETS = "/api/v1/namespaces/{namespace}/secrets"
AUTOSCALERS = "/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers"
STATEFUL_SETS = "/apis/apps/v1/namespaces/{namespace}/statefulsets"
DAEMON_SETS = "/apis/apps/v1/namespaces/{namespace}/daemonsets"
LEASE = "hotfix-lock"
THE_LEASE = f"{LEASES}/{LEASE}"
# What every rollback begins with, whatever it goes back to.
ROLLBACK_READS = (AUTOSCALERS, THE_LEASE)

ANY_JSON = "application/json, */*"
# Asks for names and versions alone: content that is not sent cannot get anywhere.
METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

FIELD_MANAGER = "hotfix"
_USER_AGENT = f"hotfix/{__version__}"

_CONNECT_SECONDS, _READ_SECONDS = 3.05, 10.0
# Admission webhooks may take up to 30 s before a write is answered.
_WRITE_SECONDS = 35.0
# A silent application is no broken one: TCP keep-alive finds the dead connections.
_FOLLOW_SECONDS = 3600.0
# Those that work are used on where others cannot be had at the moment.
_TRY_AGAIN_SECONDS = 30.0
_FRESH_CREDENTIALS_SECONDS = 2.0
_READ_TRIES = 3
# Writes side by side.
MOST_AT_ONCE = 16
# As many objects as kubectl asks for at once.
_PAGE = 500
# Before each further try of a read whose answer was broken: an overload is waited out elsewhere.
_PAUSES_SECONDS = (0.1, 0.3)
# A container that has not started has no log, nor has a pod that is gone.
_NOTHING_YET = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})
# Whoever asks in earnest says which of them are an answer.
ANY_STATUS = range(600)


class Connection:
    """The API server, seen from one namespace; safe to use from several threads.

    Without ``context`` it is the current one of the kubeconfig, and without that file the one in
    the usual places.
    """

    def __init__(
        self,
        namespace: str,
        context: str | None,
        kubeconfig: Path | None,
        barred: Problem | None = None,
    ) -> None:
        self.namespace = namespace
        self._barred = barred
        self._context = context
        self._kubeconfig = kubeconfig
        self._lock = threading.Lock()
        self._server: ApiServer | None = None
        self._loaded_at = 0.0
        self._refused: tuple[float, ProblemError | None] = (0.0, None)
        self._ahead = ReadAhead()
        self._answers = Answers()

    def ask(
        self,
        method: str,
        path: str,
        doing: str,
        *,
        name: str = "",
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = "application/json",
        accept: str = ANY_JSON,
        also: Collection[int] = (),
        ahead: bool = False,
        is_read: bool = False,
    ) -> Answer:
        """Send one request; ``path`` has ``{namespace}`` and ``{name}`` still in it.

        ``doing`` is what it is for, as people read it after "no right to"; ``body`` is encoded as
        JSON; ``also`` are statuses beside 2xx that the caller understands; ``ahead`` says of a read
        that an answer to ``read_ahead`` will do; ``is_read`` of another method than GET that it
        changes nothing. A read is asked again a little where its answer is broken.

        Raises:
            ProblemError: refused, or no usable kubeconfig.
            TemporaryTroubleError: out of reach, overloaded, or the answer was lost.
        """
        is_read = is_read or method == "GET"
        early = self._ahead.answer(path) if ahead else None
        if isinstance(early, Answer) and (early.status == HTTPStatus.OK or early.status in also):
            return early
        if not is_read:
            self._ahead.forget()
        send = partial(
            self._send,
            method,
            path,
            doing,
            name=name,
            query=query,
            body=body,
            content_type=content_type,
            accept=accept,
            timeout=(_CONNECT_SECONDS, _READ_SECONDS if is_read else _WRITE_SECONDS),
            is_read=is_read,
        )
        response = send()
        for pause in _PAUSES_SECONDS if is_read else ():
            if not _is_broken(response):
                break
            time.sleep(pause)
            response = send()
        if response.status == HTTPStatus.UNAUTHORIZED and self._can_renew_credentials():
            # Nothing was done yet, and a rotated token or a new login may be there by now.
            response = send()
        answer = self._understood(response, doing, also, f"{method} {path} {name}")
        # What was deleted is not there to be shown: the answer is a status of its own.
        if name and method != "DELETE" and answer.status < HTTPStatus.MULTIPLE_CHOICES:
            _check_name(answer.body, name, doing)
        return answer

    def read_ahead(
        self, paths: Collection[str], more: Mapping[str, Callable[[], Any]] | None = None
    ) -> None:
        """Ask for ``paths``, and do ``more`` reads, in the background; returns at once.

        The answers do for whoever asks within two seconds with ``ahead``, until the first write;
        what ``more`` returned is there under its key.
        """
        reads = dict(more or {})

        def read(key: str) -> Any:
            if key in reads:
                return reads[key]()
            return self.ask("GET", key, "read ahead", also=ANY_STATUS)

        self._ahead.begin([*paths, *reads], read)

    def read_already(self, key: str) -> Any:
        """Return what ``read_ahead`` found there, or None where that is too old, or nothing."""
        return self._ahead.answer(key)

    def items(
        self, path: str, doing: str, query: Mapping[str, str] | None = None, accept: str = ANY_JSON
    ) -> list[dict[str, Any]]:
        """Return all objects of a list."""
        return self.listed(path, doing, query, accept)[0]

    def listed(
        self, path: str, doing: str, query: Mapping[str, str] | None = None, accept: str = ANY_JSON
    ) -> tuple[list[dict[str, Any]], str]:
        """Return all objects of a list, and its version; they are read in pages."""
        found: list[dict[str, Any]] = []
        page: dict[str, str] = {"limit": str(_PAGE)}
        while True:
            asked = {**(query or {}), **page}
            answer = self.ask(
                "GET", path, doing, query=asked, accept=accept, also={GoneError.STATUS}
            )
            if answer.status == GoneError.STATUS:
                if not page:
                    raise TemporaryTroubleError(f"The cluster could not {doing}: its list expired.")
                # Changed too much since the first page: all of it at once.
                found, page = [], {}
                continue
            found += items_of(answer.body, doing)
            with understood(f"The cluster's answer to: {doing}"):
                metadata = answer.body.get("metadata") or {}
                next_page = str(metadata.get("continue") or "")
                version = str(metadata.get("resourceVersion") or "")
            if not next_page:
                return found, version
            page = {"limit": str(_PAGE), "continue": next_page}

    def stream(
        self, path: str, doing: str, *, name: str, query: Mapping[str, str], follow: bool
    ) -> urllib3.BaseHTTPResponse | None:
        """Return the open response of a text; the caller closes it. None: nothing to read yet."""
        timeout = (_CONNECT_SECONDS, _FOLLOW_SECONDS if follow else _READ_SECONDS)
        response = self._send(
            "GET", path, doing, name=name, query=query, timeout=timeout, is_read_here=False
        )
        is_open = self._is_open(response, doing, f"stream {path} {name}", _NOTHING_YET)
        return response if is_open else None

    def watch(
        self, path: str, doing: str, query: Mapping[str, str], read_seconds: float
    ) -> urllib3.BaseHTTPResponse:
        """Return the open response of a watch; the caller closes it.

        Raises:
            GoneError: the version asked for is too old.
            ProblemError, TemporaryTroubleError: as ``ask``.
        """
        timeout = (_CONNECT_SECONDS, read_seconds)
        response = self._send(
            "GET", path, doing, name="", query=query, timeout=timeout, is_read_here=False
        )
        if not self._is_open(response, doing, f"watch {path}", {GoneError.STATUS}):
            raise GoneError
        return response

    def close_idle(self) -> None:
        """Close the connections that wait for a request: where one is dead, so may they be."""
        with self._lock:
            server = self._server
        if server is not None:
            server.pool.clear()

    def server_now(self) -> datetime:
        """Return the present moment by the API server's clock, to the second: UTC, aware."""
        return self._answers.server_now()

    def _send(
        self,
        method: str,
        path: str,
        doing: str,
        *,
        name: str,
        query: Mapping[str, str] | None,
        timeout: tuple[float, float],
        body: Any = None,
        content_type: str = "application/json",
        accept: str = ANY_JSON,
        is_read_here: bool = True,
        is_read: bool = True,
    ) -> urllib3.BaseHTTPResponse:
        server = self._known_server()
        headers = _headers(server, accept, is_read_here=is_read_here)
        if not is_read:
            # Under a name of our own, so that whoever asks who wrote a field is told.
            query = {**(query or {}), "fieldManager": FIELD_MANAGER}
        if body is not None:
            headers["Content-Type"] = content_type
        place = path.format(namespace=quote(self.namespace, safe=""), name=quote(name, safe=""))
        url = f"{server.host}{place}" + (f"?{urlencode(query)}" if query else "")
        tries_left = _READ_TRIES if is_read else 1
        while True:
            tries_left -= 1
            try:
                response = server.pool.request(
                    method,
                    url,
                    body=None if body is None else json.dumps(body),
                    headers=headers,
                    timeout=urllib3.Timeout(connect=timeout[0], read=timeout[1]),
                    preload_content=False,
                    redirect=False,
                )
                self._answers.note_date(response.headers.get("Date", ""))
                if is_read_here:
                    _ = response.data
            except HTTPError as error:
                if isinstance(error, NoAnswerError):
                    self.close_idle()
                self._answers.note_away()
                if isinstance(error, SSLError) and not is_cut_off(error):
                    expired = expiry_in_words(files_of(self._kubeconfig), self._context)
                    raise not_trusted(error, server.host, expired) from error
                # A kept connection that the server closed in the same moment; a read may repeat.
                if not (tries_left and is_cut_off(error)):
                    raise unreachable(error, server.host, doing) from error
            else:
                return response

    def _is_open(
        self, response: urllib3.BaseHTTPResponse, doing: str, right: str, also: Collection[int]
    ) -> bool:
        """Tell whether it can be read as it comes; it cannot with a status among ``also``."""
        if response.status == HTTPStatus.OK:
            self._answers.note_allowed(right)
            return True
        self._understood(response, doing, also, right)
        return False

    def _understood(
        self, response: urllib3.BaseHTTPResponse, doing: str, also: Collection[int], right: str
    ) -> Answer:
        status, body = response.status, decoded(response.data)
        if is_foreign(status, response.data) and status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise foreign(status, doing)
        if status == HTTPStatus.UNAUTHORIZED and status not in also:
            with self._lock:
                self._server = None
            files = files_of(self._kubeconfig)
            login = login_command(files, self._context)
            expired = expiry_in_words(files, self._context)
            raise unknown_user(body, doing, login, expired)
        return self._answers.understood(status, body, doing, also, right)

    def _can_renew_credentials(self) -> bool:
        """Have credentials loaded anew, unless they were a moment ago."""
        with self._lock:
            if time.monotonic() - self._loaded_at < _FRESH_CREDENTIALS_SECONDS:
                return False
            self._server = None
            return True

    def _first_loaded(self, now: float) -> ApiServer:
        """Load it; those who waited meanwhile need no second run of a plugin that just failed."""
        refused_at, refusal = self._refused
        if refusal is not None and now - refused_at < _FRESH_CREDENTIALS_SECONDS:
            raise refusal
        try:
            return load_api_server(self._context, self._kubeconfig)
        except ProblemError as error:
            self._refused = (time.monotonic(), error)
            raise

    def _known_server(self) -> ApiServer:
        if self._barred is not None:
            raise ProblemError(self._barred)
        with self._lock:
            now = time.monotonic()
            if self._server is None:
                self._server = self._first_loaded(now)
                self._loaded_at = now
            elif now > self._loaded_at + self._server.good_for_seconds:
                try:
                    self._server = load_api_server(self._context, self._kubeconfig)
                    self._loaded_at = now
                except ProblemError:
                    # No 401 has come, so those at hand may well be good for longer.
                    self._loaded_at = now - self._server.good_for_seconds + _TRY_AGAIN_SECONDS
            return self._server


def _headers(server: ApiServer, accept: str, *, is_read_here: bool) -> HTTPHeaderDict:
    """Return what stands over a request; long answers may come compressed, streams do not."""
    # A copy that keeps a name's several values apart: as many groups may be asked as.
    headers = server.headers.copy()
    headers["Accept"], headers["User-Agent"] = accept, _USER_AGENT
    if not is_read_here:
        headers["Accept-Encoding"] = "identity"
    return headers


def items_of(body: dict[str, Any], doing: str) -> list[dict[str, Any]]:
    """Return the objects of a list; raises TemporaryTroubleError where it is none."""
    with understood(f"The cluster's answer to: {doing}"):
        # Lists of old servers say null for nothing.
        items = body["items"] or []
        for each in items:
            str(each["metadata"]["name"])
        return list(items)


def _check_name(body: dict[str, Any], name: str, doing: str) -> None:
    with understood(f"The cluster's answer to: {doing}"):
        found = body["metadata"]["name"]
        if found != name:
            raise ValueError(f"it is about {found}")


def _is_broken(response: urllib3.BaseHTTPResponse) -> bool:
    is_failed = response.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return is_failed or is_foreign(response.status, response.data)
