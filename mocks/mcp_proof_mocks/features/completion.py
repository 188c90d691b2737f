"""completion/complete: values for the arguments of prompts and the variables of URI templates."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.contract_completions import Completions
from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.features.content import refusal
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer

MOST: Final = 100
"""Values that one answer may hold (utilities/completion, Completion Results)."""


async def complete(server: MockServer, call: Call) -> JsonObject:
    """Answer completion/complete with the known values that begin with what was typed.

    Raises:
        RefusalError: the reference names nothing of ours, the request is ill-formed, or the
            contract refuses.
    """
    argument = as_object(call.params.get("argument"))
    name, typed = argument.get("name"), argument.get("value")
    if not (isinstance(name, str) and isinstance(typed, str)):
        raise RefusalError(INVALID_PARAMS, "`argument` needs a `name` and a `value`")
    ref = as_object(call.params.get("ref"))
    completions = _completions(server, ref)
    if completions is None:
        if server.pass_through is not None:
            return await server.pass_through.forward(call)
        raise RefusalError(INVALID_PARAMS, f"`ref` names nothing that this server has: {dict(ref)}")
    known = completions.get(name, ())
    if isinstance(known, Mapping):
        raise refusal(known)
    values = [value for value in known if value.lower().startswith(typed.lower())]
    return {
        "completion": {
            "values": values[:MOST] if server.keeps("completion-max-100") else values,
            "total": len(values),
            "hasMore": len(values) > MOST,
        }
    }


def _completions(server: MockServer, ref: JsonObject) -> Completions | None:
    """What completes each argument of what is referred to, or `None` when that is not ours."""
    match ref:
        case {"type": "ref/prompt", "name": str(name)} if name in server.prompts:
            return server.prompts[name].prompt.completions
        case {"type": "ref/resource", "uri": str(uri)}:
            for template in server.resource_templates:
                if template.template.listed["uriTemplate"] == uri:
                    return template.template.completions
            if uri in server.resources:
                return {}
        case _:
            pass
    return None
