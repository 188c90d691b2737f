"""What a recording asked of a queue in Redis."""

from mcp_proof.drift.answer import RESULT, Answer
from mcp_proof.drift.http_recording import NO_ANSWER
from mcp_proof.drift.recorded import Recording, Request
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.dialects.queue import TOOLS, failure_in, response_key, tools_in, value_in
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.transcript import Sender, Transcript
from mcp_proof_contracts.wire import as_object


def queue_recording(transcript: Transcript) -> Recording:
    """Return what was asked."""
    requests: dict[str, Request] = {}
    for event in transcript.events:
        if event.channel == TOOLS and event.message is not None:
            tools = list[Json](tools_in(event.message.value))
            requests[TOOLS] = Request(
                method=TOOLS, answer=Answer(outcome=RESULT, value={"tools": tools})
            )
            continue
        said = as_object(event.message.value if event.message is not None else None)
        if event.sender is Sender.CLIENT and not event.probe and isinstance(said.get("tool"), str):
            tool = str(said["tool"])
            number = said.get("id", said.get("request_id"))  # of an entry, and of an event
            requests[response_key(str(number))] = Request(
                method="call",
                params={"tool": tool, "arguments": as_object(said.get("arguments"))},
                tools=(tool,),
                session=event.session,
                at=event.at,
                why_not=NO_ANSWER,
            )
        elif event.channel in requests and event.sender is Sender.SERVER and said:
            request = requests[event.channel]
            failure = failure_in(said)
            request.why_not = ""
            request.answer = (
                Answer(outcome=RESULT, value=value_in(said))
                if failure is None
                else Answer(outcome="a failure", told=failure)
            )
    return Recording(dialect=Dialect.QUEUE, requests=list(requests.values()))
