"""Questions that a flag cannot answer, answered at a real terminal."""

import contextlib
import signal

import pexpect
import pytest
from tests.adapters.git.clones import commit
from tests.stories.commands import HOTFIX, commands

from hotfix.simulators.played_fix import GOOD_FIX, Edit, PlayedFix

# Writes over the two lines of the draft, as a person does.
EDITOR = (
    "sed -i -e 's/^Root cause:.*/Root cause: None has no key./' -e 's/^Fix summary:.*/&, gently/'"
)
RED = PlayedFix(
    "Mend it and break a test",
    "",
    "",
    (*GOOD_FIX.edits, Edit("frontend/pages/render.py", "{cents % 100:02d}", "{cents % 100}")),
)


@pytest.fixture
def at(tmp_path):
    with commands(tmp_path / "world") as at:
        at.run("start", "checkout returns 500", "--category=api-errors", "--issue=1", "--json")
        yield at


@contextlib.contextmanager
def terminal(at, *words):
    child = pexpect.spawn(
        HOTFIX,
        [*words],
        cwd=str(at.world.clone),
        env=at.environ | {"TERM": "xterm", "NO_COLOR": "1"},
        dimensions=(50, 120),
        encoding="utf-8",
        timeout=30,
    )
    try:
        yield child
    finally:
        child.close(force=True)


def choose(child, question, answer):
    child.expect(question)
    child.expect(r"Enter for 1, \? explains\]")
    child.send(f"{answer}\r")


def test_failed_tests_are_overridden_with_a_reason_that_the_reviewer_reads(at):
    # What the reviewer's own checks say is another matter.
    at.world.github.hosted.run_checks = lambda _sha: True
    at.world.play_the_reviewer()
    RED.write(at.world.clone)
    commit(at.world.clone, RED.message)
    with terminal(at, "resume", "--yes") as child:
        child.expect("did not pass")
        choose(child, "frontend failed with exit code 1", "override")
        child.expect("Reason: ")
        child.send("\r")
        child.expect("Reason: ")
        child.send("the page is known to be red\r")
        child.expect("Publish this on the status page", timeout=60)
    body = at.world.github.hosted.pulls[2].issue.body
    assert "overridden: the page is known to be red" in body


def test_root_cause_and_summary_are_written_in_an_editor_and_outlive_a_kill(at):
    at.world.play_the_reviewer()
    GOOD_FIX.write(at.world.clone)
    at.environ_besides["GIT_EDITOR"] = EDITOR
    with terminal(at, "resume") as child:
        # Where the row goes on in the next one depends on the folder.
        child.expect(r"you[^A-Z]*Edit ")
        # It opens at once, with what is on record, and the fix is awaited as before.
        child.send("edit\r")
        child.expect("in your editor: Root cause: None has no key. Fix summary: checkout returns")
        child.expect(r"you[^A-Z]*Edit ")
        child.send("\r")
        child.expect("Root cause: None has no key.\r\n")
        choose(child, "Fix summary: checkout returns 500, gently\r\n", "?")
        child.expect("3, edit: Your editor opens")
        child.kill(signal.SIGKILL)
        child.wait()
    with terminal(at, "resume") as child:
        child.expect("Root cause: None has no key")
        choose(child, 'Commit it as "checkout returns 500, gently" and go on', "commit")
        child.expect("type merge, or 2")
    body = at.world.github.hosted.pulls[2].issue.body
    assert "**Root cause:** None has no key." in body
    assert "**Fix summary:** checkout returns 500, gently" in body
    account = at.json("show", "--json")
    assert account["root_cause"] == "None has no key."
    assert account["fix_summary"] == "checkout returns 500, gently"
    assert "None has no key." in at.run("report").stdout


def test_what_is_mended_after_red_tests_is_tested_and_committed_before_it_is_pushed(at):
    at.world.play_the_reviewer()
    RED.write(at.world.clone)
    red = commit(at.world.clone, RED.message)
    with terminal(at, "resume", "--yes") as child:
        child.expect("did not pass")
        child.expect(r"Enter for 1, \? explains\]")
        page = at.world.clone / "frontend" / "pages" / "render.py"
        page.write_text(page.read_text().replace("{cents % 100}", "{cents % 100:02d}"))
        child.send("retry\r")
        child.expect("Commit this as the fix")
        child.expect(r"Enter for 1, \? explains\]")
        (page.parent / "late.py").write_text("# saved while the question stood\n")
        child.send("commit\r")
        child.expect(r"Saved since, and not in it: frontend/pages/late\.py")
        child.expect("Commit this as the fix")
        child.expect(r"Enter for 1, \? explains\]")
        assert "render.py" not in child.before
        (page.parent / "late.py").unlink()
        child.send("back\r")
        # The flag has nothing to answer by; who is there has.
        child.expect("No change yet")
        child.send("as it is\r")
        child.expect("Publish this on the status page", timeout=60)
    pull = at.world.github.hosted.pulls[2]
    assert pull.head_sha != red
    assert not at.world.origin.has_file(pull.head_sha, "frontend/pages/late.py")
    assert "overridden" not in pull.issue.body
    assert at.world.origin.read(pull.head_sha, "frontend/pages/render.py") == page.read_text()


def test_a_fix_that_changes_the_configuration_needs_a_person(at):
    GOOD_FIX.write(at.world.clone)
    (at.world.clone / "hotfix.toml").write_text("# other commands from here on\n")
    commit(at.world.clone, "Mend it, and the configuration")
    environ = {"HOTFIX_CONFIG": str(at.world.config_file)}
    done = at.run("resume", "--yes", cwd=None, **environ)
    assert done.returncode == 8
    assert "hotfix.toml decides which commands later hotfixes run" in done.stdout
    assert at.world.github.hosted.pulls == {}
    with terminal(at, "resume", "--yes") as child:
        choose(child, "decides which", "stop")
        child.expect(pexpect.EOF)
