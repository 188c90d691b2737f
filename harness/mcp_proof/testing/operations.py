"""What a test does with a server, over a driver: requests, and what their answers must be."""

from typing import Final

from mcp_proof.driver import Driver
from mcp_proof.errors import PeerError
from mcp_proof.last_words import last_words
from mcp_proof.sessions.session import Answer, Session
from mcp_proof.testing.failures import ErrorAnswerError, McpAssertionError, NoAnswerError
from mcp_proof.testing.results import ToolResult
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object, quote

MAX_PAGES: Final = 1000
"""Pages of one list that are asked for, so that a test with a server that never ends them does."""


async def request(driver: Driver, method: str, params: JsonObject | None = None) -> Answer:
    """Send a request and see it through; whatever came back, or why nothing did, is the answer."""
    try:
        session = await driver.session()
    except PeerError as error:
        return Answer(None, why=str(error))
    return await session.call(method, params)


async def notify(driver: Driver, method: str, params: JsonObject | None = None) -> None:
    """Send a notification; it has been taken when this returns.

    Raises:
        NoAnswerError: the server went away and does not come back.
    """
    session = await _session(driver, method)
    await session.settle(await session.notify(method, params))


async def send(driver: Driver, value: Json) -> None:
    """Send any JSON value where a message belongs; what comes back is in the transcript.

    Raises:
        NoAnswerError: the server went away and does not come back.
    """
    session = await _session(driver, quote(value))
    await session.settle(await session.send(value))


async def _session(driver: Driver, what: str) -> Session:
    try:
        return await driver.session()
    except PeerError as error:
        raise NoAnswerError(driver.recorder.mask(f"{what}: {error}")) from error


async def result(driver: Driver, method: str, params: JsonObject | None = None) -> JsonObject:
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


def _silence(driver: Driver, what: str, answer: Answer) -> str:
    status = f" (HTTP {answer.status})" if answer.status is not None else ""
    transcript = driver.recorder.transcript
    last = transcript.events[-1].session if transcript.events else ""
    why = answer.why.removesuffix(".")
    return f"{what}: {why}{status}. {last_words(transcript, last)}".rstrip()


async def listed(driver: Driver, method: str, member: str) -> list[JsonObject]:
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


async def list_tools(driver: Driver) -> list[JsonObject]:
    """Return the tools."""
    tools = await listed(driver, "tools/list", "tools")
    driver.remember_tools(tools)
    return tools


async def call_tool(driver: Driver, name: str, arguments: JsonObject | None) -> ToolResult:
    """Call a tool."""
    if driver.stateless and not driver.tools:
        await list_tools(driver)  # schemas tell which arguments are mirrored in headers
    params: JsonObject = {"name": name, "arguments": arguments or {}}
    raw = await result(driver, "tools/call", params)
    return ToolResult(name, raw, driver.recorder.mask)


async def get_prompt(driver: Driver, name: str, arguments: JsonObject | None) -> JsonObject:
    """Return a prompt with these arguments."""
    return await result(driver, "prompts/get", {"name": name, "arguments": arguments or {}})


async def read_resource(driver: Driver, uri: str) -> list[JsonObject]:
    """Return the contents of a resource."""
    read = await result(driver, "resources/read", {"uri": uri})
    return [as_object(item) for item in as_list(read.get("contents"))]


async def ping(driver: Driver) -> None:
    """Ask for any sign of life: the control request of the revision."""
    await result(driver, driver.revision.control_method)
