"""What clients promise beyond MCP, as agreements: a file of the user's says the terms."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Final, TypeAlias

from mcp_proof_contracts.agreements.agreement import Agreement, agreement
from mcp_proof_contracts.contract_judge import Terms
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.reading import Reading
from mcp_proof_contracts.rule import Check, Observations

Look: TypeAlias = Callable[[Reading, Terms], Observations]
"""Reads what a client did where it could keep or break a promise of these terms."""

PAGE: Final = "how-to/judge-resilience"
HOME: Final = "promises"
PROMISES: Final = "mcp_proof_contracts.agreements.promises"
"""The package whose import registers every agreement on clients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """One requirement of a promise."""

    id: str
    promise: str
    otherwise: str
    look: Look

    @property
    def text(self) -> str:
        """Its page."""
        lines = (self.look.__doc__ or "").strip().splitlines()
        return "\n".join(line.strip() for line in lines)


_PROMISED: Final[dict[str, Promised]] = {}


def promised(rule_id: str, promise: str, otherwise: str) -> Callable[[Look], Look]:
    """Register the decorated function as what a client agrees to by a promise."""

    def register(look: Look) -> Look:
        assert rule_id not in _PROMISED, f"{rule_id} is defined twice"
        assert look.__doc__, f"{rule_id} states no requirement: give it a docstring"
        _PROMISED[rule_id] = Promised(id=rule_id, promise=promise, otherwise=otherwise, look=look)
        return look

    return register


def client_agreements(judge: JsonObject | None = None, option: str = "") -> list[Agreement]:
    """Return the agreements on a client; without a section they are only to be explained.

    Args:
        judge: the section `judge` of the contract file.
        option: what of a command line names that file.
    """
    import_module(PROMISES)
    return [
        _agreement(each, judge, option)
        for each in _PROMISED.values()
        if judge is None or each.promise in judge
    ]


def _agreement(each: Promised, judge: JsonObject | None, option: str) -> Agreement:
    check: Check | None = None
    if judge is not None:
        check = partial(_looked, each.look, Terms(each.promise, judge))
    return agreement(
        each.id,
        each.text,
        check,
        home=HOME,
        page=PAGE,
        side="client",
        option=option,
        otherwise=each.otherwise,
    )


def _looked(look: Look, terms: Terms, read: Reading) -> Observations:
    yield from look(read, terms)
