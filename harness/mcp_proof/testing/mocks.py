"""Mock servers for one test: each in a thread of its own, on a port of its own."""

from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Protocol

from mcp_proof_mocks.contract_source import ContractSource
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer


class MakeMock(Protocol):
    """Makes a mock server that runs until the test ends."""

    def __call__(
        self, source: ContractSource = None, faults: Sequence[str] = (), *, strict: bool = True
    ) -> MockServer:
        """Return the server; clients reach it at its `url`.

        Args:
            source: a contract file, the name of one in the library, a document, or nothing.
            faults: how it misbehaves, `NAME[:key=value,…]` each.
            strict: whether the test fails when a client asks for what is not foreseen.
        """
        ...


@contextmanager
def mocks() -> Generator[MakeMock]:
    """Give what makes mock servers; all are ended, and the strict ones verified, with the block.

    Raises:
        pytest.fail.Exception: a strict one was asked for what is not foreseen.
    """
    stack = ExitStack()

    def make(
        source: ContractSource = None, faults: Sequence[str] = (), *, strict: bool = True
    ) -> MockServer:
        server = MockServer(source, faults, strict=strict)
        stack.enter_context(running(server))
        return server

    try:
        with stack:
            yield make
    except AssertionError as unforeseen:  # of a mock: pytest throws nothing into a fixture
        import pytest  # noqa: PLC0415  # the rest of this package serves without it

        pytest.fail(str(unforeseen), pytrace=False)
