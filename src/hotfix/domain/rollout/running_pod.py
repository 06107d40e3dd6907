"""What a pod, an image or a label says of the commit that runs: plain data."""

import re
from collections.abc import Iterable, Sequence

from hotfix.domain.frozen import frozen

_SHORTEST_COMMIT = 7
# As build actions tag: ``sha-2f7ac4d``.
_NAMED = re.compile(r"(?P<prefix>sha-)?(?P<commit>[0-9a-f]{7,40}|[0-9a-f]{64})")
_DIGIT = re.compile(r"[0-9]+")
_FULL_LENGTHS = (40, 64)
_MAYBE_COMMIT = re.compile(r"[0-9a-f]{7,40}")
# As a tag, or as all of a label, shortened or in full: neither a checksum nor a part of a name.
_TAGGED = re.compile(r"(?:^|(?<=:))(?:sha-)?(?P<commit>[0-9a-f]{7,12}|[0-9a-f]{40})(?=$|@)")
_COMMIT = re.compile(r"\b[0-9a-f]{40}\b")


@frozen
class Named:
    """What one source calls the commit."""

    source: str  #: ``label``, ``annotation`` or ``tag``
    commit: str  #: its SHA, which may be shortened
    #: whether it is a commit. Digits alone are a date or a build number more often than a short
    #: SHA: they count only where they are the very commit that is looked for
    is_sure: bool = True


@frozen
class RunningPod:
    """A ready pod that is not on its way out."""

    name: str  #: the pod's
    template_hash: str = ""  #: of its ReplicaSet
    #: what its sources call the commit; those that name none are left out
    named: tuple[Named, ...] = ()
    #: the reference of the container that counts; empty where the pod has no such one
    image: str = ""
    #: ``sha256:...`` of what that container runs, as the kubelet reports it; may be empty
    digest: str = ""
    pinned: str = ""  #: the digest that the reference itself names; mostly empty
    #: the container that counts, whether or not the pod has one of that name; empty: not known
    container: str = ""
    others: tuple[str, ...] = ()  #: ``container=image`` of its other ones

    @property
    def commit(self) -> str:
        """The commit it says it runs; empty where it does not say, or where sources disagree."""
        sure = [each.commit for each in self.named if each.is_sure]
        return agreed(sure or [each.commit for each in self.named])

    def counting(self, sha: str) -> tuple[Named, ...]:
        """Return what counts where ``sha`` is looked for."""
        return tuple(each for each in self.named if each.is_sure or is_commit(each.commit, sha))

    def runs(self, sha: str) -> bool:
        """Tell whether it says that it runs ``sha``, and no source of it says otherwise."""
        return is_commit(agreed([each.commit for each in self.counting(sha)]), sha)


def named(source: str, text: str) -> Named | None:
    """Return what ``text`` names, or None: a release number such as 1.4.2 names no commit."""
    found = _NAMED.fullmatch(text)
    if found is None:
        return None
    commit = found["commit"]
    is_number = _DIGIT.fullmatch(commit) and len(commit) not in _FULL_LENGTHS
    return Named(source, commit, is_sure=bool(found["prefix"]) or not is_number)


def agreed(commits: Sequence[str]) -> str:
    """Return the longest of shortened SHAs that are one commit's; empty where they are not."""
    # Of texts that begin with one another the longest is the greatest.
    longest = max(commits, default="")
    return longest if all(longest.startswith(each) for each in commits) else ""


def is_commit(named: str, sha: str) -> bool:
    """Tell whether ``named``, which may be shortened as image tags are, is commit ``sha``."""
    return len(named) >= _SHORTEST_COMMIT and sha.startswith(named)


def names_commit(texts: Iterable[str], sha: str) -> bool:
    """Tell whether an image, a label or an annotation names commit ``sha``, shortened or not."""
    found = (each for text in texts for each in _MAYBE_COMMIT.findall(text))
    return any(is_commit(each, sha) for each in found)


def named_commits(texts: Iterable[str]) -> tuple[str, ...]:
    """Return what images, labels and annotations name a commit, each once.

    Digits alone are a date or a build number, a digest is of an image, and a name is not a commit.
    """
    found = (match for text in texts for match in _TAGGED.finditer(text))
    commits = [each["commit"] for each in found]
    return tuple(dict.fromkeys(each for each in commits if not _DIGIT.fullmatch(each)))


def images_in_words(images: Sequence[str]) -> str:
    """Return ``container=registry/path/image:tag`` texts as people say them: ``image:tag``."""
    names = [image.rsplit("=", 1)[-1].rsplit("/", 1)[-1] for image in images]
    return ", ".join(_COMMIT.sub(lambda found: found[0][:8], name) for name in names)
