"""Real, unmodified clients against the mock: over each transport, at each revision they speak.

Those in Python also with the mock in their own process, without a socket.

Each client's driver reads a plan and prints what its user would have seen. Clients are brought to
an older revision by a mock that offers nothing else.
"""

import base64
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from installed import needs
from real_clients import Json, driven

from mcp_proof_contracts.revision import REVISIONS, STATEFUL, Revision
from mcp_proof_mocks.contract_source import find_contract
from mcp_proof_mocks.journal import Journal
from mcp_proof_mocks.replay.cassette import Cassette
from mcp_proof_mocks.replay.server import played
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

CONTRACT = Path(__file__).parent / "clients.yaml"
NEWEST = (STATEFUL[-1], REVISIONS[-1])
"""The newest revision of each era: what clients and the mock agree on when it offers all."""


class Client(NamedTuple):
    """A driver, the environment it runs in and the revisions its client speaks."""

    driver: str
    environment: str
    revisions: tuple[Revision, ...]


PYTHON_SDK1 = Client("python_sdk1.py", "clients-sdk1", STATEFUL)
PYTHON_SDK2 = Client("python_sdk2.py", "clients-sdk2", REVISIONS)
FASTMCP = Client("fastmcp4.py", "clients-sdk2", REVISIONS)
TYPESCRIPT_V1 = Client("typescript_v1.mjs", "clients-node", STATEFUL)
TYPESCRIPT_V2 = Client("typescript_v2.mjs", "clients-node", REVISIONS)
# These two are built on SDKs that are seen at each revision, and take long to start (the Inspector
# once for each command): they are spared the revisions between.
LANGCHAIN = Client("langchain_adapters.py", "clients-sdk1", (STATEFUL[0], STATEFUL[-1]))
INSPECTOR = Client("inspector.mjs", "clients-node", (REVISIONS[0], *NEWEST))
SDKS = (PYTHON_SDK1, PYTHON_SDK2, FASTMCP, TYPESCRIPT_V1, TYPESCRIPT_V2)
CLIENTS = (*SDKS, LANGCHAIN, INSPECTOR)
TRANSPORTS = {"stdio": REVISIONS, "http": REVISIONS[1:], "sse": REVISIONS[:1]}
"""The revisions that have each transport."""
ROUTED = {"routed http": NEWEST, "routed sse": REVISIONS[:1]}
"""Likewise, where a mock in the client's own process is mounted at a URL: with Python only."""
MOUNTED = "https://mcp.example.com"

pytestmark = needs(*sorted({client.environment for client in CLIENTS}))


def text(value: str) -> Json:
    return {"type": "text", "text": value}


# What is asked for, and what must come back: each as `clients.yaml` has it.
WELCOME = {"uri": "memo://welcome", "mimeType": "text/plain", "text": "Welcome."}
LOGO = {"uri": "memo://logo", "mimeType": "image/png", "blob": "iVBORw0KGgo="}
IMAGE = {"type": "image", "data": "iVBORw0KGgo=", "mimeType": "image/png"}
WEATHER = {"city": "Zürich", "degrees": 21.5}
WEATHER_TEXT = '{"city":"Zürich","degrees":21.5}'
CALLS: dict[str, tuple[Json, Json]] = {
    "echo": ({"message": "grüße"}, {"content": [text("grüße")]}),
    "weather": (
        {"city": "Zürich"},
        {"content": [text(WEATHER_TEXT)], "structuredContent": WEATHER},
    ),
    "show": ({}, {"content": [text("A text."), IMAGE, {"type": "resource", "resource": WELCOME}]}),
    "show_newer": (
        {},
        {
            "content": [
                {"type": "audio", "data": "UklGRg==", "mimeType": "audio/wav"},
                {"type": "resource_link", "uri": "memo://welcome", "name": "welcome"},
            ]
        },
    ),
    "count": ({}, {"content": [text("counted to three")]}),
    "ask_name": ({}, {"content": [text("Hello, Ada.")]}),
    "consult": ({}, {"content": [text('Something. In: [{"uri":"file:///project"}]')]}),
    "fail": ({}, {"content": [text("this tool always fails")], "isError": True}),
    "refuse": ({}, {"error": {"code": -31999, "message": "not today"}}),
}
NEWER = {"show_newer", "ask_name"}
"""What needs resource links or elicitation: 2025-06-18."""
PROGRESS = [[1, 3], [2, 3], [3, 3]]
ASKED = {"ask_name": ["What is your name?"], "consult": ["Say something.", "roots"]}
READS: dict[str, Json] = {
    "memo://welcome": {"contents": [WELCOME]},
    "memo://logo": {"contents": [LOGO]},
    "memo://tea": {
        "contents": [{"uri": "memo://tea", "mimeType": "text/plain", "text": "On tea."}]
    },
}
GETS: dict[str, tuple[Json, Json]] = {
    "hello": ({}, {"messages": [{"role": "user", "content": text("Say hello.")}]}),
    "greet": (
        {"who": "Zoë"},
        {
            "messages": [
                {"role": "user", "content": text("Greet Zoë.")},
                {"role": "assistant", "content": text("Gladly.")},
            ]
        },
    ),
    "picture": ({}, {"messages": [{"role": "user", "content": IMAGE}]}),
}


def callable_at(revision: Revision) -> list[str]:
    return [name for name in CALLS if name not in NEWER or revision >= Revision.R2025_06_18]


def results(names: list[str], revision: Revision) -> dict[str, Json]:
    """What calls return at a revision: structured content only where there is any."""
    return {
        name: {
            member: value
            for member, value in CALLS[name][1].items()
            if member != "structuredContent" or revision.features.structured_output
        }
        for name in names
    }


def bare(seen: dict[str, Json]) -> dict[str, Json]:
    """The results without what a revision adds to every one, and what is so by default."""
    added = ("_meta", "resultType", "ttlMs", "cacheScope")
    return {
        name: {
            member: value
            for member, value in result.items()
            if member not in added and (member, value) != ("isError", False)
        }
        for name, result in seen.items()
    }


def plan(transport: str, revision: Revision, calls: list[str], gets: list[str]) -> Json:
    """What a driver is to do: without calls, it only looks at the lists."""
    return {
        "transport": transport,
        # For the clients that know both eras: a mock that offers both is spoken to in the newer
        # one, unless the client insists.
        "mode": "legacy" if revision == STATEFUL[-1] else "auto",
        "calls": {name: CALLS[name][0] for name in calls},
        "reads": list(READS) if calls else [],
        "gets": {name: GETS[name][0] for name in gets},
    }


@pytest.fixture
def look(tmp_path):
    """Give a client a plan and the mock of a contract; returns what it saw."""

    def look(client: Client, plan: Json, contract: Path) -> Json:
        by = client.driver, client.environment
        if plan["transport"] == "stdio":
            return driven(*by, {**plan, "command": stdio_mock(contract)}, tmp_path)
        path = "/sse" if plan["transport"].endswith("sse") else "/mcp"
        if plan["transport"] in ROUTED:
            transport = plan["transport"].removeprefix("routed ")
            there = {"transport": transport, "url": MOUNTED + path, "contract": str(contract)}
            return driven(*by, {**plan, **there}, tmp_path)
        with running(MockServer(str(contract))) as url:
            address = url.removesuffix("/mcp") + path
            return driven(*by, {**plan, "url": address}, tmp_path)

    return look


def stdio_mock(contract: Path) -> list[str]:
    # Clients hand on few of their variables; without this one a checkout that is not the
    # installed one would not be tested.
    path = f"PYTHONPATH={os.environ.get('PYTHONPATH', '')}"
    mock = [sys.executable, "-m", "mcp_proof", "mock", str(contract), "--stdio"]
    return ["/usr/bin/env", path, *mock]


def offering(revision: Revision, folder: Path) -> Path:
    """The contract: with all revisions for the newest of an era, otherwise with one alone."""
    if revision in NEWEST:
        return CONTRACT
    path = folder / "clients.yaml"
    path.write_text(f"{CONTRACT.read_text()}revisions: [{revision}]\n")
    return path


def combinations(*clients: Client) -> list[Any]:
    return [
        pytest.param(client, transport, revision, id=f"{client.driver}-{transport}-{revision}")
        for client in clients
        for transport, having in (TRANSPORTS | ROUTED).items()
        for revision in having
        if revision in client.revisions
        if transport in TRANSPORTS or client.driver.endswith(".py")
    ]


@pytest.mark.parametrize(("client", "transport", "revision"), combinations(*SDKS))
def test_an_sdk_sees_what_the_contract_says(client, transport, revision, look, tmp_path):
    calls = callable_at(revision)
    asking = plan(transport, revision, calls, list(GETS))
    saw = look(client, asking, offering(revision, tmp_path))
    the_lists_are_complete(saw, revision)
    refused = saw["calls"]["refuse"]["error"]
    refused["message"] = refused["message"].removeprefix("MCP error -31999: ")  # TypeScript v1
    assert bare(saw["calls"]) == results(calls, revision)
    assert bare(saw["reads"]) == READS
    assert bare(saw["gets"]) == {name: GETS[name][1] for name in GETS}
    assert saw["asked"] == [question for name in calls for question in ASKED.get(name, [])]
    # TypeScript hands on notifications later than responses, and so loses those that come in one
    # read with the response. Nothing asks the mock to wait: progress notifications MUST stop after
    # completion (utilities/progress, Implementation Notes), not some time before it. What comes
    # before a question is never lost, where questions are no responses.
    loses = client in (TYPESCRIPT_V1, TYPESCRIPT_V2) and transport != "http"
    reported = saw["progress"].get("count", [])
    assert reported == (PROGRESS[: len(reported)] if loses else PROGRESS)
    if revision in STATEFUL:
        assert saw["progress"]["consult"] == [[1, 2]]


@pytest.mark.parametrize(("client", "transport", "revision"), combinations(INSPECTOR))
def test_the_inspector_sees_what_the_contract_says(client, transport, revision, look, tmp_path):
    # Each command is a process: these show lists, structured content, an error and a refusal.
    asking = plan(transport, revision, ["weather", "fail", "refuse"], ["greet"])
    saw = look(client, asking, offering(revision, tmp_path))
    the_lists_are_complete(saw, revision)
    assert saw["calls"].pop("refuse")["error"]["message"] == "not today"
    assert bare(saw["calls"]) == results(["weather", "fail"], revision)
    assert bare(saw["reads"]) == READS
    assert bare(saw["gets"]) == {"greet": GETS["greet"][1]}


@pytest.mark.parametrize(("client", "transport", "revision"), combinations(LANGCHAIN))
def test_langchain_sees_what_the_contract_says(client, transport, revision, look, tmp_path):
    # It has no audio, no sampling, no roots and, in prompts, no pictures.
    calls = [name for name in callable_at(revision) if name not in ("show_newer", "consult")]
    asking = plan(transport, revision, calls, ["hello", "greet"])
    saw = look(client, asking, offering(revision, tmp_path))
    assert (saw["revision"], saw["server"]) == (revision, "clients")
    assert saw["tools"] == list(CALLS)
    image = {"type": "image", "base64": IMAGE["data"], "mime_type": IMAGE["mimeType"]}
    in_its_terms = {"show": {"content": [text("A text."), image, text("Welcome.")]}}
    assert bare(saw["calls"]) == results(calls, revision) | in_its_terms
    assert saw["reads"] == {
        "memo://welcome": ["text/plain", "Welcome."],
        "memo://logo": ["image/png", base64.b64decode(LOGO["blob"]).hex()],
        "memo://tea": ["text/plain", "On tea."],
    }
    assert saw["gets"] == {
        "hello": [["human", "Say hello."]],
        "greet": [["human", "Greet Zoë."], ["ai", "Gladly."]],
    }
    assert saw["asked"] == ASKED["ask_name"] * ("ask_name" in calls)
    assert saw["progress"] == {"count": PROGRESS}


def the_lists_are_complete(saw: Json, revision: Revision) -> None:
    assert (saw["revision"], saw["server"]) == (revision, "clients")
    assert saw["tools"] == list(CALLS)
    assert saw["resources"] == ["memo://welcome", "memo://logo", "memo://bye"]
    assert saw["templates"] == ["memo://{name}", "memo://{name}/{page}", "log://{day}"]
    assert saw["prompts"] == list(GETS)


@pytest.mark.parametrize("client", CLIENTS, ids=[client.driver for client in CLIENTS])
def test_a_client_lists_every_tool_of_everything(client, look):
    saw = look(client, plan("http", client.revisions[-1], [], []), find_contract("everything"))
    assert saw["revision"] == client.revisions[-1]
    assert saw["tools"] == [*MockServer("everything").tools]


# Cassettes


def on_server(
    client: Client, server: MockServer, revision: Revision, home: Path, times: int = 1
) -> Json:
    """What a client sees of a server over HTTP; one tool is called so many times."""
    asking = plan("http", revision, callable_at(revision), list(GETS))
    with running(server) as url:
        asking |= {"url": url, "times": {"echo": times}}
        return driven(client.driver, client.environment, asking, home)


def recorded(client: Client, revision: Revision, home: Path) -> tuple[Path, Json]:
    """A cassette of a client's session with the mock, and what it saw."""
    file = home / "session.ndjson"
    journal = Journal(file)
    saw = on_server(client, MockServer(str(CONTRACT), journal=journal), revision, home)
    journal.close()
    return file, saw


@pytest.mark.parametrize("client", SDKS, ids=[client.driver for client in SDKS])
def test_a_client_sees_again_what_it_has_recorded(client, tmp_path):
    revision = client.revisions[-1]
    file, saw = recorded(client, revision, tmp_path)
    with Cassette(file) as cassette:
        server = played(cassette, strict=True)
        again = on_server(client, server, revision, tmp_path, times=200)
    assert again == saw
    assert sum(call.name == "echo" for call in server.call_history) == 200


@pytest.mark.parametrize(
    ("recording", "then", "replaying", "now"),
    [
        (PYTHON_SDK1, NEWEST[0], PYTHON_SDK2, NEWEST[1]),
        (PYTHON_SDK2, NEWEST[1], PYTHON_SDK1, NEWEST[0]),
        (TYPESCRIPT_V1, NEWEST[0], TYPESCRIPT_V2, NEWEST[1]),
        (TYPESCRIPT_V2, NEWEST[1], TYPESCRIPT_V1, NEWEST[0]),
        (FASTMCP, NEWEST[1], TYPESCRIPT_V1, NEWEST[0]),
    ],
)
def test_a_client_sees_what_one_of_the_other_era_has_recorded(
    recording, then, replaying, now, tmp_path
):
    file, saw = recorded(recording, then, tmp_path)
    with Cassette(file) as cassette:
        again = on_server(replaying, played(cassette), now, tmp_path)
    the_lists_are_complete(again, now)
    for each in (saw, again):
        refused = each["calls"]["refuse"]["error"]
        refused["message"] = refused["message"].removeprefix("MCP error -31999: ")  # TypeScript v1
    assert bare(again["calls"]) == bare(saw["calls"])
    assert bare(again["reads"]) == READS
    assert bare(again["gets"]) == bare(saw["gets"])
    assert again["asked"] == saw["asked"]
