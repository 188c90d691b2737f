"""Servers that do not say where to get a token, or say it of another server."""

import json
from dataclasses import replace
from typing import Final

from mcp_proof_contracts.authorization_metadata import RESOURCE, SERVER
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.fault import fault
from mcp_proof_mocks.faults.authorization.deviating import PROTECTED, deviating, missing
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

OPENID: Final = "/.well-known/openid-configuration"


def _of_another_endpoint(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not request.path.startswith(RESOURCE):
        return response
    document = json.loads(response.body)
    resource = f"{str(document['resource']).removesuffix('/mcp')}/another"
    return replace(response, body=encode({**document, "resource": resource}))


fault("auth-prm-served", http=missing(RESOURCE), shown_by=PROTECTED)
fault(
    "auth-prm-authorization-servers",
    contract=deviating(misbehave=("no-authorization-servers",)),
    shown_by=PROTECTED,
)
fault("auth-prm-resource-identity", http=_of_another_endpoint, shown_by=PROTECTED)
fault(
    "auth-2503-metadata-or-defaults",
    contract=deviating(variants=("no-resource-metadata", "no-server-metadata")),
    http=missing(SERVER, OPENID, "/authorize", "/token"),
    shown_by=PROTECTED,
)
