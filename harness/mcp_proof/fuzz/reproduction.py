"""The command that sends a case again."""

from collections.abc import Callable
from shlex import quote

from mcp_proof.fuzz.options import FuzzOptions
from mcp_proof.runner import DEFAULT_TIMEOUT
from mcp_proof.targets import Target


def reproduction(target: Target, options: FuzzOptions) -> Callable[[str], str]:
    """Return what makes the command of a case."""
    words = ["mcp-proof fuzz"]
    if options.revision is not None:
        words.append(f"--revision {options.revision}")
    elif options.dialect is not None:
        words.append(f"--dialect {options.dialect}")
    if options.timeout != DEFAULT_TIMEOUT:
        words.append(f"--timeout {options.timeout:g}")

    def command(case: str) -> str:
        return f"{' '.join(words)} --case {quote(case)} {target.arguments}"

    return command
