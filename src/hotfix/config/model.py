"""The shape of ``hotfix.toml``. One source for validation, reference and schema.

Durations are seconds once read. Secrets are no part of it: they come from the environment.
"""

import shlex
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from hotfix.config.durations import Duration, Limit
from hotfix.config.people import REACTION, SLACK_USER, Pagerduty, Slack
from hotfix.config.section import SERVICE, SERVICE_OR_NONE, Section, ServiceUrl
from hotfix.config.status_page import Statuspage
from hotfix.config.webhooks import NAME, VARIABLE, Notify, Webhook
from hotfix.config.zones import USUAL, known_zone
from hotfix.domain.branch_pattern import why_no_branch
from hotfix.domain.keep_rule import USUAL as USUAL_KEEP
from hotfix.domain.keep_rule import keep_of


def _words(value: object) -> object:
    """Split a command line as a shell would, without any of a shell's powers."""
    return shlex.split(value) if isinstance(value, str) else value


Command = Annotated[tuple[str, ...], BeforeValidator(_words)]
_BRANCH, _REMOTE = r"^[^-\s][^\s]*$", r"^[^-\s]\S*$"
_REPOSITORY, _METHOD, _PROBE = r"^[\w.-]+/[\w.-]+$", r"^[A-Z]+$", r"^(https?://\S+)?$"
BranchName = Annotated[str, Field(pattern=_BRANCH)]
_ADDRESS = "an address that begins with https://, or with http:// on this machine"
#: what the patterns stand for, in words
ACCEPTED = {
    _BRANCH: "the name of a branch, without blanks",
    _REMOTE: "the name of a remote, such as origin",
    _REPOSITORY: "owner/name, such as webrana/webrana",
    _METHOD: "an HTTP method in capitals, such as GET",
    _PROBE: "an address that begins with http:// or https://",
    SLACK_USER: "a member's or a group's id, such as U012AB3CD, or an e-mail address",
    REACTION: "the name of a reaction without colons, such as pushpin",
    SERVICE: _ADDRESS,
    SERVICE_OR_NONE: _ADDRESS,
    VARIABLE: "the name of an environment variable: what it holds is a secret",
    NAME: "a word of letters, digits and hyphens",
}


class Git(Section):
    """Where the code is."""

    remote: Annotated[str, Field(pattern=_REMOTE, description="The remote to push to.")] = "origin"
    base: BranchName = Field("main", description="The branch that hotfixes are cut from.")
    branch_prefix: BranchName = Field("hotfix/", description="Before the slug.")
    also_into: tuple[str, ...] = Field(
        (),
        description="Branches that get the fix by a pull request each once it is proven: "
        '["develop", "release/*"]; `*` is anything but a slash, `**` anything.',
    )
    network_timeout: Duration = Field(
        30.0, description="Deadline of every git command that uses the network."
    )
    hook_timeout: Duration = Field(
        600.0, description="Deadline of every git command that may run hooks; of a push, besides."
    )
    sign_off: bool = Field(
        False, description="Whether commits made here carry Signed-off-by (DCO), reverts too."
    )

    @field_validator("also_into")
    @classmethod
    def _can_be_branches(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if why := why_no_branch(each):
                raise ValueError(f"{each!r} can be no branch: {why}")
        return value


class Github(Section):
    """Where it is reviewed, merged and deployed from."""

    repository: Annotated[str, Field(pattern=_REPOSITORY, description="As owner/name.")]
    api_url: ServiceUrl = Field(
        "https://api.github.com",
        description='Of GitHub Enterprise: "https://github.example.com/api/v3".',
    )
    merge_into: BranchName = Field(
        "main", description="The branch whose push triggers the deployment."
    )
    merge_method: Literal["merge", "squash", "rebase"] = Field(
        "squash", description="How pull requests are merged."
    )
    merge_how: Literal["", "direct", "queue", "auto"] = Field(
        "", description="Directly, by merge queue, by auto-merge; empty: as the rules say."
    )
    labels: tuple[str, ...] = Field(("hotfix", "urgent"), description="On the pull request.")
    reviewer: str = Field("", description="Login, or org/team, that is asked to review.")
    required_approvals: int = Field(1, ge=0, description="Approvals of the head commit.")
    workflow: str = Field(
        "deploy.yml", description="File name of the deploy workflow; empty for none."
    )
    dispatch_input: str = Field(
        "",
        description="Input of the workflow's workflow_dispatch that names the commit to deploy; "
        "empty where it has none.",
    )


class Review(Section):
    """Who is asked when the reviewer does not answer."""

    second: str = Field("", description="Login, or org/team, that is asked next; empty: nobody.")
    second_after: Duration = Field(240.0, description="From the request to the second one.")
    on_call_after: Duration = Field(420.0, description="From the request to whoever is on call.")
    break_glass_after: Duration = Field(
        540.0, description="With `start --break-glass`: how long reviewers have all the same."
    )
    logins: dict[str, str] = Field(
        default_factory=dict, description="E-mail address to login: on-call people, committers."
    )


class Suite(Section):
    """One local test suite."""

    name: str = Field(description="What it is called on the screen.")
    run: Command = Field(description="The command; no shell is involved.")
    directory: str = Field(".", description="Relative to the root of the repository.")
    timeout: Duration = Field(300.0, description="After which it is ended.")
    grace: Duration = Field(
        15.0,
        description="Between the request to end (SIGTERM, to all that it started) and the end "
        "(SIGKILL): `docker compose run` needs it to end its container.",
    )
    ci: bool = Field(
        True,
        description="Run it with `CI=true`: a runner that would watch files and wait for keys runs "
        "once instead. `false` leaves `CI` as it is.",
    )

    @field_validator("run")
    @classmethod
    def _has_a_program(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("the command is empty")
        return value

    @field_validator("directory")
    @classmethod
    def _stays_inside(cls, value: str) -> str:
        if value.startswith(("/", "~")) or ".." in value.split("/"):
            raise ValueError("it must stay inside the repository")
        return value


class Kubernetes(Section):
    """Where it runs."""

    namespace: str = Field(description="The namespace of the deployments.")
    deployments: tuple[str, ...] = Field(min_length=1, description="Rolled back as one set.")
    context: str = Field("", description="The kubeconfig's context; empty for the current one.")
    kubeconfig: str = Field("", description="Path; empty for KUBECONFIG or the usual place.")
    log_selector: str = Field("", description="Label selector of `hotfix logs`.")
    version_label: str = Field(
        "app.kubernetes.io/version",
        description="Pod label or annotation that names the commit, as the image tag may do.",
    )
    prove_by: Literal["", "label", "annotation", "tag", "digest"] = Field(
        "", description="What proves that the merged commit runs; empty: label, annotation or tag."
    )
    container: str = Field(
        "", description="Whose image counts; empty: the pods' default one, else their first one."
    )
    digest_command: Command = Field(
        (),
        validate_default=True,
        description="For prove_by = digest: prints the digests of the image of {deployment} at "
        "{sha}, one a line; no shell is involved.",
    )
    digest_timeout: Duration = Field(20.0, description="After which digest_command is ended.")
    watch: bool = Field(
        True, description="Watch rollouts; false lists instead, where long requests are cut."
    )
    stability: Limit = Field(
        5.0, description="How long all new pods stay ready before a rollout counts as complete."
    )
    annotate: bool = Field(
        False, description="Note on the deployments what was deployed, by whom and why."
    )
    doomed_share: float = Field(
        1.0, gt=0, le=1, description="Share of the new pods that dooms a rollout; 1: all of them."
    )

    @field_validator("prove_by")
    @classmethod
    def _has_something_to_read(cls, value: str, info: ValidationInfo) -> str:
        if value in {"label", "annotation"} and not info.data.get("version_label"):
            raise ValueError("it reads version_label, which is empty")
        return value

    @field_validator("digest_command")
    @classmethod
    def _asks_for_the_commit(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("prove_by") == "digest" and not value:
            raise ValueError('it is missing; prove_by = "digest" compares with what it prints')
        if value and not any("{sha}" in word for word in value):
            raise ValueError("it has no {sha}: it would print the same for every commit")
        return value


class ProbeSettings(Section):
    """One probe of production: an HTTP request or a command."""

    name: str = Field(description="What it is called on the screen.")
    url: str = Field("", pattern=_PROBE, description="What is asked.")
    method: str = Field("GET", pattern=_METHOD, description="The HTTP method.")
    body: str = Field("", description="Sent as JSON where not empty.")
    headers: dict[str, str] = Field(default_factory=dict, description="Further headers.")
    expect_status: int = Field(200, ge=100, le=599, description="The HTTP status that is right.")
    json_path: str = Field("", description="Dotted path into the answer, such as items.0.total.")
    json_equals: str = Field("", description="What stands there, as text.")
    expect_text: str = Field(
        "", description="Text that the answer holds: its body, or where a redirect leads to."
    )
    max_latency: Limit = Field(0.0, description="0 for no limit.")
    timeout: Duration = Field(10.0, description="After which it is red.")
    command: Command = Field((), description="Instead of url: exit code 0 is green.")

    @model_validator(mode="after")
    def _is_one_of_both(self) -> "ProbeSettings":
        if bool(self.url) == bool(self.command):
            raise ValueError("a probe has either a url or a command")
        return self


class Timeline(Section):
    """The procedure's Timeline Target table."""

    total: Duration = Field(1800.0, description="From start to the end of verify. It binds.")
    branch: Duration = Field(120.0, description="Create branch.")
    fix: Duration = Field(900.0, description="Implement fix.")
    test: Duration = Field(300.0, description="Local testing.")
    review: Duration = Field(600.0, description="PR & review.")
    deploy: Duration = Field(300.0, description="Deploy.")
    verify: Duration = Field(180.0, description="Verify.")
    zone: Annotated[str, AfterValidator(known_zone)] = Field(
        USUAL,
        description='Of times of day in what is sent to others, such as "Europe/Berlin"; a screen '
        "shows its own machine's.",
    )


class Guard(Section):
    """What a minimal fix looks like; beyond it a person decides."""

    max_files: int = Field(10, gt=0, description="Changed files.")
    max_lines: int = Field(200, gt=0, description="Added and deleted lines.")
    sensitive: tuple[str, ...] = Field(
        (
            "*.lock",
            "*lock.json",
            "*lock.yaml",
            "go.sum",
            ".github/*",
            ".gitlab-ci.yml",
            "Jenkinsfile",
            "migrations/*",
            "*/migrations/*",
        ),
        description="Lock, CI and migration files.",
    )


class Contacts(Section):
    """The procedure's Emergency Contacts."""

    devops_lead: str = Field(
        "", description="DevOps Lead, such as @devops-lead; empty: nobody is named."
    )
    product_manager: str = Field(
        "", description="Product Manager, such as @pm; empty: nobody is named."
    )
    on_call: tuple[str, ...] = Field(
        (), description="Who is on call where PagerDuty is not configured, first level first."
    )


class Close(Section):
    """What happens at the end."""

    follow_up: bool = Field(False, description="Open a follow-up issue.")


class PostMortem(Section):
    """What becomes of a post-mortem that is due: working days until the meeting, by severity."""

    issue: bool = Field(False, description="Open an issue with its questions and the day.")
    critical_days: int = Field(3, gt=0, description="Where it was critical.")
    major_days: int = Field(5, gt=0, description="Where it was major.")
    minor_days: int = Field(10, gt=0, description="Where it was minor.")


class Rollback(Section):
    """What happens when the rollout or the probes fail."""

    automatic: bool = Field(False, description="Roll back by itself, after a countdown.")
    countdown: Duration = Field(30.0, description="In which anybody may call it off.")


class Team(Section):
    """What the team has on record of all runs, in the cluster."""

    keep: str = Field(
        USUAL_KEEP,
        description='How long the cluster keeps the record of a run: "90 days", "12 weeks", '
        '"200 runs" (the newest) or "all". One that is open, owes something or is not in the '
        "deployment log stays.",
    )
    wait: Duration = Field(
        2.0, description="How long `log`, `show` and the like wait for the cluster's records."
    )

    @field_validator("keep")
    @classmethod
    def _is_a_rule(cls, value: str) -> str:
        keep_of(value)
        return value


class Config(Section):
    """The whole file."""

    github: Github
    git: Git = Git()
    review: Review = Review()
    tests: tuple[Suite, ...] = ()
    kubernetes: Kubernetes | None = None
    slack: Slack | None = None
    statuspage: Statuspage | None = None
    pagerduty: Pagerduty | None = None
    webhooks: tuple[Webhook, ...] = ()
    notify: Notify | None = None
    probes: tuple[ProbeSettings, ...] = ()
    timeline: Timeline = Timeline()
    guard: Guard = Guard()
    contacts: Contacts = Contacts()
    close: Close = Close()
    post_mortem: PostMortem = PostMortem()
    rollback: Rollback = Rollback()
    team: Team = Team()

    @field_validator("tests", "probes", "webhooks")
    @classmethod
    def _are_told_apart(cls, value: tuple[Suite | ProbeSettings | Webhook, ...]) -> object:
        names = [each.name for each in value]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two of them are called {', '.join(twice)}")
        return value
