"""What a test does with a server, over a driver: requests, and what their answers must be."""

from http import HTTPStatus
from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.errors import PeerError
from mcp_proof.last_words import last_words
from mcp_proof.sessions.session import Answer, Session
from mcp_proof.testing.failures import ErrorAnswerError, McpAssertionError, NoAnswerError
from mcp_proof.testing.results import ToolResult
from mcp_proof.tool_server import CallOutcome, ToolServer
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.wire import as_list, as_object, quote

MAX_PAGES: Final = 1000
"""Pages of one list that are asked for, so that a test with a server that never ends them does."""


def mcp(driver: ToolServer, what: str) -> Driver:
    """Return the driver of a server that speaks MCP.

    Raises:
        McpAssertionError: it speaks another dialect, in which there is no such thing.
    """
    if isinstance(driver, Driver):
        return driver
    raise McpAssertionError(
        f"{what}: {driver.target.label} speaks {driver.spoken}, which has none; it has "
        "`list_tools` and `call_tool`"
    )


async def request(driver: ToolServer, method: str, params: JsonObject | None = None) -> Answer:
    """Send a request and see it through; whatever came back, or why nothing did, is the answer."""
    try:
        session = await mcp(driver, method).session()
    except PeerError as error:
        return Answer(None, why=str(error))
    return await session.call(method, params)


async def notify(driver: ToolServer, method: str, params: JsonObject | None = None) -> None:
    """Send a notification; it has been taken when this returns.

    Raises:
        NoAnswerError: the server went away and does not come back.
    """
    session = await _session(driver, method)
    await session.settle(await session.notify(method, params))


async def send(driver: ToolServer, value: Json) -> None:
    """Send any JSON value where a message belongs; what comes back is in the transcript.

    Raises:
        NoAnswerError: the server went away and does not come back.
    """
    session = await _session(driver, quote(value))
    await session.settle(await session.send(value))


async def _session(driver: ToolServer, what: str) -> Session:
    try:
        return await mcp(driver, what).session()
    except PeerError as error:
        raise NoAnswerError(driver.recorder.mask(f"{what}: {error}")) from error


async def result(driver: ToolServer, method: str, params: JsonObject | None = None) -> JsonObject:
    """Return the result of a request.

    Raises:
        ErrorAnswerError: it was answered by an error.
        NoAnswerError: it was not answered.
    """
    answer = await request(driver, method, params)
    if answer.result is not None:
        return answer.result
    what = f"{method} {quote(params)}" if params else method
    if answer.message is None:
        raise NoAnswerError(driver.recorder.mask(_silence(driver, what, answer)))
    told = answer.message.error
    text = f"{what} was answered by error {told.get('code')}: {told.get('message')}"
    if "data" in told:
        text += f"\n  data: {quote(told['data'])}"
    text = driver.recorder.mask(text)
    raise ErrorAnswerError(text, answer.message.error_code, told.get("data"))


def _silence(driver: ToolServer, what: str, answer: Answer) -> str:
    status = f" (HTTP {answer.status})" if answer.status is not None else ""
    transcript = driver.recorder.transcript
    last = transcript.events[-1].session if transcript.events else ""
    why = answer.why.removesuffix(".")
    return f"{what}: {why}{status}. {last_words(transcript, last)}".rstrip()


async def listed(driver: ToolServer, method: str, member: str) -> list[JsonObject]:
    """Return all items of a list, page by page.

    Raises:
        ErrorAnswerError, NoAnswerError: a page did not come.
        McpAssertionError: the pages have no end.
    """
    items: list[JsonObject] = []
    cursors: set[str] = set()
    page = await result(driver, method)
    while True:
        items += [as_object(item) for item in as_list(page.get(member))]
        cursor = page.get("nextCursor")
        if not isinstance(cursor, str):
            return items
        if cursor in cursors or len(cursors) == MAX_PAGES:
            text = f"{method} has no end: page {len(cursors) + 1} leads on to {quote(cursor)}"
            raise McpAssertionError(driver.recorder.mask(text))
        cursors.add(cursor)
        page = await result(driver, method, {"cursor": cursor})


async def list_tools(driver: ToolServer) -> list[JsonObject]:
    """Return the tools, in the members of MCP or of their own dialect."""
    if not isinstance(driver, Driver):
        return [tool.listed for tool in await driver.list_tools()]
    tools = await listed(driver, "tools/list", "tools")
    driver.remember_tools(tools)
    return tools


async def call_tool(driver: ToolServer, name: str, arguments: JsonObject | None) -> ToolResult:
    """Call a tool."""
    if not isinstance(driver, Driver):
        return _result(driver, name, await driver.call(name, arguments or {}))
    if driver.stateless and not driver.tools:
        await list_tools(driver)  # schemas tell which arguments are mirrored in headers
    params: JsonObject = {"name": name, "arguments": arguments or {}}
    raw = await result(driver, "tools/call", params)
    return ToolResult(name, raw, driver.recorder.mask)


async def input_schema(driver: ToolServer, name: str) -> JsonObject:
    """Return the schema of a tool's arguments.

    Raises:
        McpAssertionError: no such tool is listed.
    """
    await list_tools(driver)  # which says why, where it cannot
    schemas = {tool.name: tool.input_schema for tool in await driver.list_tools()}
    if name not in schemas:
        hint = did_you_mean(name, schemas)
        raise McpAssertionError(driver.recorder.mask(f"the server has no tool {name!r}.{hint}"))
    return schemas[name]


async def get_prompt(driver: ToolServer, name: str, arguments: JsonObject | None) -> JsonObject:
    """Return a prompt with these arguments."""
    return await result(driver, "prompts/get", {"name": name, "arguments": arguments or {}})


async def read_resource(driver: ToolServer, uri: str) -> list[JsonObject]:
    """Return the contents of a resource."""
    read = await result(driver, "resources/read", {"uri": uri})
    return [as_object(item) for item in as_list(read.get("contents"))]


async def ping(driver: ToolServer) -> None:
    """Ask for any sign of life: the control request of the revision."""
    await result(driver, mcp(driver, "ping").revision.control_method)


def _result(server: ToolServer, name: str, outcome: CallOutcome) -> ToolResult:
    """Return what came of a call in another dialect, as a result of MCP."""
    mask, failure = server.recorder.mask, outcome.failure
    if failure is None:
        return ToolResult(name, {"content": [], "structuredContent": outcome.value}, mask)
    refused = failure.status is not None and failure.status >= HTTPStatus.BAD_REQUEST
    if failure.code is not None or refused:
        told = failure.code if failure.code is not None else f"HTTP {failure.status}"
        text = mask(f"a call of {name} was answered by error {told}: {failure.text}")
        raise ErrorAnswerError(text, failure.code, None)
    if not failure.answered:
        raise NoAnswerError(mask(f"a call of {name}: {failure.text}"))
    block: JsonObject = {"type": "text", "text": failure.text}
    return ToolResult(name, {"content": [block], "isError": True}, mask)
