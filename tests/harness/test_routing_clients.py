"""The official SDK's client, unmodified, reaches a routed mock by the URL that it was given."""

import gc
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import httpx2
import pytest
from any_client import HELLO
from greeter import GREET
from mcp import Client, types
from mcp.client.auth import OAuthClientProvider
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata
from offline import offline

from mcp_proof import MockServer
from mcp_proof.testing.routing import McpRouter

BOUND = 30.0
REDIRECT = "http://localhost:3000/callback"
CONTRACT: dict[str, Any] = {"info": {"name": "mock", "version": "1"}, "tools": [GREET]}
# trio warns of generators that the SDK leaves unfinished, over sockets as well.
UNFINISHED = pytest.mark.filterwarnings("ignore:Async generator .httpx2:ResourceWarning")
BY_BACKEND = pytest.mark.parametrize("backend", ["asyncio", pytest.param("trio", marks=UNFINISHED)])


@contextmanager
def mounted(url: str, **contract: Any):
    mock = MockServer({**CONTRACT, **contract})
    with offline(), McpRouter() as router:
        router.mount(url, mock)
        yield mock


def run(work: Any, backend: str = "asyncio") -> Any:
    async def bounded() -> Any:
        with anyio.fail_after(BOUND):
            return await work()

    try:
        return anyio.run(bounded, backend=backend)
    finally:
        gc.collect()


async def greeted(server: Any, mode: str = "auto") -> tuple[str, list[float], str]:
    """Call the tool that asks; return the revision, the progress and the greeting."""
    progress: list[float] = []

    async def report(done: float, _total: float | None, _message: str | None) -> None:
        progress.append(done)

    async def elicit(_context: Any, _params: Any) -> types.ElicitResult:
        return types.ElicitResult(action="accept", content={"name": "Ada"})

    async with Client(server, mode=mode, elicitation_callback=elicit) as client:
        result = await client.call_tool("greet", {}, progress_callback=report)
        return client.protocol_version, progress, result.content[0].text


@BY_BACKEND
@pytest.mark.parametrize(("mode", "revision"), [("auto", "2026-07-28"), ("legacy", "2025-11-25")])
@pytest.mark.parametrize("url", ["https://mcp.example.com/mcp", "http://example.com:8080/v1/tools"])
def test_it_works_in_both_eras(url, mode, revision, backend):
    with mounted(url):
        saw = run(lambda: greeted(url, mode), backend)
    assert saw == (revision, [1, 2], "Hello, Ada.")


@BY_BACKEND
def test_it_works_over_http_and_sse(backend):
    url = "https://mcp.example.com/v1/sse"
    with mounted(url):
        saw = run(lambda: greeted(sse_client(url), "legacy"), backend)
    assert saw == ("2025-11-25", [1, 2], "Hello, Ada.")


def test_it_hears_of_a_url_that_nothing_is_mounted_at():
    def ask() -> None:
        run(lambda: greeted("https://mcp.exmaple.com/mcp"))

    with mounted("https://mcp.example.com/mcp"), pytest.raises(ExceptionGroup) as failed:
        ask()
    told = str(failed.value.exceptions[0])
    assert told.startswith("POST https://mcp.exmaple.com/mcp is for no mock and no route")


def test_several_clients_share_a_mock_at_once():
    url = "https://mcp.example.com/mcp"

    async def all_at_once() -> list[str]:
        greetings: list[str] = []

        async def one(mode: str) -> None:
            greetings.append((await greeted(url, mode))[2])

        async with anyio.create_task_group() as tasks:
            for mode in ("auto", "legacy") * 5:
                tasks.start_soon(one, mode)
        return greetings

    with mounted(url) as mock:
        assert run(all_at_once) == ["Hello, Ada."] * 10
    assert {call.name for call in mock.call_history} == {"greet"}


# Authorization


class Memory:
    """Keeps tokens and the client's registration."""

    def __init__(self) -> None:
        self.tokens: Any = None
        self.client: Any = None

    async def get_tokens(self) -> Any:
        return self.tokens

    async def set_tokens(self, tokens: Any) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> Any:
        return self.client

    async def set_client_info(self, client_info: Any) -> None:
        self.client = client_info


def authorized(url: str) -> OAuthClientProvider:
    """Return what gets authorized, with a user who consents without a browser."""
    answers: list[dict[str, list[str]]] = []

    async def visit(page: str) -> None:
        async with httpx2.AsyncClient() as browser:
            location = (await browser.get(page)).headers["location"]
        answers.append(parse_qs(urlsplit(location).query))

    async def come_back() -> AuthorizationCodeResult:
        answer = {name: values[0] for name, values in answers.pop().items()}
        return AuthorizationCodeResult(**answer)

    metadata = OAuthClientMetadata(redirect_uris=[REDIRECT], client_name="test")
    return OAuthClientProvider(url, metadata, Memory(), visit, come_back)


@pytest.mark.parametrize(
    "url",
    [
        "https://mcp.example.com/mcp",
        "http://mcp.example.com:8080/mcp",
        "https://mcp.example.com/v1/mcp",
    ],
)
def test_it_gets_authorized_by_the_server_on_the_routed_host(url):
    async def work() -> str:
        async with httpx2.AsyncClient(auth=authorized(url)) as http:
            return (await greeted(streamable_http_client(url, http_client=http)))[2]

    with mounted(url, authorization={"scheme": "oauth", "scopes": ["read"]}):
        assert run(work) == "Hello, Ada."


def test_a_mock_with_oauth_is_mounted_where_it_says_that_it_is():
    with (
        McpRouter() as router,
        pytest.raises(ValueError, match="mount it at https://mcp"),
    ):
        router.mount(
            "https://mcp.example.com/v1/tools",
            MockServer({**CONTRACT, "authorization": {"scheme": "oauth"}}),
        )


def test_keys_are_asked_for_as_elsewhere():
    url = "https://mcp.example.com/any"
    with (
        mounted(url, authorization={"scheme": "api-key", "keys": ["k-1"]}),
        httpx2.Client() as http,
    ):
        statuses = [
            http.post(url, json=HELLO, headers=given).status_code
            for given in ({}, {"X-API-Key": "k-1"})
        ]
    assert statuses == [401, 200]
