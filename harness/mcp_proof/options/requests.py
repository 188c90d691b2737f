"""What goes with each request, and how long an answer may take."""

from typing import Final

from mcp_proof.options.commands import ALL, ASKING, JUDGE, REPLAY, TARGETED
from mcp_proof.options.kinds import Number, Texts
from mcp_proof.options.option import Option

LONGEST_TIMEOUT: Final = 3600
REQUESTS: Final = (
    Option(
        "header",
        (*ALL, *REPLAY),
        Texts(),
        "an HTTP header; for a mock, of its requests to the server that it passes through to",
        "'NAME: VALUE'",
        configured=TARGETED,
    ),
    Option(
        "header-env",
        (*ALL, *REPLAY),
        Texts(),
        "an HTTP header whose value is in an environment variable",
        "NAME=VARIABLE",
        configured=TARGETED,
    ),
    Option(
        "timeout",
        (*ASKING, *JUDGE),
        Number(0, LONGEST_TIMEOUT, "seconds", above=True),
        "patience for one answer (default: 15); four times as much for the very first one",
        "SECONDS",
        default=15.0,
    ),
)
