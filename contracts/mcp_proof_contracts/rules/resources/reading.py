"""Resources, Reading Resources: contents, and reads that are wrong in one respect."""

from collections.abc import Iterator
from typing import Final

from mcp_proof_contracts.error_codes import (
    HEADER_MISMATCH,
    INTERNAL_ERROR,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    RESOURCE_NOT_FOUND,
)
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.occasion import needs
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision
from mcp_proof_contracts.rule import Finding, Kept, Observations, Untested, rule
from mcp_proof_contracts.rules.resources.traffic import (
    READ,
    complete_reads,
    contents,
    templates,
    uri_asked,
)
from mcp_proof_contracts.schema import is_base64, is_valid, problems
from mcp_proof_contracts.wire import as_list, as_object, quote

READING: Final = "server/resources#reading-resources"
CONTENTS: Final = "server/resources#resource-contents"
ERRORS: Final = "server/resources#error-handling"
SECURITY: Final = "server/resources#security-considerations"
UNKNOWN: Final = "unknown-resource"
INVALID: Final = "invalid-uri"
FAILURE: Final = "resource-failure"
STATELESS: Final = Revision.R2026_07_28
NO_RESOURCES: Final = "the `resources` capability was not declared"
BINARY_TYPES: Final = frozenset(
    {
        *("image/png", "image/jpeg", "image/gif", "image/webp"),
        *("audio/wav", "audio/mpeg", "audio/ogg", "video/mp4", "video/webm"),
        *("application/zip", "application/gzip"),
    }
)
"""Media types of which no text exists."""


@rule("resources-read-contents", "schema", READING, otherwise="no resource was read")
def read_contents(read: Reading) -> Observations:
    """resources/read gives an array of contents, each with a `uri` and with `text` or `blob`.

    Looked at: every result by the revision's definition. There may be several contents, of other
    URIs than the one that was asked for, or none; text may be empty and the MIME type left out.
    Whether a blob is Base64 is for a rule of its own.
    """
    for exchange in complete_reads(read):
        if not _is_uri(read.revision, uri_asked(exchange)):
            continue  # that it is served at all is the fault
        wrong = _wrong_contents(read.revision, exchange.result.get("contents"))
        if not wrong:
            yield Kept(exchange.sent.event)
        else:
            yield Finding.about(
                exchange,
                message=f"the contents of {uri_asked(exchange)} are ill-formed: {wrong}",
                expected="`contents`, an array of objects with `uri`, and `text` or `blob`",
            )


@rule("resources-blob-base64", "MUST", SECURITY, otherwise="no resource with a blob was read")
def blob_base64(read: Reading) -> Observations:
    """A `blob` is Base64: the standard alphabet with padding, as RFC 4648 has it.

    A decoder that is strict loses the whole content, a lenient one may make other bytes of it.
    Line breaks and the alphabet for URLs are not part of that encoding.
    """
    for content, exchange in contents(read):
        blob = content.get("blob")
        if not isinstance(blob, str):
            continue
        if is_base64(blob):
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message=f"the blob of {quote(content.get('uri'))} is no Base64",
                expected="Base64 in the standard alphabet, with padding",
                actual=quote(blob),
                events=exchange.evidence,
            )


@rule(
    "resources-text-only-if-text",
    "implied",
    CONTENTS,
    otherwise="no resource with a text was read",
)
def text_only_if_text(read: Reading) -> Observations:
    """`text` holds only what can be represented as text; binary data goes into `blob`.

    Bytes that were decoded as text are lost. Taken as binary: a text of a media type of which none
    exists, such as image/png, and one with a NUL character in it.
    """
    for content, exchange in contents(read):
        text, kind = content.get("text"), str(content.get("mimeType", ""))
        if not isinstance(text, str) or not text:
            continue
        media = kind.partition(";")[0].strip().lower()
        if media not in BINARY_TYPES and "\0" not in text:
            yield Kept(exchange.sent.event)
        else:
            yield Finding(
                message=f"the content of {quote(content.get('uri'))} is binary, and put in `text`",
                expected="a `blob`",
                actual=f"mimeType {quote(content.get('mimeType'))}, text {quote(text)}",
                events=exchange.evidence,
            )


@rule(
    "resources-not-found-32002",
    "SHOULD",
    ERRORS,
    until=LATEST_STATEFUL,
    probes=(UNKNOWN,),
    otherwise=NO_RESOURCES,
)
def not_found_32002(read: Reading) -> Observations:
    """A read of a resource that does not exist is refused with -32002.

    By it a client tells a stale URI from a failure. Looked at: a URI of a scheme that no server
    has, where no listed template could stand for it.
    """
    for exchange in _unknown(read):
        yield from _refused_with(exchange, RESOURCE_NOT_FOUND)


@rule(
    "resources-not-found-32602",
    "MUST",
    ERRORS,
    since=STATELESS,
    probes=(UNKNOWN,),
    otherwise=NO_RESOURCES,
)
def not_found_32602(read: Reading) -> Observations:
    """A read of a resource that does not exist is refused with -32602.

    By it a client tells a stale URI from a failure; -32002, the code of earlier revisions, is
    retired. Looked at: a URI of a scheme that no server has, where no listed template could stand
    for it. An answer without contents is for `resources-not-found-not-empty`.
    """
    for exchange in _unknown(read):
        if not (exchange.served and _is_empty(exchange)):
            yield from _refused_with(exchange, INVALID_PARAMS)


@rule(
    "resources-not-found-not-empty",
    "MUST NOT",
    ERRORS,
    since=STATELESS,
    probes=(UNKNOWN,),
    otherwise=NO_RESOURCES,
)
def not_found_not_empty(read: Reading) -> Observations:
    """A resource that does not exist is not answered with an empty array of contents.

    That would look like a resource without content. Looked at: a URI of a scheme that no server
    has, where no listed template could stand for it.
    """
    for exchange in _unknown(read):
        if exchange.answered_by_error:
            yield Kept(exchange.sent.event)
        elif exchange.served and _is_empty(exchange):
            yield Finding.about(
                exchange,
                message="a resource that does not exist was answered with empty contents",
                expected=f"error {INVALID_PARAMS}",
            )


@rule(
    "resources-internal-error-code",
    "SHOULD",
    ERRORS,
    probes=(FAILURE,),
    otherwise=needs("resource_failure"),
)
def internal_error_code(read: Reading) -> Observations:
    """A read that fails in the server is answered with -32603.

    Any other code says that something else was wrong, which a client would try to mend. Looked
    at: a resource of which the user says that its reading fails.
    """
    for exchange in read.stimuli(FAILURE):
        if exchange.error_code == INTERNAL_ERROR:
            yield Kept(exchange.sent.event)
        elif exchange.answered_by_error:
            yield Finding.about(
                exchange,
                message=f"a failure of the server was reported with {exchange.error_code}",
                expected=f"error {INTERNAL_ERROR}",
            )
        else:
            yield Untested("the reading that is said to fail did not fail")


@rule(
    "resources-uri-validated",
    "MUST",
    SECURITY,
    probes=(INVALID,),
    otherwise=NO_RESOURCES,
)
def uri_validated(read: Reading) -> Observations:
    """What is no URI is not read.

    A URI often becomes a path or an address. Looked at: a text that is no URI, an empty one, and
    a number. Any refusal is right.
    """
    for exchange in read.stimuli(INVALID):
        if exchange.sent.message.method != READ:
            continue
        if exchange.served:
            yield Finding.about(
                exchange,
                message=f"resources/read serves what is no URI ({exchange.case})",
                expected="a JSON-RPC error",
            )
        elif _refused_for_itself(exchange):
            yield Kept(exchange.sent.event)


def _unknown(read: Reading) -> Iterator[Exchange]:
    """The reads of a URI that nothing on this server can have."""
    for exchange in read.stimuli(UNKNOWN):
        uri = uri_asked(exchange)
        if exchange.sent.message.method == READ and not _may_stand_for(read, uri):
            yield exchange


def _may_stand_for(read: Reading, uri: str) -> bool:
    """Whether a listed template begins in a way that fits the URI."""
    for entry, _ in templates(read):
        lead = str(as_object(entry).get("uriTemplate")).partition("{")[0]
        if uri.startswith(lead):
            return True
    return False


def _refused_with(exchange: Exchange, code: int) -> Observations:
    if exchange.error_code == code:
        yield Kept(exchange.sent.event)
    elif exchange.error_code == METHOD_NOT_FOUND:
        yield Untested("the server has no resources/read")
    elif exchange.answered_by_error or exchange.served:
        yield Finding.about(
            exchange,
            message="a resource that does not exist is not refused as such",
            expected=f"error {code}",
        )


def _refused_for_itself(exchange: Exchange) -> bool:
    """Whether the request was refused for its URI, as far as the code tells."""
    return exchange.answered_by_error and exchange.error_code not in (
        METHOD_NOT_FOUND,
        HEADER_MISMATCH,
    )


def _is_empty(exchange: Exchange) -> bool:
    return exchange.result.get("contents") == []


def _is_uri(revision: Revision, uri: str) -> bool:
    return is_valid(revision, "ResourceIdentity", {"uri": uri})


def _wrong_contents(revision: Revision, value: Json) -> str:
    """What is wrong with some contents, what their blobs hold aside; "" when nothing is."""
    if not isinstance(value, list):
        return f"`contents` is {quote(value)}"
    for index, content in enumerate(as_list(value)):
        if is_valid(revision, "ResourceContents", content):
            continue
        judged = content
        if isinstance(content, dict) and isinstance(content.get("blob"), str):
            judged = {**content, "blob": ""}
        if wrong := problems(revision, "ResourceContents", judged):
            return f"/{index}{wrong[0]}"
    return ""
