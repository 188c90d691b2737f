"""Prompts, Getting a Prompt and PromptMessage: what prompts/get gives."""

import re
from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.echoed import without_echoes
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_list, as_object, encode, quote

GET: Final = "prompts/get"
ARGUMENTS: Final = "prompt-arguments"
NONE_GIVEN: Final = "no prompt was got"
MEDIA_TYPE: Final = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+\s*(?:;.*)?", re.ASCII | re.DOTALL)
"""Type, subtype and parameters (RFC 6838, section 4.2; RFC 2045, section 5.1)."""
PLAIN_TEXT: Final[JsonObject] = {"uri": "x:x", "text": ""}
SOUND: Final[dict[str, JsonObject]] = {
    "image": {"data": "", "mimeType": "x/x"},
    "audio": {"data": "", "mimeType": "x/x"},
    "resource": {"resource": PLAIN_TEXT},
}
"""What stands for the members that have rules of their own."""
MEMBERS: Final = ("uri", "mimeType", "text", "blob")
"""What an embedded resource consists of."""


@rule(
    "prompts-get-messages",
    "schema",
    "server/prompts#promptmessage",
    otherwise=NONE_GIVEN,
)
def get_messages(read: Reading) -> Observations:
    """prompts/get gives an array of messages, each with a role and one content block.

    The role is "user" or "assistant"; the content is one block of a type that the revision knows,
    never an array. A client passes them to its model as they are. Looked at: every result by the
    revision's definition. What images, sounds and embedded resources hold is for their own rules;
    a result that asks for input first (2026-07-28) has no messages.
    """
    for exchange in _results(read):
        judged: dict[str, Json] = {"resultType": "complete"}
        judged |= {n: m for n, m in exchange.result.items() if n in ("description", "messages")}
        if isinstance(messages := judged.get("messages"), list):
            judged["messages"] = [_without_judged_apart(exchange, each) for each in messages]
        wrong = problems(read.revision, "GetPromptResult", judged)
        if not wrong:
            yield Kept(exchange.sent.event)
        for problem in wrong:
            yield Finding.about(
                exchange,
                message=f"{_name(exchange)} gave an ill-formed result: {problem}",
                expected="`messages`, each with a role and one content block",
            )


@rule(
    "prompts-image-valid",
    "MUST",
    "server/prompts#image-content",
    otherwise="no prompt gave an image",
)
def image_valid(read: Reading) -> Observations:
    """Images in prompts are Base64 with a valid MIME type.

    Looked at: `data` in the standard alphabet with padding, and `mimeType` as type and subtype.
    Whether the data is an image of that type is not looked into.
    """
    yield from _media(read, "image")


@rule(
    "prompts-audio-valid",
    "MUST",
    "server/prompts#audio-content",
    since=Revision.R2025_03_26,
    otherwise="no prompt gave audio",
)
def audio_valid(read: Reading) -> Observations:
    """Audio in prompts is Base64 with a valid MIME type.

    Looked at: `data` in the standard alphabet with padding, and `mimeType` as type and subtype.
    Whether the data is audio of that type is not looked into.
    """
    yield from _media(read, "audio")


@rule(
    "prompts-embedded-resource-members",
    "MUST",
    "server/prompts#embedded-resources",
    otherwise="no prompt gave an embedded resource",
)
def embedded_resource_members(read: Reading) -> Observations:
    """Resources embedded in prompts have a valid URI, a MIME type, and text or Base64 data.

    The page demands all three, though the schema has the MIME type as optional. An empty text is
    a text. Whether the type fits the content is not looked into, nor what the request gave as an
    argument, such as the URI of the resource to embed.
    """
    for exchange, block in _blocks(read, "resource"):
        resource = as_object(block.get("resource"))
        told = {name: resource[name] for name in MEMBERS if name in resource}
        judged: JsonObject = {"type": "resource", "resource": told}
        wrong = [str(problem) for problem in problems(read.revision, "EmbeddedResource", judged)]
        if not wrong and not _is_media_type(resource.get("mimeType")):
            wrong = [f"its MIME type is {quote(resource.get('mimeType'))}"]
        yield from _judged(exchange, wrong, "an embedded resource", "`uri`, `mimeType`, content")


@rule(
    "prompts-get-uses-arguments",
    "implied",
    "server/prompts#getting-a-prompt",
    probes=(ARGUMENTS,),
    otherwise="no prompt shows the arguments it was given",
)
def get_uses_arguments(read: Reading) -> Observations:
    """A prompt's messages are made of the arguments that it was asked with.

    Looked at: prompts that take arguments, each got twice with other values. A prompt may use an
    argument without showing it. It is a finding that a value of the other request stands there
    and none of its own, or that the argument's own placeholder (`{name}`) is left standing and
    its value stands nowhere.
    """
    pairs: dict[Json, list[Exchange]] = {}
    for exchange in read.stimuli(ARGUMENTS):
        if exchange.served and isinstance(exchange.result.get("messages"), list):
            pairs.setdefault(quote(exchange.sent.message.params.get("name")), []).append(exchange)
    for exchanges in pairs.values():
        for exchange in exchanges:
            others = [other for other in exchanges if other is not exchange]
            yield from _uses(exchange, others)


def _uses(exchange: Exchange, others: list[Exchange]) -> Observations:
    text, given = _text(exchange), _given(exchange)
    if any(value in text for value in given.values()):
        yield Kept(exchange.sent.event)
        return
    foreign = [v for other in others for v in _given(other).values() if v in text]
    left = [name for name in given if _placeholder(name).search(text)]
    if not foreign and not left:
        yield Untested("no prompt shows the arguments it was given")
        return
    shows = f"the value {foreign[0]!r} of another request" if foreign else f"{left[0]!r} unfilled"
    yield Finding.about(
        exchange,
        message=f"{_name(exchange)} shows {shows}",
        expected=f"messages made of {quote(exchange.sent.message.params.get('arguments'))}",
    )


def _placeholder(name: str) -> re.Pattern[str]:
    """An argument's name in the braces that templates have, with nothing else between them."""
    return re.compile(r"\{\s*" + re.escape(name) + r"\s*\}")


def _given(exchange: Exchange) -> dict[str, str]:
    arguments = as_object(exchange.sent.message.params.get("arguments"))
    return {name: value for name, value in arguments.items() if isinstance(value, str)}


def _text(exchange: Exchange) -> str:
    return encode(exchange.result.get("messages")).decode(errors="replace")


def _media(read: Reading, kind: str) -> Observations:
    definition = f"{kind.capitalize()}Content"
    for exchange, block in _blocks(read, kind):
        judged = {name: block[name] for name in ("type", "data", "mimeType") if name in block}
        wrong = [str(problem) for problem in problems(read.revision, definition, judged)]
        if not wrong and not _is_media_type(block.get("mimeType")):
            wrong = [f"its MIME type is {quote(block.get('mimeType'))}"]
        yield from _judged(exchange, wrong, f"{kind} content", "Base64 and a valid MIME type")


def _judged(exchange: Exchange, wrong: list[str], what: str, expected: str) -> Observations:
    if not wrong:
        yield Kept(exchange.sent.event)
    for problem in wrong:
        yield Finding(
            message=f"{_name(exchange)} gave wrong {what}: {problem}",
            expected=expected,
            actual=problem,
            events=exchange.evidence,
        )


def _is_media_type(value: Json) -> bool:
    return isinstance(value, str) and MEDIA_TYPE.fullmatch(value) is not None


def _without_judged_apart(exchange: Exchange, message: Json) -> Json:
    """The message with sound members where other rules look, or the arguments are given back."""
    block = as_object(message).get("content")
    if not isinstance(message, dict) or not isinstance(block, dict):
        return message
    sound = SOUND.get(str(block.get("type")), {})
    own = without_echoes(block, exchange)
    kept = {name: m for name, m in own.items() if name not in ("_meta", "icons")}
    return {**message, "content": {**kept, **sound}}


def _results(read: Reading) -> Iterator[Exchange]:
    """The results that hold a prompt, and are no question back."""
    for exchange in read.results(GET):
        if exchange.result.get("resultType", "complete") == "complete":
            yield exchange


def _blocks(read: Reading, kind: str) -> list[tuple[Exchange, JsonObject]]:
    return read.derived(_blocks_by_kind).get(kind, [])


def _blocks_by_kind(read: Reading) -> dict[str, list[tuple[Exchange, JsonObject]]]:
    found: dict[str, list[tuple[Exchange, JsonObject]]] = {}
    for exchange in _results(read):
        for message in map(as_object, as_list(exchange.result.get("messages"))):
            block = as_object(message.get("content"))
            if isinstance(kind := block.get("type"), str):
                own = without_echoes(block, exchange)
                found.setdefault(kind, []).append((exchange, own))
    return found


def _name(exchange: Exchange) -> str:
    return f"the prompt {exchange.sent.message.params.get('name')!r}"
