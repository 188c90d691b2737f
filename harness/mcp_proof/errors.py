"""The errors of mcp-proof, split by whose fault they are.

    McpProofError
    ├── UsageError      the caller's: wrong options, an unreadable file          exit 2
    ├── PeerError       the peer's: it could not be started or reached           exit 3
    └── InternalError   ours                                                     exit 4

A violated rule is no error: it is a `Finding` (exit 1).
"""


class McpProofError(Exception):
    """Anything that keeps mcp-proof from giving a verdict."""

    exit_code = 4


class UsageError(McpProofError):
    """The command, an option or a file the caller gave is wrong."""

    exit_code = 2


class PeerError(McpProofError):
    """The peer could not be started or reached."""

    exit_code = 3


class InternalError(McpProofError):
    """A fault of mcp-proof itself."""

    exit_code = 4
