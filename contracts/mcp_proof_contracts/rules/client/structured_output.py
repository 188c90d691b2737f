"""Tools, Output Schema: what clients do with structured content, and with schemas."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.client_run import told
from mcp_proof_contracts.client_tools import listings, offers
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.schema_dialects import refused_by_any
from mcp_proof_contracts.structured_results import serves, structured
from mcp_proof_contracts.tool_schema import instance_problems, schema_problem
from mcp_proof_contracts.wire import quote

SCHEMAS: Final = ("inputSchema", "outputSchema")
KEYWORDS: Final = frozenset(
    (
        *("$schema", "$defs", "$ref", "$anchor", "additionalProperties", "allOf", "anyOf", "oneOf"),
        *("not", "if", "then", "else", "dependentRequired", "dependentSchemas", "prefixItems"),
        *("unevaluatedProperties", "unevaluatedItems", "patternProperties", "propertyNames"),
    )
)
"""What a client loses that knows only a few keywords by their names."""


@rule(
    "tools-client-validates-structured",
    "SHOULD",
    "server/tools#output-schema",
    side="client",
    since=Revision.R2025_06_18,
    otherwise="no tool that the client knew gave structured content that breaks its outputSchema, "
    "or the client did not tell what became of it",
)
def validates_structured(read: Reading) -> Observations:
    """Structured content that breaks the tool's `outputSchema` is not handed on as if it were good.

    What comes behind the client relies on the schema, and so does a model. Looked at: content that
    breaks the schema by any draft of JSON Schema, of tools that the client had listed; a finding is
    one that its user got, unchanged and with no error. An error counts where good content of such a
    tool brings none.
    """
    for each in structured(read):
        if not refused_by_any(each.schema, each.value):
            continue
        if each.is_handed_on:
            yield each.finding(
                f"{each.tool} gave what its outputSchema forbids, and nobody minded", "an error"
            )
        elif not each.told.ok and serves(read):
            yield Kept(each.told.event)
        else:
            yield Untested("the client fails with good structured content too")


@rule(
    "tools-client-accepts-any-structured",
    "implied",
    "server/tools#structured-content",
    side="client",
    since=Revision.R2026_07_28,
    otherwise="no tool that the client knew gave structured content that is no object",
)
def accepts_any_structured(read: Reading) -> Observations:
    """Structured content may be any JSON value, and the `outputSchema` one of any type.

    Up to 2025-11-25 it had to be an object, and clients that still think so lose the result. Looked
    at: content that is no object and satisfies its schema; a finding is an error for it, of a
    client that was told of other calls without one.
    """
    fine = any(each.ok for each in told(read, "call"))
    for each in structured(read):
        fits = schema_problem(each.schema) is None and not instance_problems(
            each.schema, each.value
        )
        if isinstance(each.value, dict) or not fits:
            continue
        if each.told.ok:
            yield Kept(each.told.event)
        elif fine:
            yield each.finding(
                f"the structured content {quote(each.value)} of {each.tool} led to an error",
                "the result",
            )
        else:
            yield Untested("the client told of no call without an error")


@rule(
    "tools-schema-keywords-preserved-client",
    "implied",
    "basic#implementation-requirements",
    side="client",
    since=Revision.R2025_11_25,
    otherwise="no tool had such keywords, or the client did not show the schemas that it read",
)
def schema_keywords_preserved(read: Reading) -> Observations:
    """What a schema says in the keywords of 2020-12 is not lost when a client reads it.

    A schema without its `$defs`, `anyOf` or `additionalProperties` allows what the server refuses.
    Looked at: the schemas of the tools that the client's user gets, beside those that were listed;
    keywords that combine, refer or forbid.
    """
    for offer in offers(read):
        for name, tool in offer.tools.items():
            known = listings(read).get(name, ())
            if not known:
                continue
            for member in SCHEMAS:
                schema, shown = known[-1].tool.get(member), tool.get(member)
                if not isinstance(shown, dict) or not any(_keywords(schema, "")):
                    continue
                lost = sorted(set(_keywords(schema, "")) - set(_keywords(shown, "")))
                if not lost:
                    yield Kept(offer.told.event)
                    continue
                yield Finding(
                    message=f"the {member} of {name} has lost {lost[0]}",
                    expected=quote(schema),
                    actual=quote(shown),
                    events=(known[-1].event, offer.told.event),
                )


def _keywords(schema: Json, pointer: str) -> Iterator[str]:
    """Yield where one of the keywords stands."""
    if isinstance(schema, list):
        for number, part in enumerate(schema):
            yield from _keywords(part, f"{pointer}/{number}")
    if isinstance(schema, dict):
        for name, part in schema.items():
            if name in KEYWORDS:
                yield f"{pointer}/{name}"
            yield from _keywords(part, f"{pointer}/{name}")
