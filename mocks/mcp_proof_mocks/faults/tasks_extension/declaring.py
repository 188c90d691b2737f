"""Servers that give tasks to those who take none, and go by what 2025-11-25 had."""

from mcp_proof_contracts.headers import TASKS
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_results


def _undeclared(result: dict[str, Json]) -> Json:
    capabilities = as_object(result.get("capabilities"))
    extensions = as_object(capabilities.get("extensions"))
    others = {name: value for name, value in extensions.items() if name != TASKS}
    return {**result, "capabilities": {**capabilities, "extensions": others}}


fault("task26-only-if-declared")
fault("task26-required-error")
fault("task26-advertised", reply=in_results(_undeclared, "server/discover"))
fault("task26-methods-need-capability")
fault("task26-listen-needs-capability")
fault("task26-removed-methods")
fault("task26-legacy-param-ignored")
fault("task26-legacy-capability-void")
fault("task26-not-under-2511")
