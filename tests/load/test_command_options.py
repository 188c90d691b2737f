"""Options of `mcp-proof load` that change what is called, or what is told to whom."""

import threading
import urllib.request
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from calling import flawed_server
from commanding import QUICK, awaited, below, ended, load, started

from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

FAULT = "jsonrpc-result-xor-error"


@contextmanager
def collector(taken: list[bytes]):
    """An OpenTelemetry collector that keeps what it is sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            taken.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_unused):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/metrics"
        server.shutdown()


def test_a_rule_that_is_broken_under_load_is_named():
    with running(MockServer("everything", [FAULT])) as url:
        ran = load(*QUICK, "--check", "1", "--tool", "echo", url)
    rules = {each["rule"] for each in ran.report["violations"] if each["kind"] == "rule"}
    assert ran.code == 1, ran.out + ran.err
    assert FAULT in rules


def test_one_tool_is_called_and_the_collector_and_the_metrics_are_heard():
    taken: list[bytes] = []
    with flawed_server() as (url, _pid), collector(taken) as otlp:
        metrics = url.replace("/mcp", "/metrics")
        ran = load(url, *QUICK, "--tool", "echo", "--otlp", otlp, "--metrics", metrics)
    assert ran.code == 0, ran.out + ran.err
    assert [each["name"] for each in ran.report["planned"]["operations"]] == ["echo"]
    assert len(taken) == 1
    assert b"echo" in taken[0]


def test_the_web_interface_answers_on_loopback_alone():
    with ExitStack() as stack:
        url, _ = stack.enter_context(flawed_server())
        port = _free_port()
        run = started(url, "--duration", "60", "--web-port", str(port))
        process = stack.enter_context(run)
        page = awaited(lambda: _page(port))
        listening = [
            each.laddr
            for engine in below(process.pid)
            for each in engine.net_connections("tcp")
            if each.status == "LISTEN"
        ]
        process.terminate()
        assert ended(process).code == 130
    assert b"Locust" in page
    assert listening == [("127.0.0.1", port)]


def _page(port: int) -> bytes:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
            return bytes(response.read())
    except OSError:
        return b""


def _free_port() -> int:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return server.server_port
