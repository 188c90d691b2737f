"""The same client in every style of test."""

import asyncio

import anyio
import pytest
from mcp.client import Client

from mcp_proof.testing import ErrorAnswerError


def test_plain(mcp_client):
    assert mcp_client.call_tool("echo", {"message": "plain"}).text == "plain"


@pytest.mark.asyncio
async def test_pytest_asyncio(mcp_client):
    said = [str(number) for number in range(5)]
    calls = (mcp_client.aio.call_tool("echo", {"message": text}) for text in said)
    assert [answer.text for answer in await asyncio.gather(*calls)] == said


@pytest.mark.anyio
async def test_anyio(mcp_client, anyio_backend_name):
    answer = await mcp_client.aio.call_tool("echo", {"message": anyio_backend_name})
    assert answer.text == anyio_backend_name
    with pytest.raises(ErrorAnswerError):
        await mcp_client.aio.call_tool("nope")
    with anyio.move_on_after(0.01):
        while True:
            await mcp_client.aio.ping()


@pytest.mark.anyio
@pytest.mark.usefixtures("anyio_backend_name")
async def test_a_mock_for_the_official_client(mcp_mock):
    mcp_mock.register_mock_tool("double", lambda arguments: {"twice": 2 * arguments["n"]})
    async with Client(mcp_mock.url) as client:
        answer = await client.call_tool("double", {"n": 21})
    assert answer.structured_content == {"twice": 42}
    assert [call.name for call in mcp_mock.call_history] == ["double"]


@pytest.mark.mcp_contract(only="tools-name")
def test_contract():
    pass
