"""The options, each declared once: for the command line, the environment and the file.

Little is imported here, for `--help` loads this and must be quick.
"""

from collections.abc import Iterator
from typing import Final

from mcp_proof.options.contracts import CONTRACTS
from mcp_proof.options.files import FILES
from mcp_proof.options.fuzzing import FUZZED
from mcp_proof.options.judging import JUDGED
from mcp_proof.options.loading import LOADED
from mcp_proof.options.option import Option
from mcp_proof.options.recordings import RECORDINGS
from mcp_proof.options.requests import REQUESTS
from mcp_proof.options.servers import SERVERS
from mcp_proof.options.serving import SERVED

OPTIONS: Final = (
    *FILES,
    *SERVERS,
    *LOADED,
    *RECORDINGS,
    *JUDGED,
    *FUZZED,
    *CONTRACTS,
    *SERVED,
    *REQUESTS,
)
"""In the order in which they are shown."""
TARGETS: Final = ("url", "image", "command", "config")
"""The options that name targets, each by itself."""
OF_A_TARGET: Final = (*TARGETS, "endpoint", "server", "header", "header-env")
"""The options that have a meaning for one target only."""


def options_of(command: str) -> Iterator[Option]:
    """Yield the options that a command has."""
    return (option for option in OPTIONS if command in option.commands)
