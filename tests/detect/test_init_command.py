"""``hotfix init`` where something is unusual: words, a true exit code, and nothing overwritten."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import jsonschema_rs
import pytest
from tests.detect.repositories import ADDRESS, REPOSITORIES, Repository, git, make

from hotfix.cli import exit_codes
from hotfix.config.load import load, parse

ROOT = Path(__file__).parents[2]
SMALL = Repository({"Cargo.toml": "[package]\n"}, {}, {})


@pytest.fixture
def clone(give, tmp_path):  # noqa: ARG001 - which takes the user's git away
    return make(tmp_path / "world", SMALL)


def test_a_file_that_is_there_is_kept_and_what_would_have_been_found_is_shown(give, clone):
    (clone / "hotfix.toml").write_text('[github]\nrepository = "acme/other"\n')
    done = give(clone, "init", "--yes")
    assert done.code == exit_codes.USAGE
    assert "github.repository: acme/shop" in done.said
    assert "your file has: acme/other" in done.said
    assert "is there already, and is kept as it is" in done.said
    assert (clone / "hotfix.toml").read_text() == '[github]\nrepository = "acme/other"\n'


@pytest.mark.parametrize("kind", ["broken", "folder", "link"])
def test_whatever_is_there_is_kept(kind, give, clone):
    place = clone / "hotfix.toml"
    if kind == "broken":
        place.write_bytes(b"\xff")
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to("/nowhere/hotfix.toml")
    done = give(clone, "init", "--yes")
    assert done.code == exit_codes.USAGE
    assert "is there already, and is kept as it is" in done.said
    assert not Path("/nowhere").exists()


def test_below_the_root_the_file_is_written_at_the_root(give, clone):
    (clone / "deep/er").mkdir(parents=True)
    assert give(clone / "deep/er", "init", "--yes").code == 0
    assert load(clone / "hotfix.toml", {}).tests[0].run == ("cargo", "test")


def test_another_file_is_written_where_it_is_named_and_not_taken_as_a_word_of_trust(give, clone):
    done = give(clone, "init", "--yes", "--output", "other.toml")
    assert done.code == 0
    assert "To check it: hotfix doctor --config" in done.said
    assert not (clone / "hotfix.toml").exists()
    load(clone / "other.toml", {})
    again = give(clone, "init", "--yes", "--output", "missing/folder/other.toml")
    assert again.code == exit_codes.USAGE
    assert "cannot be written. No such file or directory" in again.said


def test_without_a_remote_the_file_says_so_and_is_not_called_done(give, clone):
    git(clone, "remote", "remove", "origin")
    done = give(clone, "init", "--yes")
    assert done.code == exit_codes.CONFIGURATION
    assert "It is not known which repository of GitHub this is." in done.said
    assert "Traceback" not in done.said
    text = (clone / "hotfix.toml").read_text()
    assert '# repository = "owner/name"' in text
    assert "not found" in text
    parse(text.replace('# repository = "owner/name"', 'repository = "acme/shop"'), {}, "x")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HOTFIX_GITHUB__REPOSITORY", "no slash"),
        ("HOTFIX_GITHUB__API_URL", "no address"),
        ("HOTFIX_GIT__BASE", "a b..c"),
    ],
)
def test_what_a_variable_says_wrongly_is_mended_there(give, clone, monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    done = give(clone, "init", "--yes")
    assert done.code == 3
    assert f"unset {variable}, or mend what" in done.stderr
    assert "nobody foresaw" not in done.stderr
    assert not (clone / "hotfix.toml").exists()


def test_a_remote_that_is_no_github_is_named(give, clone):
    git(clone, "remote", "set-url", "origin", "git@gitlab.com:acme/shop.git")
    git(
        clone,
        "config",
        f"url.{clone.parent / 'origin.git'}.insteadOf",
        "git@gitlab.com:acme/shop.git",
    )
    done = give(clone, "init", "--yes")
    assert done.code == exit_codes.CONFIGURATION
    assert "is at gitlab.com, and that is no GitHub" in done.said


@pytest.mark.parametrize(
    "address", [None, "https://127.0.0.1:1/acme/shop.git", "/nowhere/shop.git"]
)
def test_nothing_is_said_of_the_branches_of_a_remote_that_was_not_read(address, give, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "a.txt").write_text("a\n")
    git(folder, "add", "a.txt")
    git(folder, "commit", "--quiet", "--message=Begin")
    if address is not None:
        git(folder, "remote", "add", "origin", address)
    said = give(folder, "init", "--yes").said
    assert "git.base: not found: no default branch of a remote is known" in said
    assert ("None of its branches is known." in said) is (address is not None)
    assert "the remote says" not in said
    assert "was not asked: The git remote" not in said
    assert ".." not in said.replace("...", "")


def test_a_remote_that_does_not_answer_leaves_what_was_fetched(give, clone):
    git(clone, "config", "--unset-all", f"url.{clone.parent / 'origin.git'}.insteadOf")
    git(clone, "config", "url./nowhere/else.git.insteadOf", ADDRESS)
    done = give(clone, "init", "--yes")
    assert done.code == 0
    assert "Branches are those last fetched." in done.said
    assert "as of the last fetch" in done.said
    assert load(clone / "hotfix.toml", {}).git.base == "main"


def test_an_enterprise_server_gets_no_token_by_being_detected(give, clone, monkeypatch):
    monkeypatch.setenv("GH_ENTERPRISE_TOKEN", "t" * 40)
    address = "git@git.acme.example:acme/shop.git"
    git(clone, "remote", "set-url", "origin", address)
    git(clone, "config", f"url.{clone.parent / 'origin.git'}.insteadOf", address)
    done = give(clone, "init", "--yes")
    assert done.code == 0
    assert load(clone / "hotfix.toml", {}).github.api_url == "https://git.acme.example/api/v3"
    assert "The token for GitHub stays here" in done.said
    assert "hotfix doctor --trust-host git.acme.example" in done.said


def test_a_folder_that_is_no_clone_is_said(give, tmp_path):
    done = give(tmp_path, "init", "--yes")
    assert done.code == exit_codes.USAGE
    assert "is not in a git repository" in done.said
    assert list(tmp_path.glob("hotfix.toml")) == []


def test_a_bare_repository_is_said(give, clone):
    done = give(clone.parent / "origin.git", "init", "--yes")
    assert done.code == exit_codes.USAGE
    assert "bare repository" in done.said


def test_a_repository_without_a_commit_is_set_up_as_far_as_it_goes(give, tmp_path):
    (tmp_path / "new").mkdir()
    git(tmp_path / "new", "init", "--quiet")
    git(tmp_path / "new", "remote", "add", "origin", ADDRESS)
    git(tmp_path / "new", "config", "url./nowhere/else.git.insteadOf", ADDRESS)
    done = give(tmp_path / "new", "init", "--yes")
    assert done.code == 0
    assert "No file is tracked here" in done.said
    text = (tmp_path / "new/hotfix.toml").read_text()
    assert '# base = "main"' in text
    parse(text, {}, "hotfix.toml")


def test_the_file_is_committed_alone_and_where_a_branch_is_checked_out(give, clone):
    (clone / "staged.txt").write_text("mine")
    git(clone, "add", "staged.txt")
    done = give(clone, "init", "--yes", "--commit")
    assert "Nothing was pushed." in done.said
    assert git(clone, "show", "--name-only", "--format=%s").split("\n\n") == [
        "Configure hotfix",
        "hotfix.toml\n",
    ]
    assert git(clone, "status", "--short") == "A  staged.txt\n"


def test_where_another_branch_has_the_file_that_one_is_named_and_the_advice_finds_it(give, clone):
    before = git(clone, "rev-parse", "HEAD").strip()
    give(clone, "init", "--yes", "--commit")
    main = git(clone, "branch", "--show-current").strip()
    git(clone, "checkout", "--quiet", "-b", "hotfix/checkout", before)
    (clone / "deep").mkdir()
    done = give(clone / "deep", "doctor")
    assert done.code == exit_codes.CONFIGURATION
    assert f"What is checked out has none; the branch {main} has one." in done.said
    assert "hotfix init" not in done.said
    advice = f"git switch {main}"
    assert f"Next: {advice}, and try again" in done.said
    git(clone, *advice.split()[1:])
    assert "There is no hotfix.toml here" not in give(clone / "deep", "doctor").said
    git(clone, "branch", "--quiet", "-m", main, "b;x")
    git(clone, "checkout", "--quiet", "hotfix/checkout")
    assert "Next: git switch 'b;x', and try again" in give(clone, "doctor").said


def test_where_no_branch_has_the_file_it_is_init_that_makes_one(give, clone):
    done = give(clone, "doctor")
    assert done.code == exit_codes.CONFIGURATION
    assert "Next: hotfix init" in done.said


def test_without_a_branch_nothing_is_committed(give, clone):
    git(clone, "checkout", "--quiet", "--detach")
    done = give(clone, "init", "--yes", "--commit")
    assert done.code == 0
    assert "Not committed: no branch is checked out here" in done.said
    assert "detached HEAD" in done.said
    assert git(clone, "status", "--short") == "?? hotfix.toml\n"


def test_without_a_branch_no_commit_is_advised(give, clone):
    git(clone, "checkout", "--quiet", "--detach")
    done = give(clone, "init", "--yes")
    assert "check out a branch first" in done.said
    assert "git commit" not in done.said


def test_two_workflows_that_deploy_different_folders_are_both_named_with_theirs(give, clone):
    folder = clone / ".github" / "workflows"
    folder.mkdir(parents=True)
    for part in ("api", "web"):
        (folder / f"deploy-{part}.yml").write_text(
            f"on: {{push: {{branches: [main], paths: ['{part}/**']}}}}\n"
            "jobs: {it: {steps: [{run: kubectl apply -f k8s}]}}\n"
        )
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "Deploy")
    done = give(clone, "init", "--yes")
    runs = "deploy-api.yml runs for pushes to main, where it changes a file of api/**"
    assert runs in done.said
    assert "HOTFIX_GITHUB__WORKFLOW=deploy-web.yml hotfix start" in done.said
    parse((clone / "hotfix.toml").read_text(), {}, "hotfix.toml")


def test_what_git_refuses_to_commit_is_said(give, clone):
    (clone / ".git/info/exclude").write_text("hotfix.toml\n")
    done = give(clone, "init", "--yes", "--commit")
    assert done.code == exit_codes.FAILED
    assert "hotfix.toml is written, and not committed." in done.said
    load(clone / "hotfix.toml", {})


def test_a_clone_made_to_be_read_wrongly_is_read_as_far_as_it_goes(give, clone, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "package.json").write_text('{"scripts": {"test": "cat /etc/passwd"}}')
    (clone / "web").symlink_to(secret)
    (clone / "package.json").symlink_to(secret / "package.json")
    (clone / ".github/workflows").mkdir(parents=True)
    (clone / ".github/workflows/deploy.yml").write_text("- " * 50_000)
    (clone / ".github/workflows/ci.yml").write_bytes(b"\xff\xfe")
    (clone / "compose.yaml").write_text("x" * 300_000)
    (clone / "Makefile").write_text("test:\n\tx\n")
    (clone / "CODEOWNERS").write_text("\ufeff* @rena\r\n", newline="")
    (clone / "deep").mkdir()
    (clone / "deep/go.mod").write_text("")
    for name in ("x\ny.yaml", 'q"; rm -rf.yaml', "\x1b[31m.yaml"):
        (clone / name).write_text("kind: Deployment\nmetadata: {name: '\x1b[31mred'}\n")
    Path(os.fsdecode(os.fsencode(clone) + b"/\xff.toml")).write_text("")
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "Odd")
    # In the index it is a file in a folder; on the disk the folder leads out.
    (clone / "deep/go.mod").unlink()
    (clone / "deep").rmdir()
    (secret / "go.mod").write_text("")
    (clone / "deep").symlink_to(secret)
    (clone / "Makefile").unlink()
    os.mkfifo(clone / "Makefile")
    done = give(clone, "init", "--yes")
    assert done.code == 0
    assert "\x1b" not in done.stdout
    assert "deploy.yml cannot be read as YAML" in done.said
    config = load(clone / "hotfix.toml", {})
    assert [each.name for each in config.tests] == ["cargo"]
    assert config.github.reviewer == "rena"


def test_what_looks_like_a_secret_is_not_written(give, clone):
    (clone / "ci").mkdir()
    token = "ghp_" + "a1" * 18
    (clone / ".github/workflows").mkdir(parents=True)
    (clone / ".github/workflows/ci.yml").write_text(
        "on: push\njobs:\n  a:\n    steps:\n"
        f"      - run: docker compose run -e TOKEN={token} app pytest\n"
    )
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "A secret")
    done = give(clone, "init", "--yes")
    assert done.code == 0
    assert token not in done.stdout + (clone / "hotfix.toml").read_text()
    assert "look like holding a secret" in done.said


@pytest.mark.parametrize("words", [("--example", "--schema"), ("--rbac", "--schema")])
def test_one_thing_is_printed_at_a_time(words, give, tmp_path):
    done = give(tmp_path, "init", *words)
    assert done.code == exit_codes.USAGE
    assert "One command prints one of them." in done.said


def test_the_example_and_the_schema_come_from_an_installed_wheel(tmp_path):
    build = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "import hotfix, sys; sys.argv[0] = 'hotfix'; from hotfix.cli.entry import main; main()"

    def printed(word):
        environ = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
        words = (sys.executable, "-c", f"{code}", "init", word)
        return subprocess.run(
            words, cwd=tmp_path, env=environ, check=True, capture_output=True, text=True
        ).stdout

    example = printed("--example")
    assert example == (ROOT / "hotfix.toml.example").read_text()
    parse(example, {}, "the example")
    schema = printed("--schema")
    assert schema == (ROOT / "docs/hotfix.schema.json").read_text()
    assert jsonschema_rs.validator_for(__import__("json").loads(schema)).is_valid(
        tomllib.loads(example)
    )


def test_the_helm_repository_says_what_a_rollback_means(give, tmp_path):
    clone = make(tmp_path / "world", REPOSITORIES["helm"])
    assert "Helm's own record stays at the bad release" in give(clone, "init", "--yes").said
    assert "helm history" in (clone / "hotfix.toml").read_text()
