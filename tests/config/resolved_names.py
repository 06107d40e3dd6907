"""The keys of ``hotfix.toml``: which name something that a service must know, and who tells of it.

A name is wrong by what is given here; ``doctor`` must tell of it in that area, with the mend.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from hotfix.config.model import Config
from hotfix.config.section import Section


@dataclass(frozen=True)
class Named:
    """A key that names something elsewhere."""

    area: str  #: in which ``doctor`` tells of it
    wrong: str  #: what is nobody's name there; empty: told elsewhere
    is_alone: bool = False  #: whether it hides what else is wrong in its area
    told: str = ""  #: what is told of it; empty: its name


def _plain(*keys: str) -> dict[str, Named | None]:
    return dict.fromkeys(keys)


#: by section; None for what no service resolves: words, times, a choice, what a program knows
KEYS: dict[str, dict[str, Named | None]] = {
    "git": {
        "remote": Named("git", "nowhere", is_alone=True),
        "base": Named("git", "trunk-nobody-has", is_alone=True),
        "also_into": Named("git", "release-nobody-has"),
        **_plain("branch_prefix", "network_timeout", "hook_timeout", "sign_off"),
    },
    "github": {
        "repository": Named("github", "webrana/nobodys", is_alone=True, told="not there"),
        "api_url": Named(
            "github", "http://127.0.0.1:9/", is_alone=True, told="refuses the connection"
        ),
        "merge_into": Named("github", "prod-nobody-has"),
        "labels": Named("github", "label-nobody-has"),
        "reviewer": Named("github", "reviewer-nobody"),
        "workflow": Named("github", "workflow-nobody.yml"),
        "dispatch_input": Named("git", "input-nobody", is_alone=True),
        **_plain("merge_method", "merge_how", "required_approvals"),
    },
    "review": {
        "second": Named("github", "second-nobody"),
        "logins": Named("github", "login-nobody"),
        **_plain("second_after", "on_call_after", "break_glass_after"),
    },
    "kubernetes": {
        "namespace": Named("kubernetes", "namespace-nobody", is_alone=True),
        "deployments": Named("kubernetes", "deployment-nobody", is_alone=True),
        "context": Named("kubernetes", "context-nobody", is_alone=True),
        "kubeconfig": Named("kubernetes", "/nobody/kubeconfig", is_alone=True),
        "container": Named("proof", "container-nobody"),
        # ``hotfix logs`` says at once that no pod has such labels; nothing else goes by them.
        "log_selector": None,
        # What of them is not there is a proof that another way gives: the rollout is not over then.
        **_plain("version_label", "prove_by", "digest_command", "digest_timeout"),
        **_plain("watch", "stability", "annotate", "doomed_share"),
    },
    "slack": {
        "channel": Named("slack", "#channel-nobody", is_alone=True),
        "base_url": Named(
            "slack", "http://127.0.0.1:9/api/", is_alone=True, told="refuses the connection"
        ),
        "users": Named("slack", "user-nobody"),
        "note_reaction": None,  # any workspace may have it as its own
        **_plain("first_within", "scope_within", "update_every"),
    },
    "statuspage": {
        "page_id": Named("statuspage", "page-nobody", is_alone=True),
        "api_url": Named(
            "statuspage", "http://127.0.0.1:9/", is_alone=True, told="refuses the connection"
        ),
        "components": Named("statuspage", "component-nobody"),
        # Texts that customers read, and what the page makes of them.
        **_plain("title", "impact", "investigating", "identified", "monitoring", "resolved"),
        **_plain("going_back", "gone_back", "given_up"),
    },
    "pagerduty": {
        "schedule_ids": Named("pagerduty", "SCHEDULE-NOBODY", is_alone=True),
        "escalation_policy_ids": Named("pagerduty", "POLICY-NOBODY", is_alone=True),
        "api_url": Named(
            "pagerduty", "http://127.0.0.1:9/", is_alone=True, told="refuses the connection"
        ),
        "email": Named("pagerduty", "nobody@webrana.example"),
        # It answers nothing but to what is sent: a page.
        "events_url": None,
        "page": None,
    },
    "contacts": {
        "devops_lead": Named("slack", "@lead-nobody"),
        # Named in messages, and notified by none.
        **_plain("product_manager", "on_call"),
    },
    # Variables, whose values are secrets: test_notify_needs and test_signed_webhook.
    "webhooks": {"name": None, "address": Named("webhooks", ""), "signed_with": None},
    "notify": {"addresses_in": Named("notify", "")},
    # What they name is asked or run by itself: test_suite_needs, and the probes of ``doctor``.
    "tests": _plain("name", "run", "directory", "timeout", "grace", "ci"),
    "probes": {
        "url": Named("probes", ""),
        **_plain("name", "method", "body", "headers", "expect_status", "json_path", "json_equals"),
        **_plain("expect_text", "max_latency", "timeout", "command"),
    },
    "timeline": _plain("total", "branch", "fix", "test", "review", "deploy", "verify", "zone"),
    "guard": _plain("max_files", "max_lines", "sensitive"),
    "close": _plain("follow_up"),
    "post_mortem": _plain("issue", "critical_days", "major_days", "minor_days"),
    "rollback": _plain("automatic", "countdown"),
    "team": _plain("keep", "wait"),
}


def sections() -> Iterator[tuple[str, type[Section]]]:
    """Every section of ``hotfix.toml``, by name."""
    for name, field in Config.model_fields.items():
        found = [each for each in _within(field.annotation) if issubclass(each, Section)]
        assert len(found) == 1, name
        yield name, found[0]


def _within(annotation: object) -> Iterator[type]:
    if isinstance(annotation, type):
        yield annotation
    for each in get_args(annotation):
        yield from _within(each)


def wrong_names(*, is_alone: bool) -> Iterator[tuple[str, str, Named]]:
    """Section, key and what is wrong of those that ``doctor`` is asked about."""
    for section, keys in KEYS.items():
        for key, named in keys.items():
            if named is not None and named.wrong and named.is_alone is is_alone:
                yield section, key, named
