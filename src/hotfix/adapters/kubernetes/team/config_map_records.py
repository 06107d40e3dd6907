"""The shared record: a ``ConfigMap`` for each run, fenced by the lock's token."""

import base64
import json
import re
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from hotfix.adapters.kubernetes.api.connection import CONFIG_MAPS, Connection
from hotfix.adapters.kubernetes.api.object_owners import Json, annotations
from hotfix.adapters.kubernetes.team.packed_journal import (
    COMPRESSED,
    PLAIN,
    Packed,
    limit_beside,
    packed,
    unpacked,
)
from hotfix.domain.foreign_answer import understood
from hotfix.domain.json_record import moment, utc_text
from hotfix.domain.newer_version import newer
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.shared_records import SharedJournal, SharedRun

_PREFIX, _KEY = "hotfix-run-", "hotfix-cli/"
_LABELS = {"app.kubernetes.io/managed-by": "hotfix-cli"}
_SELECTOR = "app.kubernetes.io/managed-by=hotfix-cli,hotfix-cli/state"
_STATUS = "status.json"
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,200}")
_TRIES = 5
_ANSWER = "The cluster's answer about a shared record"


class ConfigMapRecords:
    """Implements ``ports.shared_records.SharedRecords``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._versions: dict[str, str] = {}
        self._left_out: dict[str, int] = {}

    @understood(_ANSWER)
    def write(self, shared: SharedRun, journal: bytes) -> bool:
        """Make the record of a run look like this; False where a newer token has written it."""
        for _ in range(_TRIES):
            version = self._versions.pop(shared.run, None)
            if version is None:
                found = self._find(shared.run)
                if found is not None and _token(found) > shared.token:
                    return False
                there = _shared(found) if found else None
                if there is not None and there.is_newer:
                    raise newer(f"The shared record of run {shared.run}", "Its format is another.")
                version = found["metadata"]["resourceVersion"] if found else ""
            status = json.dumps(shared.status, ensure_ascii=False)
            content = packed(journal, limit_beside(status))
            body = _config_map(shared, status, content, version)
            # The version is only kept after an answer: a lost one makes the next try read again.
            if self._put(shared.run, body):
                self._left_out[shared.run] = content.trimmed_lines
                return True
        raise TemporaryTroubleError("The shared record changes too fast to be written.")

    @understood(_ANSWER)
    def all(self) -> Sequence[SharedRun]:
        """Return every run, newest first: as the server made their records, by its own clock."""
        listed = self._connection.items(
            CONFIG_MAPS,
            f"list configmaps in {self._connection.namespace}",
            {"labelSelector": _SELECTOR},
        )
        found = [(_age(each, shared), shared) for each in listed if (shared := _shared(each))]
        return [shared for _, shared in sorted(found, key=lambda each: each[0], reverse=True)]

    @understood(_ANSWER)
    def journals(self, run: str | None = None) -> Sequence[SharedJournal]:
        """Return every record with its journal, newest first, or that of one run if it is there."""
        if run is None:
            listed = self._connection.items(
                CONFIG_MAPS,
                f"list configmaps in {self._connection.namespace}",
                {"labelSelector": _SELECTOR},
            )
        else:
            found = self._find(run)
            listed = [] if found is None else [found]
        now = self._connection.server_now() if listed else None
        listed.sort(key=lambda each: _age(each, _shared(each)), reverse=True)
        return [replace(shared_journal(each, now), read_at=now) for each in listed]

    @understood(_ANSWER)
    def remove(self, found: SharedJournal) -> bool:
        """Remove a record; False where it is not the one that was read any more, or gone."""
        answer = self._connection.ask(
            "DELETE",
            CONFIG_MAPS + "/{name}",
            f"delete configmaps in {self._connection.namespace}",
            # Of one that somebody edited, the name of its ConfigMap is all that is known.
            name=_name(found.run) if found.shared is not None else found.run,
            body={
                "apiVersion": "v1",
                "kind": "DeleteOptions",
                "preconditions": {"resourceVersion": found.version},
            },
            also={HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND},
        )
        self._versions.pop(found.run, None)
        return answer.status not in {HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND}

    def left_out(self, run: str) -> int:
        """Return how many lines did not fit when this process wrote the run last."""
        return self._left_out.get(run, 0)

    @understood(_ANSWER)
    def find(self, run: str) -> SharedRun | None:
        """Return a run, or None where nobody shared it."""
        found = self._find(run)
        return None if found is None else _shared(found)

    @understood(_ANSWER)
    def read(self, run: str) -> bytes:
        """Return the journal's lines."""
        return _journal(self._whole(run))

    @understood(_ANSWER)
    def fence(self, run: str, token: int) -> bytes:
        """Keep machines with a lower token from writing; returns the journal as it is then."""
        for _ in range(_TRIES):
            found = self._whole(run)
            metadata = found["metadata"]
            noted = {**annotations(found), f"{_KEY}token": str(token)}
            body = {**found, "metadata": {**metadata, "annotations": noted}}
            if self._put(run, body):
                return _journal(found)
        raise TemporaryTroubleError("The shared record changes too fast to be taken over.")

    def _whole(self, run: str) -> Json:
        found = self._find(run)
        if found is None:
            raise ProblemError(self._no_record(run))
        trimmed = annotations(found).get(f"{_KEY}trimmed-lines", "0")
        if trimmed != "0":
            raise ProblemError(_trimmed(run, trimmed))
        return found

    def _find(self, run: str) -> Json | None:
        found = self._connection.ask(
            "GET",
            CONFIG_MAPS + "/{name}",
            f"get configmaps in {self._connection.namespace}",
            name=_name(run),
            also={HTTPStatus.NOT_FOUND},
        )
        return found.body if found.status == HTTPStatus.OK else None

    def _put(self, run: str, body: Json) -> bool:
        """Create or replace it; False where it is not the one that was read any more."""
        is_new = "resourceVersion" not in body["metadata"]
        answer = self._connection.ask(
            "POST" if is_new else "PUT",
            CONFIG_MAPS if is_new else CONFIG_MAPS + "/{name}",
            f"{'create' if is_new else 'update'} configmaps in {self._connection.namespace}",
            name=_name(run),
            body=body,
            also={HTTPStatus.CONFLICT} if is_new else {HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND},
        )
        if answer.status in {HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND}:
            return False
        self._versions[run] = str(answer.body["metadata"]["resourceVersion"])
        return True

    def _no_record(self, run: str) -> Problem:
        return Problem(
            ProblemCode.FAILED,
            what=f"The cluster has no record of run {run}.",
            why=f"There is no ConfigMap {_name(run)} in {self._connection.namespace}.",
            next_command="hotfix status --team",
        )


def _config_map(shared: SharedRun, status: str, content: Packed, version: str) -> Json:
    state = str(shared.status.get("state") or "running")
    metadata: Json = {
        "name": _name(shared.run),
        "labels": {**_LABELS, f"{_KEY}state": state},
        "annotations": {
            f"{_KEY}run": shared.run,
            f"{_KEY}operator": shared.operator,
            f"{_KEY}host": shared.host or socket.gethostname(),
            f"{_KEY}token": str(shared.token),
            f"{_KEY}updated": utc_text(shared.updated) if shared.updated else "",
            f"{_KEY}trimmed-lines": str(content.trimmed_lines),
        },
    }
    if version:
        metadata["resourceVersion"] = version
    body: Json = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata,
        "data": {_STATUS: status},
    }
    if content.compressed:
        body["binaryData"] = {COMPRESSED: base64.b64encode(content.compressed).decode()}
    else:
        body["data"][PLAIN] = content.plain
    return body


def _shared(config_map: Json) -> SharedRun | None:
    """Return the run that stands in a ConfigMap, or None where it is none of ours."""
    words = annotations(config_map)
    try:
        # The id becomes the name of a folder, and whoever may write ConfigMaps could say anything.
        if not _RUN.fullmatch(words[f"{_KEY}run"]):
            return None
        status = json.loads((config_map.get("data") or {})[_STATUS])
        if not isinstance(status, dict):
            return None
        updated = words.get(f"{_KEY}updated")
        shared = SharedRun(
            run=words[f"{_KEY}run"],
            operator=words.get(f"{_KEY}operator", ""),
            token=_token(config_map),
            updated=moment(updated) if updated else None,
            status=status,
            host=words.get(f"{_KEY}host", ""),
        )
        return replace(shared, trimmed_lines=int(words.get(f"{_KEY}trimmed-lines", "0")))
    except (KeyError, ValueError, RecursionError):
        return None


def _age(config_map: Json, shared: SharedRun | None) -> tuple[str, int, str]:
    """Return what is greater the newer a record is; within a second, the lock's token tells."""
    made = str(config_map["metadata"].get("creationTimestamp") or "")
    return (made, shared.token, str(shared.status.get("started_at"))) if shared else (made, 0, "")


def _journal(config_map: Json) -> bytes:
    plain = str((config_map.get("data") or {}).get(PLAIN, ""))
    compressed = (config_map.get("binaryData") or {}).get(COMPRESSED, "")
    return unpacked(plain, base64.b64decode(compressed))


def shared_journal(config_map: Json, now: datetime | None) -> SharedJournal:
    """Return what stands in a ConfigMap of ours, and why it is not to be trusted, if that shows."""
    metadata, shared = config_map["metadata"], _shared(config_map)
    name, version = str(metadata["name"]), str(metadata.get("resourceVersion") or "")
    made = metadata.get("creationTimestamp")
    age = (now - datetime.fromisoformat(made)).total_seconds() if made and now else None
    damage, lines = None, b""
    try:
        lines = _journal(config_map)
    except ProblemError as error:
        damage = error.problem
    except ValueError as error:
        damage = _not_as_written(name, str(error))
    if shared is None:
        why = "Its annotations, or its status.json, are not what hotfix writes."
        return SharedJournal(name, None, lines, _not_as_written(name, why), age, version)
    if _name(shared.run) != name:
        why = f"It says that it is run {shared.run}, whose record has another name."
        return SharedJournal(name, None, lines, _not_as_written(name, why), age, version)
    if shared.is_newer:
        what = f"The shared record of run {shared.run}"
        damage = newer(what, "What it says beyond this version is not shown.").problem
    elif shared.trimmed_lines:
        damage = _trimmed(shared.run, str(shared.trimmed_lines))
    return SharedJournal(shared.run, shared, lines, damage, age, version)


def _not_as_written(name: str, why: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"The shared record {name} in the cluster is not as it was written.",
        why=f"{why} Somebody edited it, or it is half written.",
        next_command=f"kubectl get configmap {name} -o yaml",
    )


def _trimmed(run: str, lines: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"The record of run {run} in the cluster is not whole.",
        why=f"{lines} lines did not fit into its ConfigMap, so nobody can go on from it.",
        next_command=f"Copy runs/{run} from the other machine's state directory to yours, "
        f"then: hotfix lock; hotfix resume {run}",
    )


def _token(config_map: Json) -> int:
    text = annotations(config_map).get(f"{_KEY}token", "")
    return int(text) if text.isdecimal() else 0


def _name(run: str) -> str:
    """Return the name of the ConfigMap: what DNS allows (RFC 1123), at most 253 characters."""
    return (_PREFIX + re.sub(r"[^a-z0-9-]", "-", run.lower()))[:253].rstrip("-")
