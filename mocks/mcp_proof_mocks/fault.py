"""Faults: deliberate misbehaviour, each named after the rule that it breaks.

The mock cites a rule's id wherever it obeys that rule (`keeps("sec-origin-validated")`). A fault
suspends its own rule there, and where leaving a duty out is not enough it changes what the mock
says: the contract before it is read, a reply before it is sent, bytes before they are written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Revision
from mcp_proof_contracts.rule import TransportName
from mcp_proof_mocks.fault_catalogue import Catalogue
from mcp_proof_mocks.http.messages import HttpRequest, HttpResponse

ContractEdit: TypeAlias = Callable[[dict[str, Json]], None]
"""Changes the contract document in place."""
ReplyEdit: TypeAlias = Callable[[JsonObject, JsonObject], Json]
"""Takes a request and the reply to it; returns what is sent instead (a list: several, or none)."""
HttpEdit: TypeAlias = Callable[[HttpRequest, HttpResponse], HttpResponse]
"""Takes an HTTP request and its response (status and headers are settled, a stream may follow)."""
OutputEdit: TypeAlias = Callable[[bytes], bytes]
"""Takes one framed message as written (a line, a body or an SSE event) and returns its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One misbehaviour."""

    name: str
    suspends: frozenset[str]
    contract: ContractEdit | None = None
    reply: ReplyEdit | None = None
    http: HttpEdit | None = None
    output: OutputEdit | None = None
    revision: Revision | None = None
    """A revision at which it shows; `None` when it shows at the rule's last one."""
    transport: TransportName | None = None
    """The transport over which it shows; `None` for the rule's own, or HTTP."""
    shown_by: str = ""
    """The contract of the library that shows it; "" for `everything`."""
    at_start: bool = False
    """Whether it is settled when the server starts, such as the address it listens on."""


faults: Final[Catalogue[Fault]] = Catalogue("fault")


def fault(  # noqa: PLR0913  # one argument per place where a fault can act
    name: str,
    *also: str,
    contract: ContractEdit | None = None,
    reply: ReplyEdit | None = None,
    http: HttpEdit | None = None,
    output: OutputEdit | None = None,
    revision: Revision | None = None,
    transport: TransportName | None = None,
    shown_by: str = "",
    at_start: bool = False,
) -> None:
    """Register the fault that breaks the rule `name`.

    Its duty, and those of `also`, are suspended; the edits change what the mock does besides.
    """
    faults.add(
        Fault(
            name=name,
            suspends=frozenset((name, *also)),
            contract=contract,
            reply=reply,
            http=http,
            output=output,
            revision=revision,
            transport=transport,
            shown_by=shown_by,
            at_start=at_start,
        )
    )
