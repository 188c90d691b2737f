"""Servers whose subscriptions begin, go on or end wrongly."""

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.fault import fault


def _without_result(request: JsonObject, reply: JsonObject) -> Json:
    """End the stream of a subscription without a word."""
    return [] if request.get("method") == "subscriptions/listen" else reply


CHANGING = "changing"

fault("sub-implemented-if-advertised")
fault("sub-ack-first")
fault("sub-ack-subset")
fault("sub-id-on-every-message", shown_by=CHANGING)
fault("sub-id-equals-request-id")
fault("sub-filter-types", shown_by=CHANGING)
fault("sub-filter-uris", shown_by=CHANGING)
fault("sub-no-request-scoped", shown_by=CHANGING)
fault("sub-stays-open", reply=_without_result)
fault("sub-concurrent-separate", shown_by=CHANGING)
fault("sub-graceful-close", reply=_without_result, shown_by=CHANGING)
fault("sub-close-result-members", transport="stdio")
fault("sub-stops-after-cancel", shown_by=CHANGING)
