"""Arguments by Schemathesis: the tool is an operation whose request body has the tool's schema."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, cast

import schemathesis
from hypothesis import given, settings
from hypothesis.errors import HypothesisException
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.errors import SchemathesisError

from mcp_proof.fuzz.generation.drawing import drawing
from mcp_proof_contracts.generate.document import Document
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.openapi.components import at
from mcp_proof_contracts.openapi.embedded_schema import UnembeddableError, embedded_schema
from mcp_proof_contracts.wire import as_object

PATH: Final = "/tool"
_TRIED: Final = 3


def schemathesis_cases(
    document: Document, mode: GenerationMode, fits: Callable[[Json], bool]
) -> SearchStrategy[JsonObject] | None:
    """Return the bodies that fit; None where Schemathesis has none for this schema."""
    try:
        described = openapi(document)
    except UnembeddableError:
        return None
    schema = schemathesis.openapi.from_dict(described, config=schemathesis.Config())
    # The parts of a request that a tool does not have need not be drawn.
    operation = cast("Any", schema[PATH]["POST"])
    strategy: SearchStrategy[Any] = operation.as_strategy(
        generation_mode=mode, headers={}, query={}, path_parameters={}, cookies={}
    )
    bodies: SearchStrategy[JsonObject] = strategy.map(attrgetter("body")).filter(fits)
    return bodies if _yields(bodies) else None


def openapi(document: Document) -> dict[str, Any]:
    """Return the OpenAPI document in which the tool is the only operation.

    Raises:
        UnembeddableError: its schema cannot stand in one.
    """
    here = at("arguments")
    body = {"content": {"application/json": {"schema": {"$ref": here}}}}
    operation = {
        "requestBody": {"required": True, **body},
        "responses": {"200": {"description": "answered"}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "tool", "version": "1"},
        "paths": {PATH: {"post": operation}},
        "components": {"schemas": {"arguments": embedded_schema(as_object(document.root), here)}},
    }


def _yields(bodies: SearchStrategy[JsonObject]) -> bool:
    """Whether values come of it: schemas that Schemathesis cannot do with show when it draws."""
    drawn: list[Json] = []

    @settings(drawing(_TRIED), derandomize=True)
    @given(bodies)
    def draw(body: Json) -> None:
        drawn.append(body)

    try:
        draw()
    except (SchemathesisError, HypothesisException):
        return False
    return bool(drawn)
