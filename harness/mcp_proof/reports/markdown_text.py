"""Markdown as GitHub reads it, made of text that is not ours.

What a server says is set so that neither Markdown nor HTML nor a mention of somebody can come of
it: as entities within a line, as preformatted text where it is evidence.
"""

import html
import re
from collections.abc import Iterable
from typing import Final

from mcp_proof.reports.clean import clean_text
from mcp_proof_contracts.excerpt import excerpt
from mcp_proof_contracts.secrets.mask import Mask

LIMIT: Final = 1024 * 1024
"""Bytes that GitHub takes for the summary of a step: of more it shows nothing."""
CUT: Final = (
    "\n**This summary is cut here.** GitHub shows 1 MiB of it; the JSON report has everything.\n"
)
QUOTED: Final = 400
"""Characters of what was expected, and of what came."""
_SPECIAL: Final = re.compile(r"^-|[!-,./:-@\[-`{-~]")
"""ASCII punctuation; a hyphen means something at the beginning only."""


def within(limit: int, blocks: Iterable[str]) -> bytes:
    """Return as many of the blocks as there is space for, in at most `limit` bytes."""
    parts: list[bytes] = []
    left = limit - len(CUT)
    for block in blocks:
        part = block.encode()
        left -= len(part)
        if left < 0:
            parts.append(CUT.encode()[: limit - sum(map(len, parts))])
            break
        parts.append(part)
    return b"".join(parts)


def line(text: str, mask: Mask) -> str:
    """Return foreign text for a line of prose."""
    # Masked before it is escaped: in a secret of entities nobody recognises the secret.
    return inline(clean_text(excerpt(text.strip(), QUOTED), mask))


def inline(text: str) -> str:
    """`text` for a line of prose: what is an entity is never markup.

    The one without width keeps an address or a name after "@" from being mentioned.
    """
    entities = _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)
    return entities.replace("&#64;", "&#64;&#8203;")


def preformatted(lines: Iterable[str], mask: Mask, limit: int = 2 * QUOTED) -> str:
    """Return a block of evidence, without empty lines; each is cut after `limit` characters."""
    shown = (html.escape(clean_text(excerpt(each, limit), mask), quote=False) for each in lines)
    return "\n".join(["<pre>", *filter(str.strip, shown), "</pre>"])


def folded(title: str, content: str) -> str:
    """A block of HTML, which ends at an empty line: `content` must not have one."""
    return f"<details><summary>{title}</summary>\n{content}\n</details>"
