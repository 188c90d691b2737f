"""Discovery over many servers: one that is down, slow or lying is told, and spoils nothing."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import pytest

from mcp_proof import discovery
from mcp_proof.cli import main
from mcp_proof.targets.desktop_config import desktop_targets
from mcp_proof.testing import Discovery, discover
from mcp_proof.testing.mocks import mocks
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.revision import Revision
from mcp_proof_mocks.asgi import asgi_app
from mcp_proof_mocks.server import MockServer

MAIL = ["email_tools:send_email", "email_tools:count_words", "email_tools:find_contact"]
PASSWORD = "hunter2-secret-0c1d"
SLOW = "latency:ms=60000"
HANGS = [sys.executable, "-c", "import sys; sys.stdin.read()"]


@pytest.fixture
def make():
    with mocks() as made:
        yield made


def found(*targets: object, timeout: float = 5.0) -> Discovery:
    async def discovered() -> Discovery:
        found = await discover(targets, timeout=timeout)
        assert asyncio.all_tasks() == {asyncio.current_task()}  # nothing is left behind
        return found

    return asyncio.run(discovered())


def test_every_server_is_asked_in_its_own_dialect(make):
    mail, plain = make("email_tools").url, [sys.executable, "-m", "mcp_proof_mocks", "plain"]
    discovered = found(mail, plain, MockServer("contextframe"), asgi_app(MockServer("modern")))
    assert discovered.failed == ()
    spoken = [server.spoken for server in discovered.servers]
    assert spoken[:3] == [Dialect.REST, Revision.R2026_07_28, Dialect.CONTEXTFRAME]
    assert [server.name for server in discovered.servers][:2] == ["email_tools", "plain"]
    assert [tool_id for tool_id in discovered.tools if tool_id in MAIL] == MAIL
    assert all(server.tools for server in discovered.servers)


def test_servers_that_are_down_slow_or_no_servers_cost_only_themselves(make):
    slow, down = make("email_tools", [SLOW]).url, make.down()
    began = time.monotonic()
    discovered = found(down, slow, make("email_tools").url, HANGS, "no-such-command", timeout=2)
    assert time.monotonic() - began < 8  # and not the sum of all waits
    assert list(discovered.tools) == MAIL
    told = [server.problem for server in discovered.servers]
    assert told[0].startswith("cannot reach ")
    assert told[1] == told[3] == "it did not tell within 2 s"
    assert told[2] == ""
    assert told[4].startswith("cannot start 'no-such-command'")
    assert [server.problem for server in discovered.failed] == [*filter(None, told)]


def test_a_server_that_claims_the_tools_of_another_does_not_get_them(make):
    honest, liar = make("email_tools"), make("email_tools", ["rest-listed-tools-exist"])
    discovered = found(honest.url, liar.url)
    assert set(discovered.claimed_twice) == set(MAIL)
    assert discovered.claimed_twice[MAIL[0]] == (honest.url, liar.url)
    assert list(discovered.tools) == [*MAIL, "email_tools:ghost"]
    send_email = discovered.tools[MAIL[0]]
    assert send_email is discovered.servers[0].tools[0]


@pytest.mark.parametrize(
    ("contract", "fault"),
    [
        ("email_tools", "rest-tool-names-unique"),
        ("email_tools", "rest-discover-shape"),
        ("plain", "tools-name-unique"),
    ],
)
def test_a_listing_that_is_not_as_it_should_be_gives_what_is_in_it(contract, fault, make):
    [server] = found(make(contract, [fault]).url).servers
    assert server.problem == ""
    assert {tool.name for tool in server.tools} == set(MockServer(contract).tools)


@pytest.mark.parametrize(
    ("tools", "names"),
    [("text", []), ({"name": "send_email"}, []), ([1, None, {}, {"name": "good"}], ["good"])],
)
def test_a_listing_without_a_usable_tool_is_no_fault_of_ours(tools, names):
    async def app(scope, receive, send):
        found = scope["type"] == "http" and scope["path"] == "/mcp/discover"
        body = json.dumps({"server_name": "odd", "tools": tools}).encode()
        await answer(scope, receive, send, 200 if found else 404, body)

    [server] = found(app).servers
    assert not server.problem.startswith("a fault of mcp-proof")
    assert [tool.name for tool in server.tools] == names


async def answer(scope, receive, send, status, body):
    if scope["type"] == "lifespan":
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})
        return
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def test_a_server_that_fails_to_list_its_tools_is_no_server_without_tools():
    none_at_all = MockServer({"info": {"name": "bare", "version": "1"}})
    broken = MockServer("plain", ["missing-member:method=tools/list,member=result"])
    discovered = found(none_at_all, asgi_app(broken), failing_at_the_second_time())
    assert [server.tools for server in discovered.servers] == [(), (), ()]
    bare, mcp, rest = (server.problem for server in discovered.servers)
    assert bare == ""
    assert mcp.startswith("tools/list: HTTP 200, no JSON-RPC response")
    assert rest == "GET /mcp/discover: HTTP 503, {}"


def failing_at_the_second_time():
    documents = [json.dumps({"server_name": "tired", "version": "1", "tools": []}).encode()]

    async def app(scope, receive, send):
        known = scope["type"] == "http" and scope["path"] == "/mcp/discover"
        body = documents.pop() if known and documents else b"{}"
        await answer(
            scope, receive, send, 404 if not known else 200 if body != b"{}" else 503, body
        )

    return app


@pytest.mark.parametrize("path", ["/mcp/discover", "/mcp/v1/jsonrpc", "/openapi.json"])
def test_a_server_that_hangs_while_it_is_found_out_what_it_speaks_is_left(path):
    async def app(scope, receive, send):
        if scope["type"] == "http" and scope["path"] == path:
            await asyncio.Event().wait()
        await answer(scope, receive, send, 404, b"{}")

    [server] = found(app, timeout=1).failed
    assert server.problem == "it did not tell within 1 s"


def test_what_mcp_proof_itself_fails_at_is_told_as_its_own_fault(make, monkeypatch):
    approach = discovery.approach

    async def failing(target, *arguments):
        if target.label == broken:
            raise ZeroDivisionError("ours")
        return await approach(target, *arguments)

    monkeypatch.setattr(discovery, "approach", failing)
    broken = make("email_tools").url
    discovered = found(broken, make("email_tools").url)
    assert "a fault of mcp-proof itself" in discovered.servers[0].problem
    assert "ZeroDivisionError: ours" in discovered.servers[0].problem
    assert list(discovered.tools) == MAIL


def test_no_secret_of_a_target_is_in_what_is_told(make):
    secret = "planted-0c1d2e3f4a5b"
    [server] = found(f"{make.down()}?api_key={secret}").servers
    assert secret not in repr(server)


@pytest.mark.parametrize(
    "target",
    [
        f"http://user:{PASSWORD}@host:notaport/mcp",
        "http://user:short@host:notaport/mcp",
        f"redis://:{PASSWORD}@host:notaport",
        f"redis://:{PASSWORD}@[::1",
        f"srv --token {PASSWORD} 'unclosed",
        f"srv --url http://host --token {PASSWORD} 'unclosed",
        ["srv", "--api-key", PASSWORD, 5],
        {"url": "http://host", "headers": {"Authorization": PASSWORD}},
    ],
    ids=str,
)
def test_no_secret_is_told_of_what_stands_for_no_target(target):
    [server] = found(target).failed
    assert "a fault of mcp-proof" not in server.problem
    assert server.target
    assert PASSWORD not in repr(server)
    assert "short" not in repr(server)


def test_a_text_in_place_of_a_list_is_refused():
    with pytest.raises(TypeError, match="not one str"):
        asyncio.run(discover("http://localhost"))


def test_all_servers_of_a_desktop_configuration_are_asked(make, tmp_path):
    file = configured(tmp_path, up=make("email_tools").url, down=make.down())
    targets = [*desktop_targets(file, os.environ).values()]
    discovered = found(*targets)
    assert list(discovered.tools) == MAIL
    assert len(discovered.failed) == 1


def configured(folder: Path, **urls: str) -> Path:
    file = folder / "desktop.json"
    servers = {name: {"url": url} for name, url in urls.items()}
    file.write_text(json.dumps({"mcpServers": servers}))
    return file


def test_verify_judges_the_servers_beside_one_that_is_down_and_one_that_is_slow(
    make, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    urls = {
        "down": make.down(),
        "slow": make("email_tools", [SLOW]).url,
        "rest": make("email_tools", strict=False).url,
        "lying": make("email_tools", ["rest-listed-tools-exist"], strict=False).url,
        "mcp": make("plain", strict=False).url,
    }
    options = ["--config", str(configured(tmp_path, **urls)), "--timeout", "1"]
    only = ["--only", "rest-listed", "--only", "meta-unknown-keys"]
    code = main(["verify", *options, *only, "--report", "json=r.json"])
    runs = json.loads(Path("r.json").read_bytes())["runs"]
    assert code == 1
    assert [bool(run["lost"]) for run in runs] == [True, True, False, False, False]
    assert [run["counts"]["violated"] for run in runs] == [0, 0, 0, 1, 0]
    assert [run["counts"]["passed"] for run in runs][2:] == [1, 0, 1]
    said = capsys.readouterr().err
    assert f"cannot reach {urls['down']}" in said
    assert "the server did not answer" in said
