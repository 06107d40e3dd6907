"""The workflows of GitHub Actions, and which of them deploys."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from hotfix.detect.files import Files
from hotfix.detect.plain_yaml import UnreadableYamlError, one_document
from hotfix.detect.setting import Remark, Setting
from hotfix.domain.frozen import frozen
from hotfix.domain.push_triggers import PushTriggers, push_triggers

_FOLDER = ".github/workflows/"
_DEPLOYS_BY_NAME = re.compile(r"deploy|rollout|\bcd\b|promote|deliver|ship", re.IGNORECASE)
_RELEASES = re.compile(r"release|publish|production|\bprod\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"preview|staging|\bstage\b|\bdev\b|nightly|docs|pages|storybook|\bpr\b|rollback|test|lint",
    re.IGNORECASE,
)
_DEPLOYS_BY_DOING = re.compile(
    r"\bkubectl\b|\bhelm (?:upgrade|install)\b|\bhelmfile\b|\bkustomize\b|\bargocd\b|\bflux\b"
    r"|azure/k8s-deploy|\bskaffold\b|\bwerf\b|\bkapp\b|\bnomad job run\b|\bansible-playbook\b"
    r"|\b(?:fly|flyctl|firebase|serverless|sls|eb|netlify|sam|cdk|wrangler|cap \w+|docker stack"
    r"|gcloud (?:run|app|functions)|az (?:webapp|containerapp|functionapp)) deploy"
    r"|deploy-cloudrun|webapps-deploy|ecs-deploy-task-definition|flyctl-actions|heroku-deploy",
    re.IGNORECASE,
)
_COMMIT_INPUTS = (
    "commit",
    "sha",
    "commit_sha",
    "commit-sha",
    "git_sha",
    "git-sha",
    "revision",
    "ref",
)
_NEEDED = 2
_OTHER_SYSTEMS = (
    ".circleci/config.yml",
    ".gitlab-ci.yml",
    "Jenkinsfile",
    "azure-pipelines.yml",
    ".buildkite/pipeline.yml",
    ".drone.yml",
    ".travis.yml",
    "bitbucket-pipelines.yml",
    "cloudbuild.yaml",
)


@frozen
class Workflow:
    """One file of ``.github/workflows``."""

    path: str
    data: Mapping[str, Any] | None  #: None where it cannot be read

    @property
    def file(self) -> str:
        """Return the name that GitHub knows it by."""
        return self.path.removeprefix(_FOLDER)

    @cached_property
    def triggers(self) -> PushTriggers:
        """Return which pushes run it."""
        return push_triggers(self.data)

    @cached_property
    def events(self) -> frozenset[str]:
        """Return the names of the events that run it."""
        events = (self.data or {}).get("on")
        named = (events,) if isinstance(events, str) else events or ()
        return frozenset(each for each in named if isinstance(each, str) and each)

    @property
    def runs_after(self) -> tuple[str, ...]:
        """Return the names of the workflows after which it runs."""
        named = self._event("workflow_run").get("workflows")
        return tuple(map(str, [named] if isinstance(named, str) else named or ()))

    def inputs(self) -> tuple[str, ...]:
        """Return the names of what is asked when it is started by hand."""
        inputs = self._event("workflow_dispatch").get("inputs")
        return tuple(inputs) if isinstance(inputs, Mapping) else ()

    def _event(self, name: str) -> Mapping[str, Any]:
        events = (self.data or {}).get("on")
        found = events.get(name) if isinstance(events, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield every text in it, each with the key that it stands under."""
        yield from _texts(self.data, "")

    def jobs(self) -> Iterator[str]:
        """Yield what says what its jobs are: ids, names, environments, workflows that they use."""
        jobs = (self.data or {}).get("jobs")
        for name, job in jobs.items() if isinstance(jobs, Mapping) else ():
            yield name
            for key in ("name", "uses", "environment"):
                said = job.get(key) if isinstance(job, Mapping) else None
                said = said.get("name") if isinstance(said, Mapping) else said
                if isinstance(said, str):
                    yield said

    def scripts(self) -> Iterator[tuple[str, str]]:
        """Yield what its steps run, each with the folder that it is run in of the clone."""
        whole = self.data or {}
        jobs = whole.get("jobs")
        for job in jobs.values() if isinstance(jobs, Mapping) else ():
            if not isinstance(job, Mapping) or not isinstance(job.get("steps"), list):
                continue
            usual = _folder(job.get("defaults")) or _folder(whole.get("defaults")) or "."
            for step in job["steps"]:
                if isinstance(step, Mapping) and isinstance(step.get("run"), str):
                    yield step["run"], str(step.get("working-directory") or usual)


@frozen
class Workflows:
    """All of them, and the one that deploys."""

    every: tuple[Workflow, ...]
    deploy: Workflow | None
    settings: tuple[Setting, ...]
    remarks: tuple[Remark, ...] = ()

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Yield the path of each with every text in it and its key: of the deploying one first."""
        ordered = sorted(self.every, key=lambda each: each is not self.deploy)
        return ((each.path, key, text) for each in ordered for key, text in each.texts())


def workflows_of(files: Files) -> Workflows:
    """Return the workflows of a clone."""
    paths = (
        path
        for path in files.paths
        if path.startswith(_FOLDER)
        and path.count("/") == _FOLDER.count("/")
        and path.endswith((".yml", ".yaml"))
    )
    every = tuple(Workflow(path, _read(files, path)) for path in paths)
    remarks = tuple(
        Remark(
            "github", f"{each.file} cannot be read as YAML: what it does is not known.", each.path
        )
        for each in every
        if each.data is None
    )
    ranked = sorted(every, key=lambda each: (-_deploys(each), each.path))
    deploy = ranked[0] if ranked and _deploys(ranked[0]) >= _NEEDED else None
    if deploy is None:
        looked = f"{_FOLDER} has none that deploys" if every else f"there is no {_FOLDER}"
        # Its default names a file: left out, it would be watched for in vain.
        return Workflows(every, None, (_none_deploys(looked),), (*remarks, *_elsewhere(files)))
    others = [each.file for each in ranked[1:] if _deploys(each) >= _NEEDED]
    named = Setting("github", "workflow", deploy.file, deploy.path)
    told = (*remarks, *_by_hand(deploy), *_besides(deploy, others))
    return Workflows(every, deploy, (named, _dispatch(deploy)), told)


def _besides(deploy: Workflow, others: Sequence[str]) -> Iterator[Remark]:
    if others:
        text = (
            f"Others that may deploy: {', '.join(others)}. A run watches {deploy.file} alone; for "
            f"one that is deployed by another: HOTFIX_GITHUB__WORKFLOW={others[0]} hotfix start ..."
        )
        yield Remark("github", text, _FOLDER)


def _elsewhere(files: Files) -> Iterator[Remark]:
    found = files.first(*_OTHER_SYSTEMS)
    if found:
        text = (
            f"{found} is there: where that deploys, hotfix merges and watches the rollout, but not "
            "the deployment's own run; it watches GitHub Actions alone."
        )
        yield Remark("github", text, found)


def _none_deploys(looked: str) -> Setting:
    advice = ("Empty: no deploy workflow is watched; left out, it would be deploy.yml.",)
    return Setting("github", "workflow", "", f"not found: {looked}", advice=advice)


def _deploys(workflow: Workflow) -> int:
    """Return how much speaks for it that it deploys to production."""
    if workflow.data is None or not workflow.events:
        return 0
    if workflow.events <= {"pull_request", "pull_request_target", "schedule", "workflow_call"}:
        return 0
    names = _spaced(f"{workflow.file.rpartition('.')[0]} {workflow.data.get('name', '')}")
    jobs = [_spaced(each) for each in workflow.jobs()]
    is_production = any(map(_RELEASES.search, (names, *jobs)))
    does = any(_DEPLOYS_BY_DOING.search(text) for key, text in workflow.texts() if key != "name")
    score = (
        3 * does
        + 2 * bool(_DEPLOYS_BY_NAME.search(names))
        + 2 * any(map(_DEPLOYS_BY_NAME.search, jobs))
        + is_production
    )
    has_production_job = any(map(_RELEASES.search, jobs))
    if not score or (_ELSEWHERE.search(names) and not has_production_job):
        return score - 2
    return score + workflow.triggers.names_any


def _spaced(text: str) -> str:
    return text.replace("_", " ")


def _dispatch(deploy: Workflow) -> Setting:
    inputs = deploy.inputs()
    found = next((each for each in _COMMIT_INPUTS if each in inputs), None)
    if found is None:
        where = f"no input of {deploy.file} names a commit"
        return Setting("github", "dispatch_input", None, where, "commit")
    return Setting("github", "dispatch_input", found, f"workflow_dispatch in {deploy.path}")


def _by_hand(deploy: Workflow) -> Iterator[Remark]:
    if deploy.triggers.names_any or deploy.triggers.is_unreadable:
        return
    # Of branches none is named, so those that are pushed are tags.
    names = {"push": "push of tags"}
    events = ", ".join(names.get(each, each) for each in sorted(deploy.events))
    before = " or ".join(deploy.runs_after)
    follows = (
        f"it runs after {before}, so that a merge deploys where that is run by it"
        if before
        else "a merge alone deploys nothing, and somebody has to start it"
    )
    text = f"No push of a branch runs {deploy.file} (on: {events}): {follows}."
    yield Remark("github", text, deploy.path)


def _read(files: Files, path: str) -> Mapping[str, Any] | None:
    text = files.read(path)
    try:
        found = one_document(text) if text is not None else None
    except UnreadableYamlError:
        return None
    return found if isinstance(found, Mapping) else None


def _folder(defaults: object) -> str:
    run = defaults.get("run") if isinstance(defaults, Mapping) else None
    folder = run.get("working-directory") if isinstance(run, Mapping) else None
    return folder if isinstance(folder, str) else ""


def _texts(node: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield key, node
    elif isinstance(node, Mapping):
        for name, each in node.items():
            yield from _texts(each, str(name))
    elif isinstance(node, list):
        for each in node:
            yield from _texts(each, key)
