"""Secrets that are known by their issuers' prefixes: found by a rule, hidden from every report."""

import re
from typing import Final

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


def masked(text: str) -> str:
    """Return `text` with every known kind of secret cut down to its prefix."""
    for pattern in SECRETS.values():
        text = pattern.sub(lambda match: f"{match[0][:SHOWN]}…", text)
    return text
