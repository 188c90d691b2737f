"""Servers that use error codes which are not theirs."""

from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.edits import in_errors

ITS_OWN: Final = 4001
"""The code of the error that a tool of everything.yaml answers with."""


def _for_its_own(code: int, **members: Json) -> ReplyEdit:
    """Give the mock's own error, and no other, this code."""

    def recode(error: dict[str, Json]) -> Json:
        return {**error, **members, "code": code} if error.get("code") == ITS_OWN else error

    return in_errors(recode)


fault("jsonrpc-error-code-reserved-range", reply=_for_its_own(-32050))
fault(
    "jsonrpc-error-code-defined-meaning",
    reply=_for_its_own(-32021, data={"requiredCapabilities": {"sampling": {}}}),
    transport="stdio",  # over HTTP the status would be wrong besides
)
fault("jsonrpc-error-code-retired", reply=_for_its_own(-32002))
fault("jsonrpc-error-code-legacy-range", reply=_for_its_own(-32001))
fault("jsonrpc-error-code-app-range", reply=_for_its_own(-32500))
