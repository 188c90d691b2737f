"""Client features, Roots: what clients say of theirs."""

from typing import Final

from mcp_proof_contracts.client_run import scripted
from mcp_proof_contracts.error_codes import INTERNAL_ERROR, METHOD_NOT_FOUND
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.replies import Reply, declared, replies
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Kept, Observations, rule
from mcp_proof_contracts.rules.answered import error_expected, only_where_declared, well_formed
from mcp_proof_contracts.wire import as_list, as_object, encode, quote

PAGE: Final = "client/roots"
METHOD: Final = "roots/list"
CHANGED: Final = "notifications/roots/list_changed"
LAST: Final = Revision.R2025_11_25
"""The last revision in which roots are asked for by requests."""
NOT_ASKED: Final = "the client was not asked for its roots, or did not answer"
FAILS: Final = "fail"
"""What a scenario says of roots that cannot be listed."""


@rule("roots-client-declares", "MUST", f"{PAGE}#capabilities", side="client", otherwise=NOT_ASKED)
def declares(read: Reading) -> Observations:
    """A client that gives its roots has declared `roots`.

    A server that keeps to what was declared never asks a client that hides what it can do. Looked
    at: answers with at least one root, beside what the client declared at `initialize`, in
    2026-07-28 in the request that led to the question.
    """
    yield from only_where_declared(read, METHOD)


@rule("roots-result-members", "schema", f"{PAGE}#listing-roots", side="client", otherwise=NOT_ASKED)
def result_members(read: Reading) -> Observations:
    """The answer to `roots/list` has a list of roots, each with a `uri`.

    A server that finds no list has no bounds to work in. Looked at: the result by the revision's
    schema. What a URI is like is for `roots-file-uri`.
    """
    yield from well_formed(read, METHOD)


@rule("roots-file-uri", "MUST", f"{PAGE}#root", side="client", otherwise="the client gave no roots")
def file_uri(read: Reading) -> Observations:
    """The URI of a root begins with `file://`.

    Servers take roots for directories. Looked at: the `uri` of every root that a client gives.
    """
    for reply in replies(read, METHOD):
        for uri in _uris(reply):
            if isinstance(uri, str) and not uri.lower().startswith("file://"):
                yield reply.finding(f"a root has the URI {quote(uri)}", "a URI with `file://`")
            elif isinstance(uri, str) and reply.event is not None:
                yield Kept(reply.event)


@rule(
    "roots-list-changed-sent",
    "MUST",
    f"{PAGE}#root-list-changes",
    side="client",
    until=LAST,
    otherwise="no client that declares `roots.listChanged` was seen to change its roots",
)
def list_changed_sent(read: Reading) -> Observations:
    """A client that declares `roots.listChanged` tells the server when its roots change.

    Until then the server works where it no longer should. Looked at: sessions in which the client
    gave different roots at different times, and whether it has sent the notification at any time
    after the first of two such answers. Of what changed with nobody asking nothing is known.
    """
    last: dict[str, Reply] = {}
    told = [said.event for said in read.notifications(CHANGED)]
    for reply in replies(read, METHOD):
        if reply.event is None or not declared(reply.question, "roots.listChanged"):
            continue
        if not isinstance(reply.result.get("roots"), list):
            continue
        session = reply.event.session
        earlier = last.get(session)
        last[session] = reply
        if earlier is None or earlier.event is None or _places(earlier) == _places(reply):
            continue
        after = [
            e for e in told if e.session == session and e.seq > earlier.question.said.event.seq
        ]
        if after:
            yield Kept(after[0])
        else:
            yield reply.finding(
                "the roots of the client have changed, and it did not say so",
                f"`{CHANGED}` when they changed",
                earlier.event,
            )


@rule(
    "roots-unsupported-32601",
    "SHOULD",
    f"{PAGE}#error-handling",
    side="client",
    until=LAST,
    otherwise="no client without roots was asked for them",
)
def unsupported(read: Reading) -> Observations:
    """A client without roots answers `roots/list` with -32601 (Method not found).

    By that a server sees that it need not ask again. Looked at: errors of clients that have not
    declared `roots`. One that answers with roots is for `roots-client-declares`.
    """
    for reply in replies(read, METHOD):
        if reply.question.undeclared and reply.error is not None:
            found = error_expected(reply, METHOD_NOT_FOUND, why="which the client does not support")
            if found is not None:
                yield found


@rule(
    "roots-internal-error-code",
    "SHOULD",
    f"{PAGE}#error-handling",
    side="client",
    until=LAST,
    otherwise="no client was seen to fail when it was asked for its roots",
)
def internal_error_code(read: Reading) -> Observations:
    """A client that cannot list its roots answers with -32603 (Internal error).

    Another code says that the request was wrong, or the capability a lie. Looked at: errors of
    clients that have declared `roots`, where a scenario has their listing fail. A user who refuses
    is no failure.
    """
    for reply in replies(read, METHOD):
        failing = scripted(read, "roots") == FAILS and declared(reply.question, "roots")
        if failing and reply.error is not None and not _speaks_of_user(reply):
            found = error_expected(reply, INTERNAL_ERROR, why="whose listing failed")
            if found is not None:
                yield found


def _uris(reply: Reply) -> list[Json]:
    roots = reply.result.get("roots")
    return (
        [as_object(root).get("uri") for root in as_list(roots)] if isinstance(roots, list) else []
    )


def _places(reply: Reply) -> set[bytes]:
    return {encode(uri) for uri in _uris(reply)}


def _speaks_of_user(reply: Reply) -> bool:
    text = str((reply.error or {}).get("message", "")).lower()
    return any(word in text for word in ("user", "consent", "permission", "denied"))
