"""Structured content that a client got, and what it told its user of it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mcp_proof_contracts.client_run import Told, told, wished
from mcp_proof_contracts.client_tools import known_when_called, listings
from mcp_proof_contracts.exchange import Exchange
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Finding
from mcp_proof_contracts.schema_dialects import SAYS_WHY, allowed_by_any, refused_by_any
from mcp_proof_contracts.wire import as_object


class Structured(NamedTuple):
    """The result of a call with structured content, of a tool whose outputSchema was listed."""

    call: Exchange
    schema: JsonObject
    value: Json
    told: Told

    @property
    def tool(self) -> str:
        """The tool that was called."""
        return str(self.call.sent.message.params.get("name"))

    @property
    def is_handed_on(self) -> bool:
        """Whether the user got the content, and nothing says that there was an error."""
        failed = as_object(self.told.value).get("isError") is True
        return self.told.ok and not failed and _holds(self.told.value, self.value)

    def finding(self, message: str, expected: str) -> Finding:
        """Return the finding that the user was told something else than expected."""
        return Finding(
            message=message,
            expected=expected,
            actual="the user got the result" if self.told.ok else f"an error: {self.told.error}",
            events=(*self.call.evidence, self.told.event),
        )


def structured(read: Reading) -> list[Structured]:
    """Return what the client got and told, where nothing leaves open which result it told of."""
    return read.derived(_structured)


def _structured(read: Reading) -> list[Structured]:
    names = [wish.get("tool") for wish in wished(read) if wish.get("do") == "call"]
    found: list[Structured] = []
    for each in told(read, "call"):
        name = each.asked.get("tool")
        calls = [c for c in _answered(read) if c.sent.message.params.get("name") == name]
        if not calls or names.count(name) != 1:
            continue
        listing = known_when_called(read, calls[-1])
        schema = listing.tool.get("outputSchema") if listing is not None else None
        if isinstance(schema, dict) and "structuredContent" in calls[-1].result:
            value = calls[-1].result["structuredContent"]
            found.append(Structured(calls[-1], schema, value, each))
    return found


def _calls(read: Reading) -> Sequence[Exchange]:
    return read.counterpart.exchanges("tools/call")


def _answered(read: Reading) -> Iterator[Exchange]:
    for call in read.counterpart.results("tools/call"):
        complete = call.result.get("resultType", "complete") == "complete"
        if complete and call.result.get("isError") is not True:
            yield call


def never_called(read: Reading) -> Iterator[tuple[JsonObject, Told]]:
    """Yield the outputSchemas for which the client told its user an error instead of calling."""
    called = [call.sent.message.params.get("name") for call in _calls(read)]
    for each in told(read, "call"):
        name = each.asked.get("tool")
        known = listings(read).get(str(name), ())
        schema = known[-1].tool.get("outputSchema") if known else None
        unsent = not each.ok and name not in called and SAYS_WHY.search(each.error)
        if unsent and isinstance(schema, dict):
            yield schema, each


def serves(read: Reading) -> bool:
    """Whether the client told its user of good structured content: it minds not just any."""
    return any(e.told.ok and allowed_by_any(e.schema, e.value) for e in structured(read))


def validates(read: Reading) -> bool:
    """Whether the client was seen to validate: it refused what plainly broke an outputSchema."""
    refused = (e for e in structured(read) if not e.told.ok and refused_by_any(e.schema, e.value))
    return serves(read) and any(refused)


def network_references(schema: Json) -> Iterator[str]:
    """Yield what a schema refers to in the network."""
    if isinstance(schema, list):
        for part in schema:
            yield from network_references(part)
    for name, part in as_object(schema).items():
        if name == "$ref" and isinstance(part, str) and part.startswith(("http://", "https://")):
            yield part
        yield from network_references(part)


def _holds(shown: Json, value: Json) -> bool:
    """Whether a value is, or has somewhere in it, another one."""
    if shown == value:
        return True
    if isinstance(shown, dict):
        return any(_holds(inner, value) for inner in shown.values())
    return isinstance(shown, list) and any(_holds(inner, value) for inner in shown)
