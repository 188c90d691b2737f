"""What a change of a schema does, by the direction in which its values go."""

from mcp_proof_contracts.compatibility.change import Effect
from mcp_proof_contracts.compatibility.containment import Answer, containment
from mcp_proof_contracts.json_value import JsonObject


def effect_of_schema(accepted: JsonObject, sent: JsonObject) -> Effect:
    """Return what it does that values of `sent` go to who expects those of `accepted`."""
    match containment(accepted, sent).answer:
        case Answer.YES:
            return Effect.COMPATIBLE
        case Answer.NO:
            return Effect.BREAKING
        case Answer.UNKNOWN:
            return Effect.UNKNOWN
