"""A PagerDuty account with one schedule, one escalation policy, and what is told to it."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from hotfix.simulators.server import Answer, Received, Service
from hotfix.simulators.timeline import Timeline

SCHEDULE_ID = "PSCHED1"
ESCALATION_POLICY_ID = "PPOLICY1"
_ACCOUNT_URL = "https://webrana.pagerduty.example"
_SOON = timedelta(minutes=1)


class PagerdutyService(Service):
    """PagerDuty's REST and Events APIs, as far as on-call, alerts, changes and incidents go.

    ``on_call`` has name, e-mail address and escalation level of who is on call. The first level is
    on the schedule, everybody is in the policy.
    """

    def __init__(
        self,
        timeline: Timeline,
        received: Received,
        *,
        key: str,
        on_call: Sequence[tuple[str, str, int]] = (),
    ) -> None:
        super().__init__("pagerduty", timeline, received)
        self._key = key
        self.on_call = list(on_call)
        #: who is on call on schedules that no policy uses: names and addresses by the id
        self.unused_schedules: dict[str, list[tuple[str, str]]] = {}
        #: who else has an account: names and addresses
        self.users = [("Dana Lind", "dana@webrana.example")]
        self.page_size = 100
        #: keys of the integrations that take events
        self.routing_keys: set[str] = set()
        #: what came to them, oldest first
        self.events: list[dict[str, Any]] = []
        self.changes: list[dict[str, Any]] = []
        #: incidents by id, each with its notes
        self.incidents: dict[str, dict[str, Any]] = {}
        self.route("POST", "/v2/enqueue", self._enqueue)
        self.route("POST", "/v2/change/enqueue", self._enqueue_change)
        self.route("GET", "/change_events", self._change_events)
        self.route("GET", "/incidents", self._incidents)
        self.route("PUT", "/incidents", self._manage)
        self.route("GET", "/incidents/{id}", self._incident)
        self.route("GET", "/incidents/{id}/notes", self._notes)
        self.route("POST", "/incidents/{id}/notes", self._note)
        self.route("GET", "/users", self._all_users)
        self.route("GET", "/oncalls", self._oncalls)
        self.route("GET", "/schedules/{id}/users", self._users)
        self.route("GET", "/escalation_policies/{id}", self._policy)

    def _check_key(self, request: HttpRequest) -> None:
        if request.headers.get("authorization") != f"Token token={self._key}":
            raise Answer(401, {"error": {"message": "Unauthorized", "code": 2006}})

    def open_incident(self, id_: str, key: str = "") -> dict[str, Any]:
        """Let somebody open an incident; ``key`` is that of its alert."""
        incident = {"id": id_, "type": "incident", "status": "triggered", "notes": []}
        self.incidents[id_] = incident | {"incident_key": key, "created_at": self._now()}
        return self.incidents[id_]

    def resolve(self, id_: str, by: str) -> None:
        """Let a person resolve an incident."""
        self._change(self.incidents[id_], "resolved", by, "user_reference")

    def merge(self, id_: str, into: str, by: str) -> None:
        """Let a person merge an incident into another one."""
        self.resolve(id_, by)
        reference = {"id": into, "type": "incident_reference", "summary": into}
        self.incidents[id_]["resolve_reason"] = {
            "type": "merge_resolve_reason",
            "incident": reference,
        }

    def _change(self, incident: dict[str, Any], status: str, by: str, kind: str) -> None:
        incident |= {
            "status": status,
            "last_status_change_at": self._now(),
            "last_status_change_by": {"id": "PBY1", "type": kind, "summary": by},
        }

    def _now(self) -> str:
        return self.timeline.now().isoformat()

    def _checked_event(self, body: Any, required: set[str]) -> None:
        errors = [
            f"'{name}' is missing or blank" for name in sorted(required) if not body.get(name)
        ]
        if body.get("routing_key") not in self.routing_keys:
            errors.append("Invalid routing key")
        if errors:
            raise Answer(
                400,
                {"status": "invalid event", "message": "Event object is invalid", "errors": errors},
            )

    def _enqueue(self, _request: HttpRequest, body: Any) -> Response:
        required = {"event_action"}
        if body.get("event_action") == "trigger":
            required.add("payload")
        self._checked_event(body, required)
        action, key = body["event_action"], body.get("dedup_key") or f"key-{len(self.events)}"
        self.events.append(body | {"dedup_key": key})
        open_ = [
            each
            for each in self.incidents.values()
            if each["incident_key"] == key and each["status"] != "resolved"
        ]
        if action == "trigger" and not open_:
            self.open_incident(f"PINC{len(self.incidents) + 1}", key)
        elif action != "trigger":
            for each in open_:
                self._change(each, f"{action}d", "hotfix", "integration_reference")
        return JSONResponse(
            {"status": "success", "message": "Event processed", "dedup_key": key}, 202
        )

    def _enqueue_change(self, _request: HttpRequest, body: Any) -> Response:
        self._checked_event(body, {"payload"})
        self.changes.append(body)
        return JSONResponse({"status": "success", "message": "Change event processed"}, 202)

    def _change_events(self, request: HttpRequest, _body: Any) -> Response:
        self._check_key(request)
        found = [
            {"type": "change_event", "id": f"PCHANGE{number}", **each["payload"]}
            for number, each in enumerate(self.changes)
        ]
        return JSONResponse({"change_events": found, "limit": 100, "offset": 0, "more": False})

    def _incidents(self, request: HttpRequest, _body: Any) -> Response:
        self._check_key(request)
        key = request.query_params.get("incident_key")
        found = [_shown(it) for it in self.incidents.values() if key in {None, it["incident_key"]}]
        return JSONResponse({"incidents": found, "limit": 100, "offset": 0, "more": False})

    def _manage(self, request: HttpRequest, body: Any) -> Response:
        self._check_key(request)
        if not request.headers.get("from"):
            errors = ["Requester User Not Found"]
            raise Answer(
                400,
                {"error": {"message": "Invalid Input Provided", "code": 2001, "errors": errors}},
            )
        changed = []
        for wanted in body["incidents"]:
            incident = self.incidents.get(wanted["id"])
            if incident is None or incident["status"] == "resolved":
                errors = ["Incident Not Found" if incident is None else "Incident Already Resolved"]
                raise Answer(400, {"error": {"message": "Bad", "code": 2001, "errors": errors}})
            by = request.headers["from"]
            self._change(incident, wanted["status"], by, "user_reference")
            changed.append(_shown(incident))
        return JSONResponse({"incidents": changed})

    def _incident(self, request: HttpRequest, _body: Any) -> Response:
        self._check_key(request)
        return JSONResponse({"incident": _shown(self._known(request.path_params["id"]))})

    def _notes(self, request: HttpRequest, _body: Any) -> Response:
        self._check_key(request)
        return JSONResponse({"notes": self._known(request.path_params["id"])["notes"]})

    def _note(self, request: HttpRequest, body: Any) -> Response:
        self._check_key(request)
        notes = self._known(request.path_params["id"])["notes"]
        notes.append({"id": f"PNOTE{len(notes) + 1}", "content": body["note"]["content"]})
        return JSONResponse({"note": notes[-1]})

    def _known(self, id_: str) -> dict[str, Any]:
        if id_ not in self.incidents:
            raise Answer(404, {"error": {"message": "Not Found", "code": 2100}})
        return self.incidents[id_]

    def _all_users(self, request: HttpRequest, _body: Any) -> Response:
        self._check_key(request)
        query = request.query_params.get("query", "").casefold()
        known = [each[:2] for each in self.on_call]
        found = [
            _user(name, email, is_whole=True)
            for name, email in dict.fromkeys([*known, *self.users])
            if query in name.casefold() or query in email.casefold()
        ]
        return JSONResponse({"users": found, "limit": 100, "offset": 0, "more": False})

    def _users(self, request: HttpRequest, _body: Any) -> Response:
        self._check_key(request)
        id_ = request.path_params["id"]
        first = [each[:2] for each in self.on_call if each[2] == 1]
        known = {SCHEDULE_ID: first, **self.unused_schedules}
        if id_ not in known:
            raise Answer(404, {"error": {"message": "Not Found", "code": 2100}})
        if not {"since", "until"} <= set(request.query_params):
            raise Answer(400, {"error": {"message": "Invalid Input Provided", "code": 2001}})
        now = self.timeline.now()
        since, until = (
            datetime.fromisoformat(request.query_params[each]) for each in ("since", "until")
        )
        # Whoever is on call now; at other times others may be, whom nobody here knows.
        is_now = since - _SOON <= now <= until + _SOON
        on_call = known[id_] if is_now else []
        return JSONResponse({"users": [_user(*each, is_whole=True) for each in on_call]})

    def _policy(self, request: HttpRequest, _body: Any) -> Response:
        self._check_key(request)
        id_ = request.path_params["id"]
        if id_ != ESCALATION_POLICY_ID:
            raise Answer(404, {"error": {"message": "Not Found", "code": 2100}})
        policy = {"id": id_, "type": "escalation_policy", "name": "Webrana production"}
        return JSONResponse({"escalation_policy": policy | {"escalation_rules": []}})

    def _oncalls(self, request: HttpRequest, _body: Any) -> Response:
        self._check_key(request)
        query = request.query_params
        schedules = query.getlist("schedule_ids[]")
        policies = query.getlist("escalation_policy_ids[]")
        with_users = "users" in query.getlist("include[]")
        entries = [
            self._entry(*each, with_user=with_users)
            for each in self.on_call
            if (not policies or ESCALATION_POLICY_ID in policies)
            and (not schedules or (SCHEDULE_ID in schedules and each[2] == 1))
        ]
        offset = int(query.get("offset", 0))
        limit = min(int(query.get("limit", 25)), self.page_size)
        page = entries[offset : offset + limit]
        more = offset + limit < len(entries)
        return JSONResponse(
            {"oncalls": page, "limit": limit, "offset": offset, "more": more, "total": None}
        )

    def _entry(self, name: str, email: str, level: int, *, with_user: bool) -> dict[str, Any]:
        schedule = {"id": SCHEDULE_ID, "type": "schedule_reference", "summary": "Webrana on call"}
        return {
            "escalation_policy": {
                "id": ESCALATION_POLICY_ID,
                "type": "escalation_policy_reference",
                "summary": "Webrana production",
            },
            "escalation_level": level,
            "schedule": schedule if level == 1 else None,
            "user": _user(name, email, is_whole=with_user),
            "start": None,
            "end": None,
        }


def _shown(incident: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in incident.items() if name != "notes"}


def _user(name: str, email: str, *, is_whole: bool) -> dict[str, Any]:
    id_ = f"P{zlib.crc32(email.encode()):08X}"
    url = f"{_ACCOUNT_URL}/users/{id_}"
    user = {"id": id_, "type": "user_reference", "summary": name, "html_url": url}
    return user | {"type": "user", "name": name, "email": email} if is_whole else user
