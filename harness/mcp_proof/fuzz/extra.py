"""What fuzzing needs besides mcp-proof itself."""

from importlib.util import find_spec
from typing import Final

from mcp_proof.errors import UsageError

NEEDED: Final = ("hypothesis", "schemathesis", "uritemplate")


def check_extra() -> None:
    """See whether the packages are installed, without loading them: that takes a second.

    Raises:
        UsageError: one is not.
    """
    for name in NEEDED:
        if find_spec(name) is None:
            raise UsageError(
                f"fuzzing needs the package {name}, which is not installed: "
                "pip install 'mcp-proof[fuzz]'"
            )
