"""All that was found, in the order of the file: what reads the clone is put together here."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from hotfix.detect.branches import Branches, branches_of
from hotfix.detect.cluster import Cluster, ClusterView, cluster_of, namespaces_in
from hotfix.detect.files import Files
from hotfix.detect.gitops import deployers_of
from hotfix.detect.hosted import HostedView, fork_remarks, hosted_settings
from hotfix.detect.images import images_of
from hotfix.detect.manifests import Manifest, manifests_of
from hotfix.detect.owners import reviewers_of
from hotfix.detect.probes import probe_of
from hotfix.detect.remote import Origin, origin_of
from hotfix.detect.setting import Remark, Setting
from hotfix.detect.slack import channel_of
from hotfix.detect.suites import suites_of
from hotfix.detect.suites.suite import Suite
from hotfix.detect.workflows import Workflows, workflows_of
from hotfix.domain.frozen import frozen


@frozen
class CloneView:
    """A clone, read once: nothing is asked for but what is in it."""

    files: Files
    remotes: Mapping[str, Sequence[str]]  #: the addresses of each, as ``origin_of`` takes them
    upstream: str = ""  #: the remote of the branch that is checked out
    branches: tuple[str, ...] = ()  #: of the remote
    default: str = ""  #: the remote's default branch; empty where it is not known
    branches_seen: str = ""  #: who says so
    remarks: tuple[Remark, ...] = ()  #: what is unusual about the clone

    @cached_property
    def origin(self) -> Origin:
        """Return where it came from."""
        return origin_of(self.remotes, self.upstream)

    @cached_property
    def workflows(self) -> Workflows:
        """Return its workflows."""
        return workflows_of(self.files)

    @cached_property
    def manifests(self) -> tuple[Manifest, ...]:
        """Return its objects of Kubernetes."""
        return manifests_of(self.files)

    @cached_property
    def namespaces(self) -> tuple[str, ...]:
        """Return the namespaces that it names."""
        written = (each.namespace for each in self.manifests if each.namespace)
        return tuple(dict.fromkeys((*namespaces_in(self.workflows), *written)))


@frozen
class Said:
    """What a person says in the place of what is found."""

    value: str
    by: str  #: how it was said


@frozen
class Found:
    """What ``hotfix.toml`` is made of."""

    settings: tuple[Setting, ...]  #: but those of the suites
    suites: tuple[Suite, ...]
    remarks: tuple[Remark, ...]
    candidates: tuple[str, ...]  #: branches that may be the one that deploys, the best first

    def value(self, section: str, key: str) -> str:
        """Return what was found for a key, if that is a text; empty where nothing was."""
        values = (
            each.value for each in self.settings if (each.section, each.key) == (section, key)
        )
        return next((each for each in values if isinstance(each, str)), "")


def found_in(
    clone: CloneView,
    hosted: HostedView,
    cluster: ClusterView,
    said: Mapping[tuple[str, str], Said],
) -> Found:
    """Return all that a clone, its GitHub and its cluster say; ``said`` is by section and key."""
    workflows, origin = clone.workflows, clone.origin
    repository = said.get(("github", "repository"))
    into = said.get(("github", "merge_into"))
    default = hosted.default or clone.default
    seen = "the default branch on GitHub" if hosted.default else clone.branches_seen
    branches: Branches = branches_of(
        clone.branches, default, seen, workflows.deploy, into.value if into else ""
    )
    images = images_of(
        clone.files, workflows, repository.value if repository else origin.repository
    )
    where: Cluster = cluster_of(clone.files, clone.manifests, workflows, images, cluster)
    settings = (
        *origin.settings,
        *branches.settings,
        *hosted_settings(clone.files, hosted),
        *reviewers_of(clone.files),
        *workflows.settings,
        *where.settings,
        channel_of(clone.files, workflows),
        probe_of(clone.manifests),
    )
    remarks = (
        *clone.remarks,
        *origin.remarks,
        *fork_remarks(hosted),
        *branches.remarks,
        *workflows.remarks,
        *deployers_of(clone.files, clone.manifests, workflows),
        *where.remarks,
    )
    suites = suites_of(clone.files, workflows.every)
    return Found(
        tuple(_as_said(each, said) for each in settings), suites, remarks, branches.candidates
    )


def _as_said(setting: Setting, said: Mapping[tuple[str, str], Said]) -> Setting:
    known = said.get((setting.section, setting.key))
    if known is None:
        return setting
    return Setting(setting.section, setting.key, known.value, known.by, advice=setting.advice)
