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


def visible(
    chosen: Sequence[ChosenFault], transport: TransportName, contract: Contract | None = None
) -> list[ChosenFault]:
    """Return the stream faults that somebody can see; tell of the others."""
    tools = {tool.name for tool in contract.tools} if contract is not None else None
    seen: list[ChosenFault] = []
    for fault in chosen:
        name, only, tool = fault.kind.name, fault.kind.transport, fault.selection.tool
        if only not in (None, transport):
            tell(f"{name} shows over {only} only and is left out")
        elif transport == "stdio" and fault.place.connection not in (None, 1):
            tell(f"{name} is left out: over stdio there is no connection but the first")
        elif tools is not None and tool is not None and tool not in tools:
            tell(f"{name} is left out: the contract has no tool {tool}.{did_you_mean(tool, tools)}")
        else:
            seen.append(fault)
    return seen


def tell_idle(chosen: Sequence[ChosenFault]) -> None:
    """Say which faults that wait for something have waited in vain."""
    for fault in chosen:
        if not fault.acted and (fault.by_message or fault.place.connection is not None):
            tell(f"{fault.kind.name} has never acted: what it waited for did not come")


def tell(text: str) -> None:
    """Say something beside what is served."""
    sys.stderr.write(f"mcp-proof mock: {text}\n")
