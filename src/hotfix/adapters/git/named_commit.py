"""The commit that somebody names: a branch or tag as the remote has it, or what is known here."""

import re

from hotfix.adapters.git.command import GitCommand
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError

_FULL_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_HEADS, _TAGS = "refs/heads/", "refs/tags/"


def commit_named(git: GitCommand, remote: str, name: str) -> str | None:
    """Return the full SHA, or None where there is no such branch, tag or commit.

    The remote's word counts, because the clone may be behind it; what it has is brought here, and
    no branch or tag of the clone moves. Where it is out of reach, what is known here counts.

    Raises:
        ProblemError: a branch and a tag of that name are two commits, or the remote does not let us
            in.
    """
    if not name or name.startswith(("-", "^")):
        return None
    try:
        found = _on_the_remote(git, remote, name)
    except TemporaryTroubleError:
        found = None
    return found or git.commit_of(name)


def _on_the_remote(git: GitCommand, remote: str, name: str) -> str | None:
    if _FULL_SHA.fullmatch(name):
        if git.commit_of(name) is None:
            git.network("fetch", "--no-tags", "--quiet", remote, name)
        return None
    refs = [ref for ref in _refs(remote, name) if _is_valid(git, ref)]
    if not refs:
        return None
    listed = git.network("ls-remote", "--refs", remote, *refs).output.split("\n")
    there = {ref: sha for sha, _, ref in (line.partition("\t") for line in listed) if ref in refs}
    if not there:
        return None
    git.network("fetch", "--no-tags", "--quiet", remote, *there)
    # A tag may be an object of its own, which names the commit.
    commits = {ref: git.commit_of(sha) for ref, sha in there.items()}
    if len(set(commits.values())) > 1:
        raise ProblemError(_ambiguous(name, remote, tuple(commits)))
    return next(iter(commits.values()))


def _refs(remote: str, name: str) -> tuple[str, ...]:
    if name.startswith("refs/"):
        return (name.replace(f"refs/remotes/{remote}/", _HEADS, 1),)
    tracked = name.removeprefix(f"{remote}/")
    return tuple(dict.fromkeys((f"{_TAGS}{name}", f"{_HEADS}{name}", f"{_HEADS}{tracked}")))


def _is_valid(git: GitCommand, ref: str) -> bool:
    return git.read("check-ref-format", ref).code == 0


def _ambiguous(name: str, remote: str, refs: tuple[str, ...]) -> Problem:
    return Problem(
        ProblemCode.USAGE,
        what=f"{name} is more than one commit.",
        why=f"{remote} has {' and '.join(refs)}, and they differ.",
        next_command=" or: ".join(f"hotfix start ... --from {ref}" for ref in refs),
    )
