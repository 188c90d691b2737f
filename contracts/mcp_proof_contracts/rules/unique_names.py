"""What is listed, in whatever dialect: no two of it have the same name."""

from collections import Counter
from collections.abc import Iterable

from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.exchange import Exchange, HttpExchange
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.rule import Finding, Kept, Observations
from mcp_proof_contracts.wire import encode


def names_unique(
    exchange: Exchange | HttpExchange, listed: Iterable[JsonObject], what: str = "tools"
) -> Observations:
    """Judge what an exchange lists by its names, which are compared whole and shown cut."""
    names = Counter(encode(each["name"]) for each in listed if "name" in each)
    shown = {name: excerpt(name.decode()) for name in names}
    for name, times in names.items():
        if times == 1:
            yield Kept(exchange.evidence[0])
        else:
            yield Finding(
                message=f"{times} {what} are called {shown[name]}",
                expected="a name of its own for each",
                actual=", ".join(shown.values()),
                events=exchange.evidence,
            )
