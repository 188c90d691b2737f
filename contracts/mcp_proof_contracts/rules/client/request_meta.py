"""Overview, `_meta`: what every request of a 2026-07-28 client says of itself."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.handshakes import claims_modern, message_of, said_by_client
from mcp_proof_contracts.headers import META_CAPABILITIES, META_CLIENT_INFO, META_VERSION
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import Kind, as_object, quote

PAGE: Final = "basic#meta"
SINCE: Final = Revision.R2026_07_28
SILENT: Final = "the client sent no request of this era"
REMOVED: Final = frozenset(
    {
        "initialize",
        "notifications/initialized",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "resources/unsubscribe",
        "notifications/roots/list_changed",
    }
)
"""What 2026-07-28 no longer has of what clients sent."""


@rule("meta-version-on-every-request", "MUST", PAGE, side="client", since=SINCE, otherwise=SILENT)
def version_on_every_request(read: Reading) -> Observations:
    """Every request names its protocol version in `_meta`.

    There is no session that could remember it. Looked at: requests of clients that have not fallen
    back to the handshake of earlier revisions.
    """
    yield from _present(read, META_VERSION, str, "the protocol version as a string")


@rule(
    "meta-capabilities-on-every-request", "MUST", PAGE, side="client", since=SINCE, otherwise=SILENT
)
def capabilities_on_every_request(read: Reading) -> Observations:
    """Every request declares the client's capabilities in `_meta`, be they none.

    A server may ask only for what the very request declares. Looked at: requests of clients that
    have not fallen back to the handshake of earlier revisions.
    """
    yield from _present(read, META_CAPABILITIES, dict, "the client's capabilities as an object")


@rule(
    "meta-client-info-on-every-request",
    "SHOULD",
    PAGE,
    side="client",
    since=SINCE,
    otherwise=SILENT,
)
def client_info_on_every_request(read: Reading) -> Observations:
    """Every request says in `_meta` which client it comes from.

    Logs and statistics of servers go by it. Looked at: requests of clients that have not fallen
    back to the handshake; what the info holds is judged by `implementation-name-version`.
    """
    yield from _present(read, META_CLIENT_INFO, dict, "the client's name and version")


@rule(
    "client-no-removed-methods",
    "schema",
    "changelog#major-changes",
    side="client",
    since=SINCE,
    otherwise=SILENT,
)
def no_removed_methods(read: Reading) -> Observations:
    """A client sends nothing that 2026-07-28 has removed.

    Servers of this era do not know it. Looked at: `initialize`, `notifications/initialized`,
    `ping`, `logging/setLevel`, `resources/subscribe`, `resources/unsubscribe` and
    `notifications/roots/list_changed`, where they claim this revision, or where no handshake was
    tried. A handshake by itself is how a client looks for an earlier revision.
    """
    for event in _modern(read):
        message = message_of(event)
        if message.method not in REMOVED:
            yield Kept(event)
        else:
            yield Finding(
                message=f"{message.method} was sent, which {read.revision} has removed",
                expected=f"only what {read.revision} has",
                actual=message.excerpt,
                events=(event,),
            )


def _present(read: Reading, member: str, kind: type, what: str) -> Observations:
    for event in _modern(read):
        message = message_of(event)
        if message.kind is not Kind.REQUEST:
            continue
        meta = as_object(message.params.get("_meta"))
        if isinstance(meta.get(member), kind):
            yield Kept(event)
        else:
            yield Finding(
                message=f"{message.method} does not carry {member} in `_meta`",
                expected=what,
                actual=quote(meta[member]) if member in meta else message.excerpt,
                events=(event,),
            )


def _modern(read: Reading) -> Iterator[Event]:
    """The requests and notifications of the stateless era: all but those of a handshake's own.

    What claims no version after an `initialize` is of the session that it began, or tried to.
    """
    fallen: set[str] = set()
    for event in said_by_client(read):
        message = message_of(event)
        if message.kind not in (Kind.REQUEST, Kind.NOTIFICATION):
            continue
        if claims_modern(message):
            yield event
            continue
        connection = event.session if read.shared else ""
        if message.method == "initialize":
            fallen.add(connection)
        elif connection not in fallen:
            yield event
