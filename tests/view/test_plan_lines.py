from dataclasses import replace

from hotfix.domain.prospect import PhaseAhead, Prospect
from hotfix.view.plan_lines import plan_lines

AHEAD = Prospect(
    description="checkout returns 500",
    branch="hotfix/checkout-returns-500",
    cut_from="main",
    picks=(),
    tests=("backend",),
    repository="webrana/webrana",
    merge_into="hotfix/production",
    also_into=("develop",),
    labels=("hotfix",),
    reviewer="rena",
    second_reviewer="sam",
    workflow="deploy-hotfix.yml",
    namespace="webrana",
    context="prod",
    deployments=("webrana-backend", "webrana-frontend"),
    probes=("checkout answers",),
    tells="#incidents",
    total_seconds=1800.0,
    phases=(PhaseAhead("prepare", None), PhaseAhead("fix", 900.0), PhaseAhead("deploy", 300.0)),
)


def test_a_dry_run_says_what_would_be_done_to_what():
    assert plan_lines(AHEAD) == [
        "Incident:     checkout returns 500",
        "Branch:       hotfix/checkout-returns-500, cut from main",
        "Tests:        backend",
        "Pull request: webrana/webrana, into hotfix/production; then, once proven, develop",
        "Labels:       hotfix",
        "Reviewer:     rena, then sam",
        "Deployed by:  deploy-hotfix.yml",
        "Deployments:  webrana-backend, webrana-frontend in webrana (context prod)",
        "Probes:       checkout answers",
        "Told:         #incidents",
        "Time:         30:00 in all; at most fix 15:00, deploy 5:00",
        "Merge, deploy and rollback are asked about first. Nothing was changed.",
    ]


def test_what_is_not_configured_is_said_as_such():
    bare = replace(
        AHEAD, tests=(), reviewer="", second_reviewer="", workflow="", deployments=(), probes=()
    )
    said = "\n".join(plan_lines(replace(bare, tells="", picks=("a" * 40,))))
    assert "with aaaaaaaa picked" in said
    for part in ("[[tests]]", "CODEOWNERS", "no [github] workflow", "[kubernetes]", "[[probes]]"):
        assert part in said
    assert "nobody: no [slack]" in said
