"""Servers that use error codes which are not theirs."""

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.fault import ReplyEdit, fault
from mcp_proof_mocks.faults.jsonrpc.edits import in_errors


def _for_its_own(code: int) -> ReplyEdit:
    """Give the mock's own error, and no other, this code."""

    def recode(error: dict[str, Json]) -> Json:
        return {**error, "code": code} if error["code"] == 4001 else error  # noqa: PLR2004  # see everything.yaml

    return in_errors(recode)


fault("jsonrpc-error-code-reserved-range", reply=_for_its_own(-32050))
fault("jsonrpc-error-code-defined-meaning", reply=_for_its_own(-32021))
fault("jsonrpc-error-code-retired", reply=_for_its_own(-32002))
fault("jsonrpc-error-code-legacy-range", reply=_for_its_own(-32001))
fault("jsonrpc-error-code-app-range", reply=_for_its_own(-32500))
