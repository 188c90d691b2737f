"""Prompts: how clients ask for them."""

from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.wire import as_object, quote


@rule(
    "prompts-client-arguments-strings",
    "schema",
    "server/prompts#getting-a-prompt",
    side="client",
    otherwise="the client gave arguments to no prompt",
)
def arguments_strings(read: Reading) -> Observations:
    """The arguments of a prompt are texts, each under its name.

    Prompts are filled in with text; servers that read strictly refuse a number. Looked at: the
    `arguments` of every prompts/get that has any.
    """
    for exchange in read.counterpart.exchanges("prompts/get"):
        given = exchange.sent.message.params.get("arguments", {})
        if isinstance(given, dict) and all(isinstance(value, str) for value in given.values()):
            if as_object(given):
                yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message="the arguments of a prompt are not all texts",
                expected="an object of texts",
                actual=quote(given),
                events=(exchange.sent.event,),
            )
