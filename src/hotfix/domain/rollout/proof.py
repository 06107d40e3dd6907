"""Is the merged commit what runs? A pure judgement on what the ready pods say.

Nothing counts as proven but what every ready pod of a deployment shows.
"""

from collections import defaultdict
from collections.abc import Collection
from enum import StrEnum

from hotfix.domain.frozen import frozen
from hotfix.domain.rollout.running_pod import agreed, is_commit, names_commit
from hotfix.domain.rollout.seen import DeploymentView

# What proves by itself, by the words of ``[kubernetes] prove_by``.
DIGEST = "digest"
_SHOWN_LETTERS = len("sha256:") + 12


class Verdict(StrEnum):
    """What is known of one deployment."""

    PROVEN = "proven"
    IDLE = "idle"  # scaled to zero: there is nothing that could run another commit
    SILENT = "silent"  # its pods will never say
    ABSENT = "absent"  # no pod is ready
    OTHER = "other"  # another commit runs, everywhere or somewhere
    CONTRADICTORY = "contradictory"  # a pod names two commits
    MOVED = "moved"  # one tag, two images
    UNKNOWN = "unknown"  # what to compare with could not be had


@frozen
class Finding:
    """What was found out about one deployment."""

    name: str  #: the deployment's
    verdict: Verdict  #: whether it is proven, and why not
    saying: str = ""  #: why not, as said after its name and a colon; empty where it is proven
    pods: int = 0  #: how many are ready
    revision: int = 0  #: the deployment's, at the moment of the look
    by: tuple[str, ...] = ()  #: the sources that prove it


def by_commit(view: DeploymentView, sha: str) -> Finding:
    """Judge by the commits that labels, annotations and tags name."""
    return (
        _without_pods(view)
        or _moved(view, ())
        or _contradiction(view, sha)
        or _compared_by_commit(view, sha)
    )


def by_digest(view: DeploymentView, sha: str, digests: Collection[str]) -> Finding:
    """Judge by what the containers run, bit by bit.

    Args:
        view: the deployment.
        sha: the merged commit.
        digests: of the image that was built from it: of its index, and of each platform.
    """
    return _without_pods(view) or _moved(view, digests) or _compared_by_digest(view, sha, digests)


def runs_commit(view: DeploymentView, sha: str) -> bool:
    """Tell whether every ready pod, and at least one, says that it runs commit ``sha``."""
    return bool(view.running) and all(pod.runs(sha) for pod in view.running)


def unknown(view: DeploymentView, why: str) -> Finding:
    """Return the finding where the digests to compare with could not be had."""
    saying = f"the digest of its image is not known: {why}"
    return _finding(view, Verdict.UNKNOWN, saying)


def _finding(
    view: DeploymentView, verdict: Verdict, saying: str, by: tuple[str, ...] = ()
) -> Finding:
    return Finding(view.name, verdict, saying, len(view.running), view.revision, by)


def _without_pods(view: DeploymentView) -> Finding | None:
    if view.running:
        return None
    if view.wanted == 0:
        return _finding(view, Verdict.IDLE, "scaled to zero")
    return _finding(view, Verdict.ABSENT, "no pod is ready")


def _moved(view: DeploymentView, expected: Collection[str]) -> Finding | None:
    """Find one reference that stood for two images: the tag was moved between two pods' starts."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for pod in view.running:
        if pod.digest:
            found[pod.template_hash, pod.image].add(pod.digest)
    for (_, image), digests in sorted(found.items()):
        # An index and its platforms are one image.
        if len(digests) > 1 and not digests <= set(expected):
            shown = " and ".join(_short(digest) for digest in sorted(digests))
            saying = f"their pods run different images of {image}: {shown}"
            return _finding(view, Verdict.MOVED, saying)
    return None


def _contradiction(view: DeploymentView, sha: str) -> Finding | None:
    for pod in view.running:
        counting = pod.counting(sha)
        if counting and not agreed([each.commit for each in counting]):
            shown = ", ".join(f"the {each.source} names {each.commit[:8]}" for each in counting)
            saying = f"their pods contradict themselves: {shown}"
            return _finding(view, Verdict.CONTRADICTORY, saying)
    return None


def _compared_by_commit(view: DeploymentView, sha: str) -> Finding:
    counting = [pod.counting(sha) for pod in view.running]
    if not any(counting):
        return _finding(
            view, Verdict.SILENT, f"their pods name no commit{_what_was_read(view, sha)}"
        )
    if runs_commit(view, sha):
        by = sorted({each.source for found in counting for each in found})
        return _finding(view, Verdict.PROVEN, "", tuple(by))
    commits = {agreed([each.commit for each in found]) for found in counting}
    others = sorted(
        commit[:8] or "an unnamed commit" for commit in commits if not is_commit(commit, sha)
    )
    return _finding(view, Verdict.OTHER, f"still runs {', '.join(others)}")


def _compared_by_digest(view: DeploymentView, sha: str, digests: Collection[str]) -> Finding:
    others = [pod for pod in view.running if not {pod.digest, pod.pinned} & set(digests)]
    if not others:
        return _finding(view, Verdict.PROVEN, "", (DIGEST,))
    found = {pod.digest or pod.pinned for pod in others}
    if not any(found) and len(others) == len(view.running):
        saying = f"their pods report no digest{_what_was_read(view, sha)}"
        return _finding(view, Verdict.SILENT, saying)
    runs = ", ".join(sorted(_short(digest) or "an unnamed image" for digest in found))
    expected = " or ".join(_short(digest) for digest in sorted(digests))
    saying = f"still runs {runs}; the image of {sha[:8]} is {expected}"
    return _finding(view, Verdict.OTHER, saying)


def _what_was_read(view: DeploymentView, sha: str) -> str:
    """Return which container was read, and what mends it; empty where there is no other one."""
    pod = view.running[0]
    others = [each.partition("=")[0] for each in pod.others]
    if not others or not pod.container:
        return ""
    naming = [each.partition("=")[0] for each in pod.others if names_commit([each], sha)]
    if not pod.image:
        said = f"no container is called {pod.container} (there are: {', '.join(others)})"
    else:
        said = f"read was the container {pod.container}, and not {', '.join(others)}"
    named = f"; {naming[0]} names {sha[:8]}" if naming else ""
    mend = f'[kubernetes] container = "{naming[0]}"' if naming else "[kubernetes] container"
    return f": {said}{named}: {mend}"


def _short(digest: str) -> str:
    return digest[:_SHOWN_LETTERS]
