"""What each side says of itself: its capabilities and its implementation."""

from collections.abc import Iterator

from mcp_proof_contracts.headers import META_CLIENT_INFO, META_SERVER_INFO
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.opening import OPENINGS
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.transcript import Event, Sender
from mcp_proof_contracts.wire import Kind, Message, as_object, encode, quote


@rule(
    "init-server-capabilities-types",
    "schema",
    "capabilities#declared",
    otherwise="the server declared no capabilities",
)
def server_capabilities_types(read: Reading) -> Observations:
    """Every capability the server declares is an object, and its flags are booleans.

    A client decides by them what it may use; `"listChanged": "false"` is true in most languages.
    Looked at: the capabilities in every `initialize` and `server/discover` result, by the
    revision's schema. Capabilities that the revision does not know are not judged.
    """
    seen: set[bytes] = set()
    for method in OPENINGS:
        for exchange in read.results(method):
            assert exchange.answer is not None
            declared = exchange.result.get("capabilities")
            if not isinstance(declared, dict) or encode(declared) in seen:
                continue
            seen.add(encode(declared))
            wrong = problems(read.revision, "ServerCapabilities", declared)
            if not wrong:
                yield Kept(exchange.answer.event)
            for problem in wrong:
                yield Finding(
                    message=f"the declared capabilities are ill-typed: {problem}",
                    expected="objects, with boolean `listChanged` and `subscribe`",
                    actual=str(problem),
                    events=exchange.evidence,
                )


@rule(
    "implementation-name-version",
    "schema",
    "implementation#info",
    side="both",
    otherwise="the peer did not say what implementation it is",
)
def implementation_name_version(read: Reading) -> Observations:
    """Whoever introduces itself gives a `name` and a `version`, both strings.

    Logs, bug reports and allow-lists are keyed by them. Looked at: `serverInfo` and `clientInfo`
    wherever the revision carries them (the handshake, or `_meta` of every message since
    2026-07-28), with the members that the revision adds: title, description, icons, websiteUrl.
    Not introducing oneself in `_meta` is no fault here: the specification only recommends it.
    """
    seen: set[bytes] = set()
    before: Json = None
    for event, value in _implementations(read):
        if value == before and seen:
            continue  # as most are, which takes no encoding
        before = value
        if encode(value) in seen:
            continue
        seen.add(encode(value))
        wrong = problems(read.revision, "Implementation", value)
        if not wrong:
            yield Kept(event)
        for problem in wrong:
            yield Finding(
                message=f"the {read.peer}'s implementation info is wrong: {problem}",
                expected="`name` and `version` as strings, and well-typed optional members",
                actual=quote(value),
                events=(event,),
            )


def _implementations(read: Reading) -> Iterator[tuple[Event, Json]]:
    for exchange in read.results("initialize"):
        if exchange.answer is not None and "serverInfo" in exchange.result:
            yield exchange.answer.event, exchange.result["serverInfo"]
    for said in read.messages(Kind.REQUEST, Kind.RESULT):
        carried = _carried(said.message, read.peer)
        if carried is not None:
            yield said.event, carried[0]


def _carried(message: Message, peer: Sender) -> tuple[Json] | None:
    """The info that a message carries besides an `initialize` result, in a tuple."""
    if peer is Sender.SERVER:
        meta = message.result.get("_meta")
        return (
            (meta[META_SERVER_INFO],)
            if isinstance(meta, dict) and META_SERVER_INFO in meta
            else None
        )
    if message.method == "initialize":
        members, key = message.params, "clientInfo"
    else:
        members, key = as_object(message.params.get("_meta")), META_CLIENT_INFO
    return (members[key],) if key in members else None
