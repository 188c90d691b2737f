"""What the mock client makes of the metadata of results."""

from typing import TYPE_CHECKING

from mcp_proof_contracts.headers import META
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import as_object
from mcp_proof_mocks.client.failure import InvalidError

if TYPE_CHECKING:
    from mcp_proof_mocks.client.mock_client import MockClient


def checked(client: "MockClient", result: JsonObject) -> JsonObject:
    """Return a result; keys of `_meta` that it does not know are no fault (basic, _meta).

    Raises:
        InvalidError: a faulty client takes them for one.
    """
    unknown = [key for key in as_object(result.get("_meta")) if not key.startswith(META)]
    if unknown and not client.keeps("meta-unknown-keys-tolerated"):
        raise InvalidError(f"unknown key in `_meta`: {unknown[0]}")
    return result
