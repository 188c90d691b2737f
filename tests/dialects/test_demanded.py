"""A dialect that is demanded of a server, or of a mock, that does not have it."""

import asyncio

import pytest

from mcp_proof.cli import main
from mcp_proof_contracts.contract_file import ContractError
from mcp_proof_mocks import webhooks
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer

HOOK = {"secret": "a secret of sixteen or more"}


@pytest.mark.parametrize("dialect", ["contextframe", "gateway"])
def test_a_server_without_the_paths_of_a_dialect_does_not_speak_it(dialect, capsys):
    with running(MockServer("email_tools")) as url:
        assert main(["verify", "--dialect", dialect, url]) == 3
    said = capsys.readouterr().err
    assert f"the server does not speak {dialect}: there is nothing at its paths" in said
    assert "Without --dialect it is asked what it speaks" in said


def test_a_server_that_answers_wrongly_at_the_paths_of_a_dialect_is_judged(capsys):
    with running(MockServer("email_tools", ["rest-discover-served"])) as url:
        assert main(["verify", "--dialect", "rest", "--only", "rest-discover", url]) == 1
    assert "rest-discover-served" in capsys.readouterr().out


@pytest.mark.parametrize(("dialect", "scheme"), [("websocket", "ws://"), ("queue", "redis://")])
def test_a_dialect_of_another_transport_is_told_by_its_urls(dialect, scheme, capsys):
    assert main(["verify", "--dialect", dialect, "http://127.0.0.1:1"]) == 2
    assert f"give a {scheme} URL" in capsys.readouterr().err


def test_a_contract_of_another_dialect_is_not_served_over_stdio(capsys):
    assert main(["mock", "email_tools", "--stdio"]) == 2
    assert "rest is not spoken over stdio" in capsys.readouterr().err


def test_a_receiver_that_never_ends_its_answer_holds_nobody_up(monkeypatch):
    monkeypatch.setattr(webhooks, "TIMEOUT", 0.2)

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1 << 16):  # until the other side has had enough
            writer.write(b"H")
        writer.close()
        left.set()

    left = asyncio.Event()

    async def deliver() -> webhooks.WebhookDelivery:
        listener = await asyncio.start_server(endless, "127.0.0.1", 0)
        async with listener, asyncio.timeout(5):
            port = listener.sockets[0].getsockname()[1]
            hook = {"url": f"http://127.0.0.1:{port}/", **HOOK}
            server = MockServer({"webhooks": [hook]})
            server.webhooks.hear({"event": "tool_executed"})
            await server.webhooks.settle()
            await left.wait()
            return server.webhooks.deliveries[0]

    delivery = asyncio.run(deliver())
    assert (delivery.status, delivery.problem) == (None, "no answer in time")


def test_a_webhook_at_an_impossible_port_is_refused():
    hook = {"url": "http://127.0.0.1:99999/", **HOOK}
    with pytest.raises(ContractError, match="expected an http or https URL"):
        MockServer({"webhooks": [hook]})
