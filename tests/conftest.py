"""What tests of all parts share: a mock that is verified, a Redis."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
import redis
from mocked import verified
from redis_server import COMMAND, MISSING, REQUIRED, running_redis

from mcp_proof.runner import VerifyOptions
from mcp_proof_contracts.contract_file import load_contract
from mcp_proof_contracts.dialect import Spoken, dialect_of
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Verdict
from mcp_proof_mocks.contract_source import find_contract

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A script's background job is deaf to Ctrl-C, and so would be what the tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)

Verify = Callable[..., dict[str, Verdict]]


@pytest.fixture(autouse=True)
def _no_job_of_github(monkeypatch):
    """What is verified in a test is no finding of the job that runs the tests."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """A Redis that the tests of this process share; gives its URL."""
    if COMMAND is None and not os.environ.get(REQUIRED):
        pytest.skip(MISSING)
    with running_redis() as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> Iterator[str]:
    """An empty Redis; gives its URL."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
        yield redis_server


@pytest.fixture
def verify_mock(request: pytest.FixtureRequest) -> Verify:
    """Verify the bundled mock; returns the verdicts by rule id."""

    def verify(
        *,
        spoken: Spoken,
        transport: str = "http",
        fault: str | None = None,
        contract: str = "everything",
        only: Iterable[str] = (),
        probes: tuple[str, ...] | None = None,
        tools: tuple[str, ...] = (),
        timeout: float = 5.0,
    ) -> dict[str, Verdict]:
        mocked = load_contract(find_contract(contract))
        known = spoken if isinstance(spoken, Revision) else None
        options = VerifyOptions(
            revision=known,
            dialect=None if known else dialect_of(spoken),
            only=tuple(only),
            probes=probes,
            tools=tools,
            timeout=timeout,
            hints=mocked.verify,
        )
        if transport == "redis":
            transport = request.getfixturevalue("redis_url")
        return verified(contract, transport, fault, options)[0]

    return verify


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return Path(__file__).parent.parent
