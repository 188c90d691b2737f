"""Servers whose answers are malformed."""

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.revision import LATEST_STATEFUL
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_errors, in_replies, in_results, without

JSON_RPC_RANGE = range(-32768, -31999)
TRACE = """Internal error
    at callTool (/srv/app/dist/tools.js:112:17)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"""


def _code_as_text(error: dict[str, Json]) -> Json:
    """Spoil a code of the application's own, and none that has rules of its own."""
    code = error.get("code")
    own = isinstance(code, int) and code not in JSON_RPC_RANGE
    return {**error, "code": str(code)} if own else error


fault("jsonrpc-result-xor-error", reply=in_replies(lambda reply: {**reply, "error": None}))
fault(
    "jsonrpc-result-is-object",
    reply=in_results(lambda result: [result], "resources/unsubscribe"),
    revision=LATEST_STATEFUL,
)
fault("jsonrpc-error-shape", reply=in_errors(_code_as_text))
fault("result-type-present", reply=in_results(without("resultType"), "prompts/list"))
fault(
    "result-type-known",
    reply=in_results(lambda result: {**result, "resultType": "partial"}, "tools/list"),
)
fault("errors-no-internals", reply=in_errors(lambda error: {**error, "message": TRACE}))
