"""The official Python SDK's client gets through the mock's authorization, and notices its lies."""

import asyncio
import json
from contextlib import AsyncExitStack

import pytest

from mcp_proof_contracts.contract import read_contract
from mcp_proof_contracts.contract_authorization import read_authorization
from mcp_proof_mocks.authorization import Authorization
from mcp_proof_mocks.authorization.fetch import MAX_DOCUMENT, fetch
from mcp_proof_mocks.authorization.variants import VARIANTS
from mcp_proof_mocks.http.connections import Connections, Limits
from mcp_proof_mocks.http.endpoint import HttpEndpoint
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse
from mcp_proof_mocks.http.protocol import HttpProtocol
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

GUARDED = {
    "info": {"name": "guarded", "version": "1.0.0"},
    "tools": [
        {"name": "look", "answer": {"text": "looked"}},
        {"name": "delete", "answer": {"text": "deleted"}},
    ],
}
OAUTH = {"scheme": "oauth", "scopes": ["read"], "tools": {"delete": ["write"]}}
STEPS = ["list", "look", "delete", "look", "expire", "list"]
WHOLE = [2, "looked", "deleted", "looked", 2]
"""What the steps give that need a step-up and a refresh on the way."""
STEP_UP = ["read", "read write"]
BOUND = 120.0
DOCUMENT = "https://app.example/client.json"
REDIRECT = "http://localhost:3000/callback"
SECRET_CLIENT = {"client_id": "known", "client_secret": "a:b &c", "redirect_uris": [REDIRECT]}
BASIC, POST = "client_secret_basic", "client_secret_post"

LAWFUL = (
    "metadata-not-in-challenge",
    "metadata-at-root",
    "metadata-elsewhere",
    "no-resource-metadata",
    "openid-only",
    "issuer-with-path",
    "no-server-metadata",
    "scope-not-in-challenge",
    "no-scopes-supported",
    "no-client-documents",
    "openid-registration",
    "no-iss",
)
ASKED = {
    "server-moves": ["read", *STEP_UP],
    "no-refresh-tokens": [*STEP_UP, "read"],
    "refresh-refused": [*STEP_UP, "read"],
    "offline-access": ["read offline_access", "read offline_access write"],
}
REFUSALS = {
    "resource-mismatch": "does not match expected",
    "wrong-issuer": "metadata issuer mismatch",
    "iss-missing": "missing iss parameter",
    "iss-wrong": "iss mismatch",
    "iss-unadvertised": "iss mismatch",
    "iss-equivalent": "iss mismatch",
    "state-wrong": "State parameter mismatch",
    "access-denied": "No authorization code",
    "registration-refused": "Registration failed: 400",
}
HOPELESS = ("tokens-expired", "tokens-for-another", "scopes-never-suffice")

JOURNEYS = {
    "stateless": ({}, {}),
    "stateful": ({}, {"mode": "legacy"}),
    "document": (
        {
            "variants": ["no-registration"],
            "clients": [{"client_id": DOCUMENT, "redirect_uris": [REDIRECT]}],
        },
        {"client_metadata_url": DOCUMENT},
    ),
    **{
        method: (
            {"clients": [SECRET_CLIENT], "client_authentication": [method]},
            {"client": {**SECRET_CLIENT, "token_endpoint_auth_method": method}},
        )
        for method in (BASIC, POST)
    },
    **{
        name: ({"variants" if name in VARIANTS else "misbehave": [name]}, {})
        for name in (*LAWFUL, *ASKED, *REFUSALS, *HOPELESS)
    },
}
"""By name: what the mock's contract has besides, and the client."""


@pytest.fixture(scope="module")
def outcomes(repository):
    """How each journey went: all in one process of the SDK, each to a mock of its own."""
    command = [
        repository / ".peers/python/bin/python",
        repository / "tests/peers/sdk_oauth_client.py",
    ]
    return asyncio.run(travelled([str(part) for part in command]))


async def travelled(command):
    async with AsyncExitStack() as stack, asyncio.timeout(BOUND):
        journeys = []
        for contract, client in JOURNEYS.values():
            authorization = Authorization(read_authorization({**OAUTH, **contract}))
            guarded = MockServer(read_contract(GUARDED))
            guarded.authorization = authorization
            server = serving(guarded)
            url = await stack.enter_async_context(server)
            journeys.append({"url": url, "mode": "auto", "steps": STEPS, **client})
        pipe = asyncio.subprocess.PIPE
        client = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
        try:
            output, _ = await client.communicate(json.dumps(journeys).encode())
        finally:
            if client.returncode is None:
                client.kill()
                await client.wait()
    lines = [json.loads(line) for line in output.splitlines()]
    return dict(zip(JOURNEYS, lines, strict=True))


@pytest.mark.parametrize("name", ["stateless", "stateful", *LAWFUL])
def test_it_gets_through_with_step_up_and_refresh(outcomes, name):
    outcome = outcomes[name]
    assert (outcome["done"], outcome["error"]) == (WHOLE, None)
    assert outcome["asked"] == STEP_UP


@pytest.mark.parametrize(
    ("name", "client_id"), [("document", DOCUMENT), (BASIC, "known"), (POST, "known")]
)
def test_it_gets_through_without_registering(outcomes, name, client_id):
    assert (outcomes[name]["done"], outcomes[name]["client_id"]) == (WHOLE, client_id)


@pytest.mark.parametrize("name", ASKED)
def test_it_asks_the_user_again_where_it_has_to(outcomes, name):
    assert (outcomes[name]["done"], outcomes[name]["asked"]) == (WHOLE, ASKED[name])


@pytest.mark.parametrize("name", REFUSALS)
def test_it_goes_no_further_where_a_client_must_not(outcomes, name):
    assert outcomes[name]["done"] == []
    assert REFUSALS[name] in outcomes[name]["error"]


@pytest.mark.parametrize("name", HOPELESS)
def test_it_gives_up_where_nothing_helps(outcomes, name):
    assert outcomes[name]["error"] is not None
    assert 1 <= len(outcomes[name]["asked"]) <= 3


def test_who_is_not_authorized_begins_no_session():
    async def run():
        authorization = Authorization(read_authorization({"scheme": "bearer"}))
        server = MockServer(read_contract(GUARDED))
        server.authorization = authorization
        endpoint = HttpEndpoint(server)
        params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {}}
        hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
        statuses = []
        for headers in ({}, {"authorization": f"Bearer {authorization.keys[0]}"}):
            sent = HttpRequest(
                method="POST", path="/mcp", headers=headers, body=json.dumps(hello).encode()
            )
            responder = Recorder()
            await endpoint(sent, responder)
            statuses.append((responder.status, len(endpoint.routes.sessions)))
        return statuses

    assert asyncio.run(run()) == [(401, 0), (200, 1)]


class Recorder:
    def respond(self, response):
        self.status = response.status


# The one thing that takes I/O of the mock's own


def fetched(response: HttpResponse) -> HttpResponse:
    """Fetch a document that a server on this machine answers with."""

    async def answer(_, responder):
        responder.respond(response)

    async def run():
        peers = Connections(Limits())
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: HttpProtocol(answer, peers), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            async with asyncio.timeout(BOUND):
                return await fetch(f"http://127.0.0.1:{port}/client.json")
        finally:
            server.close()
            peers.abort()
            await server.wait_closed()

    return asyncio.run(run())


def test_a_document_is_fetched_with_its_headers():
    headers = {"Cache-Control": "max-age=60"}
    response = fetched(HttpResponse(status=200, headers=headers, body=b"{}"))
    assert (response.status, response.body) == (200, b"{}")
    assert response.headers["cache-control"] == "max-age=60"


def test_a_redirect_is_not_followed():
    headers = {"Location": "http://127.0.0.1:1/"}
    assert fetched(HttpResponse(status=302, headers=headers)).status == 302


def test_a_document_that_is_too_long_is_not_read():
    with pytest.raises(OSError, match=f"longer than {MAX_DOCUMENT} bytes"):
        fetched(HttpResponse(status=200, body=b" " * (MAX_DOCUMENT + 1)))


def test_nobody_being_there_is_told():
    with pytest.raises(OSError, match="connect"):
        asyncio.run(fetch("http://127.0.0.1:1/client.json"))
