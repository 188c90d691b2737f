"""Do the headers of a 2026-07-28 POST mirror its message (streamable-http, Server Validation)?"""

import re
from decimal import Decimal
from typing import Final

from mcp_proof_contracts.error_codes import HEADER_MISMATCH, INVALID_PARAMS
from mcp_proof_contracts.headers import (
    META_VERSION,
    NAMED_BY,
    decode_value,
    header_text,
    value_at,
)
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import Message, as_object
from mcp_proof_mocks.http.messages import HttpRequest
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer

NUMBER: Final = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
ENCODED: Final = "=?"
"""How a value begins that may stand for another one."""


class HeaderCheck:
    """Compares headers with messages, for one server."""

    def __init__(self, server: MockServer) -> None:
        self._server = server

    def mismatch(self, request: HttpRequest, message: Message) -> RefusalError | None:
        """Return the refusal of a request whose headers do not fit, or `None` when they do."""
        version = self._version(request, message)
        named = self._method(request, message) or self._name(request, message)
        problem = version or named
        keeps_code = not named or self._server.keeps("h26-server-mismatch-error-code")
        code = HEADER_MISMATCH if version or keeps_code else INVALID_PARAMS
        problem = problem or self._parameters(request, message)
        if not problem:
            return None
        return RefusalError(code, f"Header mismatch: {problem}", status=400)

    def _version(self, request: HttpRequest, message: Message) -> str:
        header = request.headers.get("mcp-protocol-version")
        if header is None:
            missing = self._server.keeps("h26-server-version-header-missing")
            return "MCP-Protocol-Version is missing" if missing else ""
        claimed = as_object(message.params.get("_meta")).get(META_VERSION)
        if claimed in (None, header) or not isinstance(claimed, str):
            return ""  # the message's own `_meta` is judged by its conversation
        keeps = self._server.keeps("h26-server-version-mismatch")
        return f"MCP-Protocol-Version is {header}, `_meta` says {claimed}" if keeps else ""

    def _method(self, request: HttpRequest, message: Message) -> str:
        header = request.headers.get("mcp-method")
        if header == message.method:
            return ""
        if header is None:
            keeps = self._server.keeps("h26-server-method-header-missing")
            return "Mcp-Method is missing" if keeps else ""
        if header.lower() == message.method.lower():
            keeps = self._server.keeps("h26-header-value-case-sensitive")
        else:
            keeps = self._server.keeps("h26-server-method-header-mismatch")
        return f"Mcp-Method is {header}" if keeps else ""

    def _name(self, request: HttpRequest, message: Message) -> str:
        member = NAMED_BY.get(message.method)
        unknown = member == "taskId" and not self._server.offers("tasks")
        if member is None or unknown:  # then there is no such method
            return ""
        name = message.params.get(member)
        if not isinstance(name, str):
            return ""  # judged by whoever reads the parameter
        header = request.headers.get("mcp-name")
        if header is None:
            keeps = self._server.keeps("h26-server-name-header-missing")
            return "Mcp-Name is missing" if keeps else ""
        if header == name and not header.startswith(ENCODED):
            return ""
        decoded = decode_value(header) if self._server.keeps("h26-server-name-decoded") else header
        if decoded == name:
            return ""
        of_task = member == "taskId"
        keeps = self._server.keeps(
            "task26-server-name-header" if of_task else "h26-server-name-header-mismatch"
        )
        return f"Mcp-Name is {header}" if keeps or header.startswith(ENCODED) else ""

    def _parameters(self, request: HttpRequest, message: Message) -> str:
        name = message.params.get("name")
        tool = self._server.tools.get(name) if isinstance(name, str) else None
        if message.method != "tools/call" or tool is None:
            return ""
        arguments = as_object(message.params.get("arguments"))
        for parameter in tool.header_parameters:
            value = value_at(arguments, parameter.path)
            header = request.headers.get(parameter.header.lower())
            if header is None and header_text(value) is None:
                keeps = self._server.keeps("xmcp-server-not-expect-null")
                if not keeps and tool.problem(arguments) is None:
                    return f"{parameter.header} is missing"
            elif not self._mirrors(header, value):
                return f"{parameter.header} is {header}, the argument is {header_text(value)}"
        return ""

    def _mirrors(self, header: str | None, value: Json) -> bool:
        """Whether a parameter's header says what its argument is."""
        keeps, expected = self._server.keeps, header_text(value)
        if header is None:
            return not keeps("xmcp-server-rejects-missing")
        given = decode_value(header) if keeps("xmcp-server-decodes-base64") else header
        if given is None:
            return not keeps("xmcp-server-rejects-bad-encoding")
        if given == expected:
            return True
        if isinstance(value, int) and not isinstance(value, bool) and _number(given) == value:
            return keeps("xmcp-server-integer-numeric-compare")
        return not keeps("xmcp-server-rejects-mismatch")


def _number(text: str) -> Decimal | None:
    """Return the number that a text stands for."""
    return Decimal(text) if NUMBER.fullmatch(text) else None
