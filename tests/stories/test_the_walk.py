"""One story: "checkout returns 500", from the first word to the deployment log."""

import pytest
from tests.other_hands import ready_versions
from tests.stories.stage import stage

from hotfix.domain.deployment_log import entries
from hotfix.domain.fact_names import PROBES_AFTER, PROBES_BEFORE
from hotfix.domain.fold import fold
from hotfix.simulators.played_fix import GOOD_FIX


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("story") / "world") as on:
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        assert on.checkout() == "500 Internal Server Error"
        on.seen["code"] = on.start()
        yield on


def test_it_ends_well(story):
    assert story.seen["code"] == 0, story.screen.getvalue()


def test_the_operator_saw_the_procedure(story):
    fixed, merged = (story.world.github.hosted.pulls[2].head_sha[:8], merge_sha(story)[:8])
    said = [
        line
        for line in story.lines
        if line
        and not line.startswith("…")
        # How long the suites take, and so whether the end of their output is shown meanwhile.
        and not any(part in line for part in ("passed in", "needs met", " | "))
        # It goes out in the background, and is said between any two steps.
        and not line.startswith("• PagerDuty has the alert")
    ]
    first = said.index("prepare")
    assert said[first : said.index("The run is over, with something left to do.") + 1] == [
        "prepare",
        "✓ API endpoint returning errors: that is what a hotfix is for.",
        "✓ This hotfix holds the lock.",
        "✓ Issue 1: checkout returns 500",
        "✓ Recorded webrana-backend at revision 1, webrana-frontend at revision 1.",
        *[line for line in said if line.startswith("✗ fails: checkout answers (500")],
        "✓ On call: Noor Haddad.",
        f"✓ Nothing rides along: {story.world.first_commit[:8]} runs, main has no more.",
        "branch (target 2:00)",
        f"✓ main is at {story.world.first_commit[:8]}.",
        "✓ Cut hotfix/checkout-returns-500.",
        f"✓ Pushed hotfix/checkout-returns-500 at {story.world.first_commit[:8]}.",
        "fix (target 15:00)",
        "→ Go on to the tests with it: --yes (dana)",
        "✓ The fix: 1 commit, 2 files +5 -1.",
        "✓ Everything is committed.",
        "✓ 2 files, 6 lines, minimal.",
        "test (target 5:00)",
        "review (target 10:00)",
        f"✓ Pushed hotfix/checkout-returns-500 at {fixed}.",
        f"✓ hotfix/production is at {story.world.first_commit[:8]}.",
        f"✓ Pull request 2: {story.world.github.url}/webrana/webrana/pull/2",
        "✓ Labelled hotfix, urgent.",
        "✓ Review requested from rena.",
        "✓ Checks passed: tests.",
        "✓ Approved by rena.",
        "deploy (target 5:00)",
        "? Merge into hotfix/production and deploy?",
        "→ Merge and deploy: --yes (dana)",
        f"✓ Merged into hotfix/production as {merged}.",
        "✓ hotfix/production has the fix.",
        *[line for line in said if line.startswith("✓ deploy.yml run 1 succeeded")],
        "✓ Rolled out: webrana-backend at revision 2, webrana-frontend at revision 2.",
        "verify (target 3:00)",
        f"✓ All 3 ready pods run {merged}.",
        *[line for line in said if line.startswith("✓ Green: checkout answers (200")],
        "? Does the fix work for users?",
        "→ Yes, it works: --yes (dana)",
        "✓ Confirmed by dana.",
        "close",
        "✓ Known healthy: webrana-backend at revision 2, webrana-frontend at revision 2.",
        "! The status page was not updated. For later: update the status page, if users noticed",
        f"✓ Logged: {merged} deployed by dana.",
        "- No follow-up issue was asked for.",
        f"✓ Bring-back: {story.world.github.url}/webrana/webrana/pull/3",
        "- No post-mortem is due by what is on record.",
        "✓ Released the lock.",
        "The run is over, with something left to do.",
    ]


def test_the_outside_world_was_told_each_thing_once(story):
    assert story.wrote("github") == [
        "POST /pulls",
        "POST /labels",
        "POST /issues/2/labels",
        "POST /pulls/2/requested_reviewers",
        "PUT /pulls/2/merge",
        "POST /pulls",
    ]
    leases = "/apis/coordination.k8s.io/v1/namespaces/webrana/leases"
    # Signs of life look like the release of the lock, and the shared record follows every event.
    told = dict.fromkeys(story.wrote("kubernetes"))
    assert [line for line in told if "selfsubject" not in line and "configmaps" not in line] == [
        f"POST {leases}",
        f"PUT {leases}/hotfix-lock",
    ]
    assert story.wrote("statuspage") == []
    assert sorted(story.world.origin.branches()) == [
        "hotfix/checkout-returns-500",
        "hotfix/production",
        "main",
    ]


def test_production_answers_because_the_merged_commit_runs(story):
    assert story.checkout() == "200, as expected"
    merged = merge_sha(story)
    versions = ready_versions(story.world.kubernetes, "webrana-backend")
    assert versions == [merged, merged]


def test_the_pull_request_says_what_the_procedure_wants(story):
    pull = story.world.github.hosted.pulls[2]
    assert pull.issue.title == "[HOTFIX] checkout returns 500"
    assert pull.issue.labels == ["hotfix", "urgent"]
    for part in (
        "**Issue:** #1",
        "**Root cause:** A KeyError without a voucher.",
        "**Fix summary:** No voucher, no discount.",
        "backend passed",
        "- [ ] Fix addresses the issue",
        "- [ ] No unrelated changes",
        "- [ ] Tests pass",
        "- [ ] No security concerns",
        "### Pre-Deployment",
        "### Post-Deployment",
    ):
        assert part in pull.issue.body
    back = story.world.github.hosted.pulls[3]
    assert (back.head, back.base) == ("hotfix/checkout-returns-500", "main")


def test_slack_has_one_message_that_was_kept_up_to_date(story):
    (parent,) = story.world.slack.parents
    assert parent.text.startswith("[HOTFIX] checkout returns 500: fixed and verified")
    assert parent.edited
    assert "POST /api/chat.update" in story.wrote("slack")


def test_the_record_the_log_and_the_checklist_agree_with_the_world(story):
    events = story.session.runs.events(story.run)
    (entry,) = entries(events)
    assert (entry.commit, entry.deployer, entry.outcome) == (merge_sha(story), "dana", "deployed")
    assert entry.issue.endswith("/issues/1")
    facts = fold(events).facts
    assert [probe.is_green for probe in facts.get(PROBES_BEFORE, ())] == [False, True]
    assert [probe.is_green for probe in facts.get(PROBES_AFTER, ())] == [True, True]
    assert story.world.kubernetes.lock_holder() == ""


def merge_sha(on) -> str:
    return str(on.world.github.hosted.pulls[2].merge_sha)
