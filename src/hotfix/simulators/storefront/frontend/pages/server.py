"""The frontend: GET /, GET /healthz."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pages.render import shop_page

GOODS = [("cup", 1290), ("lamp", 4900)]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/":
            self._answer(200, "text/html; charset=utf-8", shop_page(GOODS))
        elif self.path == "/healthz":
            seen = {"status": "ok", "commit": os.environ.get("COMMIT", "")}
            self._answer(200, "application/json", json.dumps(seen))
        else:
            self._answer(404, "text/plain", "not found")

    def _answer(self, status, kind, text):
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, form, *args):
        print(self.command, self.path, args[1] if len(args) > 1 else "", flush=True)


def main():
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Handler)
    server.daemon_threads = True
    print(f"listening on {server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
