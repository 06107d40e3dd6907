"""The base, the branch that deploys, and the layout that both make."""

import re
from collections.abc import Iterator, Sequence

from hotfix.detect.setting import Remark, Setting
from hotfix.detect.workflows import Workflow
from hotfix.domain.foreign_text import one_line
from hotfix.domain.frozen import frozen
from hotfix.domain.push_triggers import PushTriggers

_NAME = re.compile(r"[^-\s]\S*")
# A pattern of GitHub's, and no name of a branch.
_PATTERN = re.compile(r"[*?+\[\]!\\]")
_TRUNKS = ("main", "master", "trunk", "develop")
_DEVELOPS = ("develop", "development", "dev")
_PRODUCTION = ("production", "prod", "live", "stable")
_RELEASE = re.compile(r"(?:releases?|rel)[/-]v?\d[\w.-]*", re.IGNORECASE)
_PREFIXES = ("hotfix/", "fix/", "urgent/", "repair/")
_A_FIX = "some-fix"
_TOLD = 3


@frozen
class Branches:
    """Where hotfixes are cut from, and where they are merged into."""

    settings: tuple[Setting, ...]  #: ``git.base``, ``git.branch_prefix`` and ``github.merge_into``
    remarks: tuple[Remark, ...] = ()
    candidates: tuple[str, ...] = ()  #: branches that may be the one that deploys, the best first
    layout: str = ""  #: in words


def branches_of(
    there: Sequence[str],
    default: str,
    default_seen: str,
    deploy: Workflow | None,
    chosen: str = "",
) -> Branches:
    """Return the layout of the branches.

    Args:
        there: the branches of the remote.
        default: the remote's own one; empty where it is not known.
        default_seen: who says which it is.
        deploy: the workflow that deploys; None where none was found.
        chosen: the branch that deploys, as a person has said; empty where nobody was asked.
    """
    named = [each for each in there if _is_name(each)]
    trunk = default if _is_name(default) else ""
    trunk = trunk or next((each for each in _TRUNKS if each in named), "")
    seen = default_seen if trunk == default else "a branch of the remote"
    if not trunk:
        why = f"no default branch of a remote is known, nor one called {', '.join(_TRUNKS)}"
        missing = Setting("git", "base", None, why, "main")
        return Branches((missing, Setting("github", "merge_into", None, why, "main")))
    triggers = deploy.triggers if deploy is not None else PushTriggers()
    # Where nothing says so, what is worked on is what runs.
    candidates = tuple(dict.fromkeys(_candidates(named, trunk, triggers))) or (trunk,)
    into = chosen or candidates[0]
    base, layout = _layout(named, trunk, into)
    remarks = tuple(_remarks(base, into, layout))
    says = (
        f"{deploy.path} runs for pushes to {triggers.in_words}"
        if deploy and triggers.names_any
        else ""
    )
    into_seen = "as you said" if chosen else says or _without_word(into, trunk, seen, deploy)
    others = [each for each in candidates[1:] if each != into]
    advice = (f"Or: {', '.join(others)}",) if others else ()
    settings = (
        Setting("git", "base", base, seen if base == trunk else "a branch of the remote"),
        *_prefix(triggers, named, deploy),
        *_also(named, base, into),
        Setting("github", "merge_into", into, into_seen, advice=advice),
    )
    return Branches(settings, remarks, candidates, layout)


def _is_name(text: str) -> bool:
    # What is not as it looks is none that anybody means.
    return bool(_NAME.fullmatch(text)) and one_line(text) == text


def newest(releases: Sequence[str]) -> list[str]:
    """Return branches of releases by their version, the newest first."""

    def version(name: str) -> list[tuple[int, int, str]]:
        parts = re.findall(r"\d+|[^\W\d_]+", name)
        return [(1, int(each[:18]), "") if each.isdecimal() else (0, 0, each) for each in parts]

    return sorted(releases, key=version, reverse=True)


def _candidates(there: Sequence[str], trunk: str, triggers: PushTriggers) -> Iterator[str]:
    """Yield the branches whose push deploys, what is most likely production first."""
    releases = newest([each for each in there if _RELEASE.fullmatch(each)])
    written = [
        each for each in triggers.branches or () if _is_name(each) and not _PATTERN.search(each)
    ]
    trunks = dict.fromkeys((*_TRUNKS[:-1], trunk))
    ranked = [
        # A name that is written down may still have to be made: hotfix/production, say.
        *(each for each in written if each.startswith(_PREFIXES)),
        *(each for each in _PRODUCTION if each in there or each in written),
        # Where both are deployed, the trunk has no old release on it.
        *(each for each in trunks if each in written),
        *(each for each in releases if triggers.names_any),
        *(each for each in trunks if each in there),
        *written,
    ]
    if triggers.names_any:
        yield from (each for each in ranked if triggers.run_for(each))
    else:
        yield from (each for each in _PRODUCTION if each in there)
        is_developed = trunk in _DEVELOPS
        yield from (each for each in ("main", "master") if is_developed and each in there)
        if not is_developed:
            yield trunk


def _layout(there: Sequence[str], trunk: str, into: str) -> tuple[str, str]:
    """Return the base, and the layout in words."""
    develop = next((each for each in _DEVELOPS if each in there and each != into), "")
    if _RELEASE.fullmatch(into):
        return develop or trunk, f"releases are deployed from branches of their own, {into} now"
    if develop and into in {"main", "master", *_PRODUCTION}:
        return develop, f"gitflow: work is on {develop}, {into} is what runs"
    if into == trunk:
        return trunk, f"trunk: {into} is what runs"
    return trunk, f"work is on {trunk}, {into} is what runs"


def _remarks(base: str, into: str, layout: str) -> Iterator[Remark]:
    text = f"Branches: {layout}."
    if into not in {base, *()} and not into.startswith("hotfix/"):
        text += (
            f" A hotfix is merged into {into} and then brought back to {base}. Cut from {base}, it "
            f"would take along what {into} has not got yet, which the run lists; "
            f"hotfix start ... --from {into} cuts it from there."
        )
    yield Remark("git", text, "the branches of the remote")


def _prefix(
    triggers: PushTriggers, there: Sequence[str], deploy: Workflow | None
) -> Iterator[Setting]:
    """Tell which prefix a branch may have whose push deploys nothing, and which can be made."""
    taken = {each.partition("/")[0] for each in there if "/" not in each}
    free = [each for each in _PREFIXES if each.rstrip("/") not in taken]
    calm = [each for each in free if not triggers.run_for(f"{each}{_A_FIX}")]
    if calm and calm[0] != _PREFIXES[0]:
        file = deploy.file if deploy else ""
        is_deployed = triggers.run_for(f"{_PREFIXES[0]}{_A_FIX}")
        why = f"{file} runs for pushes to hotfix/..." if is_deployed else "hotfix is a branch"
        yield Setting("git", "branch_prefix", calm[0], why)
    elif not calm and triggers.names_any and deploy is not None:
        why = f"{deploy.file} runs for pushes to {triggers.in_words}, whatever it is called"
        yield Setting("git", "branch_prefix", None, why, "hotfix/")


def _also(there: Sequence[str], base: str, into: str) -> Iterator[Setting]:
    """Tell which further branches may have to get the fix: which do, no branch says."""
    releases = newest([each for each in there if _RELEASE.fullmatch(each) and each != into])
    develops = [each for each in _DEVELOPS if each in there and each not in {base, into}]
    others = [*develops, *releases]
    if others:
        more = f" and {len(others) - _TOLD} more" if len(others) > _TOLD else ""
        gets = "gets" if len(others) == 1 else "get"
        why = f"whether {', '.join(others[:_TOLD])}{more} {gets} fixes, too, is yours to say"
        yield Setting("git", "also_into", None, why, (others[0],))


def _without_word(into: str, trunk: str, seen: str, deploy: Workflow | None) -> str:
    who = "no workflow that deploys was found" if deploy is None else f"{deploy.file} names none"
    return f"{seen}; {who}" if into == trunk else f"a branch of the remote; {who}"
