"""What is said of a request that a cassette does not answer: the nearest, and what differs."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

import orjson

from mcp_proof_contracts.headers import NAMED_BY
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.wire import Message, as_object, quote
from mcp_proof_mocks.journal.near_miss import differences
from mcp_proof_mocks.replay.cassette import Cassette
from mcp_proof_mocks.replay.meaning import is_hash, meant

MOST: Final = 300
"""Recorded requests that are compared."""
SHOWN: Final = 8
"""Differences that are told."""


def miss(cassette: Cassette, method: str, params: JsonObject) -> str | None:
    """Say that a request has no answer, and which recorded one comes nearest.

    `None` where the cassette has nothing of the method.
    """
    given = meant(params)
    recorded = list(islice(_of_method(cassette, method), MOST))
    text = f"the cassette has no answer to {_shown(method, given)}"
    if not recorded:
        return None
    number, nearest = min(recorded, key=lambda each: _distance(method, given, each[1]))
    by = NAMED_BY.get(method, "")
    if by in given and nearest.get(by) != given[by]:
        names = [str(each.get(by)) for _, each in recorded]
        known = ", ".join(dict.fromkeys(names))
        return f"{text}. It has {method} of {known}.{did_you_mean(str(given[by]), names)}"
    told = list(differences(nearest, given))
    listed = "\n".join(f"  {each.path}: {each.what}" for each in told[:SHOWN])
    if not told:
        return f"{text}: it was asked (request {number + 1}), but its answer is not recorded"
    return f"{text}\nnearest, request {number + 1}: {quote(nearest)}\nwhat differs:\n{listed}"


def out_of_order(cassette: Cassette, method: str, params: JsonObject, expected: int | None) -> str:
    """Say that something else was to be asked first."""
    text = f"out of order: {_shown(method, meant(params))}"
    if expected is None:
        return f"{text}; the cassette has come to its end"
    message = cassette.asked(expected)
    next_one = _shown(message.method, meant(message.params))
    return f"{text}; expected next is request {expected + 1}, {next_one}"


def _shown(method: str, params: JsonObject) -> str:
    return f"{method} {quote(params)}"


def _distance(method: str, given: JsonObject, recorded: JsonObject) -> int:
    by = NAMED_BY.get(method, "")
    other = given.get(by) != recorded.get(by)
    return (1_000_000 if other else 0) + sum(d.weight for d in differences(recorded, given))


def _of_method(cassette: Cassette, method: str) -> Iterator[tuple[int, JsonObject]]:
    """Yield the recorded requests of a method, each once."""
    beginning = orjson.dumps(method) + b","
    for known in cassette.index.keys():  # noqa: SIM118  # it is no mapping
        if known.startswith(beginning):
            params: Json = orjson.loads(b"[" + known)[1]
            yield cassette.index.find(known)[0], as_object(params)
        elif is_hash(known):
            number = cassette.index.find(known)[0]
            message: Message = cassette.asked(number)
            if message.method == method:
                yield number, meant(message.params)
