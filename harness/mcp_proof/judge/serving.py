"""The mocks of a stage behind ports: the main one, and those beside it."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING, Final

from mcp_proof.judge.authorization_steps import noting_steps
from mcp_proof.judge.credentials import hiding_credentials
from mcp_proof.judge.notes import Notes
from mcp_proof.judge.staged_endpoint import StagedEndpoint, cut_by
from mcp_proof_contracts.client_calls import BESIDE
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.transcript import EventKind, Sender
from mcp_proof_mocks.http.connections import Connection, Connections, Limits
from mcp_proof_mocks.http.legacy_sse import STREAM
from mcp_proof_mocks.http.listening import listening
from mcp_proof_mocks.http.messages import HttpRequest, Responder
from mcp_proof_mocks.http.server import handshake_of
from mcp_proof_mocks.journal.journal import Journal
from mcp_proof_mocks.journal.rows import Row
from mcp_proof_mocks.server import MockServer

if TYPE_CHECKING:
    from mcp_proof.judge.stage import Stage

HOST: Final = "127.0.0.1"
CONNECTION: Final = "connection-"
"""How the sessions begin that stand for TCP connections, in scenarios that look at those."""


def journal_of(journal: Journal, dialect: Dialect, name: str = "") -> Journal:
    """Return the journal of one server among several, or of another dialect than MCP.

    All is recorded in one, in sessions that begin with the dialect and the name.
    """
    parts = [str(dialect)] if dialect is not Dialect.MCP else []
    prefix = "".join(f"{part}{BESIDE}" for part in (*parts, *([name] if name else [])))
    if not prefix:
        return journal
    part = Journal()
    part.numbers = journal.numbers

    def record(row: Row, size: int) -> None:
        kind, at, session, *rest = row
        journal.record((kind, at, prefix + session, *rest), size)

    part.record = record
    return part


@asynccontextmanager
async def serving(
    stage: "Stage", server: MockServer, notes: Notes, name: str = ""
) -> AsyncGenerator[str]:
    """Serve the mock of a stage while the block runs; gives its URL."""
    endpoint = StagedEndpoint(server, stage.before)
    application = cut_by(stage.cuts, endpoint)
    if server.authorization is not None:
        application = noting_steps(application, notes, stage.authorization)
    application = hiding_credentials(application, notes.mask)
    connections = NotedConnections(notes, name) if stage.counts_connections else None
    async with listening(
        application,
        HOST,
        0,
        ending=server.close,
        handshake=handshake_of(endpoint),
        connections=connections,
    ) as bound:
        path = endpoint.routes.path
        if server.contract.dialect is Dialect.MCP:
            path = STREAM if stage.transport == "http+sse" else "/mcp"
        yield f"{endpoint.routes.scheme}://{HOST}:{bound.port}{path}"


@asynccontextmanager
async def beside(
    stages: "Mapping[str, Stage]", journal: Journal, notes: Notes
) -> AsyncGenerator[None]:
    """Serve the mocks that stand beside the main one while the block runs."""
    async with AsyncExitStack() as stack:
        for name, stage in stages.items():
            if stage.down:
                # A port that was free a moment ago: whoever connects is refused.
                async with listening(_nobody, HOST, 0) as bound:
                    stage.url = f"http://{HOST}:{bound.port}/mcp"
                continue
            dialect = Dialect(str(stage.document.get("dialect", Dialect.MCP)))
            own = journal_of(journal, dialect, name)
            server = MockServer(stage.document, stage.twists, journal=own)
            stage.url = await stack.enter_async_context(serving(stage, server, notes, name))
            notes.add(EventKind.OPEN, f"server-{name}", Sender.SERVER, {"target": name})
        yield


class NotedConnections(Connections):
    """Notes when connections begin and end, one session each."""

    def __init__(self, notes: Notes, name: str) -> None:
        super().__init__(Limits())
        self._notes = notes
        self._target = name
        self._numbers = count(1)
        self._names: dict[Connection, str] = {}

    def add(self, connection: Connection) -> None:
        """Take in a connection."""
        self._names[connection] = f"{CONNECTION}{next(self._numbers)}"
        self._note(EventKind.OPEN, connection)
        super().add(connection)

    def discard(self, connection: Connection) -> None:
        """Forget a connection."""
        if connection in self._names:
            self._note(EventKind.CLOSE, connection)
            del self._names[connection]
        super().discard(connection)

    def _note(self, kind: EventKind, connection: Connection) -> None:
        session = self._names[connection]
        self._notes.add(kind, session, Sender.CLIENT, {"target": self._target})


async def _nobody(_request: HttpRequest, responder: Responder) -> None:
    responder.abort()
