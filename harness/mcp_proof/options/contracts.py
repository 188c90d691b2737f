"""Contract files, and what clients need."""

from typing import Final

from mcp_proof.options.commands import JUDGE, JUDGING, LOAD, LOCK, VERIFY
from mcp_proof.options.kinds import Text
from mcp_proof.options.option import Option

CONTRACTS: Final = (
    Option(
        "contract",
        (*JUDGING, *JUDGE, *LOAD),
        Text(),
        "a contract file, or a bundled name: verify demands that it is kept, fuzz tries its "
        "examples and its `fuzz`, load calls what it says with its examples, "
        "judge takes what clients promise from its `judge`",
        "NAME|FILE",
    ),
    Option(
        "consumer",
        VERIFY,
        Text(),
        "a folder of consumer contracts, which all must be kept",
        "DIR",
    ),
    Option(
        "client",
        LOCK,
        Text(),
        "write the consumer contract of the client of this name: what recordings show of its needs",
        "NAME",
        configured=(),
    ),
    Option(
        "state-hook",
        VERIFY,
        Text(),
        "a command that brings the server into the state that a consumer needs; it is told as JSON",
        "COMMAND",
    ),
)
