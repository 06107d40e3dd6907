"""What the API server adds to a deployment, and what it refuses of any object."""

import base64
import copy
import json
import math
from typing import Any

from hotfix.simulators.kubernetes.kinds import CONFIG_MAPS, Kind
from hotfix.simulators.kubernetes.selectors import matches_labels
from hotfix.simulators.kubernetes.status_answers import invalid, refusal

Json = dict[str, Any]

HASH_LABEL = "pod-template-hash"
# Without vowels and look-alikes, as Kubernetes does it, so that no name is a word.
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_DEFAULTS: Json = {
    "replicas": 1,
    "revisionHistoryLimit": 10,
    "progressDeadlineSeconds": 600,
    "strategy": {"type": "RollingUpdate"},
}
_POD_DEFAULTS: Json = {
    "dnsPolicy": "ClusterFirst",
    "restartPolicy": "Always",
    "schedulerName": "default-scheduler",
    "securityContext": {},
    "terminationGracePeriodSeconds": 30,
}
# How large things may be (measured on an API server 1.37).
_REQUEST_BYTES = 3_145_728
_ANNOTATION_BYTES = 262_144
_CONFIG_MAP_BYTES = 1_048_576


def with_defaults(deployment: Json) -> Json:
    """Return the deployment as the API server completes it."""
    result = copy.deepcopy(deployment)
    spec: Json = copy.deepcopy(_DEFAULTS) | result.get("spec", {})
    result["spec"] = spec
    if spec["strategy"].get("type", "RollingUpdate") == "RollingUpdate":
        spec["strategy"]["type"] = "RollingUpdate"
        rolling = spec["strategy"].setdefault("rollingUpdate", {})
        rolling.setdefault("maxSurge", "25%")
        rolling.setdefault("maxUnavailable", "25%")
    _complete_pod(spec.setdefault("template", {}).setdefault("spec", {}))
    return result


def _complete_pod(spec: Json) -> None:
    for key, value in _POD_DEFAULTS.items():
        spec.setdefault(key, copy.copy(value))
    for container in spec.get("containers") or []:
        container.setdefault("imagePullPolicy", _pull_policy(str(container.get("image", ""))))
        container.setdefault("resources", {})
        container.setdefault("terminationMessagePath", "/dev/termination-log")
        container.setdefault("terminationMessagePolicy", "File")


def _pull_policy(image: str) -> str:
    """Return the default: an image that may change under its name is always pulled."""
    tag = image.rsplit("/", 1)[-1].partition(":")[2]
    return "Always" if tag in {"", "latest"} and "@" not in image else "IfNotPresent"


def check(deployment: Json, present: Json | None = None) -> None:
    """Raise the 422 answer where the deployment is not valid, or changes what must not change."""
    name, spec = deployment["metadata"].get("name", ""), deployment["spec"]
    wanted = (spec.get("selector") or {}).get("matchLabels") or {}
    labels = (spec["template"].get("metadata") or {}).get("labels") or {}
    containers = spec["template"]["spec"].get("containers") or []
    where = f'Deployment.apps "{name}" is invalid: '
    if not wanted or not matches_labels(labels, wanted):
        raise invalid(
            f"{where}spec.template.metadata.labels: Invalid value: "
            "`selector` does not match template `labels`"
        )
    if not containers:
        raise invalid(f"{where}spec.template.spec.containers: Required value")
    if not all(each.get("name") and each.get("image") for each in containers):
        raise invalid(f"{where}spec.template.spec.containers[0].image: Required value")
    if present is not None and present["spec"].get("selector") != spec.get("selector"):
        raise invalid(f"{where}spec.selector: Invalid value: field is immutable")


def check_request_size(length: int) -> None:
    """Raise the 413 answer where a request's body is too long."""
    if length > _REQUEST_BYTES:
        message = f"Request entity too large: limit is {_REQUEST_BYTES}"
        raise refusal(413, "RequestEntityTooLarge", message)


def check_size(kind: Kind, thing: Json) -> None:
    """Raise the 422 answer where an object's annotations, or a ConfigMap's data, are too long."""
    where = f'{kind.resource} "{thing["metadata"].get("name", "")}" is invalid: '
    if _bytes(thing["metadata"].get("annotations") or {}) > _ANNOTATION_BYTES:
        raise invalid(
            f"{where}metadata.annotations: Too long: may not be more than {_ANNOTATION_BYTES} bytes"
        )
    if kind is CONFIG_MAPS and _data_bytes(thing) > _CONFIG_MAP_BYTES:
        raise invalid(f"{where}[]: Too long: may not be more than {_CONFIG_MAP_BYTES} bytes")


def _bytes(texts: Json) -> int:
    return sum(len(str(each).encode()) for pair in texts.items() for each in pair)


def _data_bytes(config_map: Json) -> int:
    texts = (config_map.get("data") or {}).values()
    binaries = (config_map.get("binaryData") or {}).values()
    return sum(len(str(text).encode()) for text in texts) + sum(
        len(base64.b64decode(text)) for text in binaries
    )


def limits(deployment: Json) -> tuple[int, int]:
    """Return how many pods more than wanted, and fewer than wanted, a rolling update may have."""
    spec = deployment["spec"]
    replicas = int(spec["replicas"])
    rolling = spec["strategy"].get("rollingUpdate") or {"maxSurge": 0, "maxUnavailable": "100%"}
    surge = _number(rolling["maxSurge"], replicas, is_rounded_up=True)
    unavailable = _number(rolling["maxUnavailable"], replicas, is_rounded_up=False)
    return surge, unavailable if surge or unavailable else 1


def _number(value: int | str, replicas: int, *, is_rounded_up: bool) -> int:
    if isinstance(value, int):
        return value
    share = replicas * int(value.rstrip("%")) / 100
    return math.ceil(share) if is_rounded_up else math.floor(share)


def template_hash(template: Json) -> str:
    """Return a stable hash of a pod template that looks like Kubernetes' own."""
    return encoded(json.dumps(template, sort_keys=True))


def encoded(text: str) -> str:
    """Return the FNV-1a hash of ``text`` in the letters that Kubernetes uses in names."""
    number = 0x811C9DC5
    for byte in text.encode():
        number = ((number ^ byte) * 0x01000193) % 2**32
    return "".join(_ALPHABET[ord(digit) % len(_ALPHABET)] for digit in str(number))


def without_hash(template: Json) -> Json:
    """Return a pod template without the label that the controller adds."""
    result = copy.deepcopy(template)
    ((result.get("metadata") or {}).get("labels") or {}).pop(HASH_LABEL, None)
    return result
