"""A cassette as a server, without I/O: what was answered once is answered again.

Requests are matched by what they mean: the method and the parameters, without `_meta` and without
what a client says of itself. The same request again gets the answer that came next, and in the end
the last one over and over. What a probe was told is answered only where nobody else has asked, and
what a malformed request was told never: no client that is well asks like that.
"""

from collections import deque
from collections.abc import Callable

import orjson

from mcp_proof_contracts.error_codes import INTERNAL_ERROR, METHOD_NOT_FOUND
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.opening import OPENINGS
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.transcript import Sender, Transcript
from mcp_proof_contracts.wire import Kind, Message, encode, id_key, parse


class Replay:
    """Answers requests from a recording."""

    def __init__(self, transcript: Transcript) -> None:
        ordinary: dict[str, deque[Message]] = {}
        probed: dict[str, deque[Message]] = {}
        asked: dict[tuple[str, tuple[str, str]], deque[Message]] = {}
        for event in transcript.events:
            message = event.message
            if message is None:
                continue
            key = (event.session, id_key(message.id))
            if event.sender is Sender.CLIENT and _is_well_formed(message):
                answers = probed if event.probe else ordinary
                asked[key] = answers.setdefault(_meaning(message), deque())
            elif event.sender is Sender.SERVER and message.is_response and key in asked:
                asked.pop(key).append(message)
        self._answers = {
            meaning: told for meaning, told in (*probed.items(), *ordinary.items()) if told
        }

    def answer(self, message: Message) -> JsonObject | None:
        """Return the response to a client's message; `None` where none is due."""
        if message.kind is not Kind.REQUEST:
            return None
        meaning = _meaning(message)
        recorded = self._answers.get(meaning)
        if recorded is None:
            return {"jsonrpc": "2.0", "id": message.id, "error": self._miss(message, meaning)}
        answer = recorded.popleft() if len(recorded) > 1 else recorded[0]
        return {**answer.members, "id": message.id}

    def _miss(self, message: Message, meaning: str) -> JsonObject:
        if not any(known.startswith(f"{message.method} ") for known in self._answers):
            text = f"the cassette has no {message.method}"
            return {"code": METHOD_NOT_FOUND, "message": text}
        hint = did_you_mean(meaning, self._answers)
        text = f"the cassette has no answer to {excerpt(meaning)}.{hint}"
        return {"code": INTERNAL_ERROR, "message": text}


class ReplayChannel:
    """One conversation with a recording."""

    def __init__(self, transcript: Transcript, write: Callable[[bytes], None]) -> None:
        """`write` is given each answer as one JSON text."""
        self._replay = Replay(transcript)
        self._write = write

    def take(self, raw: bytes) -> None:
        """Answer one message."""
        answer = self._replay.answer(parse(raw))
        if answer is not None:
            self._write(encode(answer))

    async def close(self) -> None:
        """Nothing is open."""


def _is_well_formed(message: Message) -> bool:
    version, params = message.members.get("jsonrpc"), message.members.get("params", {})
    return message.kind is Kind.REQUEST and version == "2.0" and isinstance(params, dict)


def _meaning(message: Message) -> str:
    params: dict[str, Json] = {}
    if message.method not in OPENINGS:  # they say who the client is: any gets the recorded answer
        params = {name: value for name, value in message.params.items() if name != "_meta"}
    return f"{message.method} {orjson.dumps(params, option=orjson.OPT_SORT_KEYS).decode()}"
