"""Servers whose responses are not what callers rely on."""

from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_replies, without

fault("queue-response-shape", reply=lambda _request, said: "done" if "result" in said else said)
fault("queue-response-outcome", reply=in_replies(without("result")))
fault("queue-response-id", reply=in_replies(lambda said: {**said, "request_id": "another"}))
fault("queue-response-expires")
fault("queue-output-schema-kept", reply=in_replies(lambda said: {**said, "result": "done"}))
