"""Servers whose answers are malformed."""

from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_errors, in_replies, in_results, without

TRACE = """Internal error
    at callTool (/srv/app/dist/tools.js:112:17)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"""


fault("jsonrpc-result-xor-error", reply=in_replies(lambda reply: {**reply, "error": None}))
fault("jsonrpc-result-is-object", reply=in_results(lambda result: [result]))
fault(
    "jsonrpc-error-shape", reply=in_errors(lambda error: {**error, "code": str(error.get("code"))})
)
fault("result-type-present", reply=in_results(without("resultType")))
fault(
    "result-type-known",
    reply=in_results(lambda result: {**result, "resultType": "partial"}, "tools/list"),
)
fault("errors-no-internals", reply=in_errors(lambda error: {**error, "message": TRACE}))
