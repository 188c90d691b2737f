"""Tools, Tool Result: the content blocks that a call gives back."""

from collections.abc import Iterator, Mapping
from typing import Final

from mcp_proof_contracts.echoed import without_echoes
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import CONTENT_SINCE
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.tools.called import called_as, tool_results, uncalled
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.schema_problem import Problem
from mcp_proof_contracts.wire import as_list, as_object

RESULT: Final = "server/tools#tool-result"
BINARY: Final = ("image", "audio")
JUDGED_APART: Final = ("annotations", "_meta", "icons", "title", "description", "size")
"""Members of blocks that are no matter of the block's kind."""
MEMBERS: Final[Mapping[str, str]] = {"text": "TextContent", "resource_link": "Resource"}
"""The definition of what a block of a kind holds, for kinds that no rule of their own judges."""


@rule("tools-call-content", "schema", RESULT, otherwise="no tool gave a result")
def call_content(read: Reading) -> Observations:
    """The result of a tool call holds `content`, a list of well-formed blocks.

    Clients go through the list without looking, also where there is structured content beside it.
    Looked at: `content` and `isError`, the members of text blocks and of resource links. An empty
    list is right. Kinds of blocks, binary data and embedded resources have rules of their own;
    what the call gave as an argument is not judged where it comes back.
    """
    yield from uncalled(read)
    for exchange, result in tool_results(read):
        wrong = [*_wrong_members(result), *_wrong_blocks(read, exchange, result)]
        yield from _judged(exchange, wrong, "`content`, a list of well-formed blocks")


@rule(
    "tools-binary-content-base64",
    "schema",
    "server/tools#image-content",
    otherwise="no tool gave an image or a sound",
)
def binary_content_base64(read: Reading) -> Observations:
    """Images and sounds are Base64 in `data`, and say in `mimeType` what they are.

    What is not Base64, or of an unknown type, cannot be shown, and models refuse the whole message
    that holds it. Looked at: `data` by the alphabet and padding of RFC 4648, section 4, and both
    members' types; not what the bytes mean.
    """
    yield from uncalled(read)
    for exchange, result in tool_results(read):
        for index, block in _blocks(exchange, result):
            kind = block.get("type")
            if kind in BINARY and CONTENT_SINCE[str(kind)] <= read.revision:
                found = problems(read.revision, "ImageContent", {**_bare(block), "type": "image"})
                wrong = [_within(f"/content/{index}", problem) for problem in found]
                yield from _judged(exchange, wrong, "Base64 in `data`, and a `mimeType`")


@rule(
    "tools-embedded-resource",
    "schema",
    "server/tools#embedded-resources",
    otherwise="no tool gave an embedded resource",
)
def embedded_resource(read: Reading) -> Observations:
    """An embedded resource has a `uri`, and its contents as `text` or as Base64 in `blob`.

    Without either there is nothing to show. An empty text is a text; `mimeType` is optional.
    """
    yield from uncalled(read)
    for exchange, result in tool_results(read):
        for index, block in _blocks(exchange, result):
            if block.get("type") == "resource":
                found = problems(read.revision, "EmbeddedResource", _bare(block))
                wrong = [_within(f"/content/{index}", problem) for problem in found]
                yield from _judged(exchange, wrong, "a `resource` with `uri` and `text` or `blob`")


def _wrong_members(result: JsonObject) -> list[Problem]:
    wrong: list[Problem] = []
    if not isinstance(result.get("content"), list):
        what = "is missing" if "content" not in result else "is no array"
        wrong.append(Problem(pointer="/content", message=what))
    if not isinstance(result.get("isError", False), bool):
        wrong.append(Problem(pointer="/isError", message="is no boolean"))
    return wrong


def _wrong_blocks(read: Reading, exchange: Exchange, result: JsonObject) -> Iterator[Problem]:
    for index, block in _blocks(exchange, result):
        kind = str(block.get("type"))
        definition = MEMBERS.get(kind)
        if definition is not None and CONTENT_SINCE[kind] <= read.revision:
            for problem in problems(read.revision, definition, _bare(block)):
                yield _within(f"/content/{index}", problem)


def _blocks(exchange: Exchange, result: JsonObject) -> Iterator[tuple[int, JsonObject]]:
    """The blocks, but for what the arguments of the call were."""
    for index, block in enumerate(as_list(result.get("content"))):
        yield index, without_echoes(as_object(block), exchange)


def _bare(block: JsonObject) -> JsonObject:
    return {name: member for name, member in block.items() if name not in JUDGED_APART}


def _within(pointer: str, problem: Problem) -> Problem:
    return Problem(pointer=pointer + problem.pointer, message=problem.message)


def _judged(exchange: Exchange, wrong: list[Problem], expected: str) -> Observations:
    if not wrong:
        yield Kept(exchange.sent.event)
        return
    yield Finding.about(
        exchange,
        message=f"{called_as(exchange)} gave an ill-formed result: "
        + "; ".join(str(problem) for problem in wrong[:3]),
        expected=expected,
    )
