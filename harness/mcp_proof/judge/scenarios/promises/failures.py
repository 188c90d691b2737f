"""Answers that say that nothing came of it."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP, calls_in, tool
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.http.messages import JSON, HttpRequest, HttpResponse


@scenario("failures-in-answers", "client-failure-told", promise="failures", transports=HTTP)
def in_answers(stage: Stage) -> None:
    """A call is answered well, and the answer says that the tool has failed."""
    stage.tools(tool("failing", answer={"error": "the disk is full"}))
    stage.wish("call", tool="failing", arguments={})


@scenario(
    "failures-empty", "client-empty-told", promise="failures", transports=HTTP, dialect=Dialect.REST
)
def empty(stage: Stage) -> None:
    """A call is answered as successful, without any result."""

    async def take(request: HttpRequest) -> HttpResponse | None:
        if not calls_in(request):
            return None
        data: JsonObject = {"results": []}
        answer: JsonObject = {"request_id": "1", "successful": True, "data": data, "error": None}
        return HttpResponse(status=200, headers=JSON, body=encode(answer))

    stage.tools(tool("search", "query"))
    stage.take(take)
    stage.wish("call", tool="search", arguments={"query": "one"})
