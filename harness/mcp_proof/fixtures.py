"""The fixtures that other repositories use; a type checker finds their types here."""

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mcp_proof.testing.cassettes import TestCassette
    from mcp_proof.testing.client import Client
    from mcp_proof.testing.mocks import MakeMock
    from mcp_proof.testing.routing import McpRouter
    from mcp_proof.testing.shared_servers import SharedServers
    from mcp_proof.testing.verdicts import Settled
    from mcp_proof_contracts.transcript import Transcript
    from mcp_proof_mocks.server import MockServer


PASSED = pytest.StashKey[bool]()
"""Whether the test itself has passed, known when its fixtures are torn down."""


def has_cassette(item: pytest.Item) -> bool:
    """Whether a test talks to a recording."""
    return item.get_closest_marker("mcp_cassette") is not None


@pytest.fixture(scope="session")
def mcp_target(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> object:
    """The server under test. Override it to give an application, a server object, and so on."""
    from mcp_proof.testing.blame import told_plainly  # noqa: PLC0415  # when asked for
    from mcp_proof.testing.configured import is_named, named_target  # noqa: PLC0415  # when asked for

    with told_plainly():
        items: list[pytest.Item] = request.session.items
        if any(map(has_cassette, items)) and not is_named(pytestconfig):
            return None  # a recording needs none
        return named_target(pytestconfig)


@pytest.fixture(scope="session")
def mcp_servers(pytestconfig: pytest.Config) -> "Generator[SharedServers]":
    """The servers that tests share; each is started when it is first needed."""
    from mcp_proof.testing.configured import shared_servers  # noqa: PLC0415  # when asked for

    with shared_servers(pytestconfig) as servers:
        yield servers


@pytest.fixture
def mcp_client(
    mcp_servers: "SharedServers", mcp_target: object, request: pytest.FixtureRequest
) -> "Generator[Client]":
    """A client that is connected to the server under test, or to a test's cassette."""
    from mcp_proof.testing.configured import chosen_target  # noqa: PLC0415  # when asked for

    if has_cassette(request.node):
        target: object = request.getfixturevalue("mcp_cassette").url
    else:
        target = chosen_target(request.config, mcp_target)
    with mcp_servers.client(target) as client:
        yield client


@pytest.fixture
def mcp_cassette(request: pytest.FixtureRequest) -> "Generator[TestCassette]":
    """The cassette of a test: `url` of the server that plays it, `file`, `server`."""
    from mcp_proof.testing.cassettes import cassette_of  # noqa: PLC0415  # when asked for

    with cassette_of(request) as cassette:
        yield cassette


@pytest.fixture
def mcp_arguments(request: pytest.FixtureRequest, mcp_client: "Client") -> None:
    """Ask the server what the `arguments` of a test marked with `mcp_fuzz` are made of."""
    from mcp_proof.testing.fuzz_marker import prepare  # noqa: PLC0415  # needs an extra

    prepare(request, mcp_client)


@pytest.fixture
def mcp_transcript(mcp_client: "Client") -> "Transcript":
    """What crosses the wire between `mcp_client` and the server in this test."""
    return mcp_client.transcript


@pytest.fixture
def make_mcp_mock() -> "Generator[MakeMock]":
    """Make mock servers that are reachable at their `url`, and verified at the end of the test."""
    from mcp_proof.testing.mocks import mocks  # noqa: PLC0415  # when asked for

    with mocks() as make:
        yield make


@pytest.fixture
def mcp_mock(make_mcp_mock: "MakeMock") -> "MockServer":
    """An empty mock server that fails the test when it is asked for what it does not offer."""
    return make_mcp_mock()


@pytest.fixture
def mcp_respx() -> "Generator[McpRouter]":
    """Lead requests of httpx and httpx2 clients to mocks, without a socket: `mount(url, mock)`."""
    from mcp_proof.testing.routing import McpRouter  # noqa: PLC0415  # needs an extra

    with McpRouter() as router:
        yield router


@pytest.fixture
def mcp_verdict(request: pytest.FixtureRequest, mcp_servers: "SharedServers") -> "Settled":
    """The verdict that the test is about, for tests marked with `mcp_contract`."""
    from mcp_proof.testing.contract_items import verdict_of  # noqa: PLC0415  # when asked for

    return verdict_of(request, mcp_servers)
