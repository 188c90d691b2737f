"""The mock server without I/O: one contract, any number of conversations, both eras.

A shell (stdio, HTTP) hands each message to a conversation and gets what goes back. The mock cites
a rule's id wherever it obeys it, so that a fault can suspend exactly that duty.
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from mcp_proof_contracts.contract import Contract, load_contract
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_mocks.fault import Fault, Silence
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

Send: TypeAlias = Callable[[Json], None]
"""Sends a message to the client before the answer, on the answer's own channel."""
Ask: TypeAlias = Callable[[str, JsonObject], Awaitable[JsonObject]]
"""Asks the client something and returns its result; the stateful era's way."""

LIBRARY = Path(__file__).parent / "library"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a feature needs to know to answer one request."""

    method: str
    params: JsonObject
    revision: Revision
    client: JsonObject
    """The client's declared capabilities."""
    send: Send
    ask: Ask | None
    """`None` in the stateless era, where servers ask through `input_required` results."""

    @property
    def stateless(self) -> bool:
        """Whether this is a request of the stateless era."""
        return self.revision.era is Era.STATELESS


class MockServer:
    """One server: what it offers, and which duties its faults suspend."""

    def __init__(self, contract: Contract, faults: Sequence[Fault] = ()) -> None:
        self.contract = contract
        self.faults = tuple(faults)
        self._suspended = frozenset(name for fault in faults for name in fault.suspends)
        self._key = secrets.token_bytes(32)

    def keeps(self, duty: str) -> bool:
        """Whether the mock does what the rule `duty` demands."""
        return duty not in self._suspended

    @property
    def stateless_revisions(self) -> list[Revision]:
        """The offered revisions of the stateless era."""
        return [r for r in self.contract.revisions if r.era is Era.STATELESS]

    @property
    def stateful_revisions(self) -> list[Revision]:
        """The offered revisions of the stateful era."""
        return [r for r in self.contract.revisions if r.era is Era.STATEFUL]

    def capabilities(self) -> dict[str, Json]:
        """What the contract makes the server declare."""
        contract = self.contract
        declared: dict[str, Json] = {}
        if contract.tools and self.keeps("tools-capability-declared"):
            declared["tools"] = {}
        if contract.resources or contract.resource_templates:
            declared["resources"] = {}
        if contract.prompts:
            declared["prompts"] = {}
        for name in contract.announces:
            if name in declared and self.keeps(f"{name}-list-changed-only-declared"):
                declared[name] = {"listChanged": True}
        return declared

    def introduction(self) -> dict[str, Json]:
        """The members that `initialize` and `server/discover` results share."""
        shared: dict[str, Json] = {"capabilities": self.capabilities()}
        if self.contract.instructions is not None:
            shared["instructions"] = self.contract.instructions
        return shared

    def sign(self, text: str) -> str:
        """Return `text` with a signature, for state that clients carry."""
        digest = hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
        return f"{digest}.{text}"

    def verified(self, signed: str) -> str | None:
        """Return what was signed, or `None` when it was not signed here."""
        digest, _, text = signed.partition(".")
        return text if hmac.compare_digest(self.sign(text).partition(".")[0], digest) else None

    def outgoing(self, request: JsonObject, reply: JsonObject) -> list[Json]:
        """Return what is sent for a reply, after the faults had their say."""
        replies: list[Json] = [reply]
        for fault in self.faults:
            if fault.reply is not None:
                edited = [fault.reply(request, r) for r in replies if isinstance(r, Mapping)]
                replies = []
                for item in edited:
                    if isinstance(item, list):
                        replies += item
                    elif not isinstance(item, Silence):
                        replies.append(item)
        return replies

    def responded(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Return an HTTP response after the faults had their say."""
        for fault in self.faults:
            if fault.http is not None:
                response = fault.http(request, response)
        return response

    def written(self, data: bytes) -> bytes:
        """Return the bytes of one framed message, after the faults had their say."""
        for fault in self.faults:
            if fault.output is not None:
                data = fault.output(data)
        return data


def find_contract(name: str) -> Path:
    """Return the file of a contract: a path, or the bare name of one in the library.

    Raises:
        FileNotFoundError: there is neither.
    """
    for path in (Path(name), LIBRARY / f"{name}.yaml"):
        if path.is_file():
            return path
    known = sorted(path.stem for path in LIBRARY.glob("*.yaml"))
    raise FileNotFoundError(
        f"no contract file {name!r}, and none of that name in the library ({', '.join(known)})."
        f"{did_you_mean(name, known)}"
    )


def mock_server(path: Path, faults: Sequence[Fault] = ()) -> MockServer:
    """Build the server that a contract file describes, with faults."""

    def edit(document: dict[str, Json]) -> None:
        for fault in faults:
            if fault.contract is not None:
                fault.contract(document)

    return MockServer(load_contract(path, edit=edit), faults)
