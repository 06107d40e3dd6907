"""A token goes to no place that an answer leads to."""

import http.server
import threading
from contextlib import contextmanager, suppress

from hotfix.adapters.slack_channel.api import SlackApi
from hotfix.domain.problem import ProblemError, TemporaryTroubleError


@contextmanager
def service(location=""):
    """Yield an address and the Authorization headers that came; leads to ``location``, if given."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            seen.append(self.headers.get("Authorization", ""))
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(302 if location else 200)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def do_GET(self):
            self.answer()

        def do_POST(self):
            self.answer()

        def log_message(self, *_):
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", seen
    finally:
        server.shutdown()
        server.server_close()


def test_the_token_is_not_taken_along_to_where_slack_leads():
    with service() as (elsewhere, seen_elsewhere), service(elsewhere) as (slack, seen):
        api = SlackApi("xoxb-of-the-tests", "#engineering", slack)
        with suppress(ProblemError, TemporaryTroubleError):
            api.ask(api.client.auth_test)
    assert seen == ["Bearer xoxb-of-the-tests"]
    assert "xoxb-of-the-tests" not in "".join(seen_elsewhere)
