"""What stands between Schemathesis and a server: who is asked what, with which credential."""

from typing import Any

import httpx2
import pytest
from tcp_server import alone

from mcp_proof.dialects.rest import RestServer
from mcp_proof.fuzz.rest.relay import PLACEHOLDER, Relay
from mcp_proof.recorder import Recorder
from mcp_proof.targets import AsgiTarget, header_of
from mcp_proof_mocks.http.listening import LOCALLY, listening

GIVEN = {"authorization": "Bearer its-real-value", "X-Tenant": "its-tenant"}


def echo(status: int = 200, silent: bool = False) -> Any:  # noqa: FBT001, FBT002  # a test's own
    """An application that tells which request it got; of one that is silent nothing comes."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        event = await receive()
        if silent:
            raise ConnectionError("gone")
        told = {key.decode(): value.decode() for key, value in scope["headers"]}
        text = {"method": scope["method"], "path": scope["path"], "headers": told}
        body = repr({**text, "body": event["body"]}).encode()
        headers = [(b"content-type", b"text/plain"), (b"x-told", b"yes"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def relayed(
    application: Any, *requests: dict[str, Any], forbidden: tuple[str, ...] = ()
) -> list[httpx2.Response]:
    """Send requests through a relay to an application; gives the answers."""

    async def run() -> list[httpx2.Response]:
        target = AsgiTarget(application, path="", headers=GIVEN)
        async with target.started() as reachable:
            recorder = Recorder(header_of(target), secrets=target.secrets)
            server = await RestServer.opened(reachable, recorder, 10.0)
            try:
                relay = Relay(server, {"openapi": "3.1.0"}, forbidden)
                async with listening(relay, LOCALLY, 0) as bound:
                    base = f"http://{LOCALLY}:{bound.port}"
                    async with httpx2.AsyncClient(base_url=base) as client:
                        return [await client.request(**request) for request in requests]
            finally:
                await server.close()

    return alone(run())


def asked(**request: Any) -> dict[str, Any]:
    return {"method": "POST", "url": "/mcp/execute", **request}


def test_the_document_is_the_relays_own():
    [answer] = relayed(echo(), asked(method="GET", url="/openapi.json"))
    assert answer.json() == {"openapi": "3.1.0"}


def test_requests_and_answers_pass_as_they_are():
    [answer] = relayed(echo(418), asked(method="PUT", url="/a/b?c=d", content=b"\x00\xff"))
    assert (answer.status_code, answer.headers["x-told"]) == (418, "yes")
    assert "connection" not in answer.headers
    told = eval(answer.text)  # what the application above has written
    assert (told["method"], told["path"], told["body"]) == ("PUT", "/a/b", b"\x00\xff")


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        (f"Bearer {PLACEHOLDER}", "Bearer its-real-value"),
        ("Bearer another", "Bearer another"),
        (None, None),
    ],
)
def test_a_placeholder_becomes_the_credential_and_nothing_else_does(sent, got):
    headers = {"Authorization": sent} if sent else {}
    [answer] = relayed(echo(), asked(headers={**headers, "x-tenant": PLACEHOLDER}))
    told = eval(answer.text)  # what the application above has written
    assert told["headers"].get("authorization") == got
    assert told["headers"]["x-tenant"] == "its-tenant"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"tools": [{"tool_slug": "erase", "arguments": {}}]}', 403),
        (b'{"tools": [{"tool_slug": "er\\u0061se", "arguments": {}}]}', 403),
        (b'[{"method": "tools/call", "params": {"name": "erase"}}]', 403),
        (b'{"tools": [{"tool_slug": "erase"', 403),
        (b'{"tools": [{"tool_slug": "read", "arguments": {"erase": 1}}]}', 200),
    ],
)
def test_a_request_that_names_a_forbidden_tool_stays_here(content, status):
    [answer] = relayed(echo(), asked(content=content), forbidden=("erase",))
    assert answer.status_code == status


def test_a_server_that_answers_nothing_gives_nothing():
    with pytest.raises(httpx2.RemoteProtocolError):
        relayed(echo(silent=True), asked())
