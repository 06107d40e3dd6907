"""What an incident on Statuspage says of the page's components: pure, by what the page answers."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from hotfix.domain.foreign_answer import as_object, understood
from hotfix.domain.frozen import frozen
from hotfix.domain.page_texts import COMPONENT_WORKS, SHOWN_WHILE_OPEN
from hotfix.ports.status_page import PageIncident

_RESOLVED = "resolved"


@frozen
class Component:
    """One component of the page, or a group of them."""

    id: str
    name: str
    shows: str  #: such as ``operational``
    group: str  #: the id of the group that it is in; empty for none
    is_group: bool


def components(listed: Sequence[Mapping[str, Any]]) -> tuple[Component, ...]:
    """Return what the page lists."""
    with understood("Statuspage's answer about the components"):
        return tuple(
            Component(
                str(each["id"]),
                str(each["name"]),
                str(each.get("status") or ""),
                str(each.get("group_id") or ""),
                each.get("group") is True,
            )
            for each in listed
        )


def named(known: Sequence[Component], names: Sequence[str]) -> tuple[Component, ...]:
    """Return the components that ``names`` mean, each once; a group means all that are in it.

    A name that several have means none of them: which of them is broken, nobody has said.
    """
    found = []
    for name in names:
        meant = [each for each in known if each.id == name]
        meant = meant or [each for each in known if each.name == name]
        if len(meant) == 1:
            only = meant[0]
            found += [each for each in known if each.group == only.id] if only.is_group else meant
    return tuple({each.id: each for each in found}.values())


def not_meant(known: Sequence[Component], names: Sequence[str]) -> str:
    """Say which ``names`` mean no component, and what there is instead; empty if all do."""
    counts = Counter(each.name for each in known)
    ids = {each.id for each in known}
    lacking = [name for name in names if name not in ids and name not in counts]
    several = [name for name in names if name not in ids and counts[name] > 1]
    words = [
        f"{name} is the name of several ({', '.join(it.id for it in known if it.name == name)})"
        for name in several
    ]
    if lacking:
        there = ", ".join(each.name for each in known) or "none"
        words.append(f"not on the page: {', '.join(lacking)}; there are: {there}")
    is_one = {name for name in names if name not in lacking and name not in several}
    words += [
        f"nothing is in the group {name}" for name in sorted(is_one) if not named(known, [name])
    ]
    return "; ".join(words)


def about(
    known: Sequence[Component],
    names: Sequence[str],
    status: str,
    impact: str,
    incident: PageIncident | None,
    theirs: Collection[str],
) -> Mapping[str, Any]:
    """Return what an incident, or an update of it, says of the components that ``names`` mean.

    The page takes a list for all that there is: what a colleague put there is in it, but for what
    the page has no more. What shows that it works is broken once, when the incident comes to be
    about it; what is as this incident has made it works again with its end. Whatever else a
    component shows, somebody else says so, as they do of ``theirs``: ids of what other open
    incidents are about.
    """
    ours = named(known, names)
    if not ours:
        return {}
    there, before = {each.id for each in known}, incident.components if incident else ()
    ids = dict.fromkeys((*(each for each in before if each in there), *(it.id for it in ours)))
    broken = SHOWN_WHILE_OPEN.get(impact, COMPONENT_WORKS)
    changes = {}
    for each in ours:
        is_new = incident is None or incident.is_over or each.id not in before
        if status != _RESOLVED:
            is_due, to = is_new and each.shows == COMPONENT_WORKS, broken
        else:
            # What it was before is not always told.
            made = incident.shown.get(each.id, (COMPONENT_WORKS, broken)) if incident else ()
            is_due, to = not is_new and made == (COMPONENT_WORKS, each.shows), COMPONENT_WORKS
        if is_due and each.id not in theirs and each.shows != to:
            changes[each.id] = to
    return {"component_ids": list(ids), **({"components": changes} if changes else {})}


def shown(updates: Sequence[Mapping[str, Any]]) -> Mapping[str, tuple[str, str]]:
    """Return what components showed before an incident, and what it made of them, by their ids.

    ``updates`` are newest first. What a component came to show between two of them is nothing that
    the incident has made of it; what no update tells is left out.
    """
    found: dict[str, tuple[str, str]] = {}
    for update in reversed(updates):
        for each in map(as_object, update.get("affected_components") or ()):
            id_, old, new = (str(each.get(it) or "") for it in ("code", "old_status", "new_status"))
            before, made = found.get(id_, (old, old))
            found[id_] = (before, made if old == new else new)
    return found
