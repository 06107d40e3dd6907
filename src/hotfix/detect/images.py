"""The images that the clone's workflows, services and build files make."""

import re
from collections.abc import Iterator

from hotfix.detect.deployment import Images, without_tag
from hotfix.detect.files import Files
from hotfix.detect.workflows import Workflows

_EXPRESSION = re.compile(r"\$\{\{\s*([\w.]+)\s*\}\}")
_IMAGE = re.compile(
    r"(?<![\w./@:-])(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?|[a-z0-9-]{2,}|localhost:\d+)"
    r"(?:/[a-z0-9][a-z0-9._-]*)+(?![\w./])"
)
# Where an image is named that is made, and not one that is used.
_MADE = re.compile(
    r"\bimages?\b|\btags?\b|registry|repository|docker|build|push|\becr\b", re.IGNORECASE
)
_BUILDS = re.compile(
    r"(?:docker|podman|buildx|buildah)\b[^\n]*?(?:-t|--tag)[ =]\"?(\S+?)\"?(?=\s|$)"
)
_NOT_IMAGES = re.compile(r"github\.com|githubusercontent|googleapis|actions/|docker/|\.git\b")


def images_of(files: Files, workflows: Workflows, repository: str) -> Images:
    """Return by which names images of this repository are known."""
    built: dict[str, str] = {}
    for path, name in _named(files, workflows, repository.lower()):
        built.setdefault(name, path)
    return Images(repository, built)


def _named(files: Files, workflows: Workflows, repository: str) -> Iterator[tuple[str, str]]:
    for path, key, text in workflows.texts():
        known = _EXPRESSION.sub(lambda found: _known(found[1], repository), text)
        if _MADE.search(key):
            yield from ((path, each) for each in _images(known))
        if key == "run":
            yield from ((path, each) for each in _tagged(known))
    for path in files.named("Makefile", "makefile", "GNUmakefile", "justfile", "Taskfile.yml"):
        yield from ((path, each) for each in _tagged(files.read(path) or ""))


def _images(text: str) -> Iterator[str]:
    for found in _IMAGE.finditer(text):
        if not _NOT_IMAGES.search(found[0]):
            yield without_tag(found[0])


def _tagged(text: str) -> Iterator[str]:
    for found in _BUILDS.finditer(text):
        yield from _images(found[1].partition("$")[0].rstrip("/:-").lower())


def _known(name: str, repository: str) -> str:
    values = {
        "github.repository": repository,
        "github.repository_owner": repository.partition("/")[0],
        "github.event.repository.name": repository.partition("/")[2],
    }
    return values.get(name, "$")
