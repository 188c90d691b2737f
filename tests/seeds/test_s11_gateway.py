"""S11: a gateway in front of many servers: registration, routing and federation."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import httpx2
import pytest
from anyio.from_thread import start_blocking_portal
from gateway_server import BEHIND, TOKEN, Gateway
from under_uvicorn import under_uvicorn

from mcp_proof.cli import main
from mcp_proof_contracts.contract_file import ContractError
from mcp_proof_mocks.journal import Journal
from mcp_proof_mocks.registered import registry
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

TOKEN_OF_THE_LIBRARY = "example-key-5d1f70"


def asked(
    url: str, method: str = "GET", value: Any = None, *, token: str = TOKEN_OF_THE_LIBRARY
) -> tuple[int, Any]:
    """Ask as a gateway client would; gives the status and the JSON."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    answer = httpx2.request(
        method,
        url,
        content=None if value is None else body,
        headers={"Authorization": f"Bearer {token}"} if token else {},
        timeout=10,
        verify=False,  # otherwise all certificates are loaded, for nothing
    )
    return answer.status_code, answer.json() if answer.content else None


def registered(url: str, name: str, at: str, transport: str = "rest", **members: Any) -> None:
    body = {"name": name, "url": at, "transport": transport, **members}
    status, _ = asked(f"{url}/servers", "POST", body)
    assert status == 201


def names(url: str) -> list[str]:
    return [server["name"] for server in asked(f"{url}/servers")[1]["servers"]]


def called(url: str, server: str, tool: str, **params: Any) -> tuple[int, Any]:
    return asked(f"{url}/servers/{server}/call", "POST", {"tool": tool, "params": params})


@pytest.fixture
def make():
    with ExitStack() as stack:

        def made(contract: Any = "gateway", *faults: str) -> MockServer:
            server = MockServer(contract, faults)
            stack.enter_context(running(server))
            return server

        yield made


def test_a_gateway_client_lists_servers_and_calls_a_tool_of_one_of_them(make):
    gateway = make()
    assert names(gateway.url) == ["mail", "data"]
    status, answer = called(gateway.url, "data", "process_data", input="test")
    assert (status, answer["result"]) == (200, {"processed": "test"})
    gateway.journal.assert_called_once_with("process_data", {"input": "test"})


def test_a_call_reaches_the_server_that_it_names_though_another_has_a_tool_of_that_name(make):
    gateway = make()
    gateway.behind["mail"].set_tool_response("count_words", {"words": 1})
    gateway.behind["data"].set_tool_response("count_words", {"words": 2})
    for server, words in (("mail", 1), ("data", 2)):
        _, answer = called(gateway.url, server, "count_words", text="a")
        assert (answer["server"], answer["result"]) == (server, {"words": words})


@pytest.mark.parametrize(
    ("transport", "contract", "path"),
    [("rest", "email_tools", ""), ("rest", "email_tools", "/mcp/discover"), ("http", "plain", "")],
)
def test_a_registered_server_is_reached_over_http(transport, contract, path, make):
    gateway, behind = make(), make(contract)
    registered(gateway.url, "mine", behind.url + path, transport)
    _, listed = asked(f"{gateway.url}/servers/mine/tools")
    assert [tool["name"] for tool in listed["tools"]] == list(behind.tools)
    assert all("input_schema" in tool for tool in listed["tools"])
    tool, arguments = next((name, {}) for name in behind.tools)
    behind.register_mock_tool(tool, lambda _: {"came": "through"})
    assert called(gateway.url, "mine", tool, **arguments)[1]["result"] == {"came": "through"}
    behind.journal.assert_called_once_with(tool, arguments)


def test_what_a_registration_gives_is_presented_to_its_server_and_shown_to_nobody(make, tmp_path):
    secret = "planted-7f3e2d1c0b9a"
    guarded = {"authorization": {"scheme": "bearer", "keys": [secret]}, "tools": [{"name": "a"}]}
    journal = Journal(tmp_path / "journal.ndjson")
    gateway = MockServer("gateway", journal=journal)
    with running(gateway):
        behind = make(guarded)
        authentication = {"type": "bearer", "token": secret}
        registered(gateway.url, "mine", behind.url, "http", authentication=authentication)
        assert called(gateway.url, "mine", "a")[0] == 200
        _, listed = asked(f"{gateway.url}/servers")
        assert listed["servers"][-1]["authentication"] == {"type": "bearer"}
        assert secret not in json.dumps(listed)
    journal.close()
    assert secret not in (tmp_path / "journal.ndjson").read_text()


PLANTED = "planted-0c1d2e3f4a5b"
BEARER = {"type": "bearer", "token": PLANTED}
REFUSED = {
    "no credential": ({"authentication": BEARER}, 401),
    "a name that is taken": ({"name": "mail", "authentication": BEARER}, 409),
    "a token in a list": ({"authentication": {"type": "bearer", "token": [PLANTED]}}, 422),
    "a token in the wrong place": ({"name": 7, "token": PLANTED}, 422),
    "a token that no header takes": ({"authentication": {**BEARER, "token": f"é{PLANTED}"}}, 422),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_a_refused_registration_gives_is_in_no_journal(what, make):
    gateway, (members, expected) = make(), REFUSED[what]
    token = "" if expected == 401 else TOKEN_OF_THE_LIBRARY
    status, _ = asked(f"{gateway.url}/servers", "POST", {**GOOD, **members}, token=token)
    assert status == expected
    events = [*gateway.journal.events()]
    assert [event.data["path"] for event in events if "path" in event.data] == ["/servers"]
    assert PLANTED not in repr(events)


@pytest.mark.parametrize("rest", ["", ', "x": ' + "[" * 300 + "]" * 300 + "}"])
def test_a_registration_that_cannot_be_read_is_refused_and_in_no_journal(rest, make):
    gateway = make()
    body = json.dumps({**GOOD, "authentication": BEARER}).removesuffix("}") + rest
    assert asked(f"{gateway.url}/servers", "POST", body.encode())[0] == 400
    assert PLANTED not in repr([*gateway.journal.events()])


def test_a_token_stays_hidden_whatever_else_is_sent_to_the_gateway(make):
    gateway = make()
    registered(gateway.url, "mine", "http://127.0.0.1:9", authentication=BEARER)
    others = [{"token": f"other-{number}-a1b2c3d4"} for number in range(60)]
    for token in ("", TOKEN_OF_THE_LIBRARY):
        asked(f"{gateway.url}/servers", "POST", {"name": 7, "x": others}, token=token)
    assert PLANTED not in gateway.journal.mask(f"token {PLANTED}")


def test_a_server_that_is_down_is_told_at_once_and_one_that_hangs_in_time(make, monkeypatch):
    monkeypatch.setattr(registry, "PATIENCE", 0.3)
    gateway, slow = make(), make("email_tools", "latency:ms=60000")
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))
        registered(gateway.url, "down", f"http://127.0.0.1:{nobody.getsockname()[1]}", "rest")
        registered(gateway.url, "slow", slow.url, "rest")
        registered(gateway.url, "far", "http://192.0.2.1/mcp", "http")
        statuses = {
            name: called(gateway.url, name, "send_email") for name in names(gateway.url)[2:]
        }
    assert {name: status for name, (status, _) in statuses.items()} == {
        "down": 502,
        "slow": 504,
        "far": 502,
    }
    assert "on its own machine only" in statuses["far"][1]["error"]
    assert called(gateway.url, "data", "process_data", input="a")[0] == 200


@pytest.mark.parametrize(
    ("hangs", "patience", "expected"), [("tools/list", 0.3, 504), ("DELETE", 5, 200)]
)
def test_a_server_that_hangs_at_any_step_of_a_session_is_asked_in_time(
    hangs, patience, expected, make, monkeypatch
):
    monkeypatch.setattr(registry, "PATIENCE", patience)
    gateway = make()
    with hanging_session(hangs) as url:
        registered(gateway.url, "slow", url, "http")
        assert asked(f"{gateway.url}/servers/slow/tools")[0] == expected


@contextmanager
def hanging_session(hangs: str) -> Iterator[str]:
    """An MCP server with sessions that hangs on a method and never lets a session end."""
    done = threading.Event()

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if said["method"] == hangs:
                done.wait(10)
            result = {"protocolVersion": "2025-11-25", "tools": []}
            body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": result}).encode()
            self.send_response(200)
            self.send_header("Mcp-Session-Id", "session-1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_DELETE(self) -> None:
            done.wait(10)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        server.daemon_threads = False  # they are waited for
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/mcp"
        finally:
            done.set()
            server.shutdown()
            thread.join()


def test_a_gateway_is_up_though_another_that_it_knows_hangs(make, monkeypatch):
    monkeypatch.setattr(registry, "PATIENCE", 1)
    one, other = make(), make({"dialect": "gateway", "servers": []})
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))
        nobody.listen()
        registered(other.url, "c", f"http://127.0.0.1:{nobody.getsockname()[1]}", "gateway")
        registered(one.url, "b", other.url, "gateway")
        assert asked(f"{one.url}/servers/b/tools") == (200, {"tools": []})
    assert called(one.url, "b", "write")[0] == 404


LIMITED = {
    "name": "write",
    "inputSchema": {
        "type": "object",
        "properties": {"text": {"type": "string"}},
        "required": ["text"],
    },
    "rate_limit": {"calls": 1, "per": 60},
    "answer": {"text": "written"},
}


def test_what_a_server_refuses_is_no_sign_that_it_is_down(make):
    gateway = make({"dialect": "gateway", "servers": []})
    other = make({"dialect": "gateway", "servers": [{"name": "notes", "tools": [LIMITED]}]})
    rest = make({"info": {"name": "r", "version": "1"}, "dialect": "rest", "tools": [LIMITED]})
    registered(gateway.url, "b", other.url, "gateway")
    registered(gateway.url, "rest", rest.url, "rest")
    assert called(gateway.url, "b.notes", "write", text=7)[0] == 422
    for server in ("b.notes", "rest"):
        assert called(gateway.url, server, "write", text="a")[1]["result"] == "written"
        call = {"tool": "write", "params": {"text": "a"}}
        url = f"{gateway.url}/servers/{server}/call"
        answer = httpx2.post(url, json=call, verify=False)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 60


@pytest.mark.parametrize("address", ["bob:pw12@127.0.0.1:9/a", "127.0.0.1:9/a?token=q1w2e"])
def test_what_a_gateway_presents_by_the_url_of_a_server_is_not_listed(address, make):
    gateway = make()
    registered(gateway.url, "mine", f"http://{address}")
    _, listed = asked(f"{gateway.url}/servers")
    assert listed["servers"][-1]["url"] == "http://127.0.0.1:9/a"


def test_two_gateways_share_their_servers_and_never_ask_each_other_for_ever(make):
    one, other = make(), make({**FEDERATED, "servers": [{"name": "notes", "tools": [NOTE]}]})
    authentication = {"type": "bearer", "token": TOKEN_OF_THE_LIBRARY}
    registered(one.url, "b", other.url, "gateway", authentication=authentication)
    registered(other.url, "a", one.url, "gateway", authentication=authentication)
    assert names(one.url) == ["mail", "data", "b", "b.notes", "b.a"]
    _, listed = asked(f"{other.url}/servers")
    origins = {server["name"]: server.get("origin") for server in listed["servers"]}
    assert origins == {
        "notes": None,
        "a": None,
        "a.mail": "a",
        "a.data": "a",
        "a.b": "a",
    }
    _, tools = asked(f"{one.url}/servers/b.notes/tools")
    assert [tool["name"] for tool in tools["tools"]] == ["write"]
    assert called(one.url, "b.notes", "write")[1]["result"] == "written"
    assert called(one.url, "b.notes", "erase")[0] == 404
    assert called(one.url, "b.a.mail", "send_email")[0] == 404


FEDERATED = {
    "dialect": "gateway",
    "authorization": {"scheme": "bearer", "keys": [TOKEN_OF_THE_LIBRARY]},
}
NOTE = {"name": "write", "answer": {"text": "written"}}


def test_a_gateway_that_is_down_leaves_the_others_their_servers(make):
    gateway, other = make(), MockServer(FEDERATED)
    with running(other) as url:
        registered(gateway.url, "b", url, "gateway")
    assert names(gateway.url) == ["mail", "data", "b"]
    assert asked(f"{gateway.url}/servers/b/tools")[0] == 502
    assert called(gateway.url, "b.notes", "write")[0] == 502


UNUSABLE = [
    {"url": "http://[bad"},
    {"url": "http://127.0.0.1:99999/"},
    {"url": "http://127.0.0.1:abc/"},
    {"url": "http://127.0.0.1/a\tb"},
    {"transport": "gateway", "authentication": {"type": "bearer", "token": "tökén-1234567"}},
    {"transport": "gateway", "authentication": {"type": "api-key", "token": "a\r\nb: c"}},
]


@pytest.mark.parametrize("members", UNUSABLE)
def test_a_server_that_could_not_be_asked_is_not_registered(members, make):
    gateway = make()
    status, said = asked(f"{gateway.url}/servers", "POST", {**GOOD, **members})
    assert (status, "expected" in said["error"]) == (422, True)
    assert names(gateway.url) == ["mail", "data"]


@pytest.mark.parametrize("members", UNUSABLE)
def test_a_gateway_that_takes_any_registration_goes_on_with_it(members, make, capfd):
    gateway = make("gateway", "gateway-bad-registration-refused")
    assert asked(f"{gateway.url}/servers", "POST", {**GOOD, **members})[0] == 201
    assert asked(f"{gateway.url}/servers/new/tools")[0] == 502
    assert names(gateway.url) == ["mail", "data", "new"]
    assert "fault of mcp-proof" not in capfd.readouterr().err


def test_params_that_are_nested_too_deep_are_refused(make):
    gateway = make()
    gateway.behind["data"].register_mock_tool("echo", lambda arguments: arguments["x"])
    for depth, expected in ((100, 200), (400, 400)):
        deep = b"[" * depth + b"]" * depth
        body = b'{"tool": "echo", "params": {"x": ' + deep + b"}}"
        assert asked(f"{gateway.url}/servers/data/call", "POST", body)[0] == expected


HUGE = b'{"name": "' + b"x" * (33 * 1024 * 1024) + b'"}'
GOOD = {"name": "new", "url": "http://127.0.0.1:9", "transport": "rest"}


class Bad(NamedTuple):
    """A request that must be refused."""

    method: str
    path: str
    body: Any
    status: int


BAD = [
    Bad("POST", "/servers", b"{", 400),
    Bad("POST", "/servers", [], 422),
    Bad("POST", "/servers", {**GOOD, "name": 7}, 422),
    Bad("POST", "/servers", {**GOOD, "name": "../etc"}, 422),
    Bad("POST", "/servers", {**GOOD, "url": 7}, 422),
    Bad("POST", "/servers", {**GOOD, "url": "file:///etc/passwd"}, 422),
    Bad("POST", "/servers", {**GOOD, "transport": "carrier-pigeon"}, 422),
    Bad("POST", "/servers", {**GOOD, "authentication": "text"}, 422),
    Bad("POST", "/servers", {**GOOD, "name": "mail"}, 409),
    Bad("POST", "/servers/nobody/call", {"tool": "a", "params": {}}, 404),
    Bad("GET", "/servers/nobody/tools", None, 404),
    Bad("DELETE", "/servers/nobody", None, 404),
    Bad("POST", "/servers/mail/call", {"tool": "nothing", "params": {}}, 404),
    Bad("POST", "/servers/mail/call", {"tool": 7}, 422),
    Bad("POST", "/servers/mail/call", {"params": {}}, 422),
    Bad("POST", "/servers/mail/call", {"tool": "count_words", "params": "text"}, 422),
    Bad("POST", "/servers/mail/call", b"\xff", 400),
    Bad("PUT", "/servers", GOOD, 405),
    Bad("GET", "/servers/mail/call", None, 405),
]


@pytest.fixture(scope="module")
def gateways():
    """The mock, and a real gateway in front of the same servers: their addresses and tokens."""
    with ExitStack() as stack:
        mock = MockServer("gateway")
        behind = {n: stack.enter_context(running(MockServer(c))) for n, c in BEHIND.items()}
        real = Gateway(TOKEN, behind).application()
        portal = stack.enter_context(start_blocking_portal())
        served = under_uvicorn(real, log_level="critical")
        yield {
            "mock": (stack.enter_context(running(mock)), TOKEN_OF_THE_LIBRARY),
            "real": (stack.enter_context(portal.wrap_async_context_manager(served)), TOKEN),
        }


@pytest.mark.parametrize("which", ["mock", "real"])
@pytest.mark.parametrize("bad", BAD)
def test_bad_input_gets_its_error_and_the_next_good_request_is_served(bad, which, gateways):
    url, token = gateways[which]
    status, said = asked(url + bad.path, bad.method, bad.body, token=token)
    assert status == bad.status
    assert said["error"]
    good = {"tool": "count_words", "params": {"text": "a b"}}
    status, said = asked(f"{url}/servers/mail/call", "POST", good, token=token)
    assert (status, said["result"]) == (200, {"words": 2})
    assert len(asked(f"{url}/servers", token=token)[1]["servers"]) == 2


@pytest.mark.parametrize("which", ["mock", "real"])
@pytest.mark.parametrize("token", ["", "wrong", f"{TOKEN}x"])
def test_a_wrong_token_opens_nothing(token, which, gateways):
    url, _ = gateways[which]
    for method, path in (("GET", ""), ("POST", ""), ("POST", "/mail/call"), ("DELETE", "/mail")):
        assert asked(f"{url}/servers{path}", method, {}, token=token)[0] == 401


def test_a_body_that_is_too_large_is_refused(gateways):
    url, token = gateways["mock"]
    assert asked(f"{url}/servers", "POST", HUGE, token=token)[0] == 413
    assert asked(f"{url}/servers", token=token)[0] == 200


def test_clients_cannot_fill_the_gateway(make, monkeypatch):
    monkeypatch.setattr(registry, "MAX_SERVERS", 3)
    gateway = make()
    registered(gateway.url, "third", "http://127.0.0.1:9")
    status, said = asked(f"{gateway.url}/servers", "POST", GOOD)
    assert (status, "3 servers already" in said["error"]) == (507, True)


# Contracts


@pytest.mark.parametrize(
    ("servers", "says"),
    [
        ([{"name": "a"}, {"name": "a"}], "'a' twice"),
        ([{"name": "a.b"}], "does not match"),
        ([{"name": "a", "contract": "plain", "tools": []}], "does not go with `contract`"),
        ([{"name": "a", "tools": [{"name": "t", "answr": {}}]}], "Did you mean answer"),
        ([{"name": "a", "tols": []}], "Did you mean tools"),
    ],
)
def test_a_mistake_in_the_servers_of_a_contract_is_named(servers, says):
    with pytest.raises(ContractError, match=says):
        MockServer({"dialect": "gateway", "servers": servers})


def test_servers_belong_to_gateways_and_name_contracts_that_there_are():
    with pytest.raises(ContractError, match="add `dialect: gateway`"):
        MockServer({"servers": [{"name": "a"}]})
    with pytest.raises(FileNotFoundError, match="Did you mean plain"):
        MockServer({"dialect": "gateway", "servers": [{"name": "a", "contract": "plian"}]})


def test_a_gateway_may_have_itself_behind_it():
    gateway = MockServer({"dialect": "gateway", "servers": [{"name": "a", "contract": "gateway"}]})
    assert gateway.behind["a"].behind == {}


# The command line


def test_a_gateway_is_found_out_and_judged_from_the_command_line(make, capsys):
    header = f"Authorization: Bearer {TOKEN_OF_THE_LIBRARY}"
    assert main(["verify", "--header", header, make().url]) == 0
    assert "speaks gateway over http" in capsys.readouterr().out


def test_a_gateway_that_wants_a_token_says_so_to_who_gives_none(make, capsys):
    assert main(["verify", make().url]) == 3
    assert "It answers 401: give it a credential" in capsys.readouterr().err


def test_what_a_gateway_lists_that_is_secret_is_not_told_again(make, tmp_path, capsys):
    gateway, secret = make("gateway", "gateway-secrets-unlisted"), "planted-1a2b3c4d5e6f"
    authentication = {"type": "api-key", "token": secret}
    registered(gateway.url, "x", "http://127.0.0.1:9", authentication=authentication)
    header = f"Authorization: Bearer {TOKEN_OF_THE_LIBRARY}"
    report, transcript = tmp_path / "r.json", tmp_path / "t.ndjson"
    files = ["--report", f"json={report}", "--report", f"transcript={transcript}"]
    assert main(["verify", "--header", header, *files, gateway.url]) == 1
    said = capsys.readouterr()
    assert "gateway-secrets-unlisted" in said.out
    for text in (said.out, said.err, report.read_text(), transcript.read_text()):
        assert secret not in text
