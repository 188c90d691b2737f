"""What a client asked for in a recording, and got: what it may be said to rely on."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from mcp_proof_contracts.consumers.consumer import Kind
from mcp_proof_contracts.consumers.value_schema import schema_of, widened
from mcp_proof_contracts.dialect import Dialect, Spoken
from mcp_proof_contracts.dialects.rest import EXECUTE
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import ORDINARY, Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.secrets.members import without_secret_members
from mcp_proof_contracts.surface_of_transcript import server_reading
from mcp_proof_contracts.transcript import Transcript
from mcp_proof_contracts.wire import as_list, as_object

MOST_EXAMPLES: Final = 3
"""Examples of each interaction that are kept: the first that differ."""
ASKED: Final[dict[str, tuple[Kind, str]]] = {
    "tools/call": ("tool", "name"),
    "prompts/get": ("prompt", "name"),
    "resources/read": ("resource", "uri"),
}
"""The requests that are interactions: of which kind, and the parameter that names the target."""
BY_METHOD: Final = {
    "completion/complete": "completions",
    "logging/setLevel": "logging",
    "resources/subscribe": "resources.subscribe",
    "tasks/get": "tasks",
}
"""The capabilities that make requests possible."""
BY_NOTIFICATION: Final = {
    "notifications/tools/list_changed": "tools.listChanged",
    "notifications/prompts/list_changed": "prompts.listChanged",
    "notifications/resources/list_changed": "resources.listChanged",
    "notifications/resources/updated": "resources.subscribe",
}
"""The capabilities that notifications come from."""


class Asked(NamedTuple):
    """A request that was answered well."""

    kind: Kind
    target: str
    arguments: JsonObject


def consumed(transcript: Transcript, spoken: Spoken, before: JsonObject) -> JsonObject:
    """Return the document of a consumer contract that a recording adds to.

    Nothing is taken out: another recording may have shown it. What the file admits stays as it is;
    an interaction of the same target is widened, else one is added.

    Args:
        transcript: of a client, or of the server that it spoke to.
        spoken: what is spoken in it.
        before: the document so far.
    """
    reading = server_reading(transcript, spoken)
    document = dict(before)
    speaks = [str(each) for each in as_list(before.get("speaks"))]
    document["speaks"] = list[Json](sorted({*speaks, str(spoken)}))
    known = [str(each) for each in as_list(before.get("capabilities"))]
    if capabilities := [*known, *sorted({*_capabilities(reading)} - {*known})]:
        document["capabilities"] = list[Json](capabilities)
    interactions = [as_object(each) for each in as_list(before.get("interactions"))]
    for asked in _asked(reading, spoken):
        interactions = _with(interactions, asked)
    document["interactions"] = list[Json](interactions)
    return document


def _capabilities(reading: Reading) -> Iterator[str]:
    for method, capability in BY_METHOD.items():
        if any(each.probe in ORDINARY for each in reading.results(method)):
            yield capability
    for method, capability in BY_NOTIFICATION.items():
        if any(reading.notifications(method)) and reading.declares(capability):
            yield capability


def _asked(reading: Reading, spoken: Spoken) -> Iterator[Asked]:
    if spoken is Dialect.REST:
        yield from _executed(reading)
        return
    for method, (kind, name) in ASKED.items():
        for exchange in reading.results(method):
            params = exchange.sent.message.params
            target = params.get(name)
            failed = exchange.result.get("isError") is True
            if exchange.probe in ORDINARY and isinstance(target, str) and not failed:
                yield Asked(kind, target, as_object(params.get("arguments")))


def _executed(reading: Reading) -> Iterator[Asked]:
    for each in reading.http():
        answer = as_object(each.response_json)
        if each.path.endswith(EXECUTE) and answer.get("successful") is True:
            for call in map(as_object, as_list(as_object(each.request_json).get("tools"))):
                yield Asked("tool", str(call.get("tool_slug")), as_object(call.get("arguments")))


def _with(interactions: Sequence[JsonObject], asked: Asked) -> list[JsonObject]:
    same = [each for each in interactions if each.get(asked.kind) == asked.target]
    if not same:
        return _placed(interactions, _new(asked, {str(each["name"]) for each in interactions}))
    if asked.kind == "resource":
        return [*interactions]
    chosen = next((each for each in same if _covers(each, asked.arguments)), same[0])
    wider = _wider(chosen, asked.arguments)
    return [wider if each is chosen else each for each in interactions]


def _covers(interaction: JsonObject, arguments: JsonObject) -> bool:
    schema = as_object(interaction.get("arguments"))
    return widened(schema, arguments) == schema


def _wider(interaction: JsonObject, arguments: JsonObject) -> JsonObject:
    schema = interaction.get("arguments")
    examples = [*as_list(interaction.get("examples"))]
    shown = without_secret_members(arguments)
    if arguments not in examples and shown not in examples and len(examples) < MOST_EXAMPLES:
        examples.append(shown)
    told = schema_of(arguments) if schema is None else widened(as_object(schema), arguments)
    return {**interaction, "arguments": told, "examples": examples}


def _new(asked: Asked, names: set[str]) -> JsonObject:
    name = asked.target
    while name in names:
        name = f"{asked.kind} {name}"
    new: JsonObject = {"name": name, asked.kind: asked.target}
    return new if asked.kind == "resource" else _wider(new, asked.arguments)


def _placed(interactions: Sequence[JsonObject], new: JsonObject) -> list[JsonObject]:
    """Put an interaction behind the last one whose name comes before its own."""
    name = str(new["name"])
    smaller = (n for n, each in enumerate(interactions, 1) if str(each["name"]) < name)
    at = max(smaller, default=0)
    return [*interactions[:at], new, *interactions[at:]]


def is_known(spoken: Spoken) -> bool:
    """Whether recordings of what is spoken tell what was asked for."""
    return isinstance(spoken, Revision) or spoken not in (Dialect.GATEWAY, Dialect.QUEUE)
