"""What is needed to make the plans of a run again, beside its incident."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from hotfix.domain.json_value import JsonObject, JsonValue


class Via(StrEnum):
    """How a rollback goes: in the cluster, or by deploying the last good commit again."""

    KUBERNETES = "kubernetes"
    ACTIONS = "actions"


@dataclass(frozen=True)
class Origin:
    """A repository on GitHub.

    Attributes:
        api_url: of its API.
        repository: owner and name.
    """

    api_url: str
    repository: str

    def is_same_as(self, other: "Origin") -> bool:
        """Tell whether both are one; GitHub takes no notice of case in names."""
        return (self.api_url.rstrip("/"), self.repository.casefold()) == (
            other.api_url.rstrip("/"),
            other.repository.casefold(),
        )

    def to_json(self) -> JsonObject:
        """Return it as it stands in the journal."""
        return {"api_url": self.api_url, "repository": self.repository}


@dataclass(frozen=True)
class RunSettings:
    """The settings of a run, as its record says by now.

    Attributes:
        branch: the hotfix branch; empty for a rollback without a run.
        beside: whether it is worked on in a work tree beside the repository.
        repository: root of the clone that it is worked on in, after a takeover on this machine;
            empty for none.
        targets: deployment records that a rollback goes back to; empty for what the run recorded.
        origin: whose run it is; None where an earlier version began it.
        via: how the present rollback goes.
        only: names of the deployments that it is about; empty for all.
    """

    branch: str = ""
    beside: bool = False
    repository: str = ""
    targets: tuple[JsonObject, ...] = ()
    origin: Origin | None = None
    via: Via = Via.KUBERNETES
    only: tuple[str, ...] = ()

    def to_json(self) -> JsonObject:
        """Return what a run begins with, as it stands in the journal; its way back comes later."""
        return {
            "branch": self.branch,
            "beside": self.beside,
            "repository": self.repository,
            "targets": list(self.targets),
            "origin": self.origin.to_json() if self.origin else None,
        }

    @classmethod
    def from_json(cls, data: JsonValue) -> "RunSettings":
        """Read back what ``to_json`` wrote; what an earlier version left out stays empty."""
        if not isinstance(data, Mapping):
            return cls()
        targets, origin = data.get("targets"), data.get("origin")
        return cls(
            branch=str(data.get("branch", "")),
            beside=bool(data.get("beside")),
            repository=str(data.get("repository") or ""),
            targets=tuple(
                each
                for each in (targets if isinstance(targets, list | tuple) else ())
                if isinstance(each, Mapping)
            ),
            origin=Origin(str(origin.get("api_url")), str(origin.get("repository")))
            if isinstance(origin, Mapping)
            else None,
        )

    def on_the_way(self, chosen: JsonObject) -> "RunSettings":
        """Return the settings once a plan was chosen; one that a question led to names no way."""
        only = chosen.get("only")
        return replace(
            self,
            via=Via.ACTIONS if chosen.get("via") == Via.ACTIONS else Via.KUBERNETES,
            only=tuple(str(name) for name in (only if isinstance(only, list | tuple) else ())),
        )

    def moved(self, facts: JsonValue) -> "RunSettings":
        """Return the settings once a run was resumed; a takeover says where it is worked on now."""
        known = facts if isinstance(facts, Mapping) else {}
        return replace(
            self,
            repository=str(known.get("repository", self.repository)),
            beside=bool(known.get("beside", self.beside)),
        )
