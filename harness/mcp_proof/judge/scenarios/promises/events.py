"""A stream of events that has something new in it, and ends early."""

from http import HTTPStatus
from urllib.parse import urlsplit

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP
from mcp_proof_contracts.framing import ServerSentEvent, encode_event
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

PATH = "/events"
HEADERS = {"Content-Type": "text/event-stream"}


@scenario(
    "events-ending-early",
    "client-events-unknown-passed",
    "client-events-resumed",
    promise="events",
    transports=HTTP,
)
def ending_early(stage: Stage) -> None:
    """After three events, one of a new type, the stream ends; a last event comes on another."""
    kinds = stage.terms("events").texts("types")
    types = [kinds[0], "something_new", kinds[-1]]
    first = b"".join(_event(kind, number) for number, kind in enumerate(types, start=1))
    last = _event(kinds[0], len(types) + 1)

    async def take(request: HttpRequest) -> HttpResponse | None:
        if request.method != "GET" or not request.path.startswith(PATH):
            return None
        resumes = request.headers.get("last-event-id")
        missed = b"" if resumes == str(len(types)) else first
        body = missed + last if resumes else first
        return HttpResponse(status=HTTPStatus.OK, headers=HEADERS, body=body, stream=True)

    stage.take(take)
    stage.tell(_url)
    stage.wish("subscribe", until=str(len(types) + 1), types=list(kinds))


def _event(kind: str, number: int) -> bytes:
    data = f'{{"number": {number}}}'
    return encode_event(ServerSentEvent(event=kind, id=str(number), data=data))


def _url(stage: Stage) -> JsonObject:
    parts = urlsplit(stage.url)
    return {"events_url": f"{parts.scheme}://{parts.netloc}{PATH}"}
