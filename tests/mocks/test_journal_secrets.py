"""What the journal tells of clients that get authorization, and of those that speak no HTTP."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
from oauth_walk import REDIRECT, VERIFIER, Answer, Walk

from mcp_proof_contracts.contract import read_contract
from mcp_proof_contracts.transcript import EventKind
from mcp_proof_mocks.http.endpoint import HttpEndpoint
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.journal import Journal
from mcp_proof_mocks.journal.texts import RecordedTexts
from mcp_proof_mocks.server import MockServer

BOUND = 10.0
TOKEN = "ghp_" + "a1B2" * 9
KNOWN = {"client_id": "known", "client_secret": "hush-hush-hush", "redirect_uris": [REDIRECT]}
BASIC = base64.b64encode(b"known:hush-hush-hush").decode()


class Sent:
    """A responder that keeps what it is given."""

    def respond(self, response: HttpResponse) -> None:
        self.response = response


class RecordedWalk(Walk):
    """A client's way through the endpoint of a mock that keeps its journal in a file."""

    def __init__(self, file: Path, **contract: Any) -> None:
        super().__init__(**contract)
        self.server = MockServer(
            read_contract({"info": {"name": "guarded", "version": "1"}}), journal=Journal(file)
        )
        self.server.authorization = self.authorization
        self.endpoint = HttpEndpoint(self.server)

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        named |= {"host": "127.0.0.1:8000", "accept": "application/json, text/event-stream"}
        fields = [(name.title(), text) for name, text in named.items()]
        sent = Sent()
        request = HttpRequest(method, path, named, body, fields)
        asyncio.run(asyncio.wait_for(self.endpoint(request, sent), BOUND))
        return Answer(sent.response)

    def kept(self, file: Path) -> str:
        """Return all that the journal tells, by its file and by its events."""
        return file.read_text() + repr(list(self.server.journal.events()))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "journal.ndjson"


def test_no_secret_of_the_whole_flow_stands_in_the_journal(file):
    walk = RecordedWalk(file)
    client = walk.register(token_endpoint_auth_method="client_secret_post").json
    code = walk.authorize(client["client_id"]).redirect["code"]
    secret = {"client_secret": client["client_secret"]}
    tokens = walk.redeem(client["client_id"], code, **secret).json
    renewed = walk.refresh(client["client_id"], tokens["refresh_token"], **secret).json
    assert walk.call(renewed["access_token"]).status != 401
    walk.token(at="/oauth/token", code=code, **secret)  # a client that is at the wrong place
    kept = walk.kept(file)
    tokens_of_both = [answer[f"{kind}_token"] for answer in (tokens, renewed) for kind in KINDS]
    assert len(set(tokens_of_both)) == 4
    for value in (code, VERIFIER, client["client_secret"], *tokens_of_both):
        assert value not in kept
    assert '"path":"/token"' in kept
    assert f'"location":"{REDIRECT}?…"' in kept.lower()
    assert "tools/list" in kept


KINDS = ("access", "refresh")


def test_a_client_that_proves_itself_by_a_header_is_not_given_away(file):
    walk = RecordedWalk(file, clients=[KNOWN], client_authentication=["client_secret_basic"])
    code = walk.authorize("known").redirect["code"]
    header = {"authorization": f"Basic {BASIC}"}
    assert walk.redeem("known", code, headers=header, client_id=None).status == 200
    kept = walk.kept(file)
    assert BASIC not in kept
    assert KNOWN["client_secret"] not in kept


@pytest.mark.parametrize("scheme", ["bearer", "api-key", "jwt"])
def test_a_key_that_is_presented_is_hidden_and_the_message_is_kept(file, scheme):
    walk = RecordedWalk(file, scheme=scheme)
    (name, credential), *_ = walk.authorization.headers().items()
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()
    presented = {name.lower().replace("-", "_"): credential}
    assert walk.send("POST", "/mcp", body, **presented).status != 401
    assert [request.method for request in walk.server.journal.requests()] == ["ping"]
    kept = walk.kept(file)
    assert credential.removeprefix("Bearer ") not in kept
    assert "[hidden]" in kept


def test_the_keys_of_the_contract_are_hidden_in_messages_and_in_failed_checks(file):
    document = {
        "info": {"name": "guarded", "version": "1"},
        "authorization": {"scheme": "api-key", "keys": ["key-of-the-mock"]},
        "tools": [{"name": "echo", "inputSchema": {"type": "object"}}],
    }
    arguments = {"key": "key-of-the-mock", "token": TOKEN, "text": "kept"}
    call = {"method": "tools/call", "params": {"name": "echo", "arguments": arguments}}
    for journal in (Journal(file), Journal()):
        server = MockServer(document, journal=journal)
        data = json.dumps({"jsonrpc": "2.0", "id": 1, **call}).encode()
        RecordedTexts(server.journal, "memory").heard(data)
        server.journal.assert_called_once_with("echo", arguments)
        with pytest.raises(AssertionError) as failed:
            server.journal.assert_called_with("echo", {})
        assert "key-of-the-mock" not in str(failed.value)
        assert "kept" in str(failed.value)
    kept = file.read_text()
    assert "key-of-the-mock" not in kept
    assert TOKEN not in kept


# What is no HTTP


def events_after(data: bytes, server: MockServer) -> list[Any]:
    """Send bytes over a connection of their own; return the events of the journal."""

    async def talk() -> None:
        async with asyncio.timeout(BOUND), serving(server) as url:
            port = int(url.split(":")[2].partition("/")[0])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(data)
            assert (await reader.read()).startswith(b"HTTP/1.1 4")
            writer.close()
            await writer.wait_closed()

    asyncio.run(talk())
    return list(server.journal.events())


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b'{"jsonrpc":"2.0","id":1,"method":"initialize"}\n', None),
        (b"\x16\x03\x01" + b"a" * 500, "\x16\x03\x01" + "a" * 97),
        (b"GET /mcp?key=secret HTTP/x\r\nAuthorization: Bearer secret\r\n\r\n", "GET /mcp"),
    ],
)
def test_the_beginning_of_what_is_no_request_is_recorded_and_is_no_message(data, shown):
    server = MockServer("everything")
    request, body, *_ = events = events_after(data, server)
    assert {event.channel for event in events} == {"http-1"}
    assert {event.session for event in events} == {"http"}
    assert (request.kind, body.kind) == (EventKind.HTTP_REQUEST, EventKind.BODY)
    assert body.data["text"] == (shown or data.decode().strip())
    assert "secret" not in repr(events)
    assert server.journal.requests() == []


def test_nothing_is_quoted_of_what_is_no_request_where_there_are_secrets():
    server = MockServer("everything")
    server.authorization = Walk(scheme="bearer").authorization
    events = events_after(b"code_verifier=abc&client_secret=def\r\n", server)
    assert [event.kind for event in events][:2] == [
        EventKind.HTTP_REQUEST,
        EventKind.HTTP_RESPONSE,
    ]
