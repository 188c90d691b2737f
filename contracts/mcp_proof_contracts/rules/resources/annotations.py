"""Resources, Annotations: hints about whom a thing is for, how much it matters, how old it is."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.iso_8601 import is_time
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.resources.traffic import resources, templates
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.wire import as_list, as_object, quote

PAGE: Final = "server/resources#annotations"
SINCE: Final = Revision.R2025_06_18


@rule(
    "resources-annotations-range",
    "schema",
    PAGE,
    otherwise="nothing with annotations was seen",
)
def annotations_range(read: Reading) -> Observations:
    """Annotations have a `priority` from 0 to 1, and an `audience` of users and assistants.

    Clients filter and sort by them. Looked at: listed resources and templates, and the content
    of tool results and prompts, by the revision's definition. The annotations of tools are other
    ones.
    """
    for value, exchange in _annotations(read):
        wrong = problems(read.revision, "Annotations", value)
        if not wrong:
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message=f"annotations are wrong: {wrong[0]}",
                expected="a priority from 0 to 1, an audience of `user` and `assistant`",
                actual=quote(value),
                events=exchange.evidence,
            )


@rule(
    "resources-last-modified-iso8601",
    "implied",
    PAGE,
    since=SINCE,
    otherwise="nothing with `lastModified` was seen",
)
def last_modified_iso8601(read: Reading) -> Observations:
    """`lastModified` is a time as ISO 8601 writes it.

    Clients show it and sort by it. Any form of the standard will do: with or without a zone, a
    week date, a year alone.
    """
    for value, exchange in _annotations(read):
        told = as_object(value).get("lastModified")
        if not isinstance(told, str):
            continue
        if is_time(told):
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message=f"lastModified is no ISO 8601 time: {quote(told)}",
                expected="such as 2025-01-12T15:00:58Z",
                actual=quote(told),
                events=exchange.evidence,
            )


def _annotations(read: Reading) -> Sequence[tuple[Json, Exchange]]:
    return read.derived(_found)


def _found(read: Reading) -> list[tuple[Json, Exchange]]:
    return [
        (holder["annotations"], exchange)
        for holder, exchange in _holders(read)
        if isinstance(holder, dict) and "annotations" in holder
    ]


def _holders(read: Reading) -> Iterator[tuple[Json, Exchange]]:
    """All that may have annotations of this kind."""
    yield from resources(read)
    yield from templates(read)
    for exchange in read.results("tools/call"):
        for block in as_list(exchange.result.get("content")):
            yield block, exchange
    for exchange in read.results("prompts/get"):
        for message in as_list(exchange.result.get("messages")):
            yield as_object(message).get("content"), exchange
