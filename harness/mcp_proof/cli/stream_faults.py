"""Stream faults on the command line: told apart from the others, and told when none will show."""

import sys
from collections.abc import Iterable, Sequence

from mcp_proof.errors import UsageError
from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_mocks.fault_text import FaultTextError
from mcp_proof_mocks.stream.choice import ChosenFault, chosen_fault
from mcp_proof_mocks.stream.stream_fault import stream_faults


def told_apart(texts: Iterable[str]) -> tuple[list[ChosenFault], list[str]]:
    """Return the stream faults among the texts of `--fault`, and the other texts.

    Raises:
        UsageError: a stream fault is written wrongly.
    """
    chosen: list[ChosenFault] = []
    others: list[str] = []
    for text in texts:
        try:
            fault = chosen_fault(text)
        except FaultTextError as error:
            raise UsageError(f"--fault {error}") from error
        if fault is None:
            others.append(text)
        else:
            chosen.append(fault)
    return chosen, others


def refuse_others(texts: Sequence[str]) -> None:
    """Refuse faults that only the mock itself can have.

    Raises:
        UsageError: there is one.
    """
    if texts:
        name = texts[0].partition(":")[0]
        known = [kind.name for kind in stream_faults]
        raise UsageError(
            f"--fault {name}: in front of a server only what disturbs its bytes can be chosen: "
            f"{', '.join(known)}.{did_you_mean(name, known)}"
        )


def warn(
    chosen: Sequence[ChosenFault], transport: TransportName, contract: Contract | None = None
) -> None:
    """Say which stream faults nobody will see."""
    tools = [tool.name for tool in contract.tools] if contract is not None else []
    for fault in chosen:
        only, tool = fault.kind.transport, fault.selection.tool
        if only not in (None, transport):
            tell(f"{fault.kind.name} shows over {only} only")
        elif transport == "stdio" and fault.place.connection not in (None, 1):
            tell(f"{fault.kind.name} shows on no connection but the first: stdio has only one")
        elif contract is not None and tool is not None and tool not in tools:
            tell(f"{fault.kind.name} waits for the tool {tool}, which the contract does not have")


def tell_idle(chosen: Sequence[ChosenFault]) -> None:
    """Say which faults that wait for something have waited in vain."""
    for fault in chosen:
        if not fault.acted and (fault.by_message or fault.place.connection is not None):
            tell(f"{fault.kind.name} has never acted: what it waited for did not come")


def tell(text: str) -> None:
    """Say something beside what is served."""
    sys.stderr.write(f"mcp-proof mock: {text}\n")
