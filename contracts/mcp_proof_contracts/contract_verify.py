"""The contract file's `verify`: what a user tells so that more rules can be seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.occasion import Occasion, read_occasion
from mcp_proof_contracts.wire import as_list, as_object

TOKENS: Final = ("other_user", "little_scope", "broad_scope", "other_audience", "expired")
"""The bearer tokens that can be named, each by the environment variable that holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyContract:
    """What is said of one server."""

    occasions: Mapping[str, tuple[Occasion, ...]] = field(
        default_factory=dict[str, tuple[Occasion, ...]]
    )
    """By the names of `OCCASIONS`; the tools among them may be called without further leave."""
    tokens: Mapping[str, str] = field(default_factory=dict[str, str])
    """Environment variables by the names of `TOKENS`."""


def read_verify(value: JsonObject) -> VerifyContract:
    """Read a document that is valid by `contract_schema/verify.json`."""
    return VerifyContract(
        occasions={
            name: tuple(read_occasion(as_object(each)) for each in as_list(given) or [given])
            for name, given in as_object(value.get("occasions")).items()
        },
        tokens={name: str(env) for name, env in as_object(value.get("tokens")).items()},
    )
