"""A revision that was asked for is judged when it is spoken, and never when it is not."""

import asyncio
import json
import sys

import pytest

from mcp_proof.errors import NotSpokenError
from mcp_proof.events import PeerFound, VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import AsgiTarget, CommandTarget, MemoryTarget, Target, UrlTarget
from mcp_proof_contracts.revision import LATEST, REVISIONS, STATEFUL, Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

RULE = "jsonrpc-method-not-found"
BOUND = 30.0
INFO = {"name": "scripted", "version": "1"}
SCRIPTED = """
import json, sys
replies = json.loads(sys.argv[1])
for line in sys.stdin:
    asked = json.loads(line)
    method = asked.get("method")
    if "id" in asked and replies.get(method, 0) is not None:
        unknown = {"error": {"code": -32601, "message": "unknown"}}
        reply = replies.get(method, unknown)
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **reply}), flush=True)
"""


def scripted(**replies) -> CommandTarget:
    """A server with a reply for each method: `None` for silence, else -32601."""
    named = {name.replace("_", "/"): reply for name, reply in replies.items()}
    return CommandTarget([sys.executable, "-c", SCRIPTED, json.dumps(named)])


def agreeing(version: object) -> dict:
    return {"result": {"protocolVersion": version, "capabilities": {}, "serverInfo": INFO}}


def refusing(code: int, **data) -> dict:
    return {"error": {"code": code, "message": "no", **({"data": data} if data else {})}}


DISCOVERED = {
    "result": {"resultType": "complete", "supportedVersions": [LATEST], "capabilities": {}}
}
TOOLS = {"result": {"tools": []}}
MODERN_TOOLS = {"result": {"tools": [], "resultType": "complete"}}


async def verify(target: Target, revision: Revision) -> dict[str, Outcome]:
    """Verify one rule; returns its outcome."""
    options = VerifyOptions(revision=revision, only=(RULE,), timeout=1.0)
    found: dict[str, Outcome] = {}
    async with asyncio.timeout(BOUND):
        async for event in Verification(target, options).events():
            if isinstance(event, PeerFound):
                assert event.spoken == revision
            elif isinstance(event, VerdictReached):
                found[event.verdict.rule.id] = event.verdict.outcome
    return found


def why_not(target: Target, revision: Revision) -> str:
    """What a server that does not speak a revision is said to do instead."""
    with pytest.raises(NotSpokenError) as raised:
        asyncio.run(verify(target, revision))
    assert str(raised.value) == f"the server does not speak {revision}: {raised.value.why}"
    return raised.value.why


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize(
    "offered", [REVISIONS[:1], REVISIONS[1:3], STATEFUL, REVISIONS[3:], REVISIONS[4:], REVISIONS]
)
@pytest.mark.parametrize("transport", ["memory", "asgi"])
def test_a_mock_is_judged_at_exactly_the_revisions_that_it_offers(offered, revision, transport):
    server = MockServer({"info": INFO, "revisions": [*offered]})
    target = MemoryTarget(server) if transport == "memory" else AsgiTarget(asgi_app(server))
    if revision in offered:
        assert asyncio.run(verify(target, revision)) == {RULE: Outcome.PASSED}
    else:
        assert "`initialize`" in why_not(target, revision)


@pytest.mark.parametrize(
    ("target", "revision", "why"),
    [
        (
            scripted(initialize=agreeing("2025-06-18")),
            Revision.R2025_11_25,
            "it answers `initialize` with 2025-06-18",
        ),
        (
            scripted(initialize=refusing(-32602, supported=["2025-06-18"], requested="x")),
            Revision.R2025_11_25,
            "it refuses it with error -32602, and offers 2025-06-18",
        ),
        (
            scripted(initialize=refusing(-32022)),
            Revision.R2025_11_25,
            "it refuses it with error -32022",
        ),
        (
            scripted(server_discover=DISCOVERED),
            Revision.R2025_11_25,
            "it answers `server/discover`, but not `initialize`",
        ),
        (
            scripted(server_discover=DISCOVERED, initialize=None),
            Revision.R2025_11_25,
            "it answers `server/discover`, but not `initialize`",
        ),
        (
            scripted(server_discover=refusing(-32022, supported=["2027-01-01"])),
            LATEST,
            "it refuses it with error -32022, and offers 2027-01-01",
        ),
        (
            scripted(initialize=agreeing("2025-06-18"), tools_list=TOOLS),
            LATEST,
            "it answers `initialize` with 2025-06-18, but not `server/discover`",
        ),
        (
            scripted(initialize=agreeing("2025-06-18"), server_discover=None),
            LATEST,
            "it answers `initialize` with 2025-06-18, but not `server/discover`",
        ),
        (
            scripted(initialize=agreeing("2025-06-18"), server_discover={"result": {}}),
            LATEST,
            "it answers `initialize` with 2025-06-18, but not `server/discover`",
        ),
    ],
)
def test_a_server_that_speaks_another_revision_is_not_judged_at_this_one(target, revision, why):
    assert why_not(target, revision) == why


@pytest.mark.parametrize(
    ("target", "revision"),
    [
        (scripted(initialize=refusing(-32603)), Revision.R2025_11_25),
        (scripted(initialize=agreeing("2.0")), Revision.R2025_11_25),
        (scripted(initialize=refusing(-32602, supported=["2025-11-25"])), Revision.R2025_11_25),
        (scripted(server_discover=refusing(-32603)), LATEST),
        (scripted(tools_list=MODERN_TOOLS, initialize=agreeing("2025-06-18")), LATEST),
        (scripted(server_discover=refusing(-32020), initialize=agreeing("2025-06-18")), LATEST),
    ],
)
def test_a_server_that_only_answers_wrongly_is_judged(target, revision):
    assert asyncio.run(verify(target, revision)) == {RULE: Outcome.PASSED}


def test_a_server_of_the_older_transport_speaks_its_revisions_and_no_stateless_one():
    async def over_sse(revision: Revision) -> dict[str, Outcome]:
        async with serving(MockServer({"info": INFO})) as url:
            return await verify(UrlTarget(url.replace("/mcp", "/sse")), revision)

    assert asyncio.run(over_sse(Revision.R2024_11_05)) == {RULE: Outcome.PASSED}
    with pytest.raises(NotSpokenError, match="it speaks HTTP\\+SSE, which ended before"):
        asyncio.run(over_sse(LATEST))


def test_a_modern_server_may_refuse_the_handshake_without_a_message():
    async def app(scope, receive, send) -> None:
        asked = json.loads((await receive())["body"] or b"{}") if scope["type"] == "http" else {}
        discover = asked.get("method") == "server/discover"
        body = json.dumps({"jsonrpc": "2.0", "id": asked.get("id"), **DISCOVERED}).encode()
        headers = [(b"content-type", b"application/json" if discover else b"text/plain")]
        status = 200 if discover else 400
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body if discover else b"what?"})

    why = why_not(AsgiTarget(app), Revision.R2025_11_25)
    assert why == "it answers `server/discover`, but not `initialize`"
