"""Secrets: those known by their issuers' prefixes, and those that the user gave for the peer."""

import re
from collections.abc import Iterable
from typing import Final

import orjson

from mcp_proof_contracts.json_value import Json

SECRETS: Final = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]{32}"),
    "an AWS access key": re.compile(r"\bAKIA(?!\w*EXAMPLE)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{82})(?![A-Za-z0-9])"
    ),
    "a Slack token": re.compile(r"\bxox[abprs]-\d{8,}-[A-Za-z0-9-]{16,}"),
    "an Anthropic key": re.compile(r"\bsk-ant-[a-z0-9]+-[A-Za-z0-9_-]{32,}"),
    "an OpenAI key": re.compile(r"\bsk-(?:proj|svcacct)-[A-Za-z0-9_-]{40,}"),
    "a Google API key": re.compile(r"\bAIza[A-Za-z0-9_-]{35}\b"),
    "a Stripe key": re.compile(r"\b[sr]k_live_[A-Za-z0-9]{24,}"),
}

SHOWN: Final = 6
"""Characters of a secret that may be shown: its prefix, which says what it is."""


SHORTEST: Final = 6
"""Characters of the shortest value that is hidden wherever it stands: a shorter one is a word."""
HIDDEN: Final = "[hidden]"
SECRET_HEADERS: Final = frozenset(
    {"authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key"}
)
"""Headers, in lower case, whose values never enter a transcript."""


def masked(text: str) -> str:
    """Return `text` with every known kind of secret cut down to its prefix."""
    for pattern in SECRETS.values():
        text = pattern.sub(lambda match: f"{match[0][:SHOWN]}…", text)
    return text


def shown_headers(
    fields: Iterable[tuple[str, str]], secret: frozenset[str] = SECRET_HEADERS
) -> dict[str, Json]:
    """Return headers as they may be recorded: lower-case names, secret values hidden.

    The values of a repeated field are one list (RFC 9110, section 5.3).
    """
    shown: dict[str, Json] = {}
    for name, value in fields:
        key = name.lower()
        told = HIDDEN if key in secret else value
        shown[key] = f"{shown[key]}, {told}" if key in shown else told
    return shown


class Mask:
    """Hides the secrets of one run, whatever repeats them, besides all known kinds."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # A header's scheme is no secret, what follows it is one by itself.
        parts = {part for secret in secrets for part in (secret, secret.rpartition(" ")[2])}
        self._secrets = sorted((s for s in parts if len(s) >= SHORTEST), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return `text` without them, a beginning that was cut off with "…" included."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
            if secret[:SHORTEST] in text:
                for length in range(len(secret) - 1, SHORTEST - 1, -1):
                    text = text.replace(f"{secret[:length]}…", f"{HIDDEN}…")
        return masked(text)

    def line(self, line: bytes) -> bytes:
        """Return a line of JSON without the given secrets; what else it holds is evidence."""
        for secret in self._secrets:
            line = line.replace(orjson.dumps(secret)[1:-1], HIDDEN.encode())
        return line
