"""Cases on a session of MCP, over whatever transport."""

from mcp_proof.driver import Driver
from mcp_proof.fuzz.protocol.case import ProtocolStep
from mcp_proof.fuzz.protocol.channel import REFUSALS, Channel, finished, request
from mcp_proof.fuzz.protocol.observation import Control
from mcp_proof.fuzz.protocol.sent import SentCase
from mcp_proof.recorder import current_probe
from mcp_proof.sessions.session import CONTROL_TIMEOUT, Answer, Session
from mcp_proof.sessions.stateful import StatefulSession
from mcp_proof.transports.connection import Sending
from mcp_proof.transports.stdio import StdioConnection
from mcp_proof.transports.streamable_http import BASE_HEADERS, HttpConnection


class McpChannel(Channel):
    """A session of its own."""

    def __init__(self, driver: Driver, session: Session, *, opening: bool) -> None:
        super().__init__(driver.recorder, driver.timeout)
        self._session = session
        self._opening = opening
        """Whether the session has not begun: then its beginning is the good request."""
        self.over_http = isinstance(session.connection, HttpConnection)

    @classmethod
    async def opened(cls, driver: Driver, *, opening: bool = False) -> "McpChannel":
        """Return a channel on a fresh session, which has begun unless the case is to begin it.

        Raises:
            PeerError: the server cannot be started or reached.
        """
        fresh = driver.fresh(start=not opening)
        session = await fresh.__aenter__()
        channel = cls(driver, session, opening=opening)
        channel.stack.push_async_exit(fresh)
        channel.stack.push_async_callback(session.close)  # how its process ended must be known
        return channel

    @property
    def session(self) -> str:
        """The name of the connection."""
        return self._session.connection.name

    @property
    def alive(self) -> bool:
        """Whether the connection is open, and the server answers on it."""
        return self._session.alive

    @property
    def ended(self) -> bool:
        """Whether the process, or the stream, is over."""
        return not self._session.connection.alive

    async def send(self, step: ProtocolStep, sent: SentCase, /) -> None:
        """Send a step; wait for what is due, and for all that should come before a later answer."""
        if sent.due:
            await self._session.answers(sent.due, self._sent(step), limit=self.timeout)
        elif self.over_http:
            await finished(await self._sent(step), step, self.timeout)
        else:
            await self._sent(step)
            if sent.expected:
                await self._session.barrier()

    async def _sent(self, step: ProtocolStep) -> Sending:
        connection = self._session.connection
        if isinstance(connection, HttpConnection):
            headers = {**BASE_HEADERS, **self._session.headers({})}
            return request(connection, step, "", headers)
        if isinstance(connection, StdioConnection):
            lines = step.raw.split(b"\n")
            return await connection.send_in_pieces(
                lines, [step.raw + b"\n"], probe=current_probe.get()
            )
        return await connection.send(step.raw, step.headers, probe=current_probe.get())

    async def ask(self) -> Control:
        """Ask what every live server answers, or open the session; once more where that is lost."""
        if self._session.hung:
            return Control.SILENT
        answer = await self._good_request()
        if answer.result is not None:
            return Control.ANSWERED
        if answer.message is not None or answer.status in REFUSALS:
            return Control.REFUSED
        if self.alive and await self._session.barrier():
            return Control.ANSWERED
        return Control.SILENT if self._session.hung else Control.GONE

    async def _good_request(self) -> Answer:
        if self._opening:
            assert isinstance(self._session, StatefulSession)
            return await self._session.initialize(self._session.revision)
        method = self._session.revision.control_method
        return await self._session.request(method, timeout=min(self.timeout, CONTROL_TIMEOUT))
