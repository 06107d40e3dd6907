import http.server
import json
import os
import resource
import socket
import sys
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from hotfix.adapters.prober import ProductionProber
from hotfix.ports.prober import Probe

ANSWER = json.dumps({"ok": True, "total": 12.5, "items": [{"name": "tea"}], "none": None})
_AT_ONCE = 8


class Server(http.server.ThreadingHTTPServer):
    """Keeps what it was asked; what hangs in it ends when it is released."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Shop)
        self.asked: list[tuple[str, str, dict[str, str], str]] = []
        self.released = threading.Event()
        self.together = threading.Barrier(_AT_ONCE, timeout=30)
        self.url = f"http://127.0.0.1:{self.server_port}"


class Shop(http.server.BaseHTTPRequestHandler):
    """Answers by path; keeps what it was asked in ``server.asked``."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode()
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        name = self.path.strip("/").partition("/")[0]
        with suppress(OSError):
            getattr(self, f"say_{name}", self.say_ok)()

    do_POST = do_GET  # noqa: N815 - http.server asks for this name

    def log_message(self, *_arguments):
        """Keep quiet."""

    def answer(self, code, body, *headers):
        self.send_response(code)
        for name, value in (("Content-Length", str(len(body))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def say_ok(self):
        self.answer(200, ANSWER.encode())

    def say_login(self):
        self.answer(int(self.path.rpartition("/")[2]), b"log in")

    def say_off(self):
        self.close_connection = True

    def say_broken(self):
        self.answer(500, b"Traceback: voucher is None")

    def say_odd(self):
        self.answer(599, b"")

    def say_moved(self):
        self.answer(302, b"", ("Location", "/ok"))

    def say_bom(self):
        self.answer(200, b"\xef\xbb\xbf" + ANSWER.encode())

    def say_utf16(self):
        self.answer(200, ANSWER.encode("utf-16"))

    def say_latin(self):
        page = "<p>Prüfung bestanden</p>".encode("iso-8859-1")
        self.answer(200, page, ("Content-Type", "text/html; charset=ISO-8859-1"))

    def say_latin_json(self):
        self.answer(200, '{"état": "prêt", "name": "prêt"}'.encode("iso-8859-1"))

    def say_silent_latin(self):
        self.answer(200, "<p>Prüfung bestanden</p>".encode("iso-8859-1"))

    def say_odd_charset(self):
        self.answer(200, "<p>Prüfung</p>".encode(), ("Content-Type", "text/html; charset=utf8mb4"))

    def say_entities(self):
        self.answer(200, b"<p>Tom &amp; Bob&#39;s Pr&uuml;fung</p>")

    def say_dotted(self):
        self.answer(200, b'{"app": {"x": 1}, "app.version": {"sha": "abc"}}')

    def say_largest(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<h1>Webrana</h1>")
        for _ in range(64):
            self.wfile.write(b"x" * 65_536)

    def say_large_json(self):
        rest = json.dumps({"rows": ["x" * 100] * 20_000, "ok": True})
        self.answer(200, rest.encode())

    def say_html(self):
        self.answer(200, b"<html>sorry</html>")

    def say_deep(self):
        self.answer(200, b"[" * 100_000)

    def say_slow(self):
        time.sleep(0.3)
        self.say_ok()

    def say_together(self):
        self.server.together.wait()
        self.say_ok()

    def say_silent(self):
        self.server.released.wait(10)

    def say_huge(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(64):
            self.wfile.write(b"x" * 65_536)

    def say_drip(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.drip()

    def say_headers(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self.drip()

    def drip(self):
        while not self.server.released.wait(0.05):
            self.wfile.write(b"x")
            self.wfile.flush()


@pytest.fixture
def shop():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@contextmanager
def taking_less_than(seconds):
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


def probed(shop, path="/ok", **more):
    (result,) = ProductionProber().probe([Probe("checkout", url=f"{shop.url}{path}", **more)])
    assert result.name == "checkout"
    return result


def commanded(code, timeout=20.0):
    command = (sys.executable, "-c", code)
    (result,) = ProductionProber().probe([Probe("x", command=command, timeout_seconds=timeout)])
    return result


def test_the_expected_status_is_green(shop):
    result = probed(shop)
    assert result.is_green
    assert result.saw.startswith("200, as expected in 0.")


def test_a_status_can_be_expected_that_is_no_success(shop):
    assert probed(shop, "/broken", expect_status=500).is_green


@pytest.mark.parametrize(
    ("path", "saw"), [("/broken", "500 Internal Server Error in "), ("/odd", "599 in ")]
)
def test_another_status_is_red_and_named(shop, path, saw):
    result = probed(shop, path)
    assert not result.is_green
    assert result.saw.startswith(saw)


def test_method_headers_and_body_are_sent_as_configured(shop):
    probed(shop, method="POST", body='{"voucher": "é"}', headers=(("X-Probe", "hotfix"),))
    ((method, _, headers, body),) = shop.asked
    assert (method, headers["X-Probe"]) == ("POST", "hotfix")
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {"voucher": "é"}


@pytest.mark.parametrize(
    ("path", "equals"),
    [("ok", "true"), ("total", "12.5"), ("items.0.name", "tea"), ("none", "null")],
)
def test_a_json_path_that_reads_as_expected_is_green(shop, path, equals):
    assert probed(shop, json_path=path, json_equals=equals).is_green


@pytest.mark.parametrize(
    ("path", "saw"),
    [
        ("total", "200, but total is '12.5', not '13'"),
        ("missing", "200, but there is no missing"),
        ("items.1.name", "200, but there is no items.1.name"),
        ("items.name", "200, but there is no items.name"),
        ("ok.deeper", "200, but there is no ok.deeper"),
    ],
)
def test_a_json_path_that_does_not_is_red(shop, path, saw):
    result = probed(shop, json_path=path, json_equals="13")
    assert not result.is_green
    assert result.saw.startswith(saw)


@pytest.mark.parametrize("path", ["/html", "/deep"])
def test_an_answer_that_is_no_usable_json_is_red(shop, path):
    assert not probed(shop, path, json_path="ok", json_equals="true").is_green


def test_expected_text_is_looked_for(shop):
    assert probed(shop, expect_text='"tea"').is_green
    result = probed(shop, expect_text="coffee")
    assert not result.is_green
    assert "without 'coffee'" in result.saw


def test_a_right_answer_that_is_too_slow_is_red(shop):
    assert probed(shop, "/slow", max_latency_seconds=10).is_green
    result = probed(shop, "/slow", max_latency_seconds=0.1)
    assert not result.is_green
    assert result.saw.startswith("right, but slower than 0.1 s")
    assert result.seconds > 0.3


def test_no_answer_is_red_when_its_time_is_over(shop):
    with taking_less_than(3):
        result = probed(shop, "/silent", timeout_seconds=0.3)
    assert not result.is_green
    assert result.saw.startswith("no answer within 0.3 s")


@pytest.mark.parametrize("path", ["/drip", "/headers"])
def test_a_server_that_drips_does_not_hold_up_the_probe(shop, path):
    with taking_less_than(3):
        result = probed(shop, path, expect_text="never", timeout_seconds=0.5)
    assert not result.is_green
    assert "within 0.5 s" in result.saw


@pytest.mark.parametrize(
    ("path", "looks"),
    [
        ("/bom", {"json_path": "ok", "json_equals": "true"}),
        ("/bom", {"json_path": "ok", "json_equals": "true", "expect_text": '"tea"'}),
        ("/utf16", {"json_path": "items.0.name", "json_equals": "tea"}),
        ("/utf16", {"expect_text": '"tea"'}),
        ("/latin", {"expect_text": "Prüfung bestanden"}),
        ("/latin_json", {"json_path": "name", "json_equals": "prêt"}),
        ("/silent_latin", {"expect_text": "Prüfung bestanden"}),
        ("/odd_charset", {"expect_text": "Prüfung"}),
        ("/entities", {"expect_text": "Tom & Bob's Prüfung"}),
        ("/dotted", {"json_path": "app.version.sha", "json_equals": "abc"}),
        ("/largest", {"expect_text": "<h1>Webrana</h1>"}),
        ("/large_json", {"json_path": "ok", "json_equals": "true"}),
        ("/moved", {"expect_status": 302, "expect_text": "/ok"}),
    ],
)
def test_a_right_answer_is_green_however_it_is_written(shop, path, looks):
    result = probed(shop, path, **looks)
    assert result.is_green, result.saw


@pytest.mark.parametrize(
    ("path", "looks", "saw"),
    [
        ("/moved", {"expect_status": 302, "expect_text": "/login"}, "302, but without '/login'"),
        ("/moved", {}, "302 Found, to /ok"),
        ("/latin", {"expect_text": "Prufung"}, "200, but without 'Prufung'"),
        ("/dotted", {"json_path": "app.y", "json_equals": "1"}, "200, but there is no app.y"),
        ("/huge", {"expect_text": "never"}, "the answer is larger than 1 MiB, and so far without"),
    ],
)
def test_a_wrong_answer_says_what_it_lacks(shop, path, looks, saw):
    result = probed(shop, path, **looks)
    assert not result.is_green
    assert result.saw.startswith(saw)


def test_a_huge_answer_is_not_read_to_its_end(shop):
    result = probed(shop, "/huge", expect_text="never")
    assert not result.is_green
    assert result.saw.startswith("the answer is larger than 1 MiB")


def test_a_redirect_is_not_followed(shop):
    result = probed(shop, "/moved")
    assert not result.is_green
    assert result.saw.startswith("302 Found")
    assert [path for _, path, _, _ in shop.asked] == ["/moved"]


def test_a_refused_connection_has_not_reached_production():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    (result,) = ProductionProber().probe([Probe("x", url=f"http://127.0.0.1:{port}/")])
    assert (result.is_green, result.is_red, result.is_reached) == (False, False, False)
    assert result.saw.startswith("not reached: 127.0.0.1 refuses the connection")


def test_what_answers_too_late_or_breaks_off_was_reached_and_is_red(shop):
    for path in ("/slow", "/off"):
        (result,) = ProductionProber().probe(
            [Probe("x", url=f"{shop.url}{path}", timeout_seconds=0.2)]
        )
        assert (result.is_red, result.is_reached) == (True, True), result.saw


@pytest.mark.parametrize("code", ["407", "511"])
def test_a_login_that_is_asked_for_on_the_way_is_not_production(shop, code):
    result = probed(shop, f"/login/{code}")
    assert not result.is_reached
    assert result.saw.startswith(f"not reached: {code} ")


def test_a_name_that_nobody_knows_has_not_reached_production():
    (result,) = ProductionProber().probe([Probe("x", url="http://no-such-name.invalid/")])
    assert result.colour == "not reached"
    assert "no host is called no-such-name.invalid" in result.saw


def test_through_a_proxy_that_is_not_there_nothing_is_reached(shop, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("NO_PROXY", "")
    assert not probed(shop).is_reached


@pytest.mark.parametrize("url", ["http://", "http://[::1", "gopher://x", "http://127.0.0.1:99999"])
def test_an_address_that_cannot_be_asked_is_not_asked(url):
    (result,) = ProductionProber().probe([Probe("x", url=url)])
    assert result.colour == "not reached"


def test_a_header_that_cannot_be_sent_asks_nothing(shop):
    assert probed(shop, headers=(("X-Name", "a\nb"),)).colour == "not reached"
    assert probed(shop, headers=(("X-Näme", "ü"),)).colour == "not reached"


def test_probes_are_made_side_by_side_and_told_in_order(shop):
    # Nobody is answered before the last one has asked.
    probes = [Probe(str(number), url=f"{shop.url}/together") for number in range(_AT_ONCE)]
    results = ProductionProber().probe(probes)
    assert [result.name for result in results] == [probe.name for probe in probes]
    assert all(result.is_green for result in results)
    assert ProductionProber().probe([]) == ()


def test_a_command_that_ends_well_is_green():
    result = commanded("print('fine')")
    assert result.is_green
    assert result.saw.startswith("exit code 0 in ")


@pytest.mark.parametrize(
    ("code", "saw"),
    [
        ("print('one'); print('no voucher'); raise SystemExit(3)", "exit code 3: no voucher in "),
        ("import sys; sys.exit('to stderr')", "exit code 1: to stderr in "),
        ("raise SystemExit(4)", "exit code 4: no output in "),
        ("import os; os.write(1, b'\\xff\\n'); os._exit(1)", "exit code 1: � in "),
        ("import os; os.kill(os.getpid(), 9)", "exit code -9: no output in "),
    ],
)
def test_a_command_that_fails_is_red_with_its_last_line(code, saw):
    result = commanded(code)
    assert result.is_red
    assert result.saw.startswith(saw)


@pytest.mark.parametrize(
    ("name", "code", "is_reached"),
    [
        *(("probe", code, False) for code in (69, 75, 126, 127)),
        *(("curl", code, False) for code in (5, 6, 7)),
        *(("curl", code, True) for code in (22, 28, 52)),
        ("wget", 4, False),
        ("wget", 8, True),
        ("probe", 6, True),
    ],
)
def test_a_command_that_says_that_it_did_not_get_through_is_not_red(
    tmp_path, name, code, is_reached
):
    program = tmp_path / name
    program.write_text(f"#!/bin/sh\necho no way\nexit {code}\n")
    program.chmod(0o755)
    (result,) = ProductionProber().probe([Probe("x", command=(str(program),))])
    assert (result.is_red, result.is_reached) == (is_reached, is_reached)
    assert f"exit code {code}: no way" in result.saw


def test_a_command_finds_no_input():
    assert commanded("import sys; raise SystemExit(len(sys.stdin.read()))").is_green


@pytest.mark.parametrize("program", ["no-such-program-here", os.devnull])
def test_a_program_that_cannot_be_run_has_not_asked(program):
    (result,) = ProductionProber().probe([Probe("x", command=(program,))])
    assert result.colour == "not reached"


HANGS = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {!r}]{}); {}"


@pytest.mark.parametrize("own_group", ["", ", start_new_session=True"])
def test_a_command_that_hangs_is_ended_even_if_its_children_go_on(own_group):
    code = HANGS.format("import time; time.sleep(6)", own_group, "time.sleep(60)")
    with taking_less_than(4):
        result = commanded(code, timeout=0.5)
    assert not result.is_green
    assert result.saw.startswith("not over within 0.5 s")


@pytest.mark.parametrize("own_group", ["", ", start_new_session=True"])
def test_a_command_is_over_when_it_ends_whatever_it_leaves_running(own_group):
    code = HANGS.format("import time; time.sleep(6)", own_group, "raise SystemExit(0)")
    with taking_less_than(4):
        assert commanded(code, timeout=5).is_green


def test_a_command_that_never_stops_talking_takes_no_memory():
    code = "import os\nwhile True: os.write(1, b'y' * 65536)"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = commanded(code, timeout=1.0)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert not result.is_green
    assert grown < 30 * 1024, "kilobytes"


def test_an_answer_without_tls_is_said_in_words(shop):
    probe = Probe("checkout", url=shop.url.replace("http://", "https://"))
    [saw] = ProductionProber().probe([probe])
    assert not saw.is_green
    assert "no trusted connection to 127.0.0.1" in saw.saw
    assert "_ssl" not in saw.saw
