"""Reading an OpenAPI document: the operations that it describes, and what each must carry.

Documents are foreign: whatever is missing or of another shape is as if it were not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.headers import media_type
from mcp_proof_contracts.json_pointer import pointer_steps
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.tool_schema import DEFAULT_DIALECT
from mcp_proof_contracts.wire import as_list, as_object

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
JSON: Final = "application/json"
BY_NAME: Final = ("properties", "schemas")
"""The members that hold schemas by names which the author of a document chose."""
BRANCHES: Final = ("allOf", "anyOf", "oneOf")
MAX_HOPS: Final = 20
"""References that are followed from one to the next."""
MAX_DIGITS: Final = 10
"""No list has a place with so many; Python refuses to read numbers of some thousand."""
CALLED_BY: Final = frozenset({"jsonrpc", "method"})
"""The members by which the body of a JSON-RPC request is known."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document."""

    document: JsonObject
    path: str
    method: str
    """In upper case."""
    value: JsonObject

    @property
    def body(self) -> JsonObject | None:
        """The JSON Schema of the request's body, in the document's words; `None` for none."""
        return self._schema(resolved(self.document, self.value.get("requestBody")))

    def answer(self, status: int) -> JsonObject | None:
        """Return the JSON Schema of an answer with this status; `None` where none is stated."""
        responses = as_object(self.value.get("responses"))
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in responses:
                schema = self._schema(resolved(self.document, responses[name]))
                return None if schema is None else standing_alone(self.document, schema)
        return None

    def schemas(self) -> Iterator[tuple[str, JsonObject]]:
        """Yield the JSON Schemas in the document's words, each by its status, or as `body`."""
        if self.body is not None:
            yield "body", self.body
        for status, value in as_object(self.value.get("responses")).items():
            schema = self._schema(resolved(self.document, value))
            if schema is not None:
                yield status, schema

    @property
    def credentials(self) -> tuple[JsonObject, ...]:
        """The security schemes of which a request must satisfy one; none: it needs none."""
        stated = self.value.get("security", self.document.get("security"))
        needed = [as_object(requirement) for requirement in as_list(stated)]
        if not all(needed):
            return ()  # an empty requirement lets everybody pass
        components = as_object(self.document.get("components"))
        schemes = as_object(components.get("securitySchemes"))
        names = dict.fromkeys(name for requirement in needed for name in requirement)
        return tuple(resolved(self.document, schemes.get(name)) for name in names)

    def _schema(self, holder: JsonObject) -> JsonObject | None:
        content = as_object(holder.get("content"))
        for name in (JSON, *filter(_is_json, content)):
            schema = as_object(content.get(name)).get("schema")
            if isinstance(schema, dict):
                return schema
        return None


def _is_json(name: str) -> bool:
    """Whether a media type, or a range of them, may be JSON."""
    kind = media_type({"content-type": name})
    return kind in (JSON, "application/*", "*/*") or kind.endswith("+json")


def operations(document: JsonObject) -> Iterator[Operation]:
    """Yield every operation that a document describes."""
    for path, item in as_object(document.get("paths")).items():
        operations_at = resolved(document, item)
        for method in METHODS:
            value = operations_at.get(method)
            if isinstance(value, dict):
                yield Operation(document, path, method.upper(), value)


def jsonrpc_operation(document: JsonObject) -> Operation | None:
    """Return the POST whose path ends in `/mcp` and whose body is a JSON-RPC request.

    A path begins with a slash: behind the server's address, `@elsewhere/mcp` is another host.
    """
    for operation in operations(document):
        path = operation.path
        if operation.method == "POST" and path[:1] == "/" and path.rstrip("/").endswith("/mcp"):
            body = operation.body
            if body is not None and set(_members(document, body)) >= CALLED_BY:
                return operation
    return None


def credential_headers(operation: Operation) -> tuple[str, ...]:
    """Return the headers in which an operation's credentials are presented."""
    names: list[str] = []
    for scheme in operation.credentials:
        if scheme.get("type") == "apiKey":
            names += [str(scheme.get("name"))] if scheme.get("in") == "header" else []
        else:
            names.append("Authorization")
    return tuple(dict.fromkeys(names))


def resolved(document: JsonObject, value: Json) -> JsonObject:
    """Return what an object stands for that may be a reference into the document."""
    for _ in range(MAX_HOPS):
        reference = as_object(value).get("$ref")
        if not isinstance(reference, str):
            return as_object(value)
        value = pointed_at(document, reference)
    return {}


def pointed_at(document: JsonObject, reference: str) -> Json:
    """Return what a reference within the document points at; `None` for nothing."""
    found: Json = document if reference.startswith("#") else None
    for step in pointer_steps(reference):
        items = as_list(found)
        if items:
            place = int(step) if step.isdecimal() and len(step) < MAX_DIGITS else len(items)
            found = items[place] if place < len(items) else None
        else:
            found = as_object(found).get(step)
    return found


def standing_alone(document: JsonObject, schema: JsonObject) -> JsonObject:
    """Return a schema of a document as one of JSON Schema 2020-12 that needs nothing else."""
    rest = {name: document[name] for name in ("components", "paths") if name in document}
    alone: JsonObject = {"$schema": DEFAULT_DIALECT, "allOf": [schema], **rest}
    if str(document.get("openapi", "")).startswith("3.0"):
        return as_object(_modern(alone))
    return alone


def references(value: Json) -> Iterator[str]:
    """Yield every reference that a document, or a part of one, holds."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    members = as_object(value)
    reference = members.get("$ref")
    if isinstance(reference, str):
        yield reference
    for each in members.values():
        yield from references(each)


def _modern(schema: Json) -> Json:
    """Return a schema of OpenAPI 3.0 in the words of JSON Schema 2020-12."""
    if isinstance(schema, list):
        return [_modern(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    modern = {
        name: _named(value) if name in BY_NAME else _modern(value)
        for name, value in schema.items()
        if name not in ("nullable", "example")
        and not (name.startswith("exclusive") and isinstance(value, bool))
    }
    return {"anyOf": [modern, {"type": "null"}]} if schema.get("nullable") is True else modern


def _named(schemas: Json) -> Json:
    """Return schemas, each under a name that is the author's, in the words of 2020-12."""
    if not isinstance(schemas, dict):
        return schemas
    return {name: _modern(schema) for name, schema in schemas.items()}


def _members(document: JsonObject, schema: Json) -> Iterator[str]:
    """Yield the members that a schema names, in whatever branch."""
    waiting, seen = [schema], set[int]()
    while waiting:
        found = resolved(document, waiting.pop())
        if id(found) not in seen:  # branches may lead to the same schema, and back
            seen.add(id(found))
            yield from as_object(found.get("properties"))
            waiting += [each for branch in BRANCHES for each in as_list(found.get(branch))]
