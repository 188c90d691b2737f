"""Stream faults on the command line: which they are, and which of them nobody will see."""

import sys
from collections.abc import Sequence

from mcp_proof.config import Config
from mcp_proof_contracts.contract import Contract
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_mocks.fault_text import FaultTextError
from mcp_proof_mocks.stream.choice import ChosenFault, chosen_fault
from mcp_proof_mocks.stream.stream_fault import stream_faults


def stream_faults_of(config: Config) -> list[ChosenFault]:
    """Return the stream faults that are chosen by `--fault`.

    Raises:
        UsageError: one is written wrongly, or is a fault that only the mock itself can have.
    """
    chosen: list[ChosenFault] = []
    for text in config.texts("fault"):
        try:
            fault = chosen_fault(text)
        except FaultTextError as error:
            raise config.wrong("fault", str(error)) from error
        if fault is None:
            name = text.partition(":")[0]
            known = [kind.name for kind in stream_faults]
            raise config.wrong(
                "fault",
                f"{name}: in front of a server only what disturbs its bytes can be chosen: "
                f"{', '.join(known)}.{did_you_mean(name, known)}",
            )
        chosen.append(fault)
    return chosen


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
