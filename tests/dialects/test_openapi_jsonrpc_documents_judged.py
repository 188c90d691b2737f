"""Which OpenAPI documents are wrong, and which are only unusual."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from openapi_server import KEY, careful_app

from mcp_proof.events import VerdictReached
from mcp_proof.runner import Verification, VerifyOptions
from mcp_proof.targets import AsgiTarget
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.rule import Outcome, Verdict
from mcp_proof_contracts.rules.openapi.document import document_valid
from mcp_proof_contracts.tool_schema import schema_problem

RULES = ("openapi-document-valid", "openapi-call-described", "openapi-answers-conform")
BEYOND = f"#/components/x-all/{'9' * 5000}"
UNUSABLE = {
    "description": "A schema that cannot be used",
    "content": {"application/json": {"schema": {"type": "map"}}},
}
Edit = Callable[[dict[str, Any]], Any]


def judged(edit: Edit, app: FastAPI | None = None) -> dict[str, Verdict]:
    """What is said of a server, the careful one if none is given, whose document was edited."""
    app = app or careful_app()
    document = app.openapi()
    edit(document)
    app.openapi = lambda: document
    target = AsgiTarget(app, headers={"X-API-Key": KEY})
    options = VerifyOptions(dialect=Dialect.OPENAPI_JSONRPC, only=RULES, probes=())

    async def verify() -> dict[str, Verdict]:
        events = Verification(target, options).events()
        reached = [event async for event in events if isinstance(event, VerdictReached)]
        return {event.verdict.rule.id: event.verdict for event in reached}

    return asyncio.run(verify())


def violated(edit: Edit) -> dict[str, str]:
    return {
        rule_id: verdict.findings[0].message
        for rule_id, verdict in judged(edit).items()
        if verdict.outcome is Outcome.VIOLATED
    }


def call(document: dict[str, Any]) -> Any:
    return document["paths"]["/mcp"]["post"]


def answer(document: dict[str, Any]) -> Any:
    return document["components"]["schemas"]["Answer"]


WRONG: dict[str, tuple[Edit, str]] = {
    "an older OpenAPI": (lambda d: d.update(openapi="2.0"), "/openapi: "),
    "no title": (lambda d: d["info"].pop("title"), '/info: "title" is missing'),
    "a path without a slash": (lambda d: d["paths"].update(health={}), "/paths"),
    "a status that is none": (lambda d: call(d)["responses"].update(ok={}), "/responses"),
    "a body without content": (
        lambda d: d["paths"].update({"/a": {"put": {"requestBody": {}}}}),
        "/requestBody",
    ),
    "an id that is there twice": (
        lambda d: d["paths"].update({"/a": {"get": {"operationId": call(d)["operationId"]}}}),
        "more than once",
    ),
    "a reference to nothing": (
        lambda d: d["components"]["schemas"].pop("Error"),
        "there is no #/components/schemas/Error",
    ),
    "a reference to the place of a list that is beyond all numbers": (
        lambda d: d.update(
            components={**d["components"], "x-all": [1], "x-one": {"$ref": BEYOND}},
        ),
        "there is no #/components/x-all/999",
    ),
    "a schema that cannot be used": (
        lambda d: answer(d).update(type="map"),
        "/components/schemas/Answer/type: ",
    ),
    "a schema that cannot be used, at an operation": (
        lambda d: d["paths"].update({"/a": {"get": {"responses": {"200": UNUSABLE}}}}),
        "GET ~1a 200/type: ",
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_named(mistake):
    edit, said = WRONG[mistake]
    found = violated(edit)
    assert said in found.pop("openapi-document-valid")
    assert found == {}


def test_a_document_of_many_operations_is_not_looked_through_anew_for_each(monkeypatch):
    sizes: list[int] = []

    def counted(schema: Json) -> str | None:
        sizes.append(len(json.dumps(schema)))
        return schema_problem(schema)

    def edit(found: dict[str, Any]) -> None:
        for number in range(50):
            post = {**call(found), "operationId": f"post-{number}"}
            found["paths"][f"/{number}"] = {"post": post}
        whole.append(len(json.dumps(found)))

    whole: list[int] = []
    monkeypatch.setattr(f"{document_valid.__module__}.schema_problem", counted)
    assert violated(edit) == {}
    assert sum(sizes) < 10 * whole[0]  # and not 50 times


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.update(openapi="3.0.3"),
        lambda d: d.update(openapi="3.2.0"),
        lambda d: d.update({"x-author": "me"}),
        lambda d: call(d)["responses"].update({"5XX": {"description": "It broke"}}),
        lambda d: d["paths"].update({"/a": {"$ref": "https://example.com/paths.json"}}),
        lambda d: d["paths"].update({"/a": {"get": {}, "parameters": []}}),
    ],
    ids=["3.0", "3.2", "extension", "class of statuses", "elsewhere", "no responses"],
)
def test_what_is_only_unusual_is_no_mistake(edit):
    assert {verdict.outcome for verdict in judged(edit).values()} == {Outcome.PASSED}


@pytest.mark.parametrize(
    "media_type",
    ["*/*", "application/*", "application/json; charset=utf-8", "application/vnd.api+JSON"],
)
def test_json_may_be_described_under_a_wider_or_a_closer_media_type(media_type):
    def edit(document: dict[str, Any]) -> None:
        for holder in (call(document)["requestBody"], call(document)["responses"]["200"]):
            text = {"schema": {"type": "string"}}
            holder["content"] = {"text/plain": text, media_type: holder["content"].popitem()[1]}

    assert {verdict.outcome for verdict in judged(edit).values()} == {Outcome.PASSED}


def test_json_is_described_under_its_own_media_type_first():
    def edit(document: dict[str, Any]) -> None:
        content = call(document)["responses"]["200"]["content"]
        other = {"*/*": {"schema": {"type": "string"}}}
        call(document)["responses"]["200"]["content"] = {**other, **content}

    assert {verdict.outcome for verdict in judged(edit).values()} == {Outcome.PASSED}


def test_null_is_allowed_where_openapi_3_0_says_so():
    def edit(document: dict[str, Any]) -> None:
        document["openapi"] = "3.0.3"
        properties = answer(document)["properties"]
        properties["id"] = {"type": "integer", "nullable": True}
        properties["result"] = {"type": "object", "nullable": True}
        properties.pop("error")

    assert {verdict.outcome for verdict in judged(edit).values()} == {Outcome.PASSED}


def test_what_openapi_3_0_calls_an_example_may_also_be_the_name_of_a_member():
    def edit(document: dict[str, Any]) -> None:
        document["openapi"] = "3.0.3"
        properties = answer(document)["properties"]
        properties["example"] = {"type": "integer"}
        document["components"]["schemas"]["nullable"] = properties["id"]
        properties["id"] = {"$ref": "#/components/schemas/nullable"}
        answer(document)["additionalProperties"] = False
        properties["error"] = {}

    assert {verdict.outcome for verdict in judged(edit).values()} == {Outcome.PASSED}


def test_an_answer_that_is_not_as_described_is_named_with_its_place():
    def edit(document: dict[str, Any]) -> None:
        answer(document)["properties"]["id"] = {"type": "string"}

    found = violated(edit)
    assert "what POST /mcp brought is not as the document has it: /id: " in found.pop(RULES[2])
    assert found == {}


def test_an_answer_is_held_against_the_path_that_fits_best():
    def edit(document: dict[str, Any]) -> None:
        number = {"application/json": {"schema": {"type": "integer"}}}
        other = {"post": {"responses": {"200": {"description": "a number", "content": number}}}}
        document["paths"] = {"/mcp": other, **document["paths"]}

    app = FastAPI()
    app.include_router(careful_app().router, prefix="/v2")
    assert judged(edit, app)["openapi-answers-conform"].outcome is Outcome.PASSED


def test_a_document_that_describes_no_call_is_named():
    found = violated(lambda document: document["paths"].pop("/mcp"))
    assert found == {RULES[1]: "the OpenAPI document lacks a POST whose body is JSON-RPC"}


def test_an_answer_without_a_schema_is_named():
    found = violated(lambda document: call(document)["responses"]["200"].pop("content"))
    assert found == {RULES[1]: "the OpenAPI document lacks the schema of its answer"}
