"""C19: tools in the form that a framework has for functions."""

from mcp_proof_contracts.agreements.promised_by_client import promised
from mcp_proof_contracts.client_calls import calls
from mcp_proof_contracts.client_run import told
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import as_list, as_object, encode, quote

SCHEMAS = ("parameters", "inputSchema", "input_schema")
SAID = "text"


@promised("client-adapter-schema-kept", "adapter", "the client made no definitions of functions")
def schema_kept(read: Reading, _terms: Terms) -> Observations:
    """A definition of a function has the description and all parameters that the tool has.

    What is lost there no model can know. Looked at: the definitions that the user was given, beside
    the tools that were listed: the names of the parameters, their types and which are required.
    The name of a function may have something before that of the tool.
    """
    for outcome in told(read, "definitions"):
        if not outcome.ok:
            continue
        given = [as_object(as_object(e).get("function", e)) for e in as_list(outcome.value)]
        for name, tool in read.counterpart.tool_by_name.items():
            found = next((e for e in given if str(e.get("name")).endswith(name)), None)
            lost = ["all of it"] if found is None else _lost(tool, found)
            if lost:
                yield Finding(
                    message=f"the definition of {name} lacks {', '.join(lost)}",
                    expected=quote({n: tool.get(n) for n in ("description", "inputSchema")}),
                    actual=quote(found),
                    events=(outcome.event,),
                )
            else:
                yield Kept(outcome.event)


@promised("client-adapter-arguments-parsed", "adapter", "no function was called by a text")
def arguments_parsed(read: Reading, _terms: Terms) -> Observations:
    """Arguments that a model gives as a text of JSON are sent as what they are.

    Looked at: the arguments of calls, beside the text that the user gave.
    """
    for outcome in told(read, "function-call"):
        asked = as_object(outcome.event.data.get("asked"))
        for call in calls(read):
            if call.tool != asked.get("name"):
                continue
            if call.arguments == as_object(asked.get("means")):
                yield Kept(call.event)
            else:
                yield Finding(
                    message=f"{call.tool} was called with other arguments than were given",
                    expected=quote(asked.get("means")),
                    actual=quote(call.params.get("arguments")),
                    events=call.evidence,
                )


@promised("client-adapter-error-told", "adapter", "no function failed")
def error_told(read: Reading, _terms: Terms) -> Observations:
    """When a tool fails, whoever called the function is told, with the tool's own words.

    A model that is told nothing takes nothing for an answer. Looked at: calls whose result says
    that it failed, and what the user was told: an error, or a value that has the words in it.
    """
    for call in calls(read):
        if call.outcome != "failed":
            continue
        words = [str(as_object(e).get(SAID)) for e in as_list(as_object(call.value).get("content"))]
        for outcome in told(read, "function-call"):
            if outcome.event.at < call.began:
                continue
            if not outcome.ok or any(_has(outcome.value, each) for each in words):
                yield Kept(outcome.event)
            else:
                yield Finding(
                    message=f"{call.tool} failed, and nobody was told",
                    expected=", ".join(words),
                    actual=quote(outcome.value),
                    events=(*call.evidence, outcome.event),
                )


def _lost(tool: JsonObject, given: JsonObject) -> list[str]:
    schema = as_object(tool.get("inputSchema"))
    made = as_object(next((given[name] for name in SCHEMAS if name in given), None))
    properties, kept = as_object(schema.get("properties")), as_object(made.get("properties"))
    lost = [f"the parameter {name}" for name in properties if name not in kept]
    lost += [
        f"the type of {name}"
        for name, each in properties.items()
        if name in kept and "type" in as_object(each) and not _typed(each, kept[name])
    ]
    required = {*map(str, as_list(schema.get("required")))}
    lost += [f"that {n} is required" for n in required - {*map(str, as_list(made.get("required")))}]
    return lost + ([] if _has(given, str(tool.get("description", ""))) else ["the description"])


def _typed(listed: Json, given: Json) -> bool:
    wanted = as_object(listed).get("type")
    return encode(wanted) in encode(given)


def _has(value: Json, words: str) -> bool:
    return encode(words)[1:-1] in encode(value)
