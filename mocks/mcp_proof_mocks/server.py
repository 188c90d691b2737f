"""The mock server without I/O: one contract, any number of conversations, both eras.

A shell (stdio, HTTP) hands each message to a conversation and gets what goes back. The mock cites
a rule's id wherever it obeys it, so that a fault can suspend exactly that duty.
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from mcp_proof_contracts.contract import Contract, load_contract
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_mocks.active_faults import ActiveFault, ActiveFaults
from mcp_proof_mocks.fault_choice import choose, declared
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

    def __init__(self, contract: Contract, faults: Iterable[ActiveFault] = ()) -> None:
        self.contract = contract
        self.faults = ActiveFaults(faults)
        self._key = secrets.token_bytes(32)

    def keeps(self, duty: str) -> bool:
        """Whether the mock does what the rule `duty` demands."""
        return self.faults.keeps(duty)

    def inject(self, fault: str, /, **settings: str | float) -> int:
        """Turn a fault on while the server runs: `inject("late-response", tool="echo", seconds=2)`.

        Returns:
            The number by which `faults.remove` turns it off.

        Raises:
            FaultTextError: there is no such fault, or it does not take these settings.
            FixedFaultError: it would have to be there before the contract is read.
        """
        return self.faults.add(choose(fault, **settings))

    def clear_faults(self) -> None:
        """Turn every fault off, save those that changed the contract when it was read."""
        self.faults.clear()

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

    def responded(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Return an HTTP response after the faults had their say."""
        return self.faults.responded(request, response)

    def written(self, data: bytes) -> bytes:
        """Return the bytes of one framed message, after the faults had their say."""
        return self.faults.written(data)


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


def mock_server(path: Path, faults: Sequence[str] = ()) -> MockServer:
    """Build the server that a contract file describes, with its faults and these.

    Raises:
        ContractError: the file cannot be read, or a member is wrong.
        FaultTextError: one of `faults` chooses none, or is given what it does not take.
    """
    chosen = [choose(text) for text in faults]

    def edit(document: dict[str, Json]) -> None:
        chosen[:0] = declared(document, path)
        for each in chosen:
            if each.fault.contract is not None:
                each.fault.contract(document)

    return MockServer(load_contract(path, edit=edit), chosen)
