"""Find out what a server speaks: MCP first, then the other dialects, and be introduced to it."""

from collections.abc import Awaitable, Mapping
from dataclasses import replace
from http import HTTPStatus
from importlib import import_module
from typing import Final, NamedTuple, TypeVar, cast

from mcp_proof.dialects.dialect_server import DialectServer
from mcp_proof.errors import NotSpokenError, PeerError, UsageError
from mcp_proof.negotiate import ANYONE, introduce
from mcp_proof.recorder import Recorder, current_probe
from mcp_proof.sessions.client import ClientProfile
from mcp_proof.targets import Reachable
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.dialects.contextframe import PROTOCOL
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import NEGOTIATION
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.transcript import EventKind
from mcp_proof_mocks.missing_extra import MissingExtraError

T = TypeVar("T")


class Place(NamedTuple):
    """Where a dialect is spoken, and where the class of its servers is."""

    over: TransportName
    module: str
    name: str


DRIVEN: Final[Mapping[Dialect, Place]] = {
    Dialect.REST: Place("http", "mcp_proof.dialects.rest", "RestServer"),
    Dialect.CONTEXTFRAME: Place("http", "mcp_proof.dialects.contextframe", "ContextFrameServer"),
    Dialect.OPENAPI_JSONRPC: Place(
        "http", "mcp_proof.dialects.openapi_jsonrpc", "OpenApiJsonRpcServer"
    ),
    Dialect.GATEWAY: Place("http", "mcp_proof.dialects.gateway", "GatewayServer"),
    Dialect.WEBSOCKET: Place("websocket", "mcp_proof.dialects.websocket", "WebSocketServer"),
    Dialect.QUEUE: Place("redis", "mcp_proof.dialects.queue", "QueueServer"),
}
"""The dialects besides MCP, in the order in which a server is asked for them."""
OF_MCP: Final[tuple[TransportName, ...]] = ("stdio", "http", "http+sse", "memory")
"""The transports of MCP; over each of the others one dialect is spoken."""
SILENT_ABOUT_IT: Final = ("http", "http+sse")
"""The transports over which a URL does not tell what is spoken."""
FOREIGN_VERSIONS: Final = (PROTOCOL,)
"""Versions that `initialize` has in other dialects: those of MCP are dates."""
NOWHERE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
HINTS: Final[Mapping[TransportName, str]] = {
    "websocket": ": give a ws:// URL",
    "redis": ": give a redis:// URL",
}
"""What to do where a dialect is not spoken over the transport of a target."""
UNAUTHORIZED: Final = (
    "It answers 401: give it a credential, such as --header-env Authorization=VARIABLE."
)


def driven_by(dialect: Dialect) -> type[DialectServer]:
    """Return the class of the dialect's servers; the libraries that it needs are loaded by this.

    Raises:
        UsageError: one is not installed that an extra brings.
    """
    place = DRIVEN[dialect]
    try:
        module = import_module(place.module)
    except MissingExtraError as error:
        raise UsageError(str(error)) from error
    return cast("type[DialectServer]", getattr(module, place.name))


def spoken_over(dialect: Dialect, transport: TransportName) -> bool:
    """Whether a dialect other than MCP goes over a transport."""
    return DRIVEN[dialect].over == transport


async def approach(
    target: Reachable,
    recorder: Recorder,
    wanted: Spoken | None,
    timeout: float,
    profile: ClientProfile = ANYONE,
) -> ToolServer:
    """Return a server that is ready to be driven.

    Args:
        target: the server.
        recorder: where everything is recorded.
        wanted: the revision of MCP to speak, `Dialect.MCP` for any of them, or another dialect;
            `None` finds out.
        timeout: seconds to wait for one answer.
        profile: the client that a server of MCP meets.

    Raises:
        NotSpokenError: the server does not speak the revision that is wanted.
        PeerError: it cannot be started or reached, or never answers.
        UsageError: what is wanted is not spoken over the target's transport.
    """
    if wanted is None and target.transport not in OF_MCP:
        wanted = next(each for each in DRIVEN if spoken_over(each, target.transport))
    if isinstance(wanted, Dialect) and wanted is not Dialect.MCP:
        return await _demanded(wanted, target, recorder, timeout)
    if target.transport not in OF_MCP:
        raise UsageError(f"MCP is not spoken over {target.transport}")
    if wanted is not None or target.transport not in SILENT_ABOUT_IT:
        pinned = wanted if isinstance(wanted, Revision) else None
        return await introduce(target, recorder, pinned, timeout, profile)
    return await _found_out(target, recorder, timeout, profile)


async def _found_out(
    target: Reachable, recorder: Recorder, timeout: float, profile: ClientProfile
) -> ToolServer:
    """Ask for MCP, and for the other dialects where it is not that."""
    try:
        driver = await introduce(target, recorder, None, timeout, profile)
    except PeerError as error:
        if (other := await _recognized(target, recorder, timeout)) is not None:
            return other
        if wants_a_credential(recorder):
            raise PeerError(f"{error}\n{UNAUTHORIZED}") from error
        raise
    if _is_mcp(driver.introduction):
        return driver
    try:
        other = await _recognized(target, recorder, timeout)
    except BaseException:
        await driver.close()  # nobody else knows what it has started
        raise
    if other is None:
        return driver
    await driver.close()
    return other


def wants_a_credential(recorder: Recorder) -> bool:
    """Whether a server has answered that it wants to know who asks."""
    statuses = (event.data.get("status") for event in recorder.transcript.events)
    return HTTPStatus.UNAUTHORIZED in statuses


def _is_mcp(introduction: JsonObject) -> bool:
    """Whether a server has introduced itself as MCP has it."""
    return bool(introduction) and introduction.get("protocolVersion") not in FOREIGN_VERSIONS


async def _recognized(
    target: Reachable, recorder: Recorder, timeout: float
) -> DialectServer | None:
    """Return a server of the dialect in which it answers what it is asked; `None` if in none."""
    answered = any(e.kind is EventKind.HTTP_RESPONSE for e in recorder.transcript.events)
    for dialect in DRIVEN if answered else ():
        if spoken_over(dialect, target.transport):
            server = await driven_by(dialect).opened(target, recorder, timeout)
            if await _recognizes(server):
                return _settled(server)
            await server.close()
    return None


async def _recognizes(server: DialectServer) -> bool:
    return await _asked(server, server.recognized())


async def _asked(server: DialectServer, question: Awaitable[T]) -> T:
    """Ask what finds out what is spoken; a server that it costs is closed."""
    label = current_probe.set(NEGOTIATION)
    try:
        return await question
    except BaseException:
        await server.close()  # nobody else knows its connections
        raise
    finally:
        current_probe.reset(label)


async def _demanded(
    dialect: Dialect, target: Reachable, recorder: Recorder, timeout: float
) -> DialectServer:
    """Return a server of a dialect that nobody needs to find out.

    One that answers in another way than the dialect has it is to be judged, unless there is nothing
    at all where the dialect has its endpoints.
    """
    if not spoken_over(dialect, target.transport):
        over = DRIVEN[dialect].over
        hint = HINTS.get(over, "")
        raise UsageError(f"{dialect} is spoken over {over}, and not over {target.transport}{hint}")
    server = _settled(await driven_by(dialect).opened(target, recorder, timeout))
    if target.transport != "http" or await _recognizes(server) or not await _is_nowhere(server):
        return server
    await server.close()
    raise NotSpokenError(dialect, "there is nothing at its paths (404 or 405)")


async def _is_nowhere(server: DialectServer) -> bool:
    """Whether all that a server is asked for is not there, its tools included."""
    await _asked(server, server.list_tools())
    events = server.recorder.transcript.events
    statuses = [e.data.get("status") for e in events if e.kind is EventKind.HTTP_RESPONSE]
    return bool(statuses) and set(statuses) <= {*NOWHERE}


def _settled(server: DialectServer) -> DialectServer:
    """Note in the transcript what is spoken from now on."""
    header = server.recorder.transcript.header
    server.recorder.correct(replace(header, dialect=server.dialect))
    return server
