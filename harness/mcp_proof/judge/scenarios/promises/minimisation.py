"""Arguments of which a part must not leave."""

from mcp_proof.judge.scenario import scenario
from mcp_proof.judge.stage import Stage
from mcp_proof.judge.taking import HTTP
from mcp_proof_contracts.json_value import Json


@scenario("minimisation-tempted", "client-fields-withheld", promise="minimisation", transports=HTTP)
def tempted(stage: Stage) -> None:
    """The client is given arguments that hold what must not leave, at the top and deeper."""
    secret: dict[str, Json] = dict.fromkeys(
        stage.terms("minimisation").texts("fields"), "what nobody else may see"
    )
    stage.tools({"name": "book", "answer": {"text": "booked"}})
    stage.wish("call", tool="book", arguments={"city": "Turin", **secret})
    stage.wish("call", tool="book", arguments={"guests": [{"name": "Ada", **secret}]})
