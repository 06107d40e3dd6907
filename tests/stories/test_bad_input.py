"""What bad input gets: words, the next command, an exit code, and nothing lost or half-done."""

import os
import re
import signal
import subprocess
import time
import unicodedata

import pytest
from tests.adapters.git.clones import cloned, commit, git
from tests.stories.commands import HOTFIX, commands

from hotfix.cli import exit_codes


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    with commands(tmp_path_factory.mktemp("bad") / "world") as at:
        yield at


@pytest.fixture
def clone(at, tmp_path):
    """A fresh clone, and a state directory of its own."""
    return cloned(at.world.origin.path, tmp_path / "clone")


@pytest.fixture
def give(at, clone, tmp_path):
    """Give a command in the fresh clone; ``config`` is the text of another hotfix.toml."""

    def give(*words, config=None, cwd=None, **environ):
        environ.setdefault("HOTFIX_STATE_DIR", str(tmp_path / "state"))
        if config is not None:
            (tmp_path / "hotfix.toml").write_text(config)
            environ.setdefault("HOTFIX_CONFIG", str(tmp_path / "hotfix.toml"))
        done = at.run(*words, cwd=cwd or clone, **environ)
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
        return done

    yield give
    forget_the_branch(at)
    at.run("abort", "--keep-pull-request", cwd=clone, HOTFIX_STATE_DIR=str(tmp_path / "state"))


def start(description="checkout returns 500"):
    return ("start", description, "--category=api-errors", "--yes")


def forget_the_branch(at):
    if "hotfix/checkout-returns-500" in at.world.origin.branches():
        at.world.origin.delete_branch("hotfix/checkout-returns-500")


def said(done):
    """Everything that was said, on one line."""
    return " ".join((done.stdout + done.stderr).split())


def configuration(at):
    return at.world.config_file.read_text()


@pytest.mark.parametrize(
    ("description", "code"),
    [
        ("", exit_codes.USAGE),
        ("   ", exit_codes.USAGE),
        ("\U0001f4a5\U0001f525", exit_codes.USAGE),
        ("?!...", exit_codes.USAGE),
    ],
)
def test_descriptions_that_name_nothing_open_no_run(give, tmp_path, description, code):
    done = give(*start(description))
    assert done.returncode == code, done.stderr
    assert "Next:" in done.stderr
    assert not (tmp_path / "state" / "runs").exists()


@pytest.mark.parametrize("name", ["v9", "", "--upload-pack=x", "main:hotfix.toml"])
def test_a_start_from_nothing_opens_no_run(give, tmp_path, name):
    done = give(*start(), f"--from={name}")
    assert done.returncode == exit_codes.USAGE, done.stderr
    assert "--from names no branch, tag or commit" in said(done)
    assert "git ls-remote --heads --tags origin" in said(done)
    assert not (tmp_path / "state" / "runs").exists()


def test_an_option_as_description_is_never_an_option(give):
    done = give("start", "--category=api-errors", "--yes", "--dry-run", "--", "--upload-pack=x")
    assert done.returncode == 0, done.stderr
    done = give("start", "--upload-pack=x", "--category=api-errors")
    assert done.returncode == exit_codes.USAGE


def test_a_very_long_description_gives_a_branch_of_sensible_length(give):
    done = give(*start("checkout " * 62), "--dry-run")
    assert done.returncode in {0, exit_codes.USAGE}


def test_a_category_that_says_no_is_refused_with_the_reason_and_the_way_to_insist(give):
    done = give("start", "add dark mode", "--category=feature", "--yes")
    assert done.returncode == exit_codes.USAGE
    assert "--override-reason" in done.stderr


def test_without_a_category_and_without_a_terminal_the_flag_is_named(give):
    done = give("start", "checkout returns 500", "--yes")
    assert done.returncode == exit_codes.USAGE
    assert "--category" in done.stderr


def test_outside_of_a_repository(give, tmp_path):
    (tmp_path / "empty").mkdir()
    done = give(*start(), cwd=tmp_path / "empty")
    assert done.returncode == exit_codes.USAGE
    assert "not in a git repository" in done.stderr


def test_a_dirty_tree_stays_as_it_is(give, clone):
    (clone / "README.md").write_text("work in progress\n")
    (clone / "new.txt").write_text("mine\n")
    before = git(clone, "status", "--porcelain")
    done = give(*start())
    assert done.returncode == exit_codes.FAILED
    assert "git stash" in said(done)
    assert "--worktree" in said(done)
    assert git(clone, "status", "--porcelain") == before
    assert git(clone, "branch", "--show-current") == "main"


def test_a_dirty_tree_can_be_left_alone_in_a_work_tree_beside(give, clone):
    (clone / "README.md").write_text("work in progress\n")
    done = give("start", "checkout returns 500", "--category=api-errors", "--worktree", "--json")
    assert done.returncode == exit_codes.WAITING, said(done)
    assert (clone / "README.md").read_text() == "work in progress\n"
    beside = clone.parent / "clone-checkout-returns-500"
    assert git(beside, "branch", "--show-current") == "hotfix/checkout-returns-500"


def test_what_git_is_in_the_middle_of_is_refused_before_the_lock_is_held(give, clone):
    (clone / ".git" / "MERGE_HEAD").write_text(git(clone, "rev-parse", "HEAD") + "\n")
    done = give(*start())
    assert done.returncode == exit_codes.FAILED
    assert "A merge is not finished" in said(done)
    assert "The hotfix lock is free" in give("lock").stdout


def test_a_branch_that_exists_is_left_alone(give, clone):
    git(clone, "branch", "hotfix/checkout-returns-500")
    done = give(*start(), "--dry-run")
    assert done.returncode == exit_codes.DONE
    # What names it as a folder does, git cannot give a name of its own.
    git(clone, "branch", "-m", "hotfix/checkout-returns-500", "hotfix/checkout-returns-500/mine")
    done = give(*start())
    assert done.returncode == exit_codes.FAILED
    assert "hotfix/checkout-returns-500/mine" in said(done)


def test_an_unreachable_remote_is_told_at_once(give, clone):
    git(clone, "remote", "set-url", "origin", "http://127.0.0.1:9/x.git")
    done = give(*start())
    assert done.returncode in {exit_codes.FAILED, exit_codes.CONFIGURATION}
    assert "The git remote does not answer" in said(done)


def test_no_configuration(give, tmp_path):
    done = give(*start(), HOTFIX_CONFIG=str(tmp_path / "nowhere.toml"))
    assert done.returncode == exit_codes.CONFIGURATION
    bare = {"HOTFIX_STATE_DIR": str(tmp_path / "state")}
    elsewhere = subprocess.run(
        [HOTFIX, "doctor"],
        cwd="/",
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **bare},
        capture_output=True,
        text=True,
        check=False,
    )
    assert elsewhere.returncode == exit_codes.CONFIGURATION
    assert "There is no hotfix.toml here." in elsewhere.stderr


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("repository =", "repositry =", "did you mean repository?"),
        ('namespace = "webrana"', "namespace = 3", "namespace"),
        (
            '[git]\nbase = "main"',
            '[git]\nbase = "main"\ntoken = "ghp_0123456789abcdefghij"',
            "secret",
        ),
        ("[[tests]]", "[[tests", "no valid TOML"),
    ],
)
def test_a_wrong_configuration_is_explained(give, at, old, new, words):
    done = give(*start(), config=configuration(at).replace(old, new))
    assert done.returncode == exit_codes.CONFIGURATION
    assert words in said(done)
    assert "ghp_0123" not in said(done)


def test_a_missing_token(give):
    done = give(*start(), GH_TOKEN="")
    assert done.returncode == exit_codes.RIGHTS
    assert "GH_TOKEN" in said(done)


def test_a_token_that_github_does_not_know(give):
    done = give(*start(), GH_TOKEN="wrong-token-0123456789")
    assert done.returncode == exit_codes.RIGHTS
    assert "wrong-token" not in said(done)


def test_a_token_that_may_not_push(give, at):
    at.world.github.hosted.permissions["dana"] = "read"
    try:
        done = give(*start())
    finally:
        at.world.github.hosted.permissions["dana"] = "write"
    assert done.returncode == exit_codes.RIGHTS, said(done)


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ('"webrana-frontend"]', '"webrana-nowhere"]', "webrana-nowhere"),
        ('namespace = "webrana"', 'namespace = "nowhere"', "nowhere"),
    ],
)
def test_what_the_cluster_lacks_is_named_before_anything_is_done(
    give, at, clone, old, new, missing
):
    done = give(*start(), config=configuration(at).replace(old, new))
    assert done.returncode in {exit_codes.CONFIGURATION, exit_codes.FAILED}
    assert missing in said(done)
    assert git(clone, "branch", "--show-current") == "main"


def test_missing_slack_and_pager_hold_up_nothing(give):
    done = give("doctor", SLACK_BOT_TOKEN="", PAGERDUTY_API_KEY="", STATUSPAGE_API_KEY="")
    assert done.returncode == 0, said(done)
    assert "SLACK_BOT_TOKEN is not set" in said(done)


def with_suite(at, program, timeout="1m"):
    suite = f'[[tests]]\nname = "odd"\nrun = {program}\ntimeout = "{timeout}"\n'
    return re.sub(r"\[\[tests\]\].*?(?=\[kubernetes\])", suite, configuration(at), flags=re.DOTALL)


def test_a_test_program_that_is_missing_is_found_before_anything_is_done(give, at, clone):
    done = give(*start(), config=with_suite(at, '["no-such-program"]'))
    assert done.returncode == exit_codes.CONFIGURATION
    assert "no-such-program" in said(done)
    assert git(clone, "branch", "--show-current") == "main"


@pytest.mark.parametrize(
    ("program", "timeout", "words"),
    [
        ('["sleep", "60"]', "1s", "timed out"),
        ('["sh", "-c", "head -c 3000 /dev/urandom; exit 3"]', "1m", "exit code 3"),
    ],
    ids=["hanging", "binary"],
)
def test_a_test_suite_that_goes_wrong_asks_what_now(give, at, clone, program, timeout, words):
    config = with_suite(at, program, timeout)
    give("start", "checkout returns 500", "--category=api-errors", "--json", config=config)
    (clone / "backend" / "shop" / "fixed.py").write_text("fixed = True\n")
    commit(clone, "Fix")
    done = give("resume", "--yes", config=config)
    assert done.returncode == exit_codes.WAITING, said(done)
    assert words in said(done)
    assert not [each for each in done.stdout if unicodedata.category(each) == "Cc" and each != "\n"]


@pytest.mark.parametrize("after", ["prepare", "branch", "fix"])
def test_ctrl_c_loses_nothing_and_says_how_to_go_on(at, clone, tmp_path, after):
    environ = at.environ | {"HOTFIX_STATE_DIR": str(tmp_path / "state")}
    with subprocess.Popen(
        [HOTFIX, *start()],
        cwd=clone,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            for line in process.stdout or ():
                if after in line:
                    time.sleep(0.05)
                    process.send_signal(signal.SIGINT)
                    break
            rest, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == exit_codes.INTERRUPTED, errors
    assert "Traceback" not in errors
    assert "hotfix resume" in rest
    done = at.run("abort", cwd=clone, HOTFIX_STATE_DIR=environ["HOTFIX_STATE_DIR"])
    assert done.returncode == 0, done.stderr
    assert at.world.kubernetes.lock_holder() == ""
    forget_the_branch(at)
