"""ConfigMaps and Secrets that a pod template names: their versions, never their content."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from hotfix.adapters.kubernetes.api.connection import (
    CONFIG_MAPS,
    METADATA_ONLY,
    SECRETS,
    Connection,
)
from hotfix.adapters.kubernetes.api.object_owners import Json, name_of, plain
from hotfix.adapters.kubernetes.api.shared_reads import named
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import MissingRightError
from hotfix.domain.restoration import NamedObject

CONFIG_MAP, SECRET = "ConfigMap", "Secret"
_PATHS = {CONFIG_MAP: CONFIG_MAPS, SECRET: SECRETS}
Named = tuple[str, str]


def names_in(template: JsonObject) -> set[Named]:
    """Return kind and name of everything the template names: env, envFrom, volumes, pull."""
    spec: Json = plain(template.get("spec") or {})
    found: set[Named] = {
        (SECRET, str(each.get("name"))) for each in spec.get("imagePullSecrets") or []
    }
    for key in ("containers", "initContainers"):
        for container in spec.get(key) or []:
            found |= set(_in_container(container))
    for volume in spec.get("volumes") or []:
        found |= set(_in_volume(volume))
        for source in (volume.get("projected") or {}).get("sources") or []:
            found |= set(_in_volume(source))
    return {(kind, name) for kind, name in found if name}


def read_versions(
    connection: Connection, wanted: Sequence[Named]
) -> dict[str, dict[str, str] | None]:
    """Return, by kind, the versions by name; None where the kind may not be listed."""
    names: dict[str, list[str]] = {}
    for kind, name in wanted:
        names.setdefault(kind, []).append(name)
    if not names:
        return {}
    with ThreadPoolExecutor(len(names)) as pool:
        found = pool.map(lambda each: _versions(connection, *each), names.items())
        return dict(zip(names, found, strict=True))


def with_versions(
    records: Sequence[DeploymentRecord],
    read: Callable[[Sequence[Named]], dict[str, dict[str, str] | None]],
) -> tuple[DeploymentRecord, ...]:
    """Return the records with what their templates name; what may not be listed is left out."""
    wanted = [sorted(names_in(record.template)) for record in records]
    versions = read(sorted({pair for each in wanted for pair in each}))
    return tuple(
        replace(record, named=tuple(_known(each, versions)))
        for record, each in zip(records, wanted, strict=True)
    )


def _known(
    named: Sequence[Named], versions: dict[str, dict[str, str] | None]
) -> Iterator[NamedObject]:
    for kind, name in named:
        known = versions.get(kind)
        if known is not None:
            yield NamedObject(kind, name, known.get(name, ""))


def _versions(connection: Connection, kind: str, names: Sequence[str]) -> dict[str, str] | None:
    doing = f"list {kind.lower()}s in {connection.namespace}"
    try:
        found = named(connection, _PATHS[kind], doing, names, METADATA_ONLY)
    except MissingRightError:
        return None
    return {
        name_of(each): f"{each['metadata']['uid']}/{each['metadata']['resourceVersion']}"
        for each in found
    }


def _in_container(container: Json) -> Iterator[Named]:
    for source in container.get("envFrom") or []:
        yield CONFIG_MAP, _name(source.get("configMapRef"))
        yield SECRET, _name(source.get("secretRef"))
    for variable in container.get("env") or []:
        source = variable.get("valueFrom") or {}
        yield CONFIG_MAP, _name(source.get("configMapKeyRef"))
        yield SECRET, _name(source.get("secretKeyRef"))


def _in_volume(volume: Json) -> Iterator[Named]:
    yield CONFIG_MAP, _name(volume.get("configMap"))
    secret = volume.get("secret") or {}
    yield SECRET, str(secret.get("secretName") or secret.get("name") or "")


def _name(reference: Json | None) -> str:
    return str((reference or {}).get("name") or "")
