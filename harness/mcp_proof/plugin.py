"""The pytest plugin: options, markers and fixtures; what they do stands in `mcp_proof.testing`.

Nothing of mcp-proof is loaded before it is used, for every run of pytest loads this.
"""

import inspect
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mcp_proof.testing.client import Client
    from mcp_proof.testing.mocks import MakeMock
    from mcp_proof.testing.shared_servers import SharedServers
    from mcp_proof.testing.verdicts import RuleVerdict
    from mcp_proof_contracts.transcript import Transcript
    from mcp_proof_mocks.server import MockServer

MARKER = "mcp_contract(only, skip, revision): one test per rule of MCP; the first two are prefixes"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("mcp-proof", "Model Context Protocol")
    text = "the server under test: a URL, a command, FILE.json#NAME or FILE.ndjson"
    group.addoption("--mcp-target", metavar="TARGET", help=text)
    group.addoption(
        "--mcp-verify", action="store_true", help="add one test for each rule of MCP to the run"
    )
    parser.addini("mcp_target", f"{text}; --mcp-target replaces it")


def pytest_configure(config: pytest.Config) -> None:
    """Describe the marker."""
    config.addinivalue_line("markers", MARKER)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let `--mcp-verify` collect a test for each rule beside what the user has written."""
    report = yield
    if collector.config.getoption("--mcp-verify"):
        from mcp_proof.testing.contract_items import add_contract  # noqa: PLC0415  # when asked for

        add_contract(collector, report)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse `--mcp-verify` when nothing says what to verify."""
    if config.getoption("--mcp-verify"):
        from mcp_proof.testing.contract_items import expect_contract  # noqa: PLC0415  # when asked for

        expect_contract(items)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Collector, obj: object) -> None:
    """Let a function that is marked with `mcp_contract` ask for the verdict."""
    marks: list[pytest.Mark] = [*getattr(obj, "pytestmark", []), *collector.iter_markers()]
    if inspect.isfunction(obj) and any(mark.name == "mcp_contract" for mark in marks):
        pytest.mark.usefixtures("mcp_verdict")(obj)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test for each rule of a function that is marked with `mcp_contract`."""
    marker = metafunc.definition.get_closest_marker("mcp_contract")
    if marker is not None:
        from mcp_proof.testing.contract_items import parametrize  # noqa: PLC0415  # when asked for

        parametrize(metafunc, marker)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Turn a verdict into the outcome of its test, before anything that the test itself asks."""
    verdict = getattr(item, "funcargs", {}).get("mcp_verdict")
    if verdict is not None:
        verdict.settle()


@pytest.fixture(scope="session")
def mcp_target(pytestconfig: pytest.Config) -> object:
    """The server under test. Override it to give an application, a server object, and so on."""
    from mcp_proof.testing.configured import configured_target  # noqa: PLC0415  # when asked for

    return configured_target(pytestconfig)


@pytest.fixture(scope="session")
def mcp_servers() -> "Generator[SharedServers]":
    """The servers that tests share; each is started when it is first needed."""
    from mcp_proof.testing.shared_servers import SharedServers  # noqa: PLC0415  # when asked for

    with SharedServers.opened() as servers:
        yield servers


@pytest.fixture
def mcp_client(mcp_servers: "SharedServers", mcp_target: object) -> "Generator[Client]":
    """A client that is connected to the server under test."""
    with mcp_servers.client(mcp_target) as client:
        yield client


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
def mcp_verdict(request: pytest.FixtureRequest, mcp_servers: "SharedServers") -> "RuleVerdict":
    """The verdict on the rule that the test is about, for tests marked with `mcp_contract`."""
    from mcp_proof.testing.contract_items import verdict_of  # noqa: PLC0415  # when asked for

    return verdict_of(request, mcp_servers)
