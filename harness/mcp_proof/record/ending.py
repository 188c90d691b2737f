"""What a recording came to in the end."""

import sys
from typing import Final

from mcp_proof.errors import UsageError
from mcp_proof.record.cassette_writer import CassetteWriter
from mcp_proof_contracts.excerpt import printable_lines
from mcp_proof_contracts.redaction import LikelySecretError

VIOLATED: Final = 1
"""The exit code where a rule was violated, or a secret would have been kept."""
HOW_TO_HIDE: Final = (
    "Hide it with --redact '/NAME' (a member or header) or --redact 'REGEX', or record without "
    "--strict."
)
HINT: Final = f"It was not written and not passed on, and the recording ends there. {HOW_TO_HIDE}"


def told(cassette: CassetteWriter, code: int) -> int:
    """Return the exit code, and say why the recording ended early if it did.

    Raises:
        UsageError: the file could not be written.
        InternalError: it was a fault of our own.
    """
    failure = cassette.failure
    if failure is None:
        return code
    if isinstance(failure, LikelySecretError):
        sys.stderr.write(printable_lines(f"mcp-proof: {failure}.\n{HINT}\n"))
        return VIOLATED
    if isinstance(failure, OSError):
        raise UsageError(f"cannot write the recording: {failure.strerror}") from failure
    raise failure
