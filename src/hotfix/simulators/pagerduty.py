"""A PagerDuty account with one schedule and one escalation policy."""

import zlib
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from hotfix.simulators.server import Answer, Received, Service
from hotfix.simulators.timeline import Timeline

SCHEDULE_ID = "PSCHED1"
ESCALATION_POLICY_ID = "PPOLICY1"
_ACCOUNT_URL = "https://webrana.pagerduty.example"


class PagerdutyService(Service):
    """PagerDuty's REST API, as far as asking for the on-call goes.

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
        self.page_size = 100
        self.route("GET", "/oncalls", self._oncalls)
        self.route("GET", "/schedules/{id}/users", self._users)

    def _check_key(self, request: HttpRequest) -> None:
        if request.headers.get("authorization") != f"Token token={self._key}":
            raise Answer(401, {"error": {"message": "Unauthorized", "code": 2006}})

    def _users(self, request: HttpRequest, _body: Any) -> Response:
        self._check_key(request)
        id_ = request.path_params["id"]
        first = [each[:2] for each in self.on_call if each[2] == 1]
        known = {SCHEDULE_ID: first, **self.unused_schedules}
        if id_ not in known:
            raise Answer(404, {"error": {"message": "Not Found", "code": 2100}})
        if not {"since", "until"} <= set(request.query_params):
            raise Answer(400, {"error": {"message": "Invalid Input Provided", "code": 2001}})
        return JSONResponse({"users": [_user(*each, is_whole=True) for each in known[id_]]})

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


def _user(name: str, email: str, *, is_whole: bool) -> dict[str, Any]:
    id_ = f"P{zlib.crc32(email.encode()):08X}"
    url = f"{_ACCOUNT_URL}/users/{id_}"
    user = {"id": id_, "type": "user_reference", "summary": name, "html_url": url}
    return user | {"type": "user", "name": name, "email": email} if is_whole else user
