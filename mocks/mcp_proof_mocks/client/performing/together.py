"""Several wishes at once."""

import asyncio

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_list, as_object
from mcp_proof_mocks.client.failure import FailureError
from mcp_proof_mocks.client.mock_client import MockClient
from mcp_proof_mocks.client.wishes import performer_of, performs


@performs("together")
async def together(client: MockClient, wish: JsonObject) -> Json:
    """Do all of them at once; return what came of each, `None` where it failed."""
    wishes = [as_object(each) for each in as_list(wish["wishes"])]
    running = [performer_of(str(each["do"]))(client, each) for each in wishes]
    results = await asyncio.gather(*running, return_exceptions=True)
    values: list[Json] = []
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, FailureError):
            raise result
        values.append(None if isinstance(result, BaseException) else result)
    return values
