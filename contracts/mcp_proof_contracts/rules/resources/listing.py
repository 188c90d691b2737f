"""Resources, Capabilities and Listing Resources: what resources/list gives, and how steadily."""

from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.lists import LISTS
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, rule
from mcp_proof_contracts.rules.early import is_early
from mcp_proof_contracts.rules.resources.traffic import (
    LIST,
    READ,
    TEMPLATES,
    resources,
    scheme_of,
    templates,
    uri_asked,
)
from mcp_proof_contracts.rules.walks import AGAIN, connection_independent
from mcp_proof_contracts.schema import problems
from mcp_proof_contracts.schema_problem import Problem
from mcp_proof_contracts.transcript import Event
from mcp_proof_contracts.wire import as_list, as_object, quote

CAPABILITIES: Final = "server/resources#capabilities"
RELISTED: Final = "resources-relisted"
"""Lists once more after the ordinary reads."""
CHANGED: Final = "notifications/resources/list_changed"
JUDGED_APART: Final = ("annotations", "icons", "_meta")
SCHEMES_SINCE: Final = Revision.R2025_06_18
STANDARD: Final = ("https", "http", "file", "git")
"""The schemes that the page, or the web, defines: all others are custom."""
NOT_FOUND: Final = (-32002, -32602)
NO_RESOURCE: Final = "no resource was listed"


@rule(
    "resources-capability-declared",
    "MUST",
    CAPABILITIES,
    probes=("undeclared-resources",),
    otherwise="no resource and no template was listed",
)
def capability_declared(read: Reading) -> Observations:
    """A server that supports resources declares the `resources` capability.

    Clients do not ask for resources that are not declared. Looked at: whether the lists of
    resources and of templates give any all the same. An error and an empty list are both fine
    where nothing is declared.
    """
    for _, method, member in LISTS:
        for exchange in read.results(method) if method in (LIST, TEMPLATES) else ():
            if read.introduction is None or not as_list(exchange.result.get(member)):
                continue
            if read.declares("resources"):
                yield Kept(exchange.sent.event)
            else:
                yield Finding(
                    message=f"{method} gives some, but the `resources` capability is undeclared",
                    expected="`resources` among the declared capabilities",
                    actual=f"capabilities: {', '.join(read.capabilities) or 'none'}",
                    events=(*read.introduction.evidence, *exchange.evidence),
                )


@rule(
    "resources-list-answers",
    "schema",
    CAPABILITIES,
    otherwise="the `resources` capability was not declared, or the list not answered",
)
def list_answers(read: Reading) -> Observations:
    """A server that declares `resources` answers resources/list with an array of resources.

    Looked at: every ordinary resources/list request, the later pages included. The array may be
    empty. That a request is answered at all is for `jsonrpc-request-answered`.
    """
    if not read.declares("resources"):
        return
    for exchange in read.exchanges(LIST):
        if exchange.probe not in ("", AGAIN, RELISTED) or exchange.answer is None:
            continue
        if exchange.refused and is_early(read, exchange):
            continue
        if isinstance(exchange.result.get("resources"), list):
            yield Kept(exchange.answer.event)
        else:
            yield Finding.about(
                exchange,
                message="resources/list was not answered with an array of resources",
                expected="a result with `resources`, an array",
            )


@rule(
    "resources-resource-members",
    "schema",
    "server/resources#resource",
    otherwise=NO_RESOURCE,
)
def resource_members(read: Reading) -> Observations:
    """Every listed resource has a `uri` and a `name`, and its other members have their types.

    Without a URI nobody can read it. Looked at: every listed resource by the revision's
    definition. Description, title, MIME type and size are optional. What annotations and icons
    hold is for rules of their own, and so are the schemes of URIs where the revision speaks of
    them.
    """
    for entry, exchange in resources(read):
        wrong = problems(read.revision, "Resource", _own_members(entry, read.revision))
        if not wrong:
            yield Kept(exchange.sent.event)
        else:
            yield _ill_formed("the resource", entry, wrong, exchange.evidence)


@rule(
    "resources-templates-list",
    "schema",
    "server/resources#resource-templates",
    otherwise="the server did not list resource templates",
)
def templates_list(read: Reading) -> Observations:
    """resources/templates/list gives an array of templates, each with a `uriTemplate` and a `name`.

    The template is one of RFC 6570: a client that cannot read it cannot fill it in. Looked at:
    every result, entry by entry, by the revision's definition. A server without templates may
    give an empty array; that it refuses the method is not called a breach, since the text demands
    only resources/list.
    """
    for exchange in read.results(TEMPLATES):
        listed = exchange.result.get("resourceTemplates")
        if isinstance(listed, list):
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message="the result has no array of resource templates",
                expected="a result with `resourceTemplates`, an array",
            )
    for entry, exchange in templates(read):
        judged = _without_apart(entry)
        wrong = problems(read.revision, "ResourceTemplate", judged)
        if wrong:
            yield _ill_formed("the resource template", entry, wrong, exchange.evidence)


@rule(
    "resources-custom-scheme-rfc3986",
    "MUST",
    "server/resources#custom-uri-schemes",
    since=SCHEMES_SINCE,
    otherwise="no resource with a custom URI scheme was listed",
)
def custom_scheme(read: Reading) -> Observations:
    """A custom URI scheme is one that RFC 3986 allows.

    It begins with a letter, and goes on with letters, digits, `+`, `-` and `.`; any other is
    misread, or refused, by whatever takes URIs apart. Looked at: the schemes of listed resources
    and templates other than https, file and git. A template may begin with a variable.
    """
    for key, entries in (("uri", resources(read)), ("uriTemplate", templates(read))):
        for entry, exchange in entries:
            uri = as_object(entry).get(key)
            scheme = scheme_of(uri) if isinstance(uri, str) else None
            if scheme is None or scheme.lower() in STANDARD:
                continue
            if _is_scheme(scheme):
                yield Kept(exchange.sent.event)
            else:
                yield Finding(
                    message=f"{scheme!r} is no scheme that a URI can have",
                    expected="a letter, then letters, digits, `+`, `-` and `.`",
                    actual=f"{key}: {quote(uri)}",
                    events=exchange.evidence,
                )


@rule(
    "resources-list-connection-independent",
    "MUST NOT",
    CAPABILITIES,
    since=Revision.R2026_07_28,
    probes=(AGAIN,),
    otherwise="the resources were not listed completely on two connections",
)
def list_connection_independent(read: Reading) -> Observations:
    """The set of resources varies neither by connection nor by what else was requested on it.

    Requests of one client may arrive over any connection. Looked at: the list before and after a
    resource was read and a tool called, then on another connection with the same credentials, and
    once more on the first. A set that has changed on the first connection meanwhile may have
    changed for everybody, and is no fault.
    """
    yield from connection_independent(read, LIST)


@rule(
    "resources-list-changed-only-declared",
    "MUST",
    "lifecycle#operation",
    until=LATEST_STATEFUL,
    must_since=Revision.R2025_06_18,
    otherwise="no notifications/resources/list_changed was sent",
)
def list_changed_only_declared(read: Reading) -> Observations:
    """notifications/resources/list_changed comes only where `resources.listChanged` is declared.

    Only capabilities that were negotiated may be used. That a server which declares it sends none
    is no fault: its resources may never change.
    """
    for said in read.notifications(CHANGED):
        if read.introduction is None:
            continue
        if read.declares("resources.listChanged"):
            yield Kept(said.event)
        else:
            yield Finding(
                message="a resource list change was notified, but `listChanged` not declared",
                expected='`"resources": {"listChanged": true}` among the capabilities',
                actual=f"resources: {quote(read.capabilities.get('resources'))}",
                events=(*read.introduction.evidence, said.event),
            )


@rule(
    "resources-listed-readable",
    "implied",
    "server/resources#listing-resources",
    probes=(RELISTED,),
    otherwise="no listed resource was read",
)
def listed_readable(read: Reading) -> Observations:
    """A resource that is listed can be read.

    Looked at: ordinary reads of listed resources that were answered "not found", and are listed
    again afterwards. What clients fetch from the web themselves (`https`) need not be served here.
    """
    listed, still = _listed(read, ""), _listed(read, RELISTED)
    for exchange in read.exchanges(READ):
        uri = uri_asked(exchange)
        if exchange.probe or uri not in listed or scheme_of(uri) in ("https", "http"):
            continue
        missing = NOT_FOUND if read.revision > LATEST_STATEFUL else NOT_FOUND[:1]
        if exchange.served:
            yield Kept(exchange.sent.event)
        elif exchange.error_code in missing and uri in still:
            yield Finding.about(
                exchange,
                message=f"{uri} is listed, and not found when it is read",
                expected="its contents",
            )


def _listed(read: Reading, probe: str) -> frozenset[str]:
    return frozenset(
        str(as_object(entry).get("uri"))
        for entry, exchange in resources(read)
        if exchange.probe == probe
    )


def _is_scheme(scheme: str) -> bool:
    lead, rest = scheme[:1], scheme[1:]
    plain = scheme.isascii() and lead.isalpha()
    return plain and all(each.isalnum() or each in "+-." for each in rest)


def _own_members(entry: Json, revision: Revision) -> Json:
    """The members of a resource that no other rule judges."""
    judged = _without_apart(entry)
    uri = as_object(judged).get("uri")
    scheme = scheme_of(uri) if isinstance(uri, str) else None
    if revision >= SCHEMES_SINCE and scheme is not None and not _is_scheme(scheme):
        return {**as_object(judged), "uri": "judged:elsewhere"}
    return judged


def _without_apart(entry: Json) -> Json:
    if not isinstance(entry, dict):
        return entry
    return {name: value for name, value in entry.items() if name not in JUDGED_APART}


def _ill_formed(
    what: str, entry: Json, wrong: list[Problem], evidence: tuple[Event, ...]
) -> Finding:
    name = as_object(entry).get("name")
    return Finding(
        message=f"{what} {quote(name)} is ill-formed: {wrong[0]}",
        expected="the members that the revision's schema defines",
        actual=quote(entry),
        events=evidence,
    )
