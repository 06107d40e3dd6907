"""The REST interface: which path does what, who may, and how lists and watches are answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from hotfix.simulators.kubernetes import kinds, manifests, pod_status
from hotfix.simulators.kubernetes.kinds import KINDS, PODS, Kind
from hotfix.simulators.kubernetes.kubelet import Kubelet
from hotfix.simulators.kubernetes.selectors import matches
from hotfix.simulators.kubernetes.status_answers import (
    bad_request,
    conflict,
    forbidden,
    invalid,
    refusal,
    unauthorized,
)
from hotfix.simulators.kubernetes.store import Json, Store
from hotfix.simulators.kubernetes.streams import Streams
from hotfix.simulators.kubernetes.writes import Writes
from hotfix.simulators.server import Handler
from hotfix.simulators.timeline import Timeline

_VERBS = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_FOR_EVER = 86_400.0
_ANY_METHOD = "GET HEAD POST PUT PATCH DELETE OPTIONS"


@dataclass
class Api:
    """Handlers of all paths.

    Attributes:
        token: that every request must bear.
        denied: such as ``patch deployments`` or ``get pods/log``.
    """

    store: Store
    writes: Writes
    kubelet: Kubelet
    streams: Streams
    timeline: Timeline
    token: str
    denied: set[str] = field(default_factory=set)

    def add_to(self, route: Callable[[str, str, Handler], None]) -> None:
        """Register every path."""

        def add(methods: str, path: str, handler: Handler) -> None:
            route(methods, path, partial(self._as_known_user, handler))

        for path, answer in self._fixed().items():
            add("GET", path, partial(_fixed, answer))
        add("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", self._review)
        add("GET", PODS.prefix + "/namespaces/{namespace}/pods/{name}/log", self._log)
        for kind in KINDS:
            folder = f"{kind.prefix}/{kind.plural}"
            if kind.is_namespaced:
                add("GET", folder, partial(self._collection, kind))
                folder = f"{kind.prefix}/namespaces/{{namespace}}/{kind.plural}"
            add("GET POST", folder, partial(self._collection, kind))
            add("GET PUT PATCH DELETE", f"{folder}/{{name}}", partial(self._one, kind))
        add(_ANY_METHOD, "/{rest:path}", _unknown)

    def _fixed(self) -> dict[str, Json]:
        versions = {kind.api_version for kind in KINDS} | {"authorization.k8s.io/v1"}
        lists = {
            f"/api/{each}" if each == "v1" else f"/apis/{each}": kinds.api_resources(each)
            for each in versions
        }
        return {
            "/version": kinds.VERSION,
            "/api": kinds.API_VERSIONS,
            "/apis": kinds.api_groups(),
            **lists,
        }

    def _as_known_user(self, handler: Handler, request: HttpRequest, body: Any) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise unauthorized()
        manifests.check_request_size(int(request.headers.get("content-length") or 0))
        return handler(request, body)

    def _authorize(self, verb: str, resource: str, group: str, namespace: str) -> None:
        if f"{verb} {resource}" in self.denied:
            raise forbidden(verb, resource, group, namespace)

    def _collection(self, kind: Kind, request: HttpRequest, body: Any) -> Response:
        namespace = request.path_params.get("namespace", "")
        is_watch = _is_set(request, "watch")
        verb = "create" if request.method == "POST" else "watch" if is_watch else "list"
        self._authorize(verb, kind.plural, kind.group, namespace)
        if verb == "create":
            return JSONResponse(self.writes.create(kind, namespace, body), 201)
        if is_watch:
            return self._watch(kind, namespace, request)
        found = self._selected(kind, namespace, request)
        head = {"kind": f"{kind.name}List", "apiVersion": kind.api_version}
        if "as=PartialObjectMetadataList" in request.headers.get("accept", ""):
            head = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1"}
            found = [_metadata_only(thing) for thing in found]
        found, page = _page_of(found, request)
        metadata = {"resourceVersion": str(self.store.version), **page}
        return JSONResponse({**head, "metadata": metadata, "items": found})

    def _selected(self, kind: Kind, namespace: str, request: HttpRequest) -> list[Json]:
        labels, fields = _selectors(request)
        return [
            thing for thing in self.store.all(kind, namespace) if matches(thing, labels, fields)
        ]

    def _watch(self, kind: Kind, namespace: str, request: HttpRequest) -> Response:
        query = request.query_params
        if query.get("sendInitialEvents") == "true":
            raise invalid("sendInitialEvents: Forbidden: watch lists are not served here")
        version = query.get("resourceVersion") or "0"
        if not version.isdecimal():
            raise bad_request(f"invalid resource version {version!r}")
        is_from_now = version == "0"
        first = self._selected(kind, namespace, request) if is_from_now else []
        position = self.streams.position_after(self.store.version if is_from_now else int(version))
        seconds = float(query.get("timeoutSeconds") or _FOR_EVER)
        events = self.streams.watch(kind, namespace, _selectors(request), first, position, seconds)
        return StreamingResponse(events, media_type="application/json")

    def _one(self, kind: Kind, request: HttpRequest, body: Any) -> Response:
        namespace = request.path_params.get("namespace", "")
        name = request.path_params["name"]
        verb = _VERBS["GET" if request.method == "HEAD" else request.method]
        self._authorize(verb, kind.plural, kind.group, namespace)
        if verb == "get":
            return JSONResponse(self.store.get(kind, namespace, name))
        if verb == "update":
            return JSONResponse(self.writes.replace(kind, namespace, name, body))
        if verb == "patch":
            media = request.headers.get("content-type", "")
            is_dry = request.query_params.get("dryRun") == "All"
            found = self.writes.patch(kind, namespace, name, body, media, is_dry=is_dry)
            return JSONResponse(found)
        return JSONResponse(self._deleted(kind, namespace, name, body))

    def _deleted(self, kind: Kind, namespace: str, name: str, options: Any) -> Json:
        wanted = ((options or {}).get("preconditions") or {}).get("resourceVersion")
        present = self.store.get(kind, namespace, name)["metadata"]
        if wanted and wanted != present["resourceVersion"]:
            raise conflict(kind.resource, name)
        thing = self.writes.delete(kind, namespace, name)
        if kind is PODS:
            return thing
        details = {"name": name, "kind": kind.plural, "uid": present["uid"]}
        head = {"kind": "Status", "apiVersion": "v1", "metadata": {}}
        return {**head, "status": "Success", "details": details}

    def _log(self, request: HttpRequest, _: Any) -> Response:
        namespace, name = request.path_params["namespace"], request.path_params["name"]
        self._authorize("get", "pods/log", "", namespace)
        pod = self.store.get(PODS, namespace, name)
        _check_container(pod, request.query_params.get("container", ""))
        if _is_set(request, "previous"):
            return self._previous_log(pod, request)
        lines = self.kubelet.log_lines(name)
        begin = self._first_line(name, len(lines), request)
        if _is_set(request, "follow"):
            uid = pod["metadata"]["uid"]
            found = self.streams.follow(partial(self._lines_of, namespace, name, uid), begin)
            return StreamingResponse(found, media_type="text/plain")
        return PlainTextResponse("".join(f"{line}\n" for line in lines[begin:]))

    def _previous_log(self, pod: Json, request: HttpRequest) -> Response:
        name, container = pod["metadata"]["name"], pod["spec"]["containers"][0]["name"]
        lines = self.kubelet.previous_log_lines(name)
        if lines is None:
            raise bad_request(
                f'previous terminated container "{container}" in pod "{name}" not found'
            )
        tail = int(request.query_params.get("tailLines") or len(lines))
        return PlainTextResponse("".join(f"{line}\n" for line in lines[len(lines) - tail :]))

    def _first_line(self, name: str, length: int, request: HttpRequest) -> int:
        query, begin = request.query_params, 0
        if query.get("sinceSeconds"):
            # A second of the world is shorter than one of the clock, where the world is faster.
            seconds = float(query["sinceSeconds"]) / self.timeline.speed
            begin = self.kubelet.log_book.first_since(name, self.timeline.now(), seconds)
        if query.get("tailLines"):
            begin = max(begin, length - int(query["tailLines"]))
        return begin

    def _lines_of(self, namespace: str, name: str, uid: str) -> list[str] | None:
        with self.timeline.lock:
            pod = self.store.find(PODS, namespace, name)
            if pod is None or pod["metadata"]["uid"] != uid:
                return None
            return self.kubelet.log_lines(name)

    def _review(self, _: HttpRequest, body: Any) -> Response:
        if not isinstance(body, dict):
            raise refusal(415, "UnsupportedMediaType", "only JSON is understood here")
        attributes = (body.get("spec") or {}).get("resourceAttributes") or {}
        resource = attributes.get("resource", "")
        if attributes.get("subresource"):
            resource += f"/{attributes['subresource']}"
        is_allowed = f"{attributes.get('verb', '')} {resource}" not in self.denied
        reviewed = {**body, "status": {"allowed": is_allowed}}
        return JSONResponse(reviewed, 201)


def _selectors(request: HttpRequest) -> tuple[str, str]:
    query = request.query_params
    return query.get("labelSelector", ""), query.get("fieldSelector", "")


def _is_set(request: HttpRequest, name: str) -> bool:
    return request.query_params.get(name, "").lower() in {"1", "true"}


def _page_of(found: list[Json], request: HttpRequest) -> tuple[list[Json], Json]:
    """Return the part of a list that ``limit`` and ``continue`` ask for, and how it goes on."""
    query = request.query_params
    begin, limit = query.get("continue") or "0", int(query.get("limit") or 0)
    if not begin.isdecimal():
        raise bad_request("continue key is not valid: the encoded token is malformed")
    first = int(begin)
    rest = found[first + limit :] if limit else []
    page = {"continue": str(first + limit), "remainingItemCount": len(rest)} if rest else {}
    return found[first : first + limit] if limit else found[first:], page


def _metadata_only(thing: Json) -> Json:
    head = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}
    return {**head, "metadata": thing["metadata"]}


def _check_container(pod: Json, container: str) -> None:
    name = pod["metadata"]["name"]
    names = [each["name"] for each in pod["spec"]["containers"]]
    if container and container not in names:
        raise bad_request(f"container {container} is not valid for pod {name}")
    if not container and len(names) > 1:
        raise bad_request(
            f"a container name must be specified for pod {name}, choose one of: {names}"
        )
    reason = pod_status.waits_for_its_container(pod)
    if reason:
        raise bad_request(
            f'container "{container or names[0]}" in pod "{name}" is waiting to start: {reason}'
        )


def _fixed(answer: Json, _: HttpRequest, __: Any) -> Response:
    return JSONResponse(answer)


def _unknown(_: HttpRequest, __: Any) -> Response:
    raise refusal(404, "NotFound", "the server could not find the requested resource")
