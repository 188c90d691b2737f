"""Clients of httpx and httpx2 are led to mocks in the same process, and nothing leaves it."""

import asyncio
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import anyio
import httpcore
import httpcore2
import httpx
import httpx2
import pytest
import respx
from any_client import ACCEPT, HELLO, KINDS, begin, call
from offline import offline
from respx.mocks import HTTPCoreMocker
from respx.models import AllMockedAssertionError

from mcp_proof import MockServer
from mcp_proof.testing.routing import McpRouter
from mcp_proof.testing.routing.httpcore2_mocker import httpcore2_mocker
from mcp_proof_mocks.http.request_reader import MAX_BODY
from mcp_proof_mocks.missing_extra import MissingExtraError
from mcp_proof_mocks.running import running

URL = "https://mcp.example.com/mcp"
ECHO = {"name": "echo", "answer": {"text": "{{ message }}"}}
PATCHED = (
    (httpcore.ConnectionPool, "handle_request"),
    (httpcore.AsyncConnectionPool, "handle_async_request"),
    (httpcore.HTTPConnection, "handle_request"),
    (httpcore2.ConnectionPool, "handle_request"),
    (httpcore2.AsyncConnectionPool, "handle_async_request"),
)
BY_KIND = pytest.mark.parametrize("kind", KINDS, ids=str)
BY_LIBRARY = pytest.mark.parametrize("library", [httpx, httpx2])


def named(name: str, **options: Any) -> MockServer:
    return MockServer({"info": {"name": name, "version": "1"}, "tools": [ECHO]}, **options)


@contextmanager
def mounted(url: str = URL):
    """One mock at one URL, and proof that no socket was used."""
    mock = named("mock")
    with offline(), McpRouter() as router:
        router.mount(url, mock)
        yield mock


async def echoed(client: Any, url: str = URL, message: str = "hello") -> str:
    session = await begin(client, url)
    answer = await client.post(url, json=call("echo", message=message), headers=session)
    return answer.json()["result"]["content"][0]["text"]


@BY_KIND
def test_a_client_of_any_kind_is_answered_by_the_mock_without_a_socket(kind):
    with mounted() as mock:
        assert kind.run(echoed) == "hello"
    mock.journal.assert_called_once_with("echo", {"message": "hello"})


@BY_KIND
def test_a_client_with_a_proxy_does_not_go_there(kind):
    with mounted():
        assert kind.run(echoed, proxy="http://proxy.example:3128") == "hello"


@BY_LIBRARY
def test_a_synchronous_client_within_a_running_loop_is_answered(library):
    async def test() -> str:
        with library.Client() as client:
            return client.post(URL, json=HELLO).json()["result"]["serverInfo"]["name"]

    with mounted():
        assert anyio.run(test) == "mock"


@BY_KIND
def test_a_big_body_passes_in_both_directions_and_one_too_big_is_refused(kind):
    big = "x" * (MAX_BODY - 1000)

    async def test(client: Any) -> None:
        assert await echoed(client, message=big) == big
        assert (await client.post(URL, content=b" " * (MAX_BODY + 1))).status_code == 413

    with mounted():
        kind.run(test)


# Which URLs are meant


@pytest.mark.parametrize(
    ("at", "asked"),
    [
        ("https://mcp.example.com/mcp", "https://mcp.example.com:443/mcp?key=1"),
        ("http://mcp.example.com:80/mcp", "http://mcp.example.com/mcp"),
        ("http://mcp.example.com:8443/mcp", "http://MCP.example.com:8443/mcp"),
        ("https://mcp.example.com", "https://mcp.example.com/"),
        ("https://mcp.example.com/v1/tools/", "https://mcp.example.com/v1/tools/"),
        ("https://bücher.example/mcp", "https://xn--bcher-kva.example/mcp"),
        ("http://[2001:db8::1]/mcp", "http://[2001:db8::1]/mcp"),
    ],
)
@BY_LIBRARY
def test_an_endpoint_may_be_at_any_url(library, at, asked):
    with mounted(url=at), library.Client() as client:
        assert client.post(asked, json=HELLO).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        "http://mcp.example.com/mcp",
        "http://mcp.example.com:443/mcp",
        "https://mcp.example.com:8443/mcp",
        "https://example.com/mcp",
        "https://user:secret@mcp.exmaple.com/mcp?key=secret#secret",
    ],
)
@BY_KIND
def test_what_is_for_no_mock_fails_and_reaches_no_network(kind, asked):
    async def test(client: Any) -> None:
        await client.post(asked, json=HELLO)

    with mounted(), pytest.raises(AllMockedAssertionError) as failed:
        kind.run(test)
    told = str(failed.value)
    assert told.startswith("POST http")
    assert "Mounted: https://mcp.example.com/mcp. Did you mean https://mcp.example.com/mcp?" in told
    assert ".pass_through()` lets it out" in told
    assert "secret" not in told


@BY_KIND
def test_another_path_of_the_host_is_the_mock_s_to_refuse(kind):
    async def test(client: Any) -> list[int]:
        paths = ("/other", "/mcp/", "/.well-known/oauth-protected-resource/mcp")
        return [(await client.get(f"https://mcp.example.com{path}")).status_code for path in paths]

    with mounted():
        assert kind.run(test) == [404, 404, 404]


def test_mocks_side_by_side_on_one_host_are_told_apart_by_their_paths():
    one, other = named("one"), named("other")
    with offline(), McpRouter() as router, httpx2.Client() as client:
        router.mount("https://gateway.example/one/mcp", one)
        router.mount("https://gateway.example/other/mcp", other)
        names = [
            client.post(f"https://gateway.example/{path}/mcp", json=HELLO).json()["result"]
            for path in ("other", "one")
        ]
        assert [name["serverInfo"]["name"] for name in names] == ["other", "one"]
        assert client.get("https://gateway.example/neither/mcp").status_code == 404


@BY_LIBRARY
def test_a_route_may_let_requests_out(library):
    with running(named("mock")) as real, McpRouter() as router:
        router.mount(URL, named("mock"))
        router.route(host="127.0.0.1").pass_through()
        with library.Client(trust_env=False) as client:
            assert [client.post(url, json=HELLO).status_code for url in (real, URL)] == [200, 200]


# Host and Origin


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://mcp.example.com"}, 200),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "evil.example"}, 403),
    ],
)
def test_host_and_origin_are_checked_for_the_names_that_it_is_mounted_at(headers, status):
    with mounted(), httpx2.Client() as client:
        assert client.post(URL, json=HELLO, headers=headers).status_code == status


def test_the_mock_is_known_by_that_name_nowhere_else():
    with mounted() as mock:
        pass
    with running(mock) as url, httpx2.Client(trust_env=False) as client:
        known = client.post(url, json=HELLO, headers={"Host": "mcp.example.com"})
    assert known.status_code == 403


# Routes of the user's own


@BY_KIND
def test_the_user_s_own_routes_come_before_the_mock(kind):
    failures = iter([503, 503])

    def busy(_request: httpx.Request) -> httpx.Response | None:
        status = next(failures, None)
        return None if status is None else httpx.Response(status)

    async def test(client: Any) -> list[int]:
        return [(await client.post(URL, json=HELLO)).status_code for _ in range(3)]

    with offline(), McpRouter() as router:
        router.mount(URL, named("mock"))
        route = router.post(URL).mock(side_effect=busy)
        assert kind.run(test) == [503, 503, 200]
        assert (route.call_count, router.calls.call_count) == (2, 3)
        assert router.calls.last.response.status_code == 200


def test_a_route_that_was_not_called_fails_the_block():
    with pytest.raises(AssertionError, match="not called"), McpRouter() as router:
        router.get("https://other.example/")


@BY_LIBRARY
def test_routers_of_respx_see_their_requests_beside_it(library):
    using = {"httpx": "httpcore", "httpx2": "httpcore2"}[library.__name__]
    httpcore2_mocker()  # so that respx knows it too
    with offline(), respx.mock(using=using) as outer, McpRouter() as router:
        router.mount(URL, named("mock"))
        outer.get("https://outer.example/").respond(201)
        with respx.mock(using=using) as inner, library.Client() as client:
            inner.get("https://inner.example/").respond(202)
            asked = ("https://outer.example/", "https://inner.example/", f"{URL}/other")
            assert [client.get(url).status_code for url in asked] == [201, 202, 404]


def test_what_patches_httpcore2_already_is_used_for_two_would_hide_one_another():
    code = (
        "from respx.mocks import HTTPCoreMocker\n"
        "class Another(HTTPCoreMocker):\n"
        "    name, targets = 'httpcore2', ['httpcore2.ConnectionPool']\n"
        "from mcp_proof.testing.routing.httpcore2_mocker import httpcore2_mocker\n"
        "assert httpcore2_mocker() is Another\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def test_of_routers_within_one_another_the_innermost_is_asked_first():
    def name(url: str) -> str:
        return httpx2.post(url, json=HELLO).json()["result"]["serverInfo"]["name"]

    with offline(), McpRouter() as outer, McpRouter() as inner:
        outer.mount(URL, named("outer"))
        outer.mount("https://outer.example/mcp", named("beside"))
        inner.mount(URL, named("inner"))
        assert name(URL) == "inner"
        assert name("https://outer.example/mcp") == "beside"
        inner.stop()
        assert name(URL) == "outer"
        inner.start()


def test_routers_of_two_threads_lead_each_to_its_own_hosts():
    both = threading.Barrier(2, timeout=20)

    def work(number: int) -> set[str]:
        url = f"https://thread-{number}.example/mcp"
        names = set()
        for _ in range(5):
            with McpRouter() as router, httpx.Client() as one, httpx2.Client() as two:
                router.mount(url, named(str(number)))
                both.wait()
                for client in (one, two):
                    result = client.post(url, json=HELLO).json()["result"]
                    names.add(result["serverInfo"]["name"])
        return names

    with offline(), ThreadPoolExecutor(2) as threads:
        assert list(threads.map(work, range(2))) == [{"0"}, {"1"}]


# Mocks that run already


@BY_KIND
def test_a_mock_that_runs_already_answers_where_it_does_and_goes_on_there(kind):
    mock = named("mock", strict=True)
    with running(mock) as url:
        home = mock.home
        tasks = asyncio.all_tasks(home)
        with nothing_left(), offline(), McpRouter() as router:
            router.mount(URL, mock)
            assert kind.run(echoed) == "hello"
            mock.unexpected("something")  # for `running` to tell
        assert (mock.home, mock.url) == (home, url)
        assert asyncio.all_tasks(home) == tasks
        assert kind.run(lambda client: echoed(client, url), trust_env=False) == "hello"
        mock.unexpected_calls.clear()
    assert [made.arguments for made in mock.call_history] == [{"message": "hello"}] * 2


@BY_KIND
def test_a_mock_that_has_ended_before_the_router_is_a_broken_connection(kind):
    async def test(client: Any) -> None:
        with McpRouter() as router:
            with running(mock):
                router.mount(URL, mock)
                await begin(client, URL)
            with pytest.raises(kind.library.RemoteProtocolError, match="is over"):
                await client.post(URL, json=HELLO)

    mock = named("mock")
    with nothing_left():
        kind.run(test)


def test_one_mock_may_be_mounted_by_routers_within_one_another():
    mock = named("mock")
    other = URL.replace("mcp.", "other.")
    with nothing_left(), offline(), McpRouter() as outer, httpx2.Client() as client:
        outer.mount(URL, mock)
        assert mock.url == URL
        with McpRouter() as inner:
            inner.mount(other, mock)
            assert client.post(other, json=HELLO).status_code == 200
        assert client.post(URL, json=HELLO).status_code == 200
    assert (mock.home, mock.url) == (None, "")


# What is left behind


@contextmanager
def nothing_left():
    before = [getattr(owner, name) for owner, name in PATCHED], set(threading.enumerate())
    routers = [list(mocker.routers) for mocker in (HTTPCoreMocker, httpcore2_mocker())]
    yield
    assert before == ([getattr(owner, name) for owner, name in PATCHED], set(threading.enumerate()))
    assert routers == [list(mocker.routers) for mocker in (HTTPCoreMocker, httpcore2_mocker())]


def test_nothing_is_left_patched_or_running_afterwards():
    mock = named("mock")
    router = McpRouter()
    for _ in range(2):
        with nothing_left(), router:
            router.mount(URL, mock)
            assert httpx2.post(URL, json=HELLO).status_code == 200
            assert mock.home is not None
        assert mock.home is None
        assert list(router.routes) == list(router.calls) == []


def test_nothing_is_left_after_a_failure_within_and_that_failure_is_the_one_told():
    mock = named("mock", strict=True)

    def fail() -> None:
        with McpRouter() as router:
            router.mount(URL, mock)
            router.get("https://other.example/")
            mock.unexpected("something")
            raise ZeroDivisionError

    with nothing_left(), pytest.raises(ZeroDivisionError):
        fail()


def test_nothing_is_left_when_the_mock_cannot_be_mounted():
    mock = named("mock", faults=["latency:ms=1"])
    with (
        nothing_left(),
        McpRouter() as router,
        pytest.raises(ValueError, match="disturbed by a relay"),
    ):
        router.mount(URL, mock)
    assert mock.home is None


def test_a_strict_mock_fails_the_block_when_something_was_not_foreseen():
    mock = named("mock", strict=True)

    def ask() -> None:
        with McpRouter() as router, httpx2.Client(headers=ACCEPT) as client:
            router.mount(URL, mock)
            session = client.post(URL, json=HELLO).headers["mcp-session-id"]
            headers = {"Mcp-Session-Id": session}
            assert "error" in client.post(URL, json=call("ehco"), headers=headers).json()

    with nothing_left(), pytest.raises(AssertionError, match="tools/call ehco"):
        ask()


# What cannot be


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mcp.example.com/mcp", "'mcp.example.com/mcp': write https://host/path"),
        ("ftp://mcp.example.com/mcp", "'ftp://mcp.example.com/mcp': write https://host/path"),
        ("https:///mcp", "write https://host/path"),
        ("https://mcp.example.com/m\0cp", "cannot be mounted there: Invalid non-printable"),
        ("https://u:hidden@mcp.example.com/mcp", "write 'https://mcp.example.com/mcp' without"),
        ("https://mcp.example.com/mcp?key=hidden", "write 'https://mcp.example.com/mcp' without"),
        ("https://taken.example/mcp", "is not free: a mock is at https://taken.example/mcp"),
        ("https://taken.example:443/sse", "is not free: a mock is at https://taken.example/mcp"),
    ],
)
def test_a_url_that_cannot_be_mounted_is_told(url, told):
    with McpRouter() as router:
        router.mount("https://taken.example/mcp", MockServer())
        with pytest.raises(ValueError, match=re.escape(told)) as failed:
            router.mount(url, MockServer())
    assert "hidden" not in str(failed.value)


def test_one_mock_may_be_at_several_urls():
    mock = named("mock")
    urls = [URL, "https://mcp.example.com/sse", "https://mcp.example.com/other"]
    with offline(), McpRouter() as router, httpx2.Client() as client:
        for url in urls:
            router.mount(url, mock)
        assert client.post(urls[1], json=HELLO).status_code == 405
        session = client.post(urls[0], json=HELLO).headers["mcp-session-id"]
        ended = client.delete(urls[2], headers={"Mcp-Session-Id": session})
        assert ended.status_code == 204
        with pytest.raises(ValueError, match="is not free"):
            router.mount(URL, mock)


def test_a_router_that_does_not_run_mounts_nothing_and_one_that_runs_does_not_start():
    router = McpRouter()
    with pytest.raises(RuntimeError, match="mount mocks within the block"):
        router.mount(URL, MockServer())
    with pytest.raises(AllMockedAssertionError, match="is over"):
        router.handler(httpx.Request("GET", URL))
    with router, pytest.raises(RuntimeError, match="running already"):
        router.start()


def test_what_is_not_installed_is_told_with_what_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "respx", None)
    monkeypatch.delitem(sys.modules, "mcp_proof.testing.routing")
    monkeypatch.delitem(sys.modules, "mcp_proof.testing.routing.router")
    with pytest.raises(MissingExtraError, match=r"respx.*pip install 'mcp-proof\[respx\]'"):
        import_module("mcp_proof.testing.routing")
