"""A server on fastmcp 4, over stdio or HTTP: `fastmcp_server.py stdio`, `... http PORT`.

It runs with the interpreter that has fastmcp, not with the project's. It is written as the pages
of fastmcp show it, with something of each kind.
"""

import struct
import sys
import zlib

from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.utilities.types import Audio, Image
from mcp import MCPError
from mcp_types import (
    ClientCapabilities,
    ElicitationCapability,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    FormElicitationCapability,
    InputRequiredResult,
    ResourceLink,
    SamplingMessage,
    TextContent,
)
from pydantic import BaseModel

READ_ONLY = {"readOnlyHint": True}
FORMS = ClientCapabilities(elicitation=ElicitationCapability(form=FormElicitationCapability()))
server = FastMCP("fastmcp-everything", version="1.0.0")


class Weather(BaseModel):
    city: str
    degrees: float


class Name(BaseModel):
    name: str


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\x00\x80"))
    + chunk(b"IEND", b"")
)
WAV = (
    b"RIFF"
    + struct.pack("<I", 37)
    + b"WAVEfmt "
    + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    + b"data"
    + struct.pack("<I", 1)
    + b"\x80"
)


@server.tool(annotations=READ_ONLY, output_schema=None)
def echo(message: str) -> str:
    """Return the message."""
    return message


@server.tool(annotations=READ_ONLY)
def weather(city: str) -> Weather:
    """Return structured data."""
    return Weather(city=city, degrees=11.5)


@server.tool(annotations=READ_ONLY)
def picture() -> Image:
    """Return an image."""
    return Image(data=PNG, format="png")


@server.tool(annotations=READ_ONLY)
def sound() -> Audio:
    """Return a sound."""
    return Audio(data=WAV, format="wav")


@server.tool(annotations=READ_ONLY)
def link() -> ResourceLink:
    """Return a link to a resource."""
    return ResourceLink(uri="memo://welcome", name="welcome", mime_type="text/plain")


@server.tool(annotations=READ_ONLY, output_schema=None)
async def count(ctx: Context) -> str:
    """Report progress on the way."""
    for step in range(1, 4):
        await ctx.report_progress(step, 3)
    return "three"


@server.tool(annotations=READ_ONLY, output_schema=None)
async def tell(ctx: Context) -> str:
    """Log on the way."""
    await ctx.debug("Looking.")
    await ctx.warning("Nothing there.")
    return "told"


@server.tool(annotations=READ_ONLY, output_schema=None)
async def ask(ctx: Context) -> str | InputRequiredResult:
    """Ask the user for a name first."""
    if ctx.request_context.protocol_version < "2026-07-28":
        return f"hello: {(await ctx.elicit('What is your name?', Name)).action}"
    if not ctx.session.check_client_capability(FORMS):
        required = FORMS.model_dump(by_alias=True, exclude_none=True)
        raise MCPError(-32021, "This tool asks its user.", {"requiredCapabilities": required})
    answer = (ctx.input_responses or {}).get("name")
    if isinstance(answer, ElicitResult):
        if answer.action == "accept":
            Name.model_validate(answer.content)
        return f"hello: {answer.action}"
    params = ElicitRequestFormParams(
        message="What is your name?", requested_schema=Name.model_json_schema()
    )
    return InputRequiredResult(input_requests={"name": ElicitRequest(params=params)})


@server.tool(annotations=READ_ONLY, output_schema=None)
async def sample(ctx: Context) -> str:
    """Have the client's model write."""
    words = TextContent(text="Write a line.")
    written = await ctx.session.create_message(
        [SamplingMessage(role="user", content=words)],
        max_tokens=50,
        related_request_id=ctx.request_id,
    )
    return written.model


@server.tool(annotations=READ_ONLY, output_schema=None)
def fail() -> str:
    """Fail."""
    raise ToolError("this tool always fails")


@server.resource("memo://welcome", mime_type="text/plain")
def welcome() -> str:
    return "Welcome."


@server.resource("memo://{name}", mime_type="text/plain")
def memo(name: str) -> str:
    return f"About {name}."


@server.prompt
def greet(who: str) -> str:
    return f"Greet {who}."


transport, *port = sys.argv[1:]
if transport == "stdio":
    server.run("stdio", show_banner=False)
else:
    server.run("http", show_banner=False, host="127.0.0.1", port=int(port[0]))
