"""Is a stateless request complete? Its `_meta` is all that the mock goes by (basic, `_meta`)."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.error_codes import INVALID_PARAMS, INVALID_REQUEST
from mcp_proof_contracts.headers import META_CAPABILITIES, META_CLIENT_INFO, META_VERSION
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import Message, as_object
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer

REQUIRED: Final = (META_VERSION, META_CAPABILITIES)


def request_metadata(server: MockServer, message: Message, before: JsonObject) -> JsonObject:
    """Return the metadata of a request.

    Args:
        server: the server that was asked.
        message: the request.
        before: the metadata of the request served before on the same connection; only a server
            with a fault goes by it.

    Raises:
        RefusalError: the metadata is incomplete or ill-typed.
    """
    meta = message.params.get("_meta")
    if not server.faults and _is_complete(meta):  # which saves a microsecond of some thirty
        return as_object(meta)
    if not server.keeps("stateless-version-not-remembered"):
        meta = {**{n: v for n, v in before.items() if n in REQUIRED}, **as_object(meta)}
    if not server.keeps("stateless-capabilities-not-remembered"):
        meta = _remembering(as_object(meta), before)
    _check_members(server, meta if isinstance(meta, Mapping) else {})
    given = as_object(meta)
    _check_types(server, given)
    _check_history(server, message.method, given, before)
    return given if _is_complete(given) else _completed(server, given)


def _completed(server: MockServer, meta: JsonObject) -> JsonObject:
    """The metadata that only a server with a fault has let pass, with what it takes instead."""
    completed = dict(meta)
    if not isinstance(meta.get(META_VERSION), str):
        completed[META_VERSION] = server.stateless_revisions[-1]
    if not isinstance(meta.get(META_CAPABILITIES), Mapping):
        completed[META_CAPABILITIES] = {}
    return completed


def _remembering(meta: JsonObject, before: JsonObject) -> JsonObject:
    """The metadata with what earlier requests have declared, but for extensions."""
    earlier, given = as_object(before.get(META_CAPABILITIES)), meta.get(META_CAPABILITIES)
    if not isinstance(given, Mapping):
        return meta
    core = {name: value for name, value in earlier.items() if name != "extensions"}
    return {**meta, META_CAPABILITIES: {**core, **given}}


def _is_complete(meta: Json) -> bool:
    """Whether `_meta` is all that it has to be, which it mostly is."""
    return (
        isinstance(meta, dict)
        and isinstance(meta.get(META_VERSION), str)
        and isinstance(meta.get(META_CAPABILITIES), dict)
    )


def _check_members(server: MockServer, meta: JsonObject) -> None:
    required = [*REQUIRED] if server.keeps("meta-missing-rejected") else []
    if not server.keeps("meta-client-info-not-required"):
        required.append(META_CLIENT_INFO)
    missing = [name for name in required if name not in meta]
    if missing:
        raise RefusalError(
            INVALID_PARAMS,
            f"every request needs {' and '.join(missing)} in `_meta`",
            status=400 if server.keeps("meta-missing-http-400") else 200,
        )


def _check_types(server: MockServer, meta: JsonObject) -> None:
    well_typed = isinstance(meta.get(META_VERSION, ""), str) and isinstance(
        meta.get(META_CAPABILITIES, {}), Mapping
    )
    if not well_typed and server.keeps("meta-ill-typed-rejected"):
        raise RefusalError(INVALID_PARAMS, "`_meta` is ill-typed", status=400)


def _check_history(server: MockServer, method: str, meta: JsonObject, before: JsonObject) -> None:
    """Refuse what does not fit the request before, which only a server with a fault does."""
    is_first = not before and method != "server/discover"
    if is_first and not server.keeps("stateless-no-prior-request"):
        raise RefusalError(INVALID_REQUEST, "server/discover comes first", status=400)
    is_other = bool(before) and before.get(META_CLIENT_INFO) != meta.get(META_CLIENT_INFO)
    if is_other and not server.keeps("stateless-interleaved-clients"):
        raise RefusalError(INVALID_REQUEST, "another client is connected", status=400)
