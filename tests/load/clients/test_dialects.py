import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

OPEN, CLOSE = ["open"], ["close"]
KEY = "data-processing-key"
ECHO = {
    "name": "say",
    "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}},
    "answer": {"structured": {"said": "{{ text }}"}},
}
FAILING = {**ECHO, "name": "fail", "answer": {"error": "It is broken."}}
INFO = {"name": "echo", "version": "1"}
BEHIND = {"name": "mail", "tools": [ECHO, FAILING, {**ECHO, "name": "c:say"}]}


def contract(dialect, **members):
    servers = {"servers": [BEHIND]} if dialect == "gateway" else {"tools": [ECHO, FAILING]}
    return {"info": INFO, "dialect": dialect, **servers, **members}


def plan(kind, url, *headers, **speech):
    return {"client": kind, "place": {"url": url, "headers": [*headers]}, "speech": speech}


def say(text, number, name="say"):
    return ["call", name, {"text": text}, number]


def value_in(body):
    """What the tool gave, wherever the dialect has it."""
    told = json.loads(body)
    if "data" in told:
        return told["data"]["results"][0]["response"]
    return told["result"]


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("rest", ""),
        ("rest", "/mcp/execute"),
        ("contextframe", ""),
        ("contextframe", "/mcp/v1/jsonrpc"),
        ("openapi_jsonrpc", "/mcp"),
        ("openapi_jsonrpc", ""),
    ],
)
def test_each_dialect_is_spoken_at_its_endpoint(drive, kind, path):
    with running(MockServer(contract(kind.replace("_", "-")))) as url:
        address = url.removesuffix("/mcp") + path
        steps = [OPEN, say("a", 1), say("b", 2, "fail"), say("c", 3, "nothing"), CLOSE]
        [[opened, good, failed, unknown, closed]] = drive(plan(kind, address), steps).sessions
    assert (opened, closed, good["failure"]) == ({}, {}, "")
    assert value_in(good["body"]) == {"said": "a"}
    assert "It is broken." in failed["failure"]
    assert "nothing" in unknown["failure"]


@pytest.mark.parametrize("path", ["/mcp/", "/api/mcp"])
def test_json_rpc_is_sent_to_the_path_that_a_document_names(drive, path):
    body = b'{"jsonrpc":"2.0","id":1,"result":{}}'
    paths: list[str] = []
    with answering(200, body, paths) as url:
        drive(plan("openapi_jsonrpc", url + path), [OPEN, say("a", 1), CLOSE])
    assert paths == [path]


def test_a_gateway_is_asked_for_tools_of_its_servers(drive):
    with running(MockServer(contract("gateway"))) as url:
        names = ("mail:say", "mail:c:say", "said", "mail:fail", "none:say")
        calls = [say(name, number, name) for number, name in enumerate(names)]
        ran = drive(plan("gateway", url, tools={"said": ["mail", "say"]}), [OPEN, *calls, CLOSE])
    [_, *answers, failed, unknown, _] = ran.sessions[0]
    assert [value_in(each["body"])["said"] for each in answers] == [*names[:3]]
    assert failed["failure"] == "It is broken."
    assert unknown["failure"].startswith("HTTP 404: ")


@pytest.mark.parametrize("header", [["X-API-Key", KEY], ["X-Other", KEY]])
def test_the_headers_of_the_plan_go_with_every_call(drive, header):
    with running(MockServer("openapi_jsonrpc")) as url:
        call = ["call", "process_data", {"input": "a"}, 1]
        ran = drive(plan("openapi_jsonrpc", url, header), [OPEN, call, CLOSE])
    failure = ran.sessions[0][1]["failure"]
    assert failure == ("" if header[0] == "X-API-Key" else "HTTP 401")


def test_an_answer_with_the_request_id_of_another_call_is_a_failure(drive):
    server = MockServer(contract("rest"), ["rest-request-id-echoed"])
    with running(server) as url:
        ran = drive(plan("rest", url), [OPEN, say("a", 1), CLOSE])
    failure = ran.sessions[0][1]["failure"]
    assert failure.startswith("it answers the request ")
    assert failure.endswith(", and not mcp-proof-1")


def test_a_limit_is_told_with_the_words_of_the_server(drive):
    limited = {**ECHO, "rate_limit": {"calls": 1, "per": 60}}
    with running(MockServer({**contract("rest"), "tools": [limited]})) as url:
        ran = drive(plan("rest", url), [OPEN, say("a", 1), say("b", 2), CLOSE])
    [_, first, second, _] = ran.sessions[0]
    assert first["failure"] == ""
    assert second["failure"].startswith("HTTP 429, retry-after ")


@contextmanager
def answering(status: int, body: bytes, paths: list[str] | None = None) -> Iterator[str]:
    """A server that answers every POST in the same way, and notes where each went."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):  # as http.server calls it
            (paths if paths is not None else []).append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


NO_RESULT = b'{"request_id":"mcp-proof-1","successful":true,"data":{"results":[]}}'


@pytest.mark.parametrize(
    ("kind", "status", "body", "told"),
    [
        ("rest", 200, b"hello", "HTTP 200 with what is no answer: hello"),
        ("rest", 200, b"", "HTTP 200 with what is no answer: nothing"),
        ("gateway", 200, b"[1]", "HTTP 200 with what is no answer: [1]"),
        ("contextframe", 200, b"{}", "HTTP 200 with what is no answer: {}"),
        ("rest", 200, NO_RESULT, "the answer holds no result"),
        ("gateway", 200, b"{}", "the answer holds no result"),
        ("gateway", 200, b'{"error":"no"}', "no"),
        ("rest", 500, b"<p>", "HTTP 500"),
        ("rest", 422, b'{"detail":[{"loc":"/tools"}]}', "HTTP 422: [{'loc': '/tools'}]"),
    ],
)
def test_what_is_no_answer_is_told(drive, kind, status, body, told):
    with answering(status, body) as url:
        ran = drive(plan(kind, url), [say("a", 1, "x:say"), CLOSE])
    [[said, _]] = ran.sessions
    assert told in (said.get("broken"), said.get("failure"))


def test_a_server_that_refuses_to_be_introduced_is_not_open(drive):
    refusal = b'{"jsonrpc":"2.0","id":0,"error":{"code":-32600,"message":"go away"}}'
    with answering(200, refusal) as url:
        ran = drive(plan("contextframe", url), [OPEN])
    assert ran.sessions[0][0] == {"broken": "initialize: error -32600: go away"}


@pytest.mark.parametrize("kind", ["rest", "contextframe", "gateway", "websocket", "http_sse"])
def test_where_nothing_listens_nothing_is_opened(drive, kind):
    scheme = "ws" if kind == "websocket" else "http"
    ran = drive(plan(kind, f"{scheme}://127.0.0.1:9/x"), [OPEN, CLOSE])
    assert ran.sessions[0] == [{"broken": "no connection: Connection refused"}, {}]


def test_changes_of_a_dataset_are_listened_to(drive):
    with running(MockServer("contextframe")) as url:
        ran = drive(plan("contextframe", url), [["listen", "changes", 3]])
    kinds = [json.loads(each)["type"] for each in ran.sessions[0][0]["came"]]
    assert kinds == ["document_updated", "document_updated", "collection_added"]


@pytest.mark.parametrize("kind", ["openapi_jsonrpc", "websocket"])
def test_executions_are_listened_to(drive, kind):
    with running(MockServer(contract(kind.replace("_", "-")))) as url:
        steps = [OPEN, ["listen", "executions", 1, say("a", 1)], CLOSE]
        ran = drive(plan(kind, url), steps)
    [event] = ran.sessions[0][1]["came"]
    assert json.loads(event)["tool"] == "say"


def test_where_there_is_no_stream_none_is_opened(drive):
    with answering(404, b"") as url:
        ran = drive(plan("contextframe", url), [["listen", "changes", 1]])
    assert ran.sessions[0][0]["broken"].startswith("no stream of events: HTTP 5")


@pytest.mark.parametrize(
    ("kind", "name", "parts"),
    [
        ("rest", "GET /mcp/discover", 1),
        ("contextframe", "tools/list", 1),
        ("openapi_jsonrpc", "tools/list", 1),
        ("gateway", "GET /servers", 2),
        ("stdio", "tools/list", 3),
    ],
)
def test_an_agent_asks_first_which_tools_there_are(drive, kind, name, parts, tmp_path):
    if kind == "stdio":
        contract_file = tmp_path / "contract.json"
        pages = {"info": INFO, "tools": [ECHO, FAILING, {**ECHO, "name": "more"}], "page_size": 1}
        contract_file.write_text(json.dumps(pages))
        command = [sys.executable, "-m", "mcp_proof", "mock", str(contract_file), "--stdio"]
        speech = {"revision": "2025-11-25"}
        place = {"command": command, "cwd": None, "env": {}}
        found = drive({"client": kind, "place": place, "speech": speech}, ASKS).sessions
    else:
        with running(MockServer(contract(kind.replace("_", "-")))) as url:
            found = drive(plan(kind, url.removesuffix("/mcp")), ASKS).sessions
    [[_, told, _]] = found
    assert (told["name"], len(told["bodies"]), told["sent"]) == (name, parts, parts)
    assert '"say"' in told["bodies"][-1] or parts == 3


ASKS = [OPEN, ["discover", 1], CLOSE]
