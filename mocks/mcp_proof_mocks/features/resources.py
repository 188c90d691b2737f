"""resources/list, resources/templates/list, resources/read, and subscriptions to resources."""

from mcp_proof_contracts.error_codes import INVALID_PARAMS, RESOURCE_NOT_FOUND
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.features.content import refusal
from mcp_proof_mocks.features.pages import Listed, page
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.script.run import InputRequiredError, UnableError
from mcp_proof_mocks.script.script import NoCaseError, Script
from mcp_proof_mocks.script.template import text_of
from mcp_proof_mocks.server import MockServer


async def list_resources(server: MockServer, call: Call) -> JsonObject:
    """Answer resources/list."""
    resources: list[Listed] = [each for each in server.resources.values() if each.offered]
    if server.pass_through is not None:
        resources += await server.pass_through.items(call, server.resources)
    return page(server, "resources", resources, call)


async def list_templates(server: MockServer, call: Call) -> JsonObject:
    """Answer resources/templates/list."""
    templates: list[Listed] = list(server.resource_templates)
    if server.pass_through is not None:
        own = [item.template.listed["uriTemplate"] for item in server.resource_templates]
        templates += await server.pass_through.items(call, own)
    return page(server, "resourceTemplates", templates, call)


async def read_resource(server: MockServer, call: Call) -> JsonObject:
    """Answer resources/read.

    Raises:
        RefusalError: no resource has this URI, or its script refuses.
    """
    uri = call.params.get("uri")
    if not isinstance(uri, str):
        raise RefusalError(INVALID_PARAMS, "resources/read needs a `uri`")
    found = _found(server, uri)
    if found is None:
        return await _elsewhere(server, call, uri)
    listing, script, variables = found
    try:
        answer = await script.answer(server, call, variables)
    except InputRequiredError as required:
        return required.result
    except UnableError as unable:
        raise RefusalError(INVALID_PARAMS, str(unable)) from unable
    except NoCaseError:
        raise _not_found(server, call, uri) from None
    if "refusal" in answer:
        raise refusal(answer)
    if variables and not server.keeps("resources-template-expansion-readable"):
        raise _not_found(server, call, uri)
    return {"contents": [_content(uri, answer, listing)]}


async def subscribe(server: MockServer, call: Call) -> JsonObject:
    """Answer resources/subscribe of the stateful era.

    Raises:
        RefusalError: no resource has this URI.
    """
    uri = call.params.get("uri")
    if not isinstance(uri, str):
        raise RefusalError(INVALID_PARAMS, f"{call.method} needs a `uri`")
    if uri not in server.resources and not any(t.uri.match(uri) for t in server.resource_templates):
        if server.pass_through is None:
            raise _not_found(server, call, uri)
        await server.pass_through.subscribe(call, uri)
    if call.session is not None:
        call.session.subscribed.add(uri)
    return {}


async def unsubscribe(_server: MockServer, call: Call) -> JsonObject:
    """Answer resources/unsubscribe of the stateful era."""
    if call.session is not None:
        call.session.subscribed.discard(str(call.params.get("uri")))
    return {}


def _content(uri: str, answer: JsonObject, listing: JsonObject) -> JsonObject:
    content: dict[str, Json] = {
        "uri": uri,
        **{name: text_of(value) for name, value in answer.items()},
    }
    if "mimeType" in listing:
        content["mimeType"] = listing["mimeType"]
    return content


async def _elsewhere(server: MockServer, call: Call, uri: str) -> JsonObject:
    """Answer for what the contract does not have."""
    if server.pass_through is not None:
        return await server.pass_through.forward(call)
    if (stray := _stray(server, uri)) is not None:
        return {"contents": stray}
    raise _not_found(server, call, uri)


def _found(server: MockServer, uri: str) -> tuple[JsonObject, Script, JsonObject] | None:
    """How the resource is listed, what answers for it, and the variables of its URI."""
    resource = server.resources.get(uri)
    if resource is not None and resource.offered:
        return resource.resource.listed, resource.script, {}
    for template in server.resource_templates:
        variables = template.uri.match(uri)
        if template.script is not None and variables is not None:
            return template.template.listed, template.script, variables
    return None


def _stray(server: MockServer, uri: str) -> JsonArray | None:
    """What a server gives that does not look where a URI leads, or whether it is one."""
    if ".." in uri and not server.keeps("resources-no-path-traversal"):
        return [{"uri": uri, "text": "root:x:0:0:root:/root:/bin/sh\n"}]
    if ":" not in uri and not server.keeps("resources-uri-validated"):
        return [{"uri": uri, "text": ""}]
    if "://" in uri and ".." not in uri and not server.keeps("resources-not-found-not-empty"):
        return []
    return None


def _not_found(server: MockServer, call: Call, uri: str) -> RefusalError:
    server.unexpected(f"{call.method} {uri}: there is no such resource")
    code = INVALID_PARAMS if call.stateless else RESOURCE_NOT_FOUND
    return RefusalError(code, f"Resource not found: {uri}", data={"uri": uri})
