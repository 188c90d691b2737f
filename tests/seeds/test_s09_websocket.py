"""S9: JSON-RPC over one WebSocket, many requests in flight, answers matched by id in any order."""

import asyncio
import itertools
import json
from contextlib import asynccontextmanager, suppress

import pytest
from websocket_server import websocket_server
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.events import PeerFound, RunFinished, VerdictReached
from mcp_proof.gate import Gate
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import WebSocketTarget, target_of
from mcp_proof.testing import ErrorAnswerError
from mcp_proof.testing.shared_servers import SharedServers
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Outcome
from mcp_proof_mocks.http.server import serving
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

BOUND = 30
TOKEN = "s3cr3t-0f-the-socket"
HUGE = "x" * (9 * 1024 * 1024)


@asynccontextmanager
async def mock(token=""):
    guarded = {"authorization": {"scheme": "bearer", "keys": [token]}} if token else {}
    server = MockServer("websocket")
    document = {
        "info": server.contract.info,
        "dialect": "websocket",
        "tools": [{**tool.listed, "answer": {"text": "done"}} for tool in server.contract.tools],
    }
    async with serving(MockServer({**document, **guarded}) if token else server) as url:
        yield url


@asynccontextmanager
async def peer(token=""):
    async with websocket_server(token=token) as url:
        yield url


servers = pytest.mark.parametrize("server", [mock, peer], ids=["mock", "peer"])


class Client:
    """The client of the guide: whoever waits for an id is told its answer."""

    def __init__(self, socket):
        self.socket = socket
        self.numbers = itertools.count(1)
        self.pending = {}
        self.finished = []

    async def listen(self):
        async for text in self.socket:
            answer = json.loads(text)
            self.finished.append(answer["id"])
            self.pending.pop(answer["id"]).set_result(answer)

    async def call(self, name, **arguments):
        number = next(self.numbers)
        self.pending[number] = asyncio.get_running_loop().create_future()
        params = {"name": name, "arguments": arguments}
        await self.socket.send(
            json.dumps({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params})
        )
        return await self.pending[number]


@asynccontextmanager
async def connected(url):
    async with connect(url, proxy=None, max_size=None) as socket:
        client = Client(socket)
        listening = asyncio.create_task(client.listen())
        yield client
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


def run(work):
    return asyncio.run(asyncio.wait_for(work, BOUND))


async def verified(target, **options):
    verification = Verification(target_of(target), VerifyOptions(**{"timeout": 5, **options}))
    events = [event async for event in verification.events()]
    verdicts = {e.verdict.rule.id: e.verdict for e in events if isinstance(e, VerdictReached)}
    return events, verdicts


def violated(verdicts):
    return {name for name, verdict in verdicts.items() if verdict.outcome is Outcome.VIOLATED}


@servers
def test_each_of_many_calls_under_way_gets_its_own_answer(server):
    async def work():
        async with server() as url, connected(url) as client:
            texts = [f"text {number}" for number in range(50)]
            return await asyncio.gather(
                *(client.call("process_data", input=text) for text in texts)
            )

    answers = run(work())
    told = [answer["result"].get("processed", answer["result"].get("value")) for answer in answers]
    assert told == [f"text {number}" for number in range(50)]


@servers
def test_a_fast_call_is_answered_before_a_slow_one_that_was_made_first(server):
    async def work():
        async with server() as url, connected(url) as client:
            slow = asyncio.create_task(client.call("generate_report", analysis="long"))
            await asyncio.sleep(0)
            await client.call("process_data", input="short")
            await slow
            return client.finished

    assert run(work()) == [2, 1]


@servers
def test_what_speaks_over_a_websocket_is_recognized_by_its_url_and_keeps_every_rule(server):
    async def work():
        async with server() as url:
            return await verified(url)

    events, verdicts = run(work())
    [found] = [event for event in events if isinstance(event, PeerFound)]
    assert (found.spoken, found.transport) == (Dialect.WEBSOCKET, "websocket")
    passed = {name for name, verdict in verdicts.items() if verdict.outcome is Outcome.PASSED}
    streams = {name for name in verdicts if name.startswith("events-")}  # the mock alone has one
    assert violated(verdicts) == set()
    assert passed >= verdicts.keys() - streams
    assert len(passed - streams) > 15


@pytest.mark.parametrize(
    ("weakness", "rules"),
    [
        (
            "crosses answers",
            {"websocket-answers-not-crossed", "jsonrpc-response-id-echo"},
        ),
        ("has no list", set()),
        ("answers in turn", {"websocket-slow-call-holds-up-none"}),
        ("dies of what it cannot read", {"rpc-parse-error", "websocket-survives-malformed"}),
    ],
)
def test_a_weak_server_breaks_what_it_is_weak_in_and_nothing_else(weakness, rules):
    async def work():
        async with websocket_server(weakness) as url:
            _, verdicts = await verified(url, timeout=1)
            return verdicts

    assert violated(run(work())) == rules


def call(name, **arguments):
    params = {"name": name, "arguments": arguments}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})


BAD = {
    "no JSON": ("{nope", -32700),
    "no request": ("7", -32600),
    "no method": ('{"jsonrpc":"2.0","id":1}', -32600),
    "an unknown method": ('{"jsonrpc":"2.0","id":1,"method":"nothing"}', -32601),
    "an unknown tool": (call("none"), -32602),
    "wrong arguments": (call("process_data", input=7), -32602),
}
GOOD = '{"jsonrpc":"2.0","id":"good","method":"tools/list"}'


@servers
@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_its_error_and_the_next_request_is_served_on_the_same_socket(server, case):
    text, code = BAD[case]

    async def work():
        async with server() as url, connect(url, proxy=None) as socket:
            await socket.send(text)
            bad = json.loads(await socket.recv())
            await socket.send(GOOD)
            return bad, json.loads(await socket.recv())

    bad, good = run(work())
    assert bad["error"]["code"] == code
    assert good["id"] == "good"
    assert good["result"]["tools"]


@pytest.mark.parametrize(
    ("server", "frame", "code"),
    [(mock, GOOD.encode(), 1003), (mock, HUGE, 1009), (peer, HUGE, 1009)],
    ids=["mock: binary", "mock: huge", "peer: huge"],
)
def test_what_no_frame_may_be_closes_its_socket_with_the_code_for_it_and_no_other(
    server, frame, code
):
    async def work():
        async with (
            server() as url,
            connect(url, proxy=None) as socket,
            connect(url, proxy=None) as other,
        ):
            with suppress(ConnectionClosed):
                await socket.send(frame)
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            await other.send(GOOD)
            return socket.close_code, json.loads(await other.recv())

    closed_with, good = run(work())
    assert closed_with == code
    assert good["result"]["tools"]


@servers
def test_a_wrong_token_is_refused_at_the_handshake_and_the_right_one_is_let_in(server):
    async def work():
        async with server(TOKEN) as url:
            with pytest.raises(InvalidStatus) as refused:
                await connect(url, proxy=None, additional_headers={"Authorization": "Bearer no"})
            with pytest.raises(PeerError, match="answers HTTP 401"):
                await verified(url)
            target = WebSocketTarget(url, {"Authorization": f"Bearer {TOKEN}"})
            events, verdicts = await verified(target, only=("websocket-ping",))
            return refused.value.response.status_code, events, verdicts

    status, events, verdicts = run(work())
    assert status == 401
    assert verdicts["websocket-ping-answered"].outcome is Outcome.PASSED
    [finished] = [event for event in events if isinstance(event, RunFinished)]
    headers = [str(e.data.get("headers")) for e in finished.transcript.events]
    assert not any(TOKEN in text for text in headers)


def test_a_call_is_made_by_whom_the_token_of_the_handshake_names():
    async def work():
        tool = {"name": "process_data", "answer": {"text": "done"}}
        contract = {"dialect": "websocket", "authorization": {"scheme": "jwt"}, "tools": [tool]}
        server = MockServer(contract)
        headers = {"Authorization": f"Bearer {server.authorization.issue(user_id='ada')}"}
        async with (
            serving(server) as url,
            connect(url, proxy=None, additional_headers=headers) as socket,
        ):
            await socket.send(call("process_data"))
            await socket.recv()
        return [entry.user for entry in server.audit]

    assert run(work()) == ["ada"]


def test_mcp_itself_is_not_spoken_over_a_websocket():
    async def work():
        async with mock() as url:
            await verified(url, revision=Revision.R2026_07_28)

    with pytest.raises(UsageError, match="MCP is not spoken over websocket"):
        run(work())


def test_a_mock_in_this_process_is_a_target_too():
    _, verdicts = run(verified(MockServer("websocket"), only=("websocket-",)))
    assert {v.outcome for v in verdicts.values()} == {Outcome.PASSED}


def test_the_client_of_the_fixtures_calls_tools_over_a_websocket():
    with SharedServers.opened(VerifyOptions(timeout=5), Gate()) as shared:
        server = MockServer("websocket")
        with running(server) as url, shared.client(url) as client:
            assert client.spoken == "websocket"
            assert client.call_tool("process_data", {"input": "a"}).structured == {"processed": "a"}
            with pytest.raises(ErrorAnswerError, match="error -32602: Invalid arguments"):
                client.call_tool("process_data", {})
        [call] = server.call_history[:1]
    assert call.arguments == {"input": "a"}


def test_the_journal_has_what_both_sides_said_and_how_the_socket_ended():
    async def work():
        server = MockServer("websocket")
        async with serving(server) as url:
            async with connected(url) as client:
                await client.call("process_data", input="a")
            await asyncio.sleep(0)
        return server

    server = run(work())
    [call] = server.call_history
    assert (call.name, call.arguments) == ("process_data", {"input": "a"})
    server.journal.assert_called_once_with("process_data", {"input": "a"})
    events = [e for e in server.journal.events() if e.channel == "websocket"]
    said = [(e.sender, e.kind, e.data.get("code")) for e in events]
    assert said == [
        ("client", "message", None),
        ("server", "message", None),
        ("client", "end", 1000),
    ]


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("wrong-id:tool=process_data", "jsonrpc-response-id-echo"),
        ("duplicate-response:tool=process_data", "jsonrpc-response-id-echo"),
        ("result-and-error:tool=process_data", "jsonrpc-result-xor-error"),
    ],
)
def test_what_happens_to_replies_happens_over_a_websocket(fault, rule):
    _, verdicts = run(verified(MockServer("websocket", [fault]), only=(rule,), timeout=0.5))
    assert violated(verdicts) == {rule}


def test_bytes_are_disturbed_on_their_way():
    async def work():
        server = MockServer("websocket", ["latency:ms=150"])
        async with serving(server) as url, connected(url) as client:
            started = asyncio.get_running_loop().time()
            await client.call("process_data", input="a")
            return asyncio.get_running_loop().time() - started

    assert run(work()) >= 0.15
