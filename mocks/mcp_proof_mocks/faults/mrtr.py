"""Servers that ask in rounds, and lose their way, or go by what they should not."""

from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import Edit, in_results

PROMPT: Final = "prompts/get"
STATE: Final = "requestState"


def _questions(edit: Edit) -> Edit:
    """Spoil the results that ask."""

    def spoil(result: dict[str, Json]) -> Json:
        return edit(result) if result.get("resultType") == "input_required" else result

    return spoil


def _asking(result: dict[str, Json]) -> Json:
    return {**result, "resultType": "input_required", STATE: "asked"}


def _empty(result: dict[str, Json]) -> Json:
    return {name: v for name, v in result.items() if name not in ("inputRequests", STATE)}


def _of_no_kind(result: dict[str, Json]) -> Json:
    asked = as_object(result.get("inputRequests"))
    return {**result, "inputRequests": {key: {"method": "ping", "params": {}} for key in asked}}


def _as_complete(result: dict[str, Json]) -> Json:
    return {**result, "resultType": "complete", "messages": []}


class _LastQuestion:
    """What a server goes by that knows only of the request before."""

    def __init__(self) -> None:
        self._state: Json = None

    def __call__(self, request: JsonObject, reply: JsonObject) -> Json:
        """Refuse the retry of anything but the request before."""
        expected, self._state = self._state, as_object(reply.get("result")).get(STATE)
        brought = as_object(request.get("params")).get(STATE)
        if brought in (None, expected) or "result" not in reply:
            return reply
        error: JsonObject = {"code": INVALID_PARAMS, "message": "Nothing was asked before"}
        return {"jsonrpc": "2.0", "id": reply.get("id"), "error": error}


fault("mrtr-only-on-supported-methods", reply=in_results(_asking, "resources/templates/list"))
fault("mrtr-at-least-one-member", reply=in_results(_questions(_empty), PROMPT))
fault("mrtr-input-request-kinds", reply=in_results(_questions(_of_no_kind), PROMPT))
fault("mrtr-respects-capabilities")
fault("mrtr-result-type-matches", reply=in_results(_questions(_as_complete), PROMPT))
fault("mrtr-works-on-tools")
fault("mrtr-works-on-prompts-resources")
fault("mrtr-multi-round")
fault("mrtr-retry-self-contained", reply=_LastQuestion())
fault("mrtr-tampered-state-rejected")
fault("mrtr-state-bound-to-request", shown_by="two_users")
fault("mrtr-state-bound-to-principal", shown_by="two_users")
fault("mrtr-missing-response-asked-again")
fault("mrtr-extra-responses-ignored")
fault("mrtr-bad-responses-error")
