"""Only servers of this machine are loaded, unless the user says whose another one is."""

import asyncio
import socket
import sys

import pytest

from mcp_proof.errors import PeerError, UsageError
from mcp_proof.targets import (
    CommandTarget,
    RedisTarget,
    StdioImageTarget,
    UrlTarget,
    WebSocketTarget,
)
from mcp_proof_load.survey.ownership import require_ownership


@pytest.fixture
def names(monkeypatch):
    """Names and their addresses; nothing is looked up in a network."""
    known: dict[str, list[str]] = {}

    async def getaddrinfo(_loop, host, _port, **_options):
        await asyncio.sleep(0)
        try:
            socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
        except OSError:
            if host not in known:
                raise socket.gaierror(-2, "Name or service not known") from None
        return [(0, 0, 0, "", (address, 0)) for address in known.get(host, [host])]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return known


def ask(target, *, owned=False):
    asyncio.run(require_ownership(target, owned=owned))


@pytest.mark.parametrize(
    "target",
    [
        UrlTarget("http://localhost:3001/mcp"),
        UrlTarget("http://127.0.0.1:3001/mcp"),
        UrlTarget("http://127.8.9.1/mcp"),
        UrlTarget("http://[::1]:3001/mcp"),
        UrlTarget("http://[::ffff:127.0.0.1]/mcp"),
        WebSocketTarget("ws://localhost/ws"),
        RedisTarget("redis://localhost"),
        CommandTarget([sys.executable]),
        StdioImageTarget("my/server"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("names")
def test_what_is_on_this_machine_may_be_loaded(target):
    ask(target)


@pytest.mark.parametrize(
    "target",
    [
        UrlTarget("http://192.0.2.1/mcp"),
        UrlTarget("http://[2001:db8::1]/mcp"),
        UrlTarget("http://[::ffff:192.0.2.1]/mcp"),
        WebSocketTarget("wss://198.51.100.7/ws"),
        RedisTarget("redis://203.0.113.9"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("names")
def test_what_is_elsewhere_needs_the_users_word(target):
    with pytest.raises(UsageError, match=r"not on this machine.*--i-own-this-target"):
        ask(target)
    ask(target, owned=True)


def test_a_name_is_local_where_all_of_its_addresses_are(names):
    names["box.test"] = ["127.0.0.1", "::1"]
    ask(UrlTarget("http://box.test/mcp"))
    names["box.test"] = ["127.0.0.1", "192.0.2.1"]
    with pytest.raises(UsageError, match=r"box.test is 192.0.2.1\)"):
        ask(UrlTarget("http://box.test/mcp"))


@pytest.mark.usefixtures("names")
def test_a_name_without_address_is_told():
    with pytest.raises(PeerError, match=r"nowhere.test: there is no address of this name"):
        ask(UrlTarget("http://nowhere.test/mcp"))


@pytest.mark.usefixtures("names")
def test_the_refusal_holds_no_secret_of_the_url():
    with pytest.raises(UsageError) as caught:
        ask(UrlTarget("http://me:hunter2@192.0.2.1/mcp?api_key=opensesame"))
    assert "hunter2" not in str(caught.value)
    assert "opensesame" not in str(caught.value)
