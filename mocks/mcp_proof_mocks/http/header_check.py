"""Do the headers of a 2026-07-28 POST mirror its message (streamable-http, Server Validation)?"""

from mcp_proof_contracts.error_codes import HEADER_MISMATCH, INVALID_PARAMS
from mcp_proof_contracts.headers import (
    META_VERSION,
    NAMED_BY,
    decode_value,
    header_parameters,
    header_text,
    value_at,
)
from mcp_proof_contracts.wire import Message, as_object
from mcp_proof_mocks.http.messages import HttpRequest
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer


def header_mismatch(
    server: MockServer, request: HttpRequest, message: Message
) -> RefusalError | None:
    """Return the refusal of a request whose headers do not fit, or `None` when they do."""
    for problem in (
        _version(server, request, message),
        _method(server, request, message),
        _name(server, request, message),
        _parameters(server, request, message),
    ):
        if problem:
            keeps_code = server.keeps("h26-server-mismatch-error-code")
            code = HEADER_MISMATCH if keeps_code else INVALID_PARAMS
            return RefusalError(code, f"Header mismatch: {problem}", status=400)
    return None


def _version(server: MockServer, request: HttpRequest, message: Message) -> str:
    claimed = as_object(message.params.get("_meta")).get(META_VERSION)
    header = request.headers.get("mcp-protocol-version")
    if header is None:
        missing = server.keeps("h26-server-version-header-missing")
        return "MCP-Protocol-Version is missing" if missing else ""
    if claimed in (None, header) or not isinstance(claimed, str):
        return ""  # the message's own `_meta` is judged by its conversation
    keeps = server.keeps("h26-server-version-mismatch")
    return f"MCP-Protocol-Version is {header}, `_meta` says {claimed}" if keeps else ""


def _method(server: MockServer, request: HttpRequest, message: Message) -> str:
    header = request.headers.get("mcp-method")
    if header is None:
        keeps = server.keeps("h26-server-method-header-missing")
        return "Mcp-Method is missing" if keeps else ""
    if header.lower() == message.method.lower() and header != message.method:
        keeps = server.keeps("h26-header-value-case-sensitive")
    else:
        keeps = server.keeps("h26-server-method-header-mismatch")
    return f"Mcp-Method is {header}" if header != message.method and keeps else ""


def _name(server: MockServer, request: HttpRequest, message: Message) -> str:
    member = NAMED_BY.get(message.method)
    unknown = member == "taskId" and not server.offers("tasks")  # then there is no such method
    if member is None or unknown:
        return ""
    header, name = request.headers.get("mcp-name"), message.params.get(member)
    if header is None:
        keeps = server.keeps("h26-server-name-header-missing") and isinstance(name, str)
        return "Mcp-Name is missing" if keeps else ""
    decoded = decode_value(header) if server.keeps("h26-server-name-decoded") else header
    keeps = server.keeps("h26-server-name-header-mismatch")
    return f"Mcp-Name is {header}" if decoded != name and keeps and isinstance(name, str) else ""


def _parameters(server: MockServer, request: HttpRequest, message: Message) -> str:
    tool = next((t for t in server.contract.tools if t.name == message.params.get("name")), None)
    if message.method != "tools/call" or tool is None:
        return ""
    arguments = as_object(message.params.get("arguments"))
    for parameter in header_parameters(as_object(tool.listed.get("inputSchema"))):
        expected = header_text(value_at(arguments, parameter.path))
        header = request.headers.get(parameter.header.lower())
        given = decode_value(header) if header is not None else None
        if expected != given:
            return f"{parameter.header} is {header}, the argument is {expected}"
    return ""
