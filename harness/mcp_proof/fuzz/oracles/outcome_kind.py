"""What an answer is, without its values: so far even an answer that changes stays the same."""

from mcp_proof.fuzz.observation import Observation
from mcp_proof_contracts.json_value import Json


def outcome_kind(seen: Observation) -> Json:
    """Return "failure", or the shape of the value."""
    return "failure" if seen.outcome.failure is not None else _shape(seen.outcome.value)


def _shape(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _shape(member) for name, member in value.items()}
    return type(value).__name__
