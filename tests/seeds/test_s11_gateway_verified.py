"""S11: gateways of others; what is wrong in one is named, and nothing else."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from gateway_server import BEHIND, TOKEN, Gateway, Servers, WeakGateway
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from under_uvicorn import under_uvicorn

from mcp_proof.events import PeerFound, RunFinished, VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import UrlTarget
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.rule import Outcome, Verdict
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.server import MockServer

BOUND = 60.0
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
WEAK = {
    "gateway-bad-call-refused",
    "gateway-bad-registration-refused",
    "gateway-call-routed",
    "gateway-call-served",
    "gateway-down-server-told",
    "gateway-duplicate-name-refused",
    "gateway-secrets-unlisted",
    "gateway-token-required",
    "gateway-unknown-server-404",
    "gateway-unknown-tool-refused",
}


def judged(made: type[Gateway], *tools: str) -> tuple[dict[str, Verdict], Gateway]:
    async def verify() -> tuple[dict[str, Verdict], Gateway]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(asyncio.timeout(BOUND))
            urls = {
                name: await stack.enter_async_context(serving(MockServer(contract)))
                for name, contract in BEHIND.items()
            }
            gateway = made(TOKEN, urls)
            served = under_uvicorn(gateway.application(), log_level="critical")
            url = await stack.enter_async_context(served)
            options = VerifyOptions(tools=tools, timeout=5)
            events = [e async for e in Verification(UrlTarget(url, HEADERS), options).events()]
        assert isinstance(events[-1], RunFinished)
        assert events[-1].faults == ()
        assert [e.spoken for e in events if isinstance(e, PeerFound)] == [Dialect.GATEWAY]
        reached = [e.verdict for e in events if isinstance(e, VerdictReached)]
        return {verdict.rule.id: verdict for verdict in reached}, gateway

    return asyncio.run(verify())


def of(outcome: Outcome, reached: Mapping[str, Verdict]) -> set[str]:
    return {rule_id for rule_id, verdict in reached.items() if verdict.outcome is outcome}


def test_a_real_gateway_that_keeps_everything_violates_nothing_and_is_left_as_it_was():
    reached, gateway = judged(Gateway, "servers/register")
    assert of(Outcome.VIOLATED, reached) == set()
    assert of(Outcome.UNTESTED, reached) == set()
    assert set(gateway.servers.registry) == set(BEHIND)


def test_the_weak_spots_of_a_sketch_are_named_and_nothing_else():
    reached, _ = judged(WeakGateway, "servers/register")
    assert of(Outcome.VIOLATED, reached) == WEAK
    assert of(Outcome.UNTESTED, reached) == {"gateway-removed-gone"}


def test_nothing_is_registered_unless_it_is_allowed():
    reached, gateway = judged(Gateway)
    assert of(Outcome.VIOLATED, reached) == set()
    unseen = of(Outcome.UNTESTED, reached)
    assert {"gateway-registered-listed", "gateway-removed-gone"} <= unseen
    for rule_id in unseen:
        assert "--tool servers/register" in reached[rule_id].reason
    assert set(gateway.servers.registry) == set(BEHIND)


class ListsAName(Gateway):
    """One of the servers that it lists has a list for a name."""

    async def list_servers(self, request: Request) -> Response:
        said = json.loads(bytes((await super().list_servers(request)).body))
        return JSONResponse({"servers": [*said["servers"], {"name": ["odd"]}]})


def test_a_name_that_is_no_text_is_named_and_stops_nothing():
    reached, _ = judged(ListsAName, "servers/register")
    assert of(Outcome.VIOLATED, reached) == {"gateway-servers-shape"}


class WithColons(Servers):
    """Servers whose names, and their tools', hold colons: two of the tools have the same id."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self.read_only = {"a": {"b:t": False}, "a:b": {"t": True, "other:t": True}}
        super().__init__(dict.fromkeys(self.read_only, urls["mail"]))
        self.called: list[tuple[str, str]] = []

    async def tools(self, name: str) -> list[dict[str, Any]]:
        return [
            {
                "name": tool,
                "input_schema": {"type": "object"},
                "annotations": {"readOnlyHint": read_only},
            }
            for tool, read_only in self.read_only[name].items()
        ]

    async def execute(self, name: str, tool: str, params: dict[str, Any]) -> dict[str, Any]:
        self.called.append((name, tool))
        return {"successful": True, "data": {"results": [{"response": params}]}}


class HasServersWithColons(Gateway):
    def __init__(self, token: str, urls: Mapping[str, str]) -> None:
        super().__init__(token, urls)
        self.servers = WithColons(urls)


def test_a_tool_is_called_where_it_is_listed_though_its_id_could_be_of_another():
    reached, gateway = judged(HasServersWithColons)
    assert of(Outcome.VIOLATED, reached) == set()
    assert isinstance(gateway.servers, WithColons)
    assert set(gateway.servers.called) == {("a:b", "t"), ("a:b", "other:t")}
