"""Servers whose hints mislead those who keep their results."""

from dataclasses import replace
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.edits import in_results, without
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

TEMPLATES: Final = "resources/templates/list"
OTHER: Final = "key-of-the-other-user"
"""Of the contract `two_users`."""


def _shared(result: dict[str, Json]) -> Json:
    return {**result, "cacheScope": "shared"}


def _in_the_past(result: dict[str, Json]) -> Json:
    return {**result, "ttlMs": -1}


def _later_pages_private(request: JsonObject, reply: JsonObject) -> Json:
    result = as_object(reply.get("result"))
    if "cursor" not in as_object(request.get("params")) or "tools" not in result:
        return reply
    return {**reply, "result": {**result, "cacheScope": "private"}}


def _kept_questions(result: dict[str, Json]) -> Json:
    return {**result, "ttlMs": 0} if result.get("resultType") == "input_required" else result


def _own_welcome(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Greet the other user by another text."""
    if OTHER not in request.headers.get("authorization", ""):
        return response
    return replace(response, body=response.body.replace(b'"Welcome."', b'"Welcome back."'))


fault("cache-hints-discover", reply=in_results(without("ttlMs"), "server/discover"))
fault("cache-hints-lists", reply=in_results(without("cacheScope"), TEMPLATES))
fault("cache-hints-read", reply=in_results(without("ttlMs"), "resources/read"))
fault("cache-ttl-valid", reply=in_results(_in_the_past, TEMPLATES))
fault("cache-scope-valid", reply=in_results(_shared, TEMPLATES))
fault("cache-scope-same-on-pages", reply=_later_pages_private)
fault("cache-no-hints-on-input-required", reply=in_results(_kept_questions))
fault("cache-public-same-for-all", http=_own_welcome, shown_by="two_users")
