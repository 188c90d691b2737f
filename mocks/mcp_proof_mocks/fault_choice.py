"""Faults as users choose them, on the command line, in a contract file, in Python or over HTTP."""

from collections.abc import Mapping
from typing import Final

from mcp_proof_contracts.contract_file import DocumentError
from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.schema_problem import Problem
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.wire import as_list
from mcp_proof_mocks.active_faults import ActiveFault, edited
from mcp_proof_mocks.fault import Fault, faults
from mcp_proof_mocks.fault_selection import Selection
from mcp_proof_mocks.fault_text import FaultTextError, filled, parameters, read_parameters
from mcp_proof_mocks.message_fault import MessageFaultKind, message_faults
from mcp_proof_mocks.stream.choice import ChosenFault, chosen_of
from mcp_proof_mocks.stream.stream_fault import stream_faults

SELECTORS: Final = parameters(Selection)


def choose(text: str, /, **settings: Json) -> ActiveFault:
    """Return the fault that `NAME[:key=value,…]` means, with settings that may come apart from it.

    Raises:
        FaultTextError: there is no such fault, it does not take what was given, or it disturbs
            bytes, which takes a relay from the start.
    """
    chosen = choose_any(text, **settings)
    if isinstance(chosen, ChosenFault):
        raise FaultTextError(
            f"{chosen.kind.name} disturbs the bytes of connections: choose it at the start, with "
            "--fault or in the contract file's `faults`"
        )
    return chosen


def choose_any(text: str, /, **settings: Json) -> ActiveFault | ChosenFault:
    """Return the fault of any kind that `NAME[:key=value,…]` means.

    Raises:
        FaultTextError: there is no such fault, or it does not take what was given.
    """
    name, given = read_parameters(text)
    given |= {key: _as_text(f"{name}: {key}", value) for key, value in settings.items()}
    listed = ",".join(f"{key}={value}" for key, value in given.items())
    shown = f"{name}:{listed}" if listed else name
    if (kind := message_faults.get(name)) is not None:
        return _message_fault(kind, shown, given)
    if (fault := faults.get(name)) is not None:
        return _rule_fault(fault, shown, given)
    if (stream := stream_faults.get(name)) is not None:
        return chosen_of(stream, given)
    raise FaultTextError(_unknown(name))


def declared(document: dict[str, Json]) -> list[ActiveFault | ChosenFault]:
    """Return the faults that a contract document lists: texts, or mappings with a `name`.

    Raises:
        DocumentError: one of them is wrong.
    """
    chosen: list[ActiveFault | ChosenFault] = []
    problems: list[Problem] = []
    for index, item in enumerate(as_list(document.get("faults"))):
        try:
            name, settings = _split(item)
            chosen.append(choose_any(name, **settings))
        except FaultTextError as error:
            problems.append(Problem(pointer=f"/faults/{index}", message=str(error)))
    if problems:
        raise DocumentError(problems)
    return chosen


def chosen_by(item: Json) -> ActiveFault:
    """Return the fault that a text, or a mapping of its name and its settings, chooses.

    Raises:
        FaultTextError: it is neither, or chooses no fault that can come and go.
    """
    name, settings = _split(item)
    return choose(name, **settings)


def _split(item: Json) -> tuple[str, dict[str, Json]]:
    if isinstance(item, str):
        return item, {}
    if isinstance(item, Mapping) and isinstance(name := item.get("name"), str):
        return name, {key: value for key, value in item.items() if key != "name"}
    raise FaultTextError(f"expected a fault's name or a mapping with a `name`, got {item!r}")


def _message_fault(kind: MessageFaultKind, shown: str, given: dict[str, str]) -> ActiveFault:
    own = parameters(kind.build)
    return ActiveFault(
        text=shown,
        fault=Fault(name=kind.name, suspends=frozenset()),
        replies=filled(kind.build, kind.name, given, others=SELECTORS).replies,
        selection=filled(Selection, kind.name, given, others=own),
    )


def _rule_fault(fault: Fault, shown: str, given: dict[str, str]) -> ActiveFault:
    selection = filled(Selection, fault.name, given)
    if given and (fault.reply is None or fault.contract or fault.http or fault.output):
        raise FaultTextError(
            f"{fault.name} holds for the whole server and cannot be narrowed by "
            f"{', '.join(given)}: only faults that change single replies can"
        )
    replies = edited(fault.reply) if fault.reply is not None else None
    return ActiveFault(text=shown, fault=fault, replies=replies, selection=selection)


def _unknown(name: str) -> str:
    messages = [kind.name for kind in message_faults]
    streams = [kind.name for kind in stream_faults]
    hint = did_you_mean(name, [*messages, *streams, *(fault.name for fault in faults)])
    return (
        f"there is no fault {name!r}.{hint} A fault is a rule's id, which breaks that rule "
        f"(`mcp-proof rules` lists them), what happens to replies: {', '.join(messages)}; "
        f"or what happens to bytes: {', '.join(streams)}."
    )


def _as_text(where: str, value: Json) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise FaultTextError(f"{where}: expected text or a number, got {value!r}")
    return str(value)
