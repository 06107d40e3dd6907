"""Whatever is sent for others to read holds nothing that steers a terminal or hides in a line."""

import http.server
import json
import threading

import pytest

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.graphql import graphql
from hotfix.adapters.slack_channel.api import SlackApi
from hotfix.adapters.statuspage_incidents import StatuspageIncidents

EVIL = "a\x1b]0;t\x07b\x9b31m\u202ecod\u2066e\u200b\U000e0041 ok\nnext"
SAFE = "ab31mcode ok\nnext"


class Kept(http.server.BaseHTTPRequestHandler):
    """Keeps the bodies that come."""

    bodies: list[str]

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.bodies.append(self.rfile.read(length).decode())
        answer = {"ok": True, "id": "1", "name": "n", "status": "s", "data": {"viewer": {}}}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def service():
    """Where everything is sent, and what came."""
    bodies: list[str] = []
    handler = type("Handler", (Kept,), {"bodies": bodies})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", bodies
    server.shutdown()
    server.server_close()


def to_github(url):
    client = GithubClient("ghp_of_the_tests", url)
    client.write("POST", "/repos/acme/shop/pulls", {"title": EVIL, "labels": [EVIL]})


def to_github_graphql(url):
    graphql(GithubClient("ghp_of_the_tests", url), "mutation { x }", title=EVIL)


def to_slack(url):
    api = SlackApi("xoxb-of-the-tests", "#engineering", f"{url}/")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": EVIL}}]
    api.ask(api.client.chat_postMessage, channel="C1", text=EVIL, blocks=blocks)


def to_the_status_page(url):
    StatuspageIncidents("key", "p", url).open("hf-1", EVIL, "investigating", EVIL)


@pytest.mark.parametrize("send", [to_github, to_github_graphql, to_slack, to_the_status_page])
def test_what_is_sent_is_cleaned(service, send):
    url, bodies = service
    send(url)
    sent = "".join(bodies)
    assert json.dumps(SAFE)[1:-1] in sent
    for sign in EVIL:
        if not (sign.isascii() and sign.isprintable()) and sign != "\n":
            assert sign not in sent
            assert json.dumps(sign)[1:-1] not in sent
