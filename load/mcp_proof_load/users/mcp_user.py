"""The user that others are made of, also in a locustfile of one's own.

class Shopper(McpUser):
    host = "http://127.0.0.1:3001/mcp"

    @task
    def search(self) -> None:
        self.call("search", {"query": "shoes"})
"""

import itertools
import time
from typing import ClassVar

from locust import User
from locust.env import Environment

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_load.clients.client import Answer, BrokenError, Client, SilentError
from mcp_proof_load.clients.kinds import client_of
from mcp_proof_load.engine.hooks import fire
from mcp_proof_load.plan import Plan


class McpUser(User):
    """A client of an MCP server. Its calls are `tools/call NAME` in locust's statistics."""

    abstract = True
    kind: ClassVar[str] = "stateless"
    """The kind of client: `stateless` (2026-07-28), `stateful`, `stdio`, `rest`, …"""
    revision: ClassVar[str] = "2026-07-28"
    headers: ClassVar[tuple[tuple[str, str], ...]] = ()
    timeout: ClassVar[float] = 10.0
    """Seconds to wait for an answer."""
    _numbers = itertools.count(1)

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.environment: Environment = environment
        self._client: Client | None = None

    def make_client(self, session: int) -> Client:
        """Return a client for a session of that number, not opened."""
        return client_of(
            Plan(
                client=self.kind,
                place={"url": self.host or "", "headers": [list(each) for each in self.headers]},
                speech={"revision": self.revision},
                operations=(),
                timeout=self.timeout,
            ),
            session,
        )

    def call(self, name: str, arguments: JsonObject) -> Answer | None:
        """Call a tool; return `None` where there is no answer, which counts as a failure."""
        began = time.perf_counter()
        try:
            if self._client is None:
                self._client = self.make_client(next(self._numbers))
                self._client.open()
                began = time.perf_counter()
            answer = self._client.call(name, arguments, next(self._numbers))
        except (BrokenError, SilentError) as error:
            self._tell(name, time.perf_counter() - began, error=error)
            self.leave()
            return None
        failure = BrokenError(answer.failure) if answer.failure else None
        self._tell(name, time.perf_counter() - began, len(answer.body), failure)
        return answer

    def leave(self) -> None:
        """Close the connection; the next call opens another."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def on_stop(self) -> None:
        """Leave in order."""
        self.leave()

    def _tell(
        self, name: str, seconds: float, length: int = 0, error: Exception | None = None
    ) -> None:
        fire(
            self.environment.events.request,
            request_type="tools/call",
            name=name,
            response_time=seconds * 1000,
            response_length=length,
            exception=error,
            context={},
        )
