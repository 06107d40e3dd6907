"""A public status page, as Statuspage's REST API shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from hotfix.simulators.pages import Page
from hotfix.simulators.server import Answer, Handler, Received, Service
from hotfix.simulators.timeline import Timeline

_STATUSES = ("investigating", "identified", "monitoring", "resolved")
_COMPONENT_STATUSES = (
    "operational",
    "under_maintenance",
    "degraded_performance",
    "partial_outage",
    "major_outage",
)
_PAGE_SIZE = 100
_LONGEST = {"name": 255, "body": 25_000}
_CLOSED = ("resolved", "completed", "postmortem")


class StatuspageService(Service):
    """One page below ``/v1/pages/``; ``incidents`` are as the API shows them, oldest first."""

    def __init__(
        self, timeline: Timeline, received: Received, *, key: str, page_id: str = "webrana1page"
    ) -> None:
        super().__init__("statuspage", timeline, received)
        self._key = key
        self._page_id = page_id
        self.incidents: list[dict[str, Any]] = []
        #: status of every component, by id
        self.components = {"cmp1checkout": "operational", "cmp2shop": "operational"}
        #: what a component is called, by id; the others are called as their id, in capitals
        self.names: dict[str, str] = {}
        #: what is in each group of components, by the id of the group
        self.groups: dict[str, list[str]] = {}
        self._route("GET", "", self._page)
        self._route("GET", "/components", self._list_components)
        self._route("GET", "/incidents/unresolved", self._unresolved)
        self._route("GET", "/incidents", self._list)
        self._route("POST", "/incidents", self._create)
        self._route("GET", "/incidents/{id}", self._get)
        self._route("PATCH PUT", "/incidents/{id}", self._update)

    def _route(self, methods: str, path: str, handler: Handler) -> None:
        def checked(request: HttpRequest, body: Any) -> Response:
            if request.headers.get("authorization") != f"OAuth {self._key}":
                raise Answer(401, {"error": "Could not authenticate"})
            if request.path_params["page"] != self._page_id:
                raise Answer(404, {"error": "Record not found"})
            return handler(request, body)

        self.route(methods, f"/v1/pages/{{page}}{path}", checked)

    def page(self, path: str) -> Page:  # noqa: ARG002 - there is one
        """Return what customers read, the newest first."""
        rows = [
            (f"{each['name']}: {update['status']}. {update['body']}", "")
            for each in self._newest()
            for update in each["incident_updates"]
        ]
        return Page("Webrana's status", rows or [("All is well.", "")])

    def _page(self, _request: HttpRequest, _body: Any) -> Response:
        return JSONResponse(
            {"id": self._page_id, "name": "Webrana", "url": "https://status.webrana.example"}
        )

    def _list_components(self, request: HttpRequest, _body: Any) -> Response:
        groups = [self._component(each, "operational") | {"group": True} for each in self.groups]
        singles = [self._component(*each) for each in self.components.items()]
        return JSONResponse(_paged(request, [*groups, *singles], "per_page"))

    def _component(self, id_: str, status: str) -> dict[str, Any]:
        group = next((group for group, within in self.groups.items() if id_ in within), None)
        name = self.names.get(id_, id_.upper())
        # Those of no group have no group_id.
        within = {} if group is None else {"group_id": group}
        return {"id": id_, "name": name, "status": status, "group": False} | within

    def _unresolved(self, request: HttpRequest, _body: Any) -> Response:
        open_ = [each for each in self._newest() if each["status"] in _STATUSES[:-1]]
        return JSONResponse(_paged(request, open_, "per_page"))

    def _list(self, request: HttpRequest, _body: Any) -> Response:
        return JSONResponse(_paged(request, self._newest(), "limit"))

    def _get(self, request: HttpRequest, _body: Any) -> Response:
        return JSONResponse(self._known(request))

    def _create(self, _request: HttpRequest, body: Any) -> Response:
        wanted = _wanted(body)
        if not wanted.get("name"):
            raise Answer(422, {"error": ["Name can't be blank"]})
        number = len(self.incidents) + 1
        incident: dict[str, Any] = {
            "id": f"incident{number:04d}",
            "name": str(wanted["name"]),
            "status": "investigating",
            "metadata": wanted.get("metadata") or {},
            "page_id": self._page_id,
            "impact": wanted.get("impact_override") or "none",
            "shortlink": f"https://stspg.example/{number:04d}",
            "created_at": self._now(),
            "incident_updates": [],
        }
        self._change(incident, wanted)
        self.incidents.append(incident)
        return JSONResponse(incident, 201)

    def _update(self, request: HttpRequest, body: Any) -> Response:
        incident, wanted = self._known(request), _wanted(body)
        self._change(incident, wanted)
        for name in ("name", "metadata"):
            incident[name] = wanted.get(name, incident[name])
        return JSONResponse(incident)

    def _change(self, incident: dict[str, Any], wanted: dict[str, Any]) -> None:
        status = str(wanted.get("status") or incident["status"])
        if status not in _STATUSES:
            raise Answer(422, {"error": ["Status is not included in the list"]})
        about, before = wanted.get("components") or {}, dict(self.components)
        unknown = {*about, *(wanted.get("component_ids") or ())} - set(self.components)
        if unknown or not set(about.values()) <= set(_COMPONENT_STATUSES):
            raise Answer(422, {"error": ["Component is invalid"]})
        for name, most in _LONGEST.items():
            if len(str(wanted.get(name) or "")) > most:
                raise Answer(422, {"error": [f"{name.title()} is too long (maximum is {most})"]})
        self.components |= about
        if "component_ids" in wanted:
            incident["components"] = [
                self._component(each, self.components[each]) for each in wanted["component_ids"]
            ]
        incident |= {"status": status, "updated_at": self._now()}
        incident["resolved_at"] = self._now() if status in _CLOSED else None
        update = {
            "status": status,
            "body": str(wanted.get("body") or ""),
            "created_at": self._now(),
            "affected_components": self._affected(incident, before) or None,
        }
        incident["incident_updates"].insert(0, update)

    def _affected(
        self, incident: Mapping[str, Any], before: Mapping[str, str]
    ) -> list[dict[str, str]]:
        """Return what an update has made of each component that its incident is about."""
        ids = [each["id"] for each in incident.get("components") or ()]
        return [
            {
                "code": each,
                "name": self.names.get(each, each.upper()),
                "old_status": before[each],
                "new_status": self.components[each],
            }
            for each in ids
            if each in before
        ]

    def _known(self, request: HttpRequest) -> dict[str, Any]:
        for incident in self.incidents:
            if incident["id"] == request.path_params["id"]:
                return incident
        raise Answer(404, {"error": "Record not found"})

    def _newest(self) -> list[dict[str, Any]]:
        return self.incidents[::-1]

    def _now(self) -> str:
        return self.timeline.now().isoformat()


def _paged(
    request: HttpRequest, found: Sequence[Mapping[str, Any]], size: str
) -> Sequence[Mapping[str, Any]]:
    """Return one page of what was found; ``size`` is the parameter with how many it has."""
    limit = int(request.query_params.get(size) or _PAGE_SIZE)
    start = (int(request.query_params.get("page") or 1) - 1) * limit
    return found[start : start + limit]


def _wanted(body: Any) -> dict[str, Any]:
    wanted = body.get("incident") if isinstance(body, dict) else None
    if not isinstance(wanted, dict):
        raise Answer(400, {"error": "incident is missing"})
    return wanted
