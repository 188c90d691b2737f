"""What comes in a dialect's documents: each is judged alike by its JSON Schema."""

from mcp_proof_contracts.exchange import Exchange, HttpExchange
from mcp_proof_contracts.rule import Finding, Kept, Observation


def as_documented(
    exchange: Exchange | HttpExchange, what: str, problem: str | None, expected: str
) -> Observation:
    """Judge what an exchange brought by the problem that its schema has with it; `None` is none."""
    if problem is None:
        return Kept(exchange.evidence[0])
    return Finding.about(
        exchange, message=f"{what} is not as documented: {problem}", expected=expected
    )
