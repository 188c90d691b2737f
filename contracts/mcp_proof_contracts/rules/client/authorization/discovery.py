"""Authorization: how clients find the authorization server of an MCP server."""

from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.authorization_metadata import RESOURCE, SERVER
from mcp_proof_contracts.authorization_steps import (
    AUTHORIZATION,
    FLOW,
    REGISTRATION,
    REQUEST,
    RESOURCE_METADATA,
    SERVED,
    SERVER_METADATA,
    Step,
    after,
    before,
    refused,
    servers_in,
    steps,
)
from mcp_proof_contracts.client_run import ended_by_itself
from mcp_proof_contracts.hosts import same_server
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.client.authorization.findings import NO_STEP, finding, shown
from mcp_proof_contracts.wire import quote

PRM: Final = "authorization/discovery#protected-resource-metadata-discovery-requirements"
SERVERS: Final = "authorization/discovery#authorization-server-metadata-discovery"
OPENID: Final = "/.well-known/openid-configuration"


@rule(
    "auth-client-handles-401",
    "MUST",
    PRM,
    side="client",
    since=Revision.R2025_03_26,
    transport="http",
    otherwise=NO_STEP,
)
def handles_401(read: Reading) -> Observations:
    """A client that is refused with 401 sets about getting a token.

    Tokens expire and are revoked: a client that then only fails has to be set up anew by its user.
    Looked at: the first 401, and those that refuse a token which was accepted before; any request
    for metadata, a registration, a code or a token will do, and so will another token that the
    client has already. That a client takes no step at the
    first 401 tells nothing: authorization is optional.
    """
    accepted: set[str] = set()
    for step in steps(read, REQUEST):
        if step.token and not refused(step):
            accepted.add(step.token)
        if not refused(step) or step.text("method") != "POST":
            continue
        if any(after(step, steps(read, *FLOW))) or _has_another(read, step):
            yield Kept(step.event)
        elif step.token in accepted and ended_by_itself(read):
            yield finding(
                step,
                message="401 refused a token that was accepted before, and the client gave up",
                expected="a request for another token, or for what tells where to get one",
                actual="no further step",
            )


@rule(
    "auth-client-uses-prm",
    "MUST",
    "authorization/discovery#authorization-server-location",
    side="client",
    since=Revision.R2025_06_18,
    transport="http",
    otherwise=NO_STEP,
)
def uses_prm(read: Reading) -> Observations:
    """The authorization server is found by the protected resource's metadata (RFC 9728).

    Only they tell which authorization server is in charge; a client that takes the MCP server
    itself for it fails with all others. Looked at: whether the first registration or authorization
    request comes after a request for such metadata.
    """
    for step in steps(read, REGISTRATION, AUTHORIZATION)[:1]:
        asked = list(before(step, steps(read, RESOURCE_METADATA)))
        if asked:
            yield Kept(asked[0].event)
        elif any(refused(each) for each in before(step, steps(read, REQUEST))):
            yield finding(
                step,
                message="the client asked an authorization server that no resource metadata named",
                expected=f"a request for {RESOURCE} or the URL of the challenge before",
                actual=shown(step),
            )


@rule(
    "auth-client-prm-from-header",
    "MUST",
    PRM,
    side="client",
    since=Revision.R2025_06_18,
    transport="http",
    otherwise=f"no challenge named resource metadata, or {NO_STEP}",
)
def prm_from_header(read: Reading) -> Observations:
    """Where the challenge names the resource's metadata, they are fetched from there.

    They need not be at a well-known path. Looked at: the first 401 with `resource_metadata`, and
    clients that ask for such metadata after it; further places may be asked, too.
    """
    challenged = [step for step in steps(read, REQUEST) if refused(step)]
    for step in [each for each in challenged if each.challenge.get("resource_metadata")][:1]:
        named = str(step.challenge["resource_metadata"])
        asked = list(after(step, steps(read, RESOURCE_METADATA)))
        right = [each for each in asked if each.path == urlsplit(named).path]
        if right:
            yield Kept(right[0].event)
        elif asked:
            yield finding(
                step,
                asked[0],
                message="the resource metadata that the challenge names were never asked for",
                expected=f"GET {named}",
                actual=", ".join(shown(each) for each in asked[:3]),
            )


@rule(
    "auth-client-prm-wellknown-order",
    "MUST",
    PRM,
    side="client",
    since=Revision.R2025_11_25,
    transport="http",
    otherwise=f"every challenge named resource metadata, or {NO_STEP}",
)
def prm_wellknown_order(read: Reading) -> Observations:
    """Unnamed resource metadata are looked for below the well-known path first, then at its root.

    The root's describe the origin as a whole, perhaps another service. Looked at: what is asked for
    after the first 401 that names none; that the root is not asked either is told of clients that
    came to their own end.
    """
    challenged = [step for step in steps(read, REQUEST) if refused(step)]
    for step in challenged[:1]:
        endpoint = step.path.rstrip("/")
        if step.challenge.get("resource_metadata") or not endpoint:
            continue
        asked = list(after(step, steps(read, RESOURCE_METADATA)))
        if not asked:
            continue
        first = asked[0]
        paths = [each.path.rstrip("/") for each in asked]
        expected = f"{RESOURCE}{endpoint}, then {RESOURCE} where there is none"
        if paths[0] != f"{RESOURCE}{endpoint}":
            message = "the resource metadata were not looked for below the well-known path first"
            yield finding(step, first, message=message, expected=expected, actual=shown(first))
        elif first.found or RESOURCE in paths:
            yield Kept(first.event)
        elif ended_by_itself(read):
            message = "the resource metadata were not looked for at the root"
            yield finding(step, first, message=message, expected=expected, actual=shown(first))


@rule(
    "auth-client-resource-mismatch",
    "MUST",
    PRM,
    side="client",
    since=Revision.R2025_06_18,
    transport="http",
    otherwise="no resource metadata were about another server, or the client did not end by itself",
)
def resource_mismatch(read: Reading) -> Observations:
    """Metadata about another resource than the one that was asked are not used.

    They would lead to a token for somebody else's server (RFC 9728, section 3.3). Looked at:
    metadata whose `resource` is on another host, and requests to the authorization server that they
    name; where that is the MCP server's own origin it may have been found otherwise.
    """
    for step in steps(read, RESOURCE_METADATA):
        resource = step.answer.get("resource")
        if not step.found or not isinstance(resource, str) or same_server(resource, step.url):
            continue
        named = [server for server in servers_in(step) if server != step.origin]
        used = [each for each in after(step, steps(read, *SERVED)) if each.issuer in named]
        if used:
            yield finding(
                step,
                used[0],
                message=f"the client used resource metadata about {resource}",
                expected="no use of the authorization server that they name",
                actual=shown(used[0]),
            )
        elif named and ended_by_itself(read):
            yield Kept(step.event)


@rule(
    "auth-client-as-metadata",
    "MUST",
    SERVERS,
    side="client",
    since=Revision.R2025_03_26,
    transport="http",
    otherwise=NO_STEP,
)
def as_metadata(read: Reading) -> Observations:
    """The authorization server's endpoints are taken from its metadata.

    Looked at: whether the first registration or authorization request comes after a request for
    metadata (RFC 8414, or OpenID Connect Discovery), and from 2025-11-25 on whether a client that
    finds none at one of the two kinds of place looks at the other, too.
    """
    asked = steps(read, SERVER_METADATA)
    for step in steps(read, REGISTRATION, AUTHORIZATION)[:1]:
        if any(before(step, asked)):
            yield Kept(step.event)
        else:
            yield finding(
                step,
                message="the client asked for no metadata of the authorization server",
                expected=f"a request for {SERVER} or {OPENID} before",
                actual=shown(step),
            )
    in_vain = bool(asked) and not any(step.found for step in asked)
    kinds = {OPENID in step.path for step in asked}
    two = read.revision >= Revision.R2025_11_25
    if two and in_vain and len(kinds) == 1 and ended_by_itself(read):
        yield finding(
            asked[-1],
            message="the metadata were looked for in one kind of place only",
            expected=f"requests for {SERVER} and for {OPENID}",
            actual=", ".join(shown(step) for step in asked[:3]),
        )


@rule(
    "auth-client-as-metadata-order",
    "MUST",
    SERVERS,
    side="client",
    since=Revision.R2025_11_25,
    transport="http",
    otherwise=f"the client asked for metadata of no server that was named to it, or {NO_STEP}",
)
def as_metadata_order(read: Reading) -> Observations:
    """An issuer's metadata are looked for at all well-known places, in the order of the page.

    Of an issuer with a path they are three, of one without two. Looked at: the places that are
    asked until one has the metadata; further ones in between do not matter. That one was not asked
    at all is told of clients that came to their own end without any metadata.
    """
    named: set[str] = set()
    for step in steps(read, RESOURCE_METADATA):
        servers = servers_in(step) if step.found else []
        if len(servers) == 1 and servers[0] not in named:
            named.add(servers[0])
            yield from _in_order(read, step, servers[0])


@rule(
    "auth-client-issuer-match",
    "MUST",
    SERVERS,
    side="client",
    since=Revision.R2026_07_28,
    transport="http",
    otherwise="no metadata bore another issuer, or the client did not come to its own end",
)
def issuer_match(read: Reading) -> Observations:
    """Metadata whose `issuer` is not the one they were found by are not used.

    Otherwise any server can pass for another, and get its codes. Looked at: metadata with another
    issuer than their URL was made from, and requests to an authorization server right after them.
    """
    found = [step for step in steps(read, SERVER_METADATA) if step.found]
    for number, step in enumerate(found):
        issuer = step.answer.get("issuer")
        if issuer == issuer_of(step.url):
            continue
        until = found[number + 1].number if number + 1 < len(found) else None
        used = [
            each
            for each in after(step, steps(read, *SERVED))
            if until is None or each.number < until
        ]
        if used:
            yield finding(
                step,
                used[0],
                message=f"the client used metadata of the issuer {quote(issuer)}",
                expected=f"no use of metadata whose issuer is not {issuer_of(step.url)}",
                actual=shown(used[0]),
            )
        elif ended_by_itself(read):
            yield Kept(step.event)


def issuer_of(url: str) -> str:
    """Return the issuer that the well-known URL of its metadata was made from."""
    parts = urlsplit(url)
    well_known = SERVER if SERVER in parts.path else OPENID
    return f"{parts.scheme}://{parts.netloc}{parts.path.replace(well_known, '', 1)}"


def _has_another(read: Reading, refusal: Step) -> bool:
    later = after(refusal, steps(read, REQUEST))
    return any(each.token not in ("", refusal.token) for each in later)


def _places(issuer: str) -> list[str]:
    parts = urlsplit(issuer)
    origin, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    places = [f"{origin}{SERVER}{path}", f"{origin}{OPENID}{path}"]
    return [*places, f"{origin}{path}{OPENID}"] if path else places


def _in_order(read: Reading, metadata: Step, issuer: str) -> Observations:
    places = _places(issuer)
    asked = [step for step in after(metadata, steps(read, SERVER_METADATA)) if step.url in places]
    if not asked:
        return
    tried = list(dict.fromkeys(step.url for step in asked))
    found = any(step.found for step in after(metadata, steps(read, SERVER_METADATA)))
    wrong: Finding = finding(
        metadata,
        *asked,
        message=f"the metadata of {issuer} were not looked for as the page has it",
        expected=", then ".join(places),
        actual=", then ".join(tried),
    )
    if tried != places[: len(tried)]:
        yield wrong
    elif found or len(tried) == len(places):
        yield Kept(asked[0].event)
    elif ended_by_itself(read):
        yield wrong
