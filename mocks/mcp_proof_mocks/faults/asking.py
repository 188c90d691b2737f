"""Servers that ask their clients what they may not, or in the wrong way."""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Final, TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.fault import ContractEdit, fault
from mcp_proof_mocks.faults.edits import in_results, without

ParamsEdit: TypeAlias = Callable[[JsonObject], JsonObject]

FORM: Final = "elicitation/create"
SAMPLING: Final = "sampling/createMessage"
LAST: Final = Revision.R2025_11_25
"""The last revision in which servers ask by requests."""
ID: Final = "elicitationId"


def _steps(document: JsonObject) -> Iterator[MutableMapping[str, Json]]:
    """The steps of all tools, which are no longer shared with anybody."""
    for tool in as_list(document.get("tools")):
        for step in as_list(as_object(tool).get("steps")):
            if isinstance(step, dict):
                yield step


def _asking(method: str, edit: ParamsEdit) -> ContractEdit:
    """Spoil the params of every question of one method."""

    def spoil(document: dict[str, Json]) -> None:
        for step in _steps(document):
            asked = {name: as_object(each) for name, each in as_object(step.get("ask")).items()}
            if asked:
                step["ask"] = {
                    name: {**each, "params": edit(as_object(each.get("params")))}
                    if each.get("method") == method
                    else each
                    for name, each in asked.items()
                }

    return spoil


def _with(**members: Json) -> ParamsEdit:
    return lambda params: {**params, **members}


def _form(edit: ParamsEdit) -> ContractEdit:
    """Spoil the fields of every form."""

    def spoil(params: JsonObject) -> JsonObject:
        form = as_object(params.get("requestedSchema"))
        if not form:
            return params
        fields = edit(as_object(form.get("properties")))
        return {**params, "requestedSchema": {**form, "properties": fields}}

    return _asking(FORM, spoil)


def _url(url: str) -> ContractEdit:
    return _asking(FORM, lambda params: {**params, "url": url} if "url" in params else params)


def _messages(edit: Callable[[JsonObject], JsonObject]) -> ContractEdit:
    """Spoil the messages with results of tools."""

    def spoil(message: JsonObject) -> JsonObject:
        blocks = message.get("content")
        has = isinstance(blocks, list) and as_object(blocks[0]).get("type") == "tool_result"
        return edit(message) if has else message

    return _asking(
        SAMPLING,
        lambda params: {
            **params,
            "messages": [spoil(as_object(each)) for each in as_list(params.get("messages"))],
        },
    )


def _mixed(message: JsonObject) -> JsonObject:
    text: JsonObject = {"type": "text", "text": "These are the results."}
    return {**message, "content": [text, *as_list(message["content"])]}


def _one_less(message: JsonObject) -> JsonObject:
    return {**message, "content": as_list(message["content"])[:1]}


def _foreign_completion(document: dict[str, Json]) -> None:
    for step in _steps(document):
        if "notify" in step:
            step["notify"] = {**as_object(step["notify"]), "params": {ID: "unknown"}}


def _without_ids(document: dict[str, Json]) -> None:
    for tool in as_list(document.get("tools")):
        answer = as_object(as_object(tool).get("answer"))
        if isinstance(tool, dict) and "refusal" in answer:
            listed: JsonObject = {"mode": "url", "message": "?", "url": "https://example.com/"}
            refusal = {**as_object(answer["refusal"]), "data": {"elicitations": [listed]}}
            tool["answer"] = {**answer, "refusal": refusal}


fault("sampling-server-only-if-declared", revision=LAST)
fault("roots-server-only-if-declared", revision=LAST)
fault("elicit-server-only-if-declared", revision=LAST)
fault("elicit-server-mode-declared", revision=LAST)
fault("sampling-tools-only-if-declared", revision=LAST, shown_by="asking")
fault("sampling-request-members", contract=_asking(SAMPLING, without("maxTokens")))
fault(
    "sampling-preferences-range",
    contract=_asking(SAMPLING, _with(modelPreferences={"costPriority": 10})),
)
fault("sampling-include-context", contract=_asking(SAMPLING, _with(includeContext="thisServer")))
fault("sampling-tool-results-alone", contract=_messages(_mixed), shown_by="asking")
fault("sampling-tool-use-balanced", contract=_messages(_one_less), shown_by="asking")

fault("elicit-request-members", contract=_asking(FORM, without("message")))
fault("elicit-schema-flat", contract=_form(_with(phone={"type": "string", "format": "phone"})))
fault(
    "elicit-schema-enum-forms",
    contract=_form(_with(colours={"type": "array", "items": {"enum": ["red", "blue"]}})),
)
fault("elicit-schema-defaults", contract=_form(_with(guests={"type": "integer", "default": "2"})))
fault("elicit-form-no-secrets", contract=_form(_with(apiKey={"type": "string"})))
fault(
    "elicit-form-no-links",
    contract=_form(_with(place={"type": "string", "description": "Visit https://example.com"})),
)
fault("elicit-url-valid", contract=_url("the account page"), shown_by="asking")
fault("elicit-url-https", contract=_url("http://example.com/open"), shown_by="asking")
fault("elicit-server-handles-refusal")
fault("elicit-server-validates-content")
fault("elicit-complete-notification", contract=_foreign_completion, shown_by="url_first")
fault("elicit-32042-shape", contract=_without_ids, shown_by="url_first")

fault("capability-missing-error")
fault("capability-missing-data")
fault("capability-missing-http-400")
# Over HTTP all connections share one process, and so all that it remembers.
fault("stateless-capabilities-not-remembered", transport="stdio")
fault(
    "extension-fallback",
    reply=in_results(
        lambda result: {
            **result,
            "resultType": "memo" if result.get("resultType") == "complete" else "input_required",
        },
        "prompts/get",
    ),
)
