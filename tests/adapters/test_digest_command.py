"""The command that prints an image's digests: real programs, in time, without our secrets."""

import sys
import time
from pathlib import Path

import pytest

from hotfix.adapters.digest_command import DigestCommand

DIGEST, PLATFORM = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
SHA = "b2" * 20


def asked(script, *words, timeout=20.0, names=("web",)):
    command = DigestCommand((sys.executable, "-c", script, *words), timeout)
    return command.digests(names, SHA)


def test_each_deployment_is_asked_for_with_its_name_and_the_commit():
    script = "import hashlib,sys; print('sha256:'+hashlib.sha256(sys.argv[1].encode()).hexdigest())"
    web, api = asked(script, "registry.example/{deployment}:{sha}", names=("web", "api"))
    assert (web.deployment, api.deployment) == ("web", "api")
    assert web.digests != api.digests
    assert (web.trouble, api.trouble) == ("", "")
    (same,) = asked(script, f"registry.example/web:{SHA}")
    assert same.digests == web.digests


def test_other_braces_are_the_commands_own():
    script = f"import sys; print('{DIGEST}' if sys.argv[1] == '{{{{.Digest}}}}' else sys.argv[1])"
    (found,) = asked(script, "{{.Digest}}", "{sha}")
    assert found.digests == {DIGEST}


def test_several_digests_are_one_a_line():
    (found,) = asked(f"print('{DIGEST}\\n\\n  {PLATFORM}  ')")
    assert found.digests == {DIGEST, PLATFORM}


@pytest.mark.parametrize(
    ("script", "trouble"),
    [
        ("", "printed no digest: nothing"),
        (f"print('{DIGEST} latest')", f"printed no digest: {DIGEST} latest"),
        (f"print('{DIGEST}'); print('deprecated')", "printed no digest: deprecated"),
        (f"print('{DIGEST[:-1]}')", f"printed no digest: {DIGEST[:-1]}"),
        ("import sys; sys.exit('denied')", "exit code 1: denied"),
        (f"print('{DIGEST}'); raise SystemExit(3)", f"exit code 3: {DIGEST}"),
        ("raise SystemExit(2)", "exit code 2: no output"),
        ("import os; os.write(1, b'\\xff' * 500)", "printed no digest: \ufffd"),
    ],
)
def test_whatever_else_comes_is_a_trouble_and_no_digest(script, trouble):
    (found,) = asked(script)
    assert found.trouble.startswith(f"{sys.executable} {trouble}")
    assert len(found.trouble) < len(sys.executable) + 250
    assert found.digests == frozenset()


def test_a_program_that_is_not_there_is_a_trouble():
    (found,) = DigestCommand(("no-such-program", "{sha}"), 5).digests(["web"], SHA)
    assert found.trouble.startswith("no-such-program: ")


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path):
    pid_file = tmp_path / "pid"
    script = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pid_file)!r}, 'w').write(str(child.pid))\n"
        "time.sleep(600)\n"
    )
    started = time.monotonic()
    (found,) = asked(script, timeout=3.0)
    assert found.trouble == f"{sys.executable} was not over within 3 s"
    assert time.monotonic() - started < 60
    child = int(pid_file.read_text())
    deadline = time.monotonic() + 30
    while is_alive(child):
        assert time.monotonic() < deadline, "the child goes on"


def test_what_it_leaves_behind_keeps_nobody_waiting_past_the_deadline():
    script = (
        "import subprocess, sys\n"
        "words = [sys.executable, '-c', 'import time; time.sleep(90)']\n"
        "subprocess.Popen(words, start_new_session=True)\n"
        f"print('{DIGEST}')\n"
    )
    started = time.monotonic()
    asked(script, timeout=3.0)
    assert time.monotonic() - started < 60


def test_it_does_not_see_our_secrets(monkeypatch):
    monkeypatch.setenv("GH_TOKEN", "a-token-of-the-tests")
    script = f"import os; print(os.environ.get('GH_TOKEN', '{DIGEST}'))"
    (found,) = asked(script)
    assert found.digests == {DIGEST}


def is_alive(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
