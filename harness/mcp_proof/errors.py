"""The errors of mcp-proof, split by whose fault they are.

    McpProofError
    ├── UsageError      the caller's: wrong options, an unreadable file          exit 2
    ├── PeerError       the peer's: it could not be started or reached           exit 3
    │   └── NotSpokenError  it answers, but not at the revision asked for
    ├── SecretError     nobody's: what looks like a secret may not be recorded   exit 1
    └── InternalError   ours                                                     exit 4

A violated rule is no error: it is a `Finding` (exit 1).
"""


class McpProofError(Exception):
    """Anything that keeps mcp-proof from giving a verdict."""

    exit_code = 4


class UsageError(McpProofError):
    """The command, an option or a file the caller gave is wrong."""

    exit_code = 2


class SecretError(McpProofError):
    """Something would have been recorded that looks like a secret, where none may be kept."""

    exit_code = 1


class PeerError(McpProofError):
    """The peer could not be started or reached."""

    exit_code = 3


class NotSpokenError(PeerError):
    """The server does not speak the revision that was asked for."""

    def __init__(self, revision: str, why: str) -> None:
        super().__init__(f"the server does not speak {revision}: {why}")
        self.why = why
        """What it does instead."""


class InternalError(McpProofError):
    """A fault of mcp-proof itself."""

    exit_code = 4
