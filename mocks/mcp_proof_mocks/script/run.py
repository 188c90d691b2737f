"""One run of a case: who called, with what, and what is known so far."""

from dataclasses import dataclass, field

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_mocks.call import Call
from mcp_proof_mocks.script.stage import Stage


class UnableError(Exception):
    """The answer cannot be given, for a reason that the client's user should read."""


class ClientRefusalError(UnableError):
    """The client has answered a request of the server with an error."""

    def __init__(self, error: JsonObject) -> None:
        super().__init__(f"The client refused: {error.get('message')}")
        self.error = error


class InputRequiredError(Exception):
    """The client must answer something first, in the manner of 2026-07-28 (patterns/mrtr)."""

    def __init__(self, result: JsonObject) -> None:
        super().__init__("input required")
        self.result = result


@dataclass(slots=True, kw_only=True)
class Run:
    """What the steps of one call share."""

    server: Stage
    call: Call
    arguments: JsonObject
    state: str
    """The server's state when the call came."""
    number: int = 0
    """Which call of its subject this is, counted from 1; rounds of one call are counted once."""
    case: int = 0
    """The case that answers, by its place."""
    inputs: dict[str, Json] = field(default_factory=dict[str, Json])
    """What the client has answered so far, by the names in the script."""
    reached: int = 0
    """The step at which the round before stopped, and all before it have happened."""

    @property
    def scope(self) -> JsonObject:
        """What slots are filled from."""
        own: JsonObject = {"$inputs": self.inputs, "$call": self.number, "$state": self.state}
        return {**self.arguments, **own}

    def is_past(self, index: int) -> bool:
        """Whether a step happened in an earlier round of the same call."""
        return index < self.reached
