"""Which branches a workflow runs for, by GitHub's own rules for ``on: push``."""

import pytest
import yaml

from hotfix.domain.push_triggers import PushTriggers, matches, push_triggers, would_deploy

FIX = "hotfix/checkout-returns-500"


def triggers(text):
    return push_triggers(yaml.load(text, yaml.BaseLoader))  # noqa: S506 - makes texts alone


@pytest.mark.parametrize(
    ("pattern", "branch", "is_meant"),
    [
        # As GitHub's own table of patterns has them.
        ("feature/*", "feature/my-branch", True),
        ("feature/*", "feature/beta-a/my-branch", False),
        ("feature/**", "feature/beta-a/my-branch", True),
        ("main", "main", True),
        ("main", "maintenance", False),
        ("*", "releases", True),
        ("*", "all/the/branches", False),
        ("**", "all/the/branches", True),
        ("*feature", "mona-feature", True),
        ("v2*", "v2.0", True),
        ("v[12].[0-9]+.[0-9]+", "v1.10.1", True),
        ("v[12].[0-9]+.[0-9]+", "v3.1.1", False),
        ("*.jsx?", "page.js", True),
        ("*.jsx?", "page.jsx", True),
        ("release/1.2", "release/1x2", False),
        (r"fix/\*", "fix/*", True),
        (r"fix/\*", "fix/it", False),
        ("fix/(a", "fix/(a", True),
    ],
)
def test_a_pattern_means_what_it_means_to_github(pattern, branch, is_meant):
    assert matches(pattern, branch) is is_meant


def test_a_pattern_that_cannot_be_understood_is_taken_to_mean_it():
    assert matches("+x", "anything")


@pytest.mark.parametrize(
    ("on", "branches", "is_run"),
    [
        ("on: push", [FIX, "main"], True),
        ("on: [push, workflow_dispatch]", [FIX], True),
        ("on: {push: }", [FIX], True),
        ('"on": push', [FIX], True),
        ("on: {push: {branches: [hotfix/**]}}", [FIX, "hotfix/production"], True),
        ("on: {push: {branches: hotfix/*}}", [FIX], True),
        ("on: {push: {branches: ['**']}}", [FIX], True),
        ("on: {push: {branches: ['hotfix/**', '!hotfix/production']}}", [FIX], True),
        (
            "on: {push: {branches: ['!hotfix/production', 'hotfix/**']}}",
            ["hotfix/production"],
            True,
        ),
        ("on: {push: {branches-ignore: [main]}}", [FIX], True),
        ("on: {push: {paths: ['src/**']}}", [FIX], True),
        ("on: {create: , push: {branches: [prod]}}", [FIX], True),
        ("on: [create]", [FIX], True),
        ("on: {push: {tags: [v*], branches: [hotfix/*]}}", [FIX], True),
        ("on: {push: {branches: [prod]}}", [FIX, "main"], False),
        ("on: {push: {branches: ['**', '!hotfix/**']}}", [FIX], False),
        ("on: {push: {branches-ignore: ['hotfix/**']}}", [FIX], False),
        ("on: {push: {tags: [v*]}}", [FIX, "prod"], False),
        ("on: {push: {tags-ignore: ['**']}}", [FIX, "prod"], False),
        ("on: workflow_dispatch", [FIX, "prod"], False),
        ("on: {pull_request: {branches: [prod]}}", [FIX], False),
    ],
)
def test_a_push_runs_what_is_triggered_by_its_branch(on, branches, is_run):
    found = triggers(on)
    assert [found.run_for(branch) for branch in branches] == [is_run] * len(branches)
    assert [found.deploy(branch) for branch in branches] == [is_run] * len(branches)


@pytest.mark.parametrize(
    ("text", "deploys"),
    [
        ("on: push\njobs: {deploy: {if: github.ref == 'refs/heads/prod'}}", None),
        ("on: push\njobs: {deploy: {steps: [{if: github.ref_name == 'prod'}]}}", None),
        ("on: push\njobs: {deploy: {if: always()}}", True),
        (
            "on: push\njobs: {deploy: {steps: [{run: 'if [ $GITHUB_REF = refs/heads/x ]; ...'}]}}",
            None,
        ),
        ("on: push\njobs: {deploy: {steps: [{run: 'deploy ${{ github.ref }}'}]}}", True),
        ("on: push\njobs: {deploy: {steps: [{run: 'if make; then deploy; fi'}]}}", True),
        ("on: {push: {branches: [prod]}}\njobs: {deploy: {if: github.ref}}", False),
        ("name: no triggers", None),
        ("just a text", None),
        ("- a list", None),
        ("", None),
    ],
)
def test_what_cannot_be_told_from_the_triggers_is_said_to_be_unknown(text, deploys):
    assert triggers(text).deploy(FIX) is deploys


@pytest.mark.parametrize(
    ("patterns", "advice"),
    [
        (("hotfix/**",), "HOTFIX_GIT__BRANCH_PREFIX=fix/ hotfix start ..."),
        (("hotfix/**", "fix/*"), "HOTFIX_GIT__BRANCH_PREFIX=proposed/ hotfix start ..."),
        (None, "then: hotfix resume"),
    ],
)
def test_another_prefix_is_only_advised_where_it_helps(patterns, advice):
    found = would_deploy("deploy.yml", PushTriggers(patterns), FIX)
    assert found.next_command.endswith(advice)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (PushTriggers(("prod", "!x")), "prod, !x"),
        (PushTriggers(None), "any branch"),
        (PushTriggers(None, ("main",)), "any branch but main"),
        (PushTriggers(), "no branch"),
    ],
)
def test_the_branches_are_named(found, words):
    assert found.in_words == words


@pytest.mark.parametrize(
    ("push", "words"),
    [
        ("{branches: [main]}", "main"),
        (
            "{branches: [main], paths: ['api/**', go.mod]}",
            "main, where it changes a file of api/**, go.mod",
        ),
        (
            "{branches: [main], paths-ignore: [docs/**]}",
            "main, where it changes more than files of docs/**",
        ),
        ("{paths: web/**}", "any branch, where it changes a file of web/**"),
    ],
)
def test_what_a_push_must_change_is_said_with_its_branches(push, words):
    found = triggers(f"on: {{push: {push}}}")
    assert found.in_words == words
    assert words.endswith(found.by_files)
