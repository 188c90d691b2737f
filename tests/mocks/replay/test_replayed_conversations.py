"""A cassette as a server of MCP: what its server said is said again, to clients of either era."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from mcp_proof_contracts.secrets.known import masked
from mcp_proof_contracts.transcript import Event, EventKind, Header, Sender, event_line, header_line
from mcp_proof_contracts.wire import encode, parse
from mcp_proof_mocks.memory import in_memory
from mcp_proof_mocks.replay.cassette import Cassette
from mcp_proof_mocks.replay.pace import AS_RECORDED, Pace
from mcp_proof_mocks.replay.server import played
from mcp_proof_mocks.replay.tape import Order

BOUND = 10
HEADER = Header(peer="p", side=Sender.SERVER, transport="stdio", started="2026-01-01T00:00:00")
META = "io.modelcontextprotocol/"
CLIENT = {"sampling": {}, "elicitation": {}, "roots": {}}
MODERN = {f"{META}protocolVersion": "2026-07-28", f"{META}clientCapabilities": CLIENT}
INFO = {"name": "recorded", "version": "3", "title": "Recorded"}
OPENED = {
    "protocolVersion": "2025-06-18",
    "serverInfo": INFO,
    "capabilities": {"tools": {"listChanged": True}, "logging": {}, "experimental": {"x": {}}},
    "instructions": "Be kind.",
    "_meta": {"com.example/a": 1},
}
DISCOVERED = {
    "resultType": "complete",
    "supportedVersions": ["2026-07-28"],
    "capabilities": {"tools": {}},
    "ttlMs": 5,
    "cacheScope": "private",
    "_meta": {f"{META}serverInfo": INFO},
}

Json = dict[str, Any]
Ask = Callable[..., Awaitable[Json]]


def request(given: object, method: str, params: Json | None = None) -> tuple[str, Json]:
    return "c", {"jsonrpc": "2.0", "id": given, "method": method, "params": params or {}}


def told(given: object, result: Json) -> tuple[str, Json]:
    return "s", {"jsonrpc": "2.0", "id": given, "result": result}


def notice(method: str, params: Json | None = None) -> tuple[str, Json]:
    return "s", {"jsonrpc": "2.0", "method": method, "params": params or {}}


def call(given: object, name: str = "echo", **params: object) -> tuple[str, Json]:
    return request(given, "tools/call", {"name": name, "arguments": {"n": 1}, **params})


OPENING = [request(0, "initialize", {"protocolVersion": "2025-06-18"}), told(0, OPENED)]
DISCOVERY = [request(0, "server/discover", {"_meta": MODERN}), told(0, DISCOVERED)]
SAID = {"content": [{"type": "text", "text": "said"}], "_meta": {"com.example/b": 2}}


def cassette(folder: Path, *said: tuple[str, Json], seconds: float = 0.1) -> Cassette:
    sender = {"c": Sender.CLIENT, "s": Sender.SERVER}
    lines = [
        event_line(
            Event(
                seq=seq,
                at=seq * seconds,
                session="s",
                channel="stdio",
                sender=sender[who],
                kind=EventKind.MESSAGE,
                message=parse(encode(value)),
            )
        )
        for seq, (who, value) in enumerate(said)
    ]
    file = folder / "c.ndjson"
    file.write_bytes(b"".join([header_line(HEADER), *lines]))
    return Cassette(file)


class Talk:
    """A client that notes down all that it hears."""

    def __init__(self, send: Any, receive: Any, answers: Json) -> None:
        self.heard: list[Json] = []
        self._send, self._receive, self._answers = send, receive, answers
        self._number = 0

    async def ask(self, method: str, params: Json | None = None) -> Json:
        self._number += 1
        await self.say({"id": self._number, "method": method, "params": params or {}})
        return await self.until(lambda message: message.get("id") == self._number)

    async def say(self, message: Json) -> None:
        await self._send({"jsonrpc": "2.0", **message})

    async def until(self, wanted: Callable[[Json], bool]) -> Json:
        while True:
            message = await asyncio.wait_for(self._receive(), BOUND)
            if "method" in message and "id" in message:
                self.heard.append({"method": message["method"], "params": message.get("params")})
                await self.say({"id": message["id"], "result": self._answers[message["method"]]})
            elif wanted(message):
                return message
            else:
                self.heard.append({"method": message["method"], "params": message.get("params")})


@asynccontextmanager
async def talking(
    tape: Cassette, *, revision: str = "2025-06-18", answers: Json | None = None, **how: Any
):
    """A client of the stateful era after its handshake, or one of the stateless."""
    async with asyncio.timeout(BOUND), in_memory(played(tape, **how)) as (send, receive):
        talk = Talk(send, receive, answers or {})
        if revision != "2026-07-28":
            opening = {"protocolVersion": revision, "capabilities": CLIENT, "clientInfo": {}}
            talk.opened = await talk.ask("initialize", opening)  # type: ignore[attr-defined]
            await talk.say({"method": "notifications/initialized"})
        yield talk


def run(work: Awaitable[Any]) -> Any:
    return asyncio.run(work)  # type: ignore[arg-type]


async def opened(tape: Cassette, revision: str) -> Json:
    async with talking(tape, revision=revision) as talk:
        return talk.opened["result"]


def test_a_server_introduces_itself_as_it_did(tmp_path):
    tape = cassette(tmp_path, *OPENING)
    assert run(opened(tape, "2025-06-18")) == OPENED


@pytest.mark.parametrize(
    ("wanted", "agreed"),
    [("2025-11-25", "2025-06-18"), ("2024-11-05", "2024-11-05"), ("1900-01-01", "2025-06-18")],
)
def test_a_version_is_agreed_on_that_both_have(wanted, agreed, tmp_path):
    assert run(opened(cassette(tmp_path, *OPENING), wanted))["protocolVersion"] == agreed


def test_a_stateless_client_discovers_a_stateful_server(tmp_path):
    async def discovered() -> Json:
        async with talking(cassette(tmp_path, *OPENING), revision="2026-07-28") as talk:
            return (await talk.ask("server/discover", {"_meta": MODERN}))["result"]

    result = run(discovered())
    assert result["supportedVersions"] == ["2026-07-28"]
    assert result["capabilities"] == OPENED["capabilities"]
    assert result["instructions"] == "Be kind."
    assert result["_meta"][f"{META}serverInfo"] == INFO


def test_a_stateful_client_opens_a_session_with_a_stateless_server(tmp_path):
    result = run(opened(cassette(tmp_path, *DISCOVERY), "2025-11-25"))
    assert result["serverInfo"] == INFO
    assert result["capabilities"] == {"tools": {}}
    assert result["protocolVersion"] == "2025-11-25"


def test_pages_come_as_they_came(tmp_path):
    tool = {"name": "a", "inputSchema": {"type": "object"}, "x-own": [1]}
    first = {"tools": [tool], "nextCursor": "opaque", "_meta": {"page": 1}}
    last = {"tools": [{**tool, "name": "b"}]}

    async def pages() -> list[Json]:
        async with talking(tape) as talk:
            return [
                (await talk.ask("tools/list", params))["result"]
                for params in ({}, {"cursor": "opaque"})
            ]

    tape = cassette(
        tmp_path,
        *OPENING,
        request(1, "tools/list"),
        told(1, first),
        request(2, "tools/list", {"cursor": "opaque"}),
        told(2, last),
    )
    assert run(pages()) == [first, last]


def test_errors_come_with_code_and_data(tmp_path):
    error = {"code": -31999, "message": "not today", "data": {"why": ["a", 1]}}
    tape = cassette(tmp_path, *OPENING, call(1), ("s", {"jsonrpc": "2.0", "id": 1, "error": error}))

    async def refused(revision: str, meta: Json) -> Json:
        async with talking(tape, revision=revision) as talk:
            return await talk.ask("tools/call", {"name": "echo", "arguments": {"n": 1}, **meta})

    assert run(refused("2025-06-18", {}))["error"] == error
    assert run(refused("2026-07-28", {"_meta": MODERN}))["error"] == error


PROGRESS = [
    call(1, _meta={"progressToken": "then"}),
    notice("notifications/progress", {"progressToken": "then", "progress": 1, "total": 2}),
    notice("notifications/message", {"level": "info", "data": "half way"}),
    told(1, SAID),
]


def test_what_was_told_on_the_way_is_told_again_with_the_clients_own_token(tmp_path):
    async def heard() -> list[Json]:
        async with talking(cassette(tmp_path, *OPENING, *PROGRESS)) as talk:
            params = {"name": "echo", "arguments": {"n": 1}, "_meta": {"progressToken": 77}}
            assert (await talk.ask("tools/call", params))["result"] == SAID
            return talk.heard

    assert run(heard()) == [
        {
            "method": "notifications/progress",
            "params": {"progressToken": 77, "progress": 1, "total": 2},
        },
        {"method": "notifications/message", "params": {"level": "info", "data": "half way"}},
    ]


QUESTION = {"method": "elicitation/create", "params": {"message": "Who?", "requestedSchema": {}}}
ANSWER = {"action": "accept", "content": {"name": "Ada"}}
ASKED = [
    call(1),
    ("s", {"jsonrpc": "2.0", "id": "q", **QUESTION}),
    ("c", {"jsonrpc": "2.0", "id": "q", "result": ANSWER}),
    told(1, SAID),
]
STATE = "state-1"
REQUIRED = {
    "resultType": "input_required",
    "inputRequests": {"who": QUESTION},
    "requestState": STATE,
}
ROUNDS = [
    call(1, _meta=MODERN),
    told(1, REQUIRED),
    call(2, _meta=MODERN, inputResponses={"who": ANSWER}, requestState=STATE),
    told(2, {"resultType": "complete", **SAID}),
]
CALL = {"name": "echo", "arguments": {"n": 1}}


@pytest.mark.parametrize(
    "said", [(*OPENING, *ASKED), (*DISCOVERY, *ROUNDS)], ids=["asked", "rounds"]
)
def test_a_stateful_client_is_asked_what_was_asked(said, tmp_path):
    async def heard() -> list[Json]:
        answers = {"elicitation/create": ANSWER}
        tape = cassette(tmp_path, *said)
        async with talking(tape, revision="2025-06-18", answers=answers) as talk:
            result = (await talk.ask("tools/call", CALL))["result"]
            assert result["content"] == SAID["content"]
            return talk.heard

    assert run(heard()) == [QUESTION]


@pytest.mark.parametrize(
    "said", [(*OPENING, *ASKED), (*DISCOVERY, *ROUNDS)], ids=["asked", "rounds"]
)
def test_a_stateless_client_is_asked_in_rounds(said, tmp_path):
    async def rounds() -> tuple[Json, Json]:
        async with talking(cassette(tmp_path, *said), revision="2026-07-28") as talk:
            first = (await talk.ask("tools/call", {**CALL, "_meta": MODERN}))["result"]
            answers = dict.fromkeys(first["inputRequests"], ANSWER)
            again = {"inputResponses": answers, "requestState": first["requestState"]}
            last = await talk.ask("tools/call", {**CALL, "_meta": MODERN, **again})
            return first, last["result"]

    first, last = run(rounds())
    assert list(first["inputRequests"].values()) == [QUESTION]
    assert (last["resultType"], last["content"]) == ("complete", SAID["content"])


def test_changes_that_were_announced_are_announced_again(tmp_path):
    async def heard() -> Json:
        async with talking(tape) as talk:
            await talk.ask("tools/call", CALL)
            return await talk.until(lambda message: "list_changed" in message.get("method", ""))

    tape = cassette(
        tmp_path, *OPENING, call(1), told(1, SAID), notice("notifications/tools/list_changed")
    )
    assert run(heard())["method"] == "notifications/tools/list_changed"


def test_what_a_server_asked_after_the_handshake_is_asked_again(tmp_path):
    async def heard() -> list[Json]:
        async with talking(tape, answers={"roots/list": {"roots": []}}) as talk:
            await talk.ask("tools/call", CALL)
            await talk.ask("ping")
            return talk.heard

    roots = ("s", {"jsonrpc": "2.0", "id": 5, "method": "roots/list", "params": {}})
    tape = cassette(tmp_path, *OPENING, roots, call(1), told(1, SAID))
    assert [each["method"] for each in run(heard())] == ["roots/list"]


def test_a_request_out_of_order_is_told_what_was_next(tmp_path):
    async def answers() -> list[Json]:
        async with talking(tape, order=Order.ORDERED) as talk:
            return [
                await talk.ask("tools/call", {"name": name, "arguments": {"n": 1}})
                for name in ("second", "first", "second", "first")
            ]

    tape = cassette(
        tmp_path, *OPENING, call(1, "first"), told(1, SAID), call(2, "second"), told(2, SAID)
    )
    early, first, second, late = run(answers())
    assert 'expected next is request 2, tools/call {"name":"first"' in early["error"]["message"]
    assert first["result"] == second["result"] == SAID
    assert "the cassette has come to its end" in late["error"]["message"]


@pytest.mark.parametrize("pace", [AS_RECORDED, Pace(0.5)])
def test_answers_take_the_time_that_they_took(pace, tmp_path, monkeypatch):
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("mcp_proof_mocks.replay.pace.asyncio.sleep", sleep)

    async def asked() -> None:
        async with talking(tape, pace=pace) as talk:
            await talk.ask("tools/call", {**CALL, "_meta": {"progressToken": 1}})

    tape = cassette(tmp_path, *OPENING, *PROGRESS, seconds=2.0)
    run(asked())
    assert waited == pytest.approx([2.0 * pace.factor] * 3)


def test_a_wait_ends_when_the_request_is_cancelled(tmp_path):
    async def asked() -> Json:
        async with talking(tape, pace=AS_RECORDED) as talk:
            await talk.say({"id": "slow", "method": "tools/call", "params": CALL})
            await talk.say({"method": "notifications/cancelled", "params": {"requestId": "slow"}})
            return await talk.ask("ping")

    tape = cassette(tmp_path, *OPENING, call(1), told(1, SAID), seconds=1000.0)
    assert run(asked())["result"] == {}


def test_a_request_that_was_given_up_waits_until_it_is_given_up_again(tmp_path):
    async def asked() -> list[Json]:
        async with talking(tape) as talk:
            await talk.say({"id": "slow", "method": "tools/call", "params": CALL})
            await talk.ask("ping")
            await talk.say({"method": "notifications/cancelled", "params": {"requestId": "slow"}})
            await talk.ask("ping")
            return talk.heard

    cancelled = (
        "c",
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}},
    )
    tape = cassette(tmp_path, *OPENING, call(1), cancelled)
    assert run(asked()) == []


def test_a_secret_that_was_hidden_is_matched_by_what_hides_it(tmp_path):
    token = "ghp_" + "a1B2" * 9

    async def asked() -> Json:
        async with talking(tape) as talk:
            params = {"name": "echo", "arguments": {"token": token}}
            return await talk.ask("tools/call", params)

    hidden = request(1, "tools/call", {"name": "echo", "arguments": {"token": masked(token)}})
    tape = cassette(tmp_path, *OPENING, hidden, told(1, SAID))
    assert run(asked())["result"] == SAID


def test_a_cassette_without_an_opening_serves_what_it_has(tmp_path):
    async def asked() -> tuple[Json, Json]:
        async with talking(tape) as talk:
            return talk.opened["result"], await talk.ask("tools/call", CALL)

    tape = cassette(tmp_path, call(1), told(1, SAID))
    opening, answer = run(asked())
    assert opening["capabilities"] == {"tools": {}}
    assert answer["result"]["content"] == SAID["content"]
