"""The mock as a container beside others: `MockServerContainer`."""

import asyncio
import re
import subprocess
import sys

import engine
import httpx2
import pytest
from mcp import Client
from testcontainers.core.config import ConnectionMode
from testcontainers.core.network import Network

from mcp_proof_mocks.containers import ContainerFailedError, MockServerContainer

WEATHER = """
info: {name: weather, version: 1.0.0}
tools:
  - name: get_weather
    inputSchema: {type: object, properties: {city: {type: string}}, required: [city]}
    answer: {text: "It is mild in {{ city }}."}
"""
CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "get_weather", "arguments": {"city": "Bern"}},
}
HEADERS = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
def weather(tmp_path):
    file = tmp_path / "weather.yaml"
    file.write_text(WEATHER)
    return file


def call(url: str) -> dict[str, object]:
    """Initialize and call the tool, without a session in between."""
    hello = {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "0"},
    }
    with httpx2.Client(headers=HEADERS, trust_env=False) as client:
        opened = client.post(
            url, json={"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello}
        )
        session = {"Mcp-Session-Id": opened.headers["Mcp-Session-Id"]}
        client.post(
            url, json={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=session
        )
        return client.post(url, json=CALL, headers=session).json()


def test_a_plain_client_gets_what_the_contract_says(mock_image, weather):
    with MockServerContainer(mock_image).with_contract(weather) as mock:
        answer = call(mock.get_url())
        journal = mock.get_journal()
    assert answer["result"]["content"][0]["text"] == "It is mild in Bern."
    journal.assert_called_once_with("get_weather", {"city": "Bern"})
    with pytest.raises(AssertionError, match="Basel"):
        journal.assert_called_with("get_weather", {"city": "Basel"})


def test_the_client_of_the_sdk_gets_it_too(mock_image):
    async def ask(url: str) -> str:
        async with Client(url) as client:
            result = await client.call_tool("echo", {"message": "hello"})
            return result.content[0].text

    with MockServerContainer(mock_image) as mock:
        assert asyncio.run(ask(mock.get_url())) == "hello"
        assert [call.name for call in mock.get_journal().tool_calls()] == ["echo"]


def test_it_is_published_for_this_machine_alone(mock_image):
    mock = MockServerContainer(mock_image)
    if mock.get_docker_client().get_connection_mode() is not ConnectionMode.docker_host:
        pytest.skip("the engine and the tests are not on one machine")
    with mock:
        published = engine.docker("port", mock.get_container_id()).splitlines()
        assert published == [f"8000/tcp -> {mock.get_url()[7:-4]}"]
        assert mock.get_url().startswith("http://127.0.0.1:")


def test_a_document_and_faults_are_served(mock_image):
    document = {
        "info": {"name": "weather", "version": "1"},
        "tools": [{"name": "get_weather", "inputSchema": {"type": "object"}, "answer": {}}],
    }
    mock = MockServerContainer(mock_image).with_contract(document)
    with mock.with_fault("wrong-id:tool=get_weather").with_fault("tools-name-unique"):
        answer = call(mock.get_url())
    assert answer["id"] != CALL["id"]


def test_other_containers_reach_it_by_its_name(mock_image):
    with Network() as network:
        mock = MockServerContainer(mock_image).with_network(network)
        with mock.with_network_aliases("weather"):
            there = ("--rm", f"--network={network.name}", mock_image)
            told = engine.docker("run", *there, "verify", "http://weather:8000/mcp")
    assert ", 0 violated, " in told


@pytest.mark.parametrize(
    ("contract", "fault", "said"),
    [
        ({"info": {}}, "latency:ms=1", "/tmp/contract.yaml"),
        ("everything", "latensy:ms=1", "Did you mean latency"),
    ],
)
def test_a_mock_that_cannot_start_says_why_and_is_gone(mock_image, contract, fault, said):
    mock = MockServerContainer(mock_image).with_contract(contract).with_fault(fault)
    with pytest.raises(ContainerFailedError, match="ended with exit code 2") as failed:
        mock.start()
    assert said in str(failed.value)
    assert engine.containers() == set()


def test_a_contract_that_is_not_there_is_told_before_anything_starts(mock_image):
    with pytest.raises(FileNotFoundError, match="Did you mean everything"):
        MockServerContainer(mock_image).with_contract("everythin")


def test_the_example_of_the_documentation_works(mock_image, repository):
    [example] = re.findall(
        r"```python\n(.*?)```", (repository / "docs/containers.md").read_text(), re.DOTALL
    )
    command = [sys.executable, "-c", example.replace("mcp-proof/mock:dev", mock_image)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
