"""What `verify` sends to a REST server harms nobody, and tells nobody what it was given."""

import asyncio
import base64
from collections import Counter
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from rest_fastapi import token
from under_uvicorn import under_uvicorn

from mcp_proof.events import RunFinished
from mcp_proof.json_web_token import claims_of, forgeries
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import AsgiTarget, UrlTarget
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.server import MockServer

BOUND = 60.0


def executed(rate_limit: dict[str, int], *, read_only: bool) -> int:
    """Verify a mock with one tool; give how often it was called."""
    tool = {
        "name": "count",
        "description": "Counts.",
        "annotations": {"readOnlyHint": read_only},
        "rate_limit": rate_limit,
        "answer": {"structured": {}},
    }
    info = {"name": "s", "version": "1"}
    server = MockServer({"info": info, "dialect": "rest", "tools": [tool]})

    async def verify() -> None:
        options = VerifyOptions(dialect=Dialect.REST, tools=("count",), only=("rest-rate",))
        async with asyncio.timeout(BOUND):
            _ = [
                event
                async for event in Verification(AsgiTarget(asgi_app(server)), options).events()
            ]

    asyncio.run(verify())
    return len(server.call_history)


def test_a_small_limit_of_a_read_only_tool_is_used_up():
    assert executed({"calls": 5, "per": 60}, read_only=True) == 6


@pytest.mark.parametrize(
    ("rate_limit", "read_only"),
    [
        ({"calls": 5, "per": 3600}, True),
        ({"calls": 11, "per": 60}, True),
        ({"calls": 5, "per": 60}, False),
    ],
)
def test_a_limit_that_somebody_may_need_is_left_alone(rate_limit, read_only):
    assert executed(rate_limit, read_only=read_only) == 1


def test_a_schema_that_names_no_dialect_is_of_draft_07():
    executed: list[object] = []
    pair = {"type": "array", "items": [{"type": "string"}, {"type": "integer"}]}
    tool = {
        "name": "count",
        "description": "Counts.",
        "annotations": {"readOnlyHint": True},
        "input_schema": {"type": "object", "properties": {"pair": pair}, "required": ["pair"]},
    }
    app = FastAPI()

    @app.get("/mcp/discover")
    async def discover() -> dict[str, object]:
        return {"server_name": "s", "version": "1", "tools": [tool]}

    @app.post("/mcp/execute")
    async def execute(request: Request) -> dict[str, object]:
        executed.extend((await request.json())["tools"])
        return {"request_id": "r", "successful": False, "error": "no"}

    async def verify() -> None:
        options = VerifyOptions(dialect=Dialect.REST, probes=())
        async with asyncio.timeout(BOUND):
            _ = [event async for event in Verification(AsgiTarget(app), options).events()]

    asyncio.run(verify())
    assert executed == [{"tool_slug": "count", "arguments": {"pair": []}}]


# Tokens


def test_a_forged_token_is_another_one_and_says_the_same():
    # Of the last character of some signatures a part of the bits counts for nothing.
    for number in range(20):
        genuine = token(jti=str(number))
        forged = dict(forgeries(genuine))
        assert forged.keys() == {"an altered signature", "no algorithm"}
        assert all(claims_of(each) == claims_of(genuine) for each in forged.values())
        signatures = [each.rpartition(".")[2] for each in (genuine, *forged.values())]
        decoded = Counter(base64.urlsafe_b64decode(each + "=") for each in signatures)
        assert max(decoded.values()) == 1


@pytest.mark.parametrize("opaque", ["k-1234567", "a.b", "a.%.c"])
def test_a_token_that_says_nothing_is_only_altered(opaque):
    [(_, altered)] = forgeries(opaque)
    assert claims_of(opaque) == {}
    assert (len(altered), altered != opaque) == (len(opaque), True)


def test_what_was_made_of_a_token_is_as_secret_as_it_is(tmp_path):
    given = token(user_id="a name that only the token has")
    app = FastAPI()

    @app.get("/mcp/discover")
    async def discover() -> dict[str, object]:
        return {"server_name": "s", "version": "1", "tools": []}

    @app.post("/mcp/execute")
    async def execute(request: Request) -> JSONResponse:
        return JSONResponse({"detail": f"not with {request.headers.get('authorization')}"}, 401)

    assert given.split(".")[1] not in everything_kept(app, given, tmp_path / "transcript.ndjson")


def everything_kept(app: FastAPI, given: str, file: Path) -> str:
    async def verify() -> None:
        options = VerifyOptions(dialect=Dialect.REST, only=("rest-token",), transcript=file)
        async with under_uvicorn(app) as url, asyncio.timeout(BOUND):
            target = UrlTarget(url, {"Authorization": f"Bearer {given}"})
            events = [event async for event in Verification(target, options).events()]
        assert isinstance(events[-1], RunFinished)

    asyncio.run(verify())
    kept = file.read_text()
    assert kept.count("not with Bearer") >= 3
    return kept
