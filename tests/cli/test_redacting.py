"""What is printed holds no secret, whoever has put one into it."""

import http.server
import io
import json
import os
import subprocess
import sys
import threading

import pytest

from hotfix.cli.redacting import RedactedOutput
from hotfix.processes.environment import note_secret

KEY = "key-of-the-tests-0123456789"
TOML = """[github]
repository = "acme/shop"
[statuspage]
page_id = "p"
api_url = "http://127.0.0.1:{port}"
"""


class Echo(http.server.BaseHTTPRequestHandler):
    """Refuses, and says in its error what it was sent, as some services do."""

    def do_GET(self):
        body = json.dumps({"error": f"bad credentials: {self.headers['Authorization']}"}).encode()
        self.send_response(401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def echo():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_doctor_shows_no_token_that_a_service_echoes(echo, tmp_path):
    (tmp_path / "hotfix.toml").write_text(TOML.format(port=echo))
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOTFIX_")}
    done = subprocess.run(
        [sys.executable, "-m", "hotfix", "doctor", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**ours, "STATUSPAGE_API_KEY": KEY, "HOME": str(tmp_path), "GH_TOKEN": ""},
    )
    assert "bad credentials: OAuth [redacted]" in done.stdout
    assert KEY not in done.stdout + done.stderr


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_every_print_is_looked_through(monkeypatch, stream):
    into = io.StringIO()
    monkeypatch.setattr(sys, stream, into)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-the-environment")
    note_secret("gho_kept_by_gh")
    with RedactedOutput():
        print("xoxb-of-the-environment", "gho_kept_by_gh", "rest", file=getattr(sys, stream))
        getattr(sys, stream).writelines(["a gho_kept_by_gh\n"])
        assert getattr(sys, stream).isatty() is False
    assert into.getvalue() == "[redacted] [redacted] rest\na [redacted]\n"
    assert getattr(sys, stream) is into


def test_a_line_end_that_came_along_with_a_secret_hides_it_from_nobody(monkeypatch):
    into = io.StringIO()
    monkeypatch.setattr(sys, "stdout", into)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-the-environment\n")
    with RedactedOutput():
        sys.stdout.write("xoxb-of-the-environment is wrong\n")
    assert into.getvalue() == "[redacted] is wrong\n"
