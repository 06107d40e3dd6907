"""Docker Compose: services that test, or in which a part of the clone is tested."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hotfix.detect.files import folder_of, joined
from hotfix.detect.plain_yaml import UnreadableYamlError, one_document
from hotfix.detect.suites.suite import Clone, Suite, words_of
from hotfix.domain.shell_signs import shell_sign

_USUAL = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_FILE = re.compile(r"(?:docker-)?compose(?:[.-][\w-]+)?\.ya?ml")
_TESTS = re.compile(r"(?:.*[-_])?tests?(?:[-_].*)?|(?:.*[-_])?(?:pytest|unittests?)", re.IGNORECASE)
# Tests that need what a hotfix has no time for.
_TOO_MUCH = re.compile(
    r"e2e|load|perf|smoke|browser|cypress|playwright|db|database|data", re.IGNORECASE
)
_DEVELOPS = re.compile(r"(?:.*[-_])?dev(?:elop(?:ment)?)?", re.IGNORECASE)
_IN_CHECKS = re.compile(
    r"docker(?: |-)compose (?:-f \S+ |--file \S+ )*run .*\b(?:test|pytest|tests)\b.*"
)


def suites_in(clone: Clone, others: Sequence[Suite]) -> tuple[Suite, ...]:
    """Return the suites that are run in services, and the ``others`` that are not among them."""
    checked = list(_checked(clone))
    if checked:
        # The team's own checks are believed; what they run in a service is not run beside it.
        return (*checked, *(each for each in others if not _is_run_in(each, checked)))
    left, found = list(others), []
    for path, services in _files(clone):
        start = _start(path)
        for name, service in services:
            if _TESTS.fullmatch(name) and not _TOO_MUCH.search(name):
                run, covered = f"{start} {name}", _folders(path, service)
            elif _DEVELOPS.fullmatch(name):
                inside = next(
                    (each for each in left if each.folder in _folders(path, service)), None
                )
                if inside is None:
                    continue
                run, covered = f"{start} {name} {inside.run}", {inside.folder}
            else:
                continue
            found.append(
                Suite("compose", folder_of(path), run, f"service {name} in {path}", name=name)
            )
            left = [each for each in left if each.folder not in covered]
    return (*found, *left)


def _checked(clone: Clone) -> Iterator[Suite]:
    for (folder, line), path in clone.checked.items():
        words = words_of(line)
        is_plain = "${{" not in line and words and not shell_sign(words)
        if _IN_CHECKS.fullmatch(line) and is_plain and not any("$" in each for each in words):
            yield Suite("compose", folder or ".", line, path)


def _is_run_in(suite: Suite, checked: Sequence[Suite]) -> bool:
    return any(each.run.endswith(suite.run) for each in checked)


def _files(clone: Clone) -> Iterator[tuple[str, list[tuple[str, Mapping[str, Any]]]]]:
    for path in clone.files.own:
        if not _FILE.fullmatch(path.rpartition("/")[2]):
            continue
        try:
            data = one_document(clone.files.read(path) or "")
        except UnreadableYamlError:
            continue
        services = data.get("services") if isinstance(data, Mapping) else None
        if isinstance(services, Mapping):
            yield (
                path,
                [
                    (name, each)
                    for name, each in services.items()
                    if isinstance(each, Mapping) and re.fullmatch(r"[\w.-]+", name)
                ],
            )


def _start(path: str) -> str:
    name = path.rpartition("/")[2]
    return f"docker compose {'' if name in _USUAL else f'-f {name} '}run --rm"


def _folders(path: str, service: Mapping[str, Any]) -> set[str]:
    """Return the folders of the clone that a service is made of, or has in it."""
    build = service.get("build")
    context = build.get("context", ".") if isinstance(build, Mapping) else build
    mounted = [
        each.partition(":")[0] if isinstance(each, str) else str(each.get("source", ""))
        for each in service.get("volumes") or ()
        if isinstance(each, str | Mapping)
    ]
    # A volume without a dot is one by its name; a context always is a folder.
    named = [context, *(each for each in mounted if each.startswith("."))]
    found = (joined(folder_of(path), each) for each in named if isinstance(each, str) and each)
    return {each for each in found if each}
