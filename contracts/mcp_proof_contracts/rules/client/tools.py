"""Tools: how clients call them."""

from typing import Final

from mcp_proof_contracts.client_run import wished
from mcp_proof_contracts.client_tools import arguments_of, known_when_called, listings
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.walks import walks
from mcp_proof_contracts.schema_dialects import allowed_by_any, refused_by_any
from mcp_proof_contracts.wire import as_object, quote

CALLING: Final = "server/tools#calling-tools"
NONE: Final = "the client called no tool"


@rule("tools-client-call-shape", "schema", CALLING, side="client", otherwise=NONE)
def call_shape(read: Reading) -> Observations:
    """`tools/call` has the tool's `name`, a text, and its `arguments`, an object, if there are any.

    A call without a name is for no tool, and arguments in a list have no names. Looked at: the
    params of every call.
    """
    for call in read.counterpart.exchanges("tools/call"):
        params = call.sent.message.params
        named = isinstance(params.get("name"), str)
        if named and isinstance(params.get("arguments", {}), dict):
            yield Kept(call.sent.event)
        else:
            wrong = "its arguments are no object" if named else "it has no name"
            yield Finding(
                message=f"a call of a tool is ill-formed: {wrong}",
                expected="{name: text, arguments?: object}",
                actual=quote(params),
                events=(call.sent.event,),
            )


@rule(
    "tools-client-calls-listed",
    "implied",
    CALLING,
    side="client",
    otherwise="the client called no tool, or never came to the end of a list of tools",
)
def calls_listed(read: Reading) -> Observations:
    """A client calls the tools that a server lists, by the names that it lists them with.

    Models make up names, and clients rename tools for them: what is called must be the server's.
    Looked at: names that no list gave, at any time, though the client had read one to its end
    before. Names that it was asked to call are nobody's fault.
    """
    ends = _ends(read)
    asked = [wish.get("tool") for wish in wished(read)]
    for call in read.counterpart.exchanges("tools/call"):
        name = call.sent.message.params.get("name")
        if not isinstance(name, str):
            continue
        if name in listings(read):
            yield Kept(call.sent.event)
        elif name not in asked and any(end < call.sent.event.seq for end in ends):
            yield Finding.about(
                call,
                message=f"the client called {quote(name)}, which no list of tools has",
                expected=f"one of {quote(sorted(listings(read)))}",
            )


@rule(
    "tools-client-arguments-match",
    "implied",
    "server/tools#tool",
    side="client",
    otherwise="the client called no tool that it had listed, or none whose schema can be judged",
)
def arguments_match(read: Reading) -> Observations:
    """The arguments of a call satisfy the `inputSchema` that the client was given.

    A client that checks them tells its model what is wrong, and saves a call that fails. Looked at:
    calls of tools that the client had listed, whose arguments break the schema by any draft of JSON
    Schema. Arguments that it was asked to give are nobody's fault.
    """
    for call in read.counterpart.exchanges("tools/call"):
        listing = known_when_called(read, call)
        if listing is None or not isinstance(call.sent.message.params.get("arguments", {}), dict):
            continue
        schema, arguments = as_object(listing.tool.get("inputSchema")), arguments_of(call)
        if allowed_by_any(schema, arguments):
            yield Kept(call.sent.event)
        elif refused_by_any(schema, arguments) and not _was_asked_for(read, call):
            yield Finding.about(
                call,
                message=f"the arguments of {call.sent.message.params.get('name')} break its"
                " inputSchema",
                expected=quote(schema),
            )


def _ends(read: Reading) -> list[int]:
    """Return when the client had read a list of tools to its end."""
    found = walks("tools/list", read.counterpart.results("tools/list"))
    return [walk.exchanges[-1].evidence[-1].seq for walk in found if walk.is_whole]


def _was_asked_for(read: Reading, call: Exchange) -> bool:
    given = arguments_of(call)
    return any(as_object(wish.get("arguments", {})) == given for wish in wished(read))
