"""A user that calls nothing: it holds a stream open, on which the server tells what happens."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final, cast

from locust import task
from locust.exception import StopUser

from mcp_proof_load.clients.client import BrokenError, Client, SilentError
from mcp_proof_load.clients.greenlets import spawn
from mcp_proof_load.clients.stateful import StatefulClient
from mcp_proof_load.clients.stateless import StatelessClient
from mcp_proof_load.clients.streams import Stream, stream_of_session, subscription
from mcp_proof_load.plan import Plan
from mcp_proof_load.users.planned_user import PAUSE_AFTER_BREAK, PlannedUser

BESIDE: Final[Mapping[str, str]] = MappingProxyType(
    {"contextframe": "changes", "openapi_jsonrpc": "executions", "websocket": "executions"}
)
"""What returns the stream that a dialect has beside its calls, by the kind of client."""


class Listener(PlannedUser):
    """One stream, begun anew whenever it ends."""

    @task
    def work(self) -> None:
        """Listen for as long as the run lasts."""
        listening = spawn(self._listen)
        try:
            self.leaving.wait()
        finally:
            listening.kill()

    def _listen(self) -> None:
        while self.going:
            try:
                self._follow(self._stream())
            except (BrokenError, SilentError) as error:
                self.desk.complain(f"stream: {error}")
            except StopUser:
                return
            self.leave()
            self.leaving.wait(PAUSE_AFTER_BREAK)

    def _follow(self, stream: Stream) -> None:
        """Hear what comes, until the stream ends."""
        stream.begun = self.desk.stream_begun
        try:
            stream.open()
            for message in stream.messages():
                self.desk.deliver(message.body, message.at)
        finally:
            stream.close()

    def _stream(self) -> Stream:
        kind = self.plan.client
        if kind in BESIDE:
            module = import_module(f"mcp_proof_load.clients.{kind}")
            return cast("Callable[[Plan], Stream]", getattr(module, BESIDE[kind]))(self.plan)
        return _stream_of(self.opened(), self.desk.number())


def _stream_of(client: Client, number: int) -> Stream:
    if isinstance(client, StatefulClient):
        return stream_of_session(client)
    assert isinstance(client, StatelessClient)
    return subscription(client, number)
