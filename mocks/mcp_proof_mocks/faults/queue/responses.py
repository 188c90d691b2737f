"""Servers whose responses are not what callers rely on."""

from mcp_proof_contracts.json_value import Json
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_replies


def _without_outcome(said: dict[str, Json]) -> Json:
    return {name: value for name, value in said.items() if name != "result"}


fault("queue-response-shape", reply=lambda _request, _reply: "done")
fault("queue-response-outcome", reply=in_replies(_without_outcome))
fault("queue-response-id", reply=in_replies(lambda said: {**said, "request_id": "another"}))
fault("queue-response-expires")
fault("queue-output-schema-kept", reply=in_replies(lambda said: {**said, "result": "done"}))
