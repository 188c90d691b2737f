"""What an answer says where it says that something failed, and what an input says."""

from collections.abc import Iterator

from mcp_proof.fuzz.observation import Observation
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.wire import as_list, as_object


def failure_texts(last: Observation) -> Iterator[str]:
    """Yield the texts with which the server said that it failed."""
    if last.outcome.failure is None:
        return
    told = False
    for message in last.said:
        content = as_list(message.result.get("content"))
        texts = [as_object(block).get("text") for block in content]
        for text in (message.error.get("message"), *texts):
            if isinstance(text, str):
                told = True
                yield text
    if not told:
        yield last.outcome.failure.text


def strings_in(value: Json) -> Iterator[str]:
    """Yield every text in a value, names of members included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from strings_in(member)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)
