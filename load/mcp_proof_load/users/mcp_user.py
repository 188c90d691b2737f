"""The user for a locustfile of one's own.

class Shopper(McpUser):
    host = "http://127.0.0.1:3001/mcp"

    @task
    def search(self) -> None:
        self.call("search", {"query": "shoes"})
"""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import ClassVar, TypeVar
from urllib.parse import urlsplit

from locust import User
from locust.env import Environment

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Era, Revision, published
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_load.clients.client import Answer, BrokenError, Client, Discovered, SilentError
from mcp_proof_load.clients.discovery import parts
from mcp_proof_load.clients.kinds import KINDS, client_of
from mcp_proof_load.clients.listening import stream_of
from mcp_proof_load.clients.streams import Delivered
from mcp_proof_load.engine.hooks import fire
from mcp_proof_load.plan import Plan

A = TypeVar("A", Answer, Discovered)
SCHEMES: Mapping[str, tuple[str, ...]] = {"websocket": ("ws", "wss"), "queue": ("redis", "rediss")}


class McpUser(User):
    """A client of an MCP server. Its calls are `tools/call NAME` in locust's statistics.

    The session is opened with the first call, and again after it broke.
    """

    abstract = True
    kind: ClassVar[str] = "stateless"
    """The kind of client: `stateless` (2026-07-28), `stateful` (sessions), `http_sse`, `stdio`,
    `websocket`, `rest`, `contextframe`, `openapi_jsonrpc`, `gateway`, `queue`."""
    revision: ClassVar[str] = ""
    """The revision of MCP; the latest of its kind by default."""
    headers: ClassVar[Mapping[str, str]] = {}
    """Sent with each request, such as `Authorization`."""
    command: ClassVar[Sequence[str]] = ()
    """What starts the server, of kind `stdio`."""
    timeout: ClassVar[float] = 10.0
    """Seconds to wait for an answer."""
    connections: ClassVar[int] = 2
    """Processes, sockets or event streams that the users of a process share, of the kinds on which
    answers may come in any order; 0 for one each."""
    _numbers = itertools.count(1)
    _plans: ClassVar[dict[tuple[type["McpUser"], str], Plan]] = {}

    def __init_subclass__(cls, **members: object) -> None:
        """Look at what was said of it.

        Raises:
            ValueError: it makes no sense; the text says what would.
            UsageError: its kind of client needs what is not installed.
        """
        super().__init_subclass__(**members)
        if cls.__dict__.get("abstract", False):
            return
        if problem := _problem(cls):
            raise ValueError(f"{cls.__name__}: {problem}")
        # Now, since it takes its time, for which all users would stand still.
        import_module(f"mcp_proof_load.clients.{cls.kind}")

    def __init__(self, environment: Environment) -> None:
        """Know the server.

        Raises:
            ValueError: there is no address of one.
        """
        super().__init__(environment)
        self.environment: Environment = environment
        self._client: Client | None = None
        if self.kind != "stdio":
            _check_address(type(self).__name__, self.kind, self.host or "")

    @property
    def plan(self) -> Plan:
        """What the client goes by: one for all users of a class, which share connections by it."""
        place = type(self), self.host or ""
        if place not in self._plans:
            self._plans[place] = self._planned()
        return self._plans[place]

    def open(self) -> Client:
        """Return the client, with a session that is opened now where there is none.

        Raises:
            BrokenError: the server refuses.
            SilentError: it does not answer.
        """
        if self._client is None:
            client = client_of(self.plan, next(self._numbers))
            try:
                client.open()
            except BaseException:
                client.close()
                raise
            self._client = client
        return self._client

    def call(self, name: str, arguments: JsonObject | None = None) -> Answer | None:
        """Call a tool; return `None` where there is no answer, which counts as a failure."""
        number = next(self._numbers)
        given: JsonObject = {} if arguments is None else arguments
        return self._asked("tools/call", name, lambda client: client.call(name, given, number))

    def discover(self) -> list[bytes]:
        """Ask which tools there are, as agents do before they call; return the answers' bodies.

        A queue tells of none.
        """
        return [each.answer.body for each in parts(self._part)] if self.kind != "queue" else []

    def _part(self, part: str) -> Discovered | None:
        number = next(self._numbers)
        return self._asked("", "", lambda client: client.discover(number, part))

    def listen(self) -> Iterator[Delivered]:
        """Yield what the server tells on a stream that is held open, until that ends.

        A stream that breaks, or cannot be had, counts as a failure; messages are no requests.
        """
        began = time.perf_counter()
        try:
            stream = stream_of(self.plan, self.open, next(self._numbers))
            try:
                stream.open()
                self._tell("stream", self.kind, began)
                yield from stream.messages()
            finally:
                stream.close()
        except (BrokenError, SilentError) as error:
            self._tell("stream", self.kind, began, error=error)
            self.leave()

    def leave(self) -> None:
        """Close the session; the next call opens another."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def on_stop(self) -> None:
        """Leave in order."""
        self.leave()

    def _asked(self, kind: str, name: str, ask: Callable[[Client], A]) -> A | None:
        """Ask, and tell locust; what has no name has that of the client's discovery."""
        began = time.perf_counter()
        try:
            client = self.open()
            kind, name = kind or client.discovery, name or client.discovery
            began = time.perf_counter()
            found = ask(client)
        except (BrokenError, SilentError) as error:
            self._tell(kind or "discover", name or "discover", began, error=error)
            self.leave()
            return None
        answer = found.answer if isinstance(found, Discovered) else found
        failure = BrokenError(answer.failure) if answer.failure else None
        self._tell(kind, name, began, answer, failure)
        return found

    def _tell(
        self,
        kind: str,
        name: str,
        began: float,
        answer: Answer | None = None,
        error: Exception | None = None,
    ) -> None:
        ended = answer.came if answer is not None and answer.came else time.perf_counter()
        fire(
            self.environment.events.request,
            request_type=kind,
            name=name,
            response_time=(ended - began) * 1000,
            response_length=len(answer.body) if answer is not None else 0,
            exception=error,
            context={},
        )

    def _planned(self) -> Plan:
        place: dict[str, Json] = {
            "url": self.host or "",
            "headers": [[name, value] for name, value in self.headers.items()],
        }
        if self.kind == "stdio":
            place = {"command": list(self.command), "cwd": None, "env": {}}
        return Plan(
            client=self.kind,
            place=place,
            speech={"revision": self.revision or str(_latest(self.kind))},
            operations=(),
            connections=self.connections,
            timeout=self.timeout,
        )


def _latest(kind: str) -> Revision:
    return Revision.R2026_07_28 if kind == "stateless" else LATEST_STATEFUL


def _problem(user: type[McpUser]) -> str:
    """Say what is wrong with what was said of a class of users; empty where nothing is."""
    if user.kind not in KINDS:
        hint = did_you_mean(user.kind, KINDS)
        return f"kind is {user.kind!r}; expected one of {', '.join(KINDS)}.{hint}"
    revision = published(user.revision) if user.revision else _latest(user.kind)
    if revision is None:
        return f"revision is {user.revision!r}, which was never published"
    if user.kind in {"stateless", "stateful"} and (user.kind == "stateless") != (
        revision.era is Era.STATELESS
    ):
        other = "stateful" if user.kind == "stateless" else "stateless"
        return f"revision {revision} is not spoken by kind {user.kind!r}; use {other!r}"
    if user.kind == "stdio" and not user.command:
        return 'kind is "stdio", which needs a command, such as ("python", "server.py")'
    if not user.timeout > 0:
        return f"timeout is {user.timeout!r}; expected seconds, above 0"
    return ""


def _check_address(user: str, kind: str, host: str) -> None:
    schemes = SCHEMES.get(kind, ("http", "https"))
    if urlsplit(host).scheme not in schemes or not urlsplit(host).hostname:
        raise ValueError(
            f"{user}: host is {host!r}; expected a URL of {' or '.join(schemes)} with the path of "
            f"the server, such as {schemes[0]}://127.0.0.1:3001/mcp: as `host` of the class, or by "
            "locust's --host"
        )
