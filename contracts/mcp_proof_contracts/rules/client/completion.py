"""Completion: how clients ask for suggestions."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.wire import as_object, quote

NAMED_BY: Final = {"ref/prompt": "name", "ref/resource": "uri"}


@rule(
    "completion-client-shape",
    "schema",
    "utilities/completion#requesting-completions",
    side="client",
    otherwise="the client asked for no completion",
)
def shape(read: Reading) -> Observations:
    """A request for completions says what is filled in, which argument, and what was typed so far.

    Looked at: `ref`, which is a prompt's `name` or a resource's `uri` with its `type`; `argument`,
    whose `name` and `value` are texts, an empty one too; and from 2025-06-18 on the texts that
    `context.arguments` may have.
    """
    for exchange in read.counterpart.exchanges("completion/complete"):
        params = exchange.sent.message.params
        wrong = next(_wrong(params, read.revision), "")
        if not wrong:
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message=f"a request for completions is ill-formed: {wrong}",
                expected="{ref: {type, name or uri}, argument: {name, value}}",
                actual=quote(params),
                events=(exchange.sent.event,),
            )


def _wrong(params: JsonObject, revision: Revision) -> Iterator[str]:
    ref, argument = as_object(params.get("ref")), as_object(params.get("argument"))
    member = NAMED_BY.get(str(ref.get("type")))
    if member is None:
        yield "`ref.type` is neither ref/prompt nor ref/resource"
    elif not isinstance(ref.get(member), str):
        yield f"`ref.{member}` is no text"
    for name in ("name", "value"):
        if not isinstance(argument.get(name), str):
            yield f"`argument.{name}` is no text"
    if revision >= Revision.R2025_06_18 and not _are_texts(params.get("context", {})):
        yield "`context.arguments` are not all texts"


def _are_texts(context: Json) -> bool:
    given = as_object(context).get("arguments", {})
    texts = isinstance(given, dict) and all(isinstance(value, str) for value in given.values())
    return isinstance(context, dict) and texts
