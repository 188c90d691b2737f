"""What the recorded client answered when the server asked it, to be answered again."""

from collections import defaultdict

from mcp_proof.drift.recorded import Recording
from mcp_proof.drift.shape import canonical
from mcp_proof.sessions.client import answer_at_once
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import Message


def remember(
    recording: Recording, method: str, params: JsonObject, member: str, value: Json
) -> None:
    """Keep an answer under what was asked, and under its method."""
    for key in (_key(method, params), method.encode()):
        recording.answers.setdefault(key, []).append({member: value})


class RecordedClient:
    """Answers as the recorded client did.

    The same question gets its answers in the order of the recording, and in the end the last one
    over and over. What it was never asked is answered as `verify` does.
    """

    def __init__(self, recording: Recording) -> None:
        self._answers = recording.answers
        self._given: defaultdict[bytes, int] = defaultdict(int)
        self.asked: set[str] = set()
        """The methods that the server asked; emptied by whoever looks."""

    def answer(self, message: Message) -> JsonObject:
        """Return the `result` or `error` of a response."""
        self.asked.add(message.method)
        for key in (_key(message.method, message.params), message.method.encode()):
            if answers := self._answers.get(key):
                number = min(self._given[key], len(answers) - 1)
                self._given[key] += 1
                return answers[number]
        return answer_at_once(message)


def _key(method: str, params: JsonObject) -> bytes:
    own = {name: value for name, value in params.items() if name != "_meta"}
    return method.encode() + b" " + canonical(own)
