"""Servers that execute for whom they should not."""

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ContractEdit, fault


def _misbehaving(name: str) -> ContractEdit:
    def edit(document: dict[str, Json]) -> None:
        if "authorization" in document:
            authorization = as_object(document["authorization"])
            misbehave = [*as_list(authorization.get("misbehave")), name]
            document["authorization"] = {**authorization, "misbehave": misbehave}

    return edit


def _for_everybody(document: dict[str, Json]) -> None:
    """Ask for no token, nor for what only a token can allow."""
    _misbehaving("token-optional")(document)
    document["tools"] = [
        {name: value for name, value in as_object(tool).items() if name != "permissions"}
        for tool in as_list(document.get("tools"))
    ]


fault("rest-token-required", contract=_for_everybody)
fault("rest-token-verified", contract=_misbehaving("signature-ignored"))
fault("rest-refusal-challenged", contract=_misbehaving("no-challenge"))
fault("rest-permission-denied")
