"""The backend: POST /api/checkout, GET /healthz."""

import json
import os
import sys
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shop.checkout import total_cents


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/healthz":
            self._answer(200, {"status": "ok", "commit": os.environ.get("COMMIT", "")})
        else:
            self._answer(404, {"error": "not found"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/api/checkout":
            self._answer(404, {"error": "not found"})
            return
        try:
            order = json.loads(body)
            self._answer(200, {"total_cents": total_cents(order)})
        except Exception:
            traceback.print_exc()
            self._answer(500, {"error": "internal server error"})

    def _answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
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
