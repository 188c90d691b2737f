"""A request whose answer is a stream, watched to the stream's end."""

from collections.abc import Mapping

from mcp_proof.driver import Driver
from mcp_proof.probe import probe
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.revision import Revision


@probe("final-response", since=Revision.R2026_07_28, transport="http")
async def stream_end(driver: Driver) -> None:
    """Repeat a request that was answered by a stream, and wait until nothing more comes."""
    session = await driver.session()
    streamed = _streamed(driver)
    if streamed is None:
        return
    request: dict[str, Json] = {**streamed, "id": "final-response"}
    sending = await session.send(request)
    await session.settle(sending)
    if not sending.ended.done():
        await session.barrier()


def _streamed(driver: Driver) -> JsonObject | None:
    """Return the first ordinary request whose answer was a stream, if any."""
    for exchange in Reading(driver.recorder.transcript, driver.revision).exchanges():
        request = exchange.sent.message
        again = "inputResponses" in request.params or request.method == "subscriptions/listen"
        streamed = exchange.http is not None and exchange.http.is_stream
        if streamed and exchange.served and not exchange.probe and not again:
            assert isinstance(request.value, Mapping)
            return request.value
    return None
