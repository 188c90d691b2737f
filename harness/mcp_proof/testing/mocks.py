"""Mock servers for one test: each in a thread of its own, on a port of its own."""

import socket
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager

from mcp_proof_mocks.contract_source import ContractSource
from mcp_proof_mocks.http.listening import LOCALLY
from mcp_proof_mocks.running import running
from mcp_proof_mocks.server import MockServer


class MakeMock:
    """Makes mock servers that run until the test ends, and addresses where none does."""

    def __init__(self, ending: ExitStack) -> None:
        self.made: dict[str, MockServer] = {}
        self._ending = ending

    def __call__(
        self, source: ContractSource = None, faults: Sequence[str] = (), *, strict: bool = True
    ) -> MockServer:
        """Return a server; clients reach it at its `url`.

        Args:
            source: a contract file, the name of one in the library, a document, or nothing.
            faults: how it misbehaves, `NAME[:key=value,…]` each.
            strict: whether the test fails when a client asks for what is not foreseen.
        """
        server = MockServer(source, faults, strict=strict)
        self.made[self._ending.enter_context(running(server))] = server
        return server

    def down(self) -> str:
        """Return the URL of a server that is down: until the test ends every connection fails."""
        # Bound and not listened on: nobody else gets the port, and who connects is refused.
        port = self._ending.enter_context(socket.socket())
        port.bind((LOCALLY, 0))
        return f"http://{LOCALLY}:{port.getsockname()[1]}/mcp"


@contextmanager
def mocks() -> Generator[MakeMock]:
    """Give what makes mock servers; all are ended, and the strict ones verified, with the block.

    Raises:
        pytest.fail.Exception: a strict one was asked for what is not foreseen.
    """
    try:
        with ExitStack() as stack:
            yield MakeMock(stack)
    except AssertionError as unforeseen:  # of a mock: pytest throws nothing into a fixture
        import pytest  # noqa: PLC0415  # the rest of this package serves without it

        raise pytest.fail.Exception(str(unforeseen), pytrace=False) from None
