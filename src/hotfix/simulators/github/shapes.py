"""The rest of GitHub's shapes: fields that its description demands and that nothing here uses."""

from typing import Any

Json = dict[str, Any]

_USER_LINKS = {
    "events_url": "events{/privacy}",
    "followers_url": "followers",
    "following_url": "following{/other_user}",
    "gists_url": "gists{/gist_id}",
    "organizations_url": "orgs",
    "received_events_url": "received_events",
    "repos_url": "repos",
    "starred_url": "starred{/owner}{/repo}",
    "subscriptions_url": "subscriptions",
}
# Those of a repository whose path is their name, and the others.
_REPOSITORY_PARTS = (
    "contributors deployments downloads events forks hooks languages merges "
    "stargazers subscribers subscription tags teams"
)
_REPOSITORY_LINKS = {
    "archive_url": "{archive_format}{/ref}",
    "assignees_url": "assignees{/user}",
    "blobs_url": "git/blobs{/sha}",
    "branches_url": "branches{/branch}",
    "collaborators_url": "collaborators{/collaborator}",
    "comments_url": "comments{/number}",
    "commits_url": "commits{/sha}",
    "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}",
    "git_commits_url": "git/commits{/sha}",
    "git_refs_url": "git/refs{/sha}",
    "git_tags_url": "git/tags{/sha}",
    "issue_comment_url": "issues/comments{/number}",
    "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}",
    "keys_url": "keys{/key_id}",
    "labels_url": "labels{/name}",
    "milestones_url": "milestones{/number}",
    "notifications_url": "notifications{?since,all,participating}",
    "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}",
    "statuses_url": "statuses/{sha}",
    "trees_url": "git/trees{/sha}",
}
_COUNTED = ("forks", "network", "open_issues", "stargazers", "subscribers", "watchers")
_PULL_LINKS = ("commits", "comments", "review_comments", "review_comment", "statuses")
_BORN = "2026-01-01T00:00:00Z"


def rest_of_user(url: str, login: str) -> Json:
    """Return what an account has besides; ``url`` is its own in the API."""
    return {
        "node_id": f"U_{login}",
        "avatar_url": f"{url}/avatar",
        "gravatar_id": "",
        **{name: f"{url}/{path}" for name, path in _USER_LINKS.items()},
    }


def rest_of_signed_in_user() -> Json:
    """Return what an account shows to itself, or on its own page, besides."""
    return {
        **dict.fromkeys(("name", "company", "blog", "location", "email", "hireable", "bio")),
        **dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0),
        "created_at": _BORN,
        "updated_at": _BORN,
    }


def rest_of_repository(api: str, page: str, name: str) -> Json:
    """Return what ``owner/name`` has besides; ``api`` and ``page`` are its addresses."""
    host = page.partition("://")[2].partition("/")[0]
    return {
        "node_id": "R_1",
        **dict.fromkeys(("description", "homepage", "language", "license", "mirror_url")),
        **{f"has_{it}": False for it in ("discussions", "downloads", "pages", "projects", "wiki")},
        **dict.fromkeys(("created_at", "updated_at", "pushed_at"), _BORN),
        "clone_url": f"{page}.git",
        "svn_url": page,
        "git_url": f"git://{host}/{name}.git",
        "ssh_url": f"git@{host}:{name}.git",
        **dict.fromkeys(("forks", "open_issues", "size", "watchers"), 0),
        **{f"{name}_count": 0 for name in _COUNTED},
        **{f"{part}_url": f"{api}/{part}" for part in _REPOSITORY_PARTS.split()},
        **{field: f"{api}/{path}" for field, path in _REPOSITORY_LINKS.items()},
    }


def rest_of_issue(api: str, number: int) -> Json:
    """Return what an issue has besides; a pull request has it, too."""
    url = f"{api}/issues/{number}"
    return {
        "node_id": f"I_{number}",
        "locked": False,
        "assignee": None,
        "milestone": None,
        "repository_url": api,
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "labels_url": f"{url}/labels{{/name}}",
    }


def rest_of_pull(api: str, page: str, number: int, sha: str) -> Json:
    """Return what a pull request has besides; ``sha`` is its head."""
    url, html = f"{api}/pulls/{number}", f"{page}/pull/{number}"
    links = {
        "self": url,
        "html": html,
        "issue": f"{api}/issues/{number}",
        "comments": f"{api}/issues/{number}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{api}/statuses/{sha}",
    }
    return {
        "node_id": f"PR_{number}",
        "auto_merge": None,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        **{f"{name}_url": links[name] for name in _PULL_LINKS},
        "_links": {name: {"href": link} for name, link in links.items()},
    }


def rest_of_run(api: str, url: str, workflow_id: int) -> Json:
    """Return what a workflow run has besides; ``url`` is its own in the API."""
    return {
        "node_id": f"WFR_{url.rpartition('/')[2]}",
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "check_suite_url": f"{api}/check-suites/{url.rpartition('/')[2]}",
        "workflow_url": f"{api}/actions/workflows/{workflow_id}",
    }


def rest_of_job(number: int) -> Json:
    """Return what a job has besides."""
    return {
        "node_id": f"CR_{number}",
        **dict.fromkeys(("runner_id", "runner_name", "runner_group_id", "runner_group_name")),
    }


def rest_of_workflow(number: int) -> Json:
    """Return what a workflow has besides."""
    return {"node_id": f"W_{number}", "created_at": _BORN, "updated_at": _BORN}


def rest_of_app() -> Json:
    """Return what the app of GitHub Actions has besides."""
    return {
        "node_id": "A_15368",
        "client_id": "Iv1.05c79e9ad1f6bdfa",
        "description": "Automate your workflow from idea to production",
        "external_url": "https://help.github.example/en/actions",
        "html_url": "https://github.example/apps/github-actions",
        "created_at": _BORN,
        "updated_at": _BORN,
        "permissions": {"actions": "write", "checks": "write"},
        "events": ["check_run"],
    }
