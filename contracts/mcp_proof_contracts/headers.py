"""The request metadata that 2026-07-28 mirrors from a message into HTTP headers, and back.

Source: basic/transports/streamable-http, sections Request Metadata and Value Encoding.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object

META: Final = "io.modelcontextprotocol/"
META_VERSION: Final = f"{META}protocolVersion"
META_CAPABILITIES: Final = f"{META}clientCapabilities"
META_CLIENT_INFO: Final = f"{META}clientInfo"
META_SERVER_INFO: Final = f"{META}serverInfo"
META_LOG_LEVEL: Final = f"{META}logLevel"
META_SUBSCRIPTION: Final = f"{META}subscriptionId"

NAMED_BY: Final = {
    "tools/call": "name",
    "prompts/get": "name",
    "resources/read": "uri",
    "tasks/get": "taskId",
    "tasks/update": "taskId",
    "tasks/cancel": "taskId",
}
"""Which parameter `Mcp-Name` mirrors, for the methods that need the header, ext-tasks included."""
TASKS: Final = f"{META}tasks"
"""The identifier of the tasks extension."""
META_RELATED_TASK: Final = f"{META}related-task"
"""Names the task that a message of 2025-11-25 belongs to (utilities/tasks)."""

FIELD_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header: a token of RFC 9110, section 5.6.2."""

_PLAIN: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?")
_ENCODED: Final = re.compile(r"=\?base64\?(.*)\?=", re.DOTALL)


@dataclass(frozen=True, slots=True)
class HeaderParameter:
    """A tool parameter annotated with `x-mcp-header`, statically reachable from the root."""

    path: tuple[str, ...]
    name: str

    @property
    def header(self) -> str:
        """The header's full name."""
        return f"Mcp-Param-{self.name}"


def media_type(headers: Mapping[str, Json] | Mapping[str, str]) -> str:
    """The media type that headers (lower-case names) declare, without parameters, in lower case."""
    return _media_type(str(headers.get("content-type", "")))


@lru_cache(maxsize=64)
def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def encode_value(text: str) -> str:
    """Return `text` as a header value: plain when that is safe, otherwise in the sentinel form."""
    if text == "" or (_PLAIN.fullmatch(text) and not _ENCODED.fullmatch(text)):
        return text
    return f"=?base64?{base64.b64encode(text.encode()).decode()}?="


def decode_value(header: str) -> str | None:
    """Return what a header value stands for; `None` when its Base64 or UTF-8 is broken."""
    encoded = _ENCODED.fullmatch(header) if header.startswith("=?") else None
    if encoded is None:
        return header
    try:
        return base64.b64decode(encoded[1], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def standard_headers(message: JsonObject) -> dict[str, str]:
    """Return the headers that every 2026-07-28 POST of `message` carries."""
    method = message.get("method")
    params = as_object(message.get("params"))
    headers: dict[str, str] = {}
    version = as_object(params.get("_meta")).get(META_VERSION)
    if isinstance(version, str):
        headers["MCP-Protocol-Version"] = version
    if isinstance(method, str):
        headers["Mcp-Method"] = method
        name = params.get(NAMED_BY.get(method, ""))
        if isinstance(name, str):
            headers["Mcp-Name"] = encode_value(name)
    return headers


def parameter_headers(input_schema: JsonObject, arguments: JsonObject) -> dict[str, str]:
    """Return the `Mcp-Param-*` headers for a call: none for absent or null arguments."""
    headers: dict[str, str] = {}
    for parameter in header_parameters(input_schema):
        text = header_text(value_at(arguments, parameter.path))
        if text is not None:
            headers[parameter.header] = encode_value(text)
    return headers


def header_parameters(schema: JsonObject, path: tuple[str, ...] = ()) -> Iterator[HeaderParameter]:
    """Yield the annotated parameters reachable through `properties` alone."""
    for name, value in as_object(schema.get("properties")).items():
        parameter = as_object(value)
        header = parameter.get("x-mcp-header")
        if isinstance(header, str):
            yield HeaderParameter((*path, name), header)
        yield from header_parameters(parameter, (*path, name))


def header_text(value: Json) -> str | None:
    """Convert an argument to the text its header carries; `None` when it has no header form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | str):
        return str(value)
    return None


def value_at(arguments: JsonObject, path: tuple[str, ...]) -> Json:
    """Return the argument at `path`, or `None`."""
    value: Json = arguments
    for name in path:
        value = as_object(value).get(name)
    return value
