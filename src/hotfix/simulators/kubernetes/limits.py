"""How large things may be (measured on an API server 1.37)."""

import base64

from hotfix.simulators.kubernetes.kinds import CONFIG_MAPS, Kind
from hotfix.simulators.kubernetes.status_answers import invalid, refusal
from hotfix.simulators.kubernetes.store import Json

_REQUEST_BYTES = 3_145_728
_ANNOTATION_BYTES = 262_144
_CONFIG_MAP_BYTES = 1_048_576


def check_request(length: int) -> None:
    """Raise the 413 answer where a request's body is too long."""
    if length > _REQUEST_BYTES:
        message = f"Request entity too large: limit is {_REQUEST_BYTES}"
        raise refusal(413, "RequestEntityTooLarge", message)


def check(kind: Kind, thing: Json) -> None:
    """Raise the 422 answer where an object's annotations, or a ConfigMap's data, are too long."""
    where = f'{kind.resource} "{thing["metadata"].get("name", "")}" is invalid: '
    if _bytes(thing["metadata"].get("annotations") or {}) > _ANNOTATION_BYTES:
        raise invalid(
            f"{where}metadata.annotations: Too long: may not be more than {_ANNOTATION_BYTES} bytes"
        )
    if kind is CONFIG_MAPS and _values(thing) > _CONFIG_MAP_BYTES:
        raise invalid(f"{where}[]: Too long: may not be more than {_CONFIG_MAP_BYTES} bytes")


def _bytes(texts: Json) -> int:
    return sum(len(str(each).encode()) for pair in texts.items() for each in pair)


def _values(config_map: Json) -> int:
    texts = (config_map.get("data") or {}).values()
    binaries = (config_map.get("binaryData") or {}).values()
    return sum(len(str(text).encode()) for text in texts) + sum(
        len(base64.b64decode(text)) for text in binaries
    )
