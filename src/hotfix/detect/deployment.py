"""A deployment as it was seen, in the cluster or in the clone, and whose images it has."""

import re
from collections.abc import Mapping, Sequence

from hotfix.domain.frozen import frozen

_PRODUCTION = re.compile(r"(?:^|[-_./])(?:prod(?:uction)?|live|prd)(?:$|[-_./])", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"(?:^|[-_./])(?:stag(?:e|ing)|stg|dev(?:elopment)?|test(?:ing)?|qa|uat|preview|sandbox|local|ci)"
    r"(?:$|[-_./])",
    re.IGNORECASE,
)


@frozen
class SeenDeployment:
    """What a deployment says of itself."""

    namespace: str  #: empty where it does not say
    name: str
    images: tuple[str, ...]  #: of its containers
    selector: Mapping[str, str]  #: the labels of its pods
    seen: str  #: where
    marks: tuple[str, ...] = ()  #: who else writes it, in words


@frozen
class Images:
    """By which names images of this repository are known."""

    repository: str  #: owner/name; empty where that is not known
    built: Mapping[str, str]  #: names of images without tags, each with the file that makes them

    def why(self, image: str) -> str:
        """Return why an image is of this repository, in words; empty where nothing says so."""
        path = without_tag(image).casefold()
        local = _without_registry(path)
        repository = self.repository.casefold()
        if repository and _is_of(local, repository):
            return f"its image {path} is named after the repository"
        made = next((each for each in self.built if _is_of(path, each)), None)
        if made is not None:
            return f"its image {path} is made by {self.built[made]}"
        name = repository.partition("/")[2]
        if name and _is_of(local.rpartition("/")[2], name):
            return f"its image {path} is called like the repository"
        return ""


def without_tag(image: str) -> str:
    """Return the name of an image without tag and digest."""
    name = image.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name


def ranked(names: Sequence[str]) -> list[str]:
    """Return namespaces, folders or the like, with what is called production first."""
    return sorted(names, key=lambda name: (place_of(name), name))


def place_of(name: str) -> int:
    """Return 0 for what is called production, 2 for staging, test and the like, else 1."""
    if _PRODUCTION.search(name):
        return 0
    return 2 if _ELSEWHERE.search(name) else 1


def _without_registry(path: str) -> str:
    first, slash, rest = path.partition("/")
    return rest if slash and ("." in first or ":" in first or first == "localhost") else path


def _is_of(path: str, name: str) -> bool:
    return path == name or path.startswith((f"{name}/", f"{name}-"))
