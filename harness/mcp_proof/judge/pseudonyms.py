"""Names for secrets: the same name for the same secret, and nothing else of it."""

import base64
import hashlib
from collections import Counter
from collections.abc import Collection
from typing import Final

from mcp_proof_contracts.secrets.mask import Mask

MOST: Final = 10_000
"""Secrets that are told apart: a client that goes on and on is cut off before."""
MANY: Final = "one-of-many"
PUBLIC: Final = ("challenge", "client", "session")
"""Kinds of what need not be hidden elsewhere."""


class Pseudonyms:
    """What one run calls its tokens, codes, verifiers and so on: "token-1", "code-2".

    The mask gets to know them, to hide them wherever else they are said.
    """

    def __init__(self, mask: Mask) -> None:
        self._mask = mask
        self._names: dict[tuple[str, str], str] = {}
        self._counts: Counter[str] = Counter()

    def name(self, kind: str, secret: str) -> str:
        """Return the name of a secret, which is given now if it has none; "" for none."""
        if not secret:
            return ""
        if (kind, secret) not in self._names:
            if len(self._names) >= MOST:
                return MANY
            self._counts[kind] += 1
            if kind not in PUBLIC:
                self._mask.hide([secret])
            self._names[kind, secret] = f"{kind}-{self._counts[kind]}"
        return self._names[kind, secret]

    def known(self, kind: str, secret: str) -> str:
        """Return the name of a secret that was met before; "" for another."""
        return self._names.get((kind, secret), "")

    def known_among(self, kind: str, texts: Collection[str]) -> str:
        """Return the name of the first of these texts that is a secret met before."""
        return next((name for text in texts if (name := self.known(kind, text))), "")


def s256(verifier: str) -> str:
    """Return the S256 code challenge of a verifier (RFC 7636 section 4.2)."""
    digest = hashlib.sha256(verifier.encode(errors="replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
