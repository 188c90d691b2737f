"""The pytest plugin: options, the marker and hooks; the fixtures stand in `mcp_proof.fixtures`.

What they do stands in `mcp_proof.testing`, of which nothing is loaded before it is used: every run
of pytest loads this.
"""

from collections.abc import Generator

import pytest

from mcp_proof import hookspecs
from mcp_proof.fixtures import (
    PASSED,
    make_mcp_mock,
    mcp_arguments,
    mcp_cassette,
    mcp_client,
    mcp_mock,
    mcp_respx,
    mcp_servers,
    mcp_target,
    mcp_transcript,
    mcp_verdict,
)
from mcp_proof.marked import asking_for_verdict
from mcp_proof.marked_fuzz import FUZZ_MARKER, MarkedForFuzzing

__all__ = [
    "make_mcp_mock",
    "mcp_arguments",
    "mcp_cassette",
    "mcp_client",
    "mcp_mock",
    "mcp_respx",
    "mcp_servers",
    "mcp_target",
    "mcp_transcript",
    "mcp_verdict",
]

CONTRACT_MARKER = (
    "mcp_contract(only, skip, revision): one test per rule of MCP; the first two are prefixes"
)
CASSETTE_MARKER = (
    "mcp_cassette(file, mode, target, order): the test talks to a recording, by default "
    "cassettes/MODULE/TEST.ndjson; modes other than none record `target`"
)
MARKERS = (CONTRACT_MARKER, FUZZ_MARKER, CASSETTE_MARKER)

PEERS = {"mcp_client", "make_mcp_mock", "mcp_cassette"}
"""The fixtures with traffic to show; `mcp_mock` is made by the second."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("mcp-proof", "Model Context Protocol")
    text = "the server under test: a URL, a command, image:NAME, FILE.json#NAME or FILE.ndjson"
    group.addoption("--mcp-target", metavar="TARGET", help=text)
    group.addoption(
        "--mcp-verify", action="store_true", help="add one test for each rule of MCP to the run"
    )
    group.addoption(
        "--mcp-fuzz",
        action="store_true",
        help="add one test for each operation of the server, which is tried with many inputs",
    )
    group.addoption(
        "--mcp-record",
        choices=("none", "once", "new", "all"),
        help="what becomes of the cassettes of tests that are marked with mcp_cassette: played "
        "(none), recorded where there is none (once), added to (new), recorded anew (all)",
    )
    parser.addini("mcp_target", f"{text}; --mcp-target replaces it")


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the hooks that other repositories can implement."""
    pluginmanager.add_hookspecs(hookspecs)


def pytest_configure(config: pytest.Config) -> None:
    """Describe the markers."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    config.pluginmanager.register(MarkedForFuzzing(), "mcp-proof-fuzz-marker")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuse `--mcp-verify` and `--mcp-fuzz` when something is configured wrongly."""
    if session.config.getoption("--mcp-verify"):
        from mcp_proof.testing.contract_items import check_settings  # noqa: PLC0415  # when asked for

        check_settings(session.config)
    if session.config.getoption("--mcp-fuzz"):
        from mcp_proof.testing import fuzz_items  # noqa: PLC0415  # when asked for

        fuzz_items.check_settings(session.config)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let `--mcp-verify` and `--mcp-fuzz` collect tests beside what the user has written."""
    report = yield
    if collector.config.getoption("--mcp-verify"):
        from mcp_proof.testing.contract_items import add_contract  # noqa: PLC0415  # when asked for

        add_contract(collector, report)
    if collector.config.getoption("--mcp-fuzz"):
        from mcp_proof.testing.fuzz_items import add_fuzzing  # noqa: PLC0415  # when asked for

        add_fuzzing(collector, report)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Refuse `--mcp-verify` when nothing says what to verify."""
    if session.config.getoption("--mcp-verify"):
        from mcp_proof.testing.contract_items import expect_contract  # noqa: PLC0415  # when asked for

        expect_contract(session, items)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pycollect_makeitem(
    collector: pytest.Collector, obj: object
) -> Generator[None, object, object]:
    """Let a function that is marked with `mcp_contract` ask for the verdict."""
    with asking_for_verdict(collector, obj):
        return (yield)


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
    elif item.get_closest_marker("mcp_contract") is not None:
        pytest.fail("`mcp_contract` is for plain functions and methods: nothing was judged here")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what crossed the wire when a test fails."""
    report = yield
    if call.when == "call":
        item.stash[PASSED] = report.passed
    given = getattr(item, "funcargs", {})
    if call.excinfo is not None and report.failed and PEERS & given.keys():
        from mcp_proof.testing.traffic import traffic  # noqa: PLC0415  # when asked for

        report.sections.extend(traffic(given))
    return report
