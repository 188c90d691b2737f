"""Signatures on what clients carry for the mock, which nobody else can make."""

import hashlib
import hmac
import secrets


class Signer:
    """Signs with a key of its own."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def sign(self, text: str) -> str:
        """Return `text` with a signature."""
        return f"{self._digest(text)}.{text}"

    def verified(self, signed: str) -> str | None:
        """Return what was signed, or `None` when it was not signed here."""
        digest, _, text = signed.partition(".")
        return text if hmac.compare_digest(self._digest(text).encode(), digest.encode()) else None

    def _digest(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()
