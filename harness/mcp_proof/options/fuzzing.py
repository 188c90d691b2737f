"""How a campaign goes."""

from typing import Final

from mcp_proof.options.commands import FUZZ, LOAD
from mcp_proof.options.kinds import File, Number, Text, WholeNumber
from mcp_proof.options.option import Option

LONGEST_RUN: Final = 1_000_000
FUZZED: Final = (
    Option(
        "max-examples",
        FUZZ,
        WholeNumber(0, 1_000_000),
        "generated inputs of each operation, besides its boundary cases (default: 100)",
        "N",
        default=100,
    ),
    Option(
        "time",
        FUZZ,
        Number(0, LONGEST_RUN, "seconds", above=True),
        "end after so many seconds; what was not tried by then is told",
        "SECONDS",
    ),
    Option(
        "seed",
        (*FUZZ, *LOAD),
        WholeNumber(0, 2**32 - 1),
        "what the generated inputs begin with (default: 0): the same seed gives the same inputs",
        "N",
        default=0,
    ),
    Option(
        "rate",
        (*FUZZ, *LOAD),
        Number(0, 1_000_000, "calls a second", above=True),
        "calls in a second at most; of load exactly, at the profile's peak, whether answers come "
        "or not",
        "N",
    ),
    Option(
        "case",
        FUZZ,
        Text(),
        "send only this, as the reproduction of a failure has it",
        "CASE",
        configured=(),
    ),
    Option(
        "corpus",
        FUZZ,
        File(),
        "the folder of inputs that failed before, which are tried first (default: "
        ".mcp-proof/corpus)",
        "DIR",
        default=".mcp-proof/corpus",
    ),
    Option(
        "hooks",
        FUZZ,
        File(),
        "a Python file that registers strategies for tools, properties or formats",
        "FILE",
    ),
)
