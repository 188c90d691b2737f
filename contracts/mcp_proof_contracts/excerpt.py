"""How foreign text is shown: on one line, harmless to terminals, without secrets, cut visibly."""

import re
from typing import Final

from mcp_proof_contracts.secrets.known import masked

QUOTED: Final = 300
"""Characters of a text that a finding quotes; the evidence and the transcript have more."""
MARGIN: Final = 4096
"""Characters beyond the cut in which a secret may end."""
REORDERING: Final = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Marks of bidirectional text: they can make a line read as something else than it is."""
UNSEEN: Final = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *REORDERING)
CONTROLS: Final = {code: repr(chr(code))[1:-1] for code in UNSEEN}
_COMMAND: Final = re.compile(r"^\s*:(?=:)|##(?=\w*\[)")
"""What CI systems take for a command in the output of a step: `::error::`, `##[error]`."""


def printable(text: str) -> str:
    """`text` with control characters written out, the end of a line among them."""
    return text.translate(CONTROLS)


def printable_lines(text: str) -> str:
    """`text` with all control characters written out but the ends of its lines.

    What would be a command to a CI system is written out as well.
    """
    return "\n".join(_COMMAND.sub(_written_out, printable(line)) for line in text.split("\n"))


def _written_out(found: re.Match[str]) -> str:
    return f"{found[0][:-1]}\\x{ord(found[0][-1]):02x}"


def excerpt(text: str, limit: int = QUOTED) -> str:
    """`text` as it may be shown; what is longer than `limit` characters is cut."""
    # Masked before it is cut: half a secret is recognised by nobody.
    shown = printable(masked(text[: limit + MARGIN]))
    return shown if len(shown) <= limit else f"{shown[:limit]}… ({len(text)} characters)"
