"""Secrets of the kinds that are known by their issuers' prefixes."""

import re
from collections.abc import Collection, Iterator
from typing import Final

_START: Final = r"(?:\b|(?<=\\[bfnrt])|(?<=\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2}))"
"""The beginning of a word, also behind what stands for another character."""
SECRETS: Final = {
    "a private key": re.compile(
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\s|\\+[nr])+[A-Za-z0-9+/]{32}"
        r"(?:[A-Za-z0-9+/=\s]|\\+[nr/])*"  # to its end, whether the lines are escaped or not
    ),
    "an AWS access key": re.compile(_START + r"AKIA(?!\w*EXAMPLE)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(
        _START + r"(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{82})(?![A-Za-z0-9])"
    ),
    "a Slack token": re.compile(_START + r"xox[abprs]-\d{8,}-[A-Za-z0-9-]{16,}"),
    "an Anthropic key": re.compile(_START + r"sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{32,}"),
    "an OpenAI key": re.compile(_START + r"sk-(?:proj|svcacct)-[A-Za-z0-9_-]{40,}"),
    "a Google API key": re.compile(_START + r"AIza[A-Za-z0-9_-]{35}\b"),
    "a Stripe key": re.compile(_START + r"[sr]k_live_[A-Za-z0-9]{24,}"),
}
BEGINNINGS: Final = (
    *("-----BEGIN ", "AKIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    *("xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-", "sk-ant-", "sk-proj-", "sk-svcacct-"),
    *("AIza", "sk_live_", "rk_live_"),
)
"""One of these stands in every text with a secret: far quicker to look for than the patterns."""

SHOWN: Final = 6
"""Characters of a secret of a known kind that may be shown: its prefix."""
_MARK: Final = "[hidden: "
_MARKED: Final = re.compile(rf".{{0,{SHOWN}}}\[hidden: ({'|'.join(SECRETS)})\]", re.DOTALL)


def known_secrets(text: str) -> Iterator[tuple[str, str]]:
    """Yield the first secret of each known kind as kind and text, one that is hidden included."""
    if any(beginning in text for beginning in BEGINNINGS):
        for kind, pattern in SECRETS.items():
            if (match := pattern.search(text)) is not None:
                yield kind, match[0]
    if _MARK in text:
        yield from {match[1]: match[0] for match in _MARKED.finditer(text)}.items()


def masked(text: str, spared: Collection[str] = ()) -> str:
    """Return `text` with every known kind of secret cut down to its prefix and named.

    Args:
        text: any text.
        spared: values that are left as they are, wherever they stand.
    """
    if not any(beginning in text for beginning in BEGINNINGS):
        return text
    for kind, pattern in SECRETS.items():
        mark = f"{_MARK}{kind}]"

        def hide(match: re.Match[str], mark: str = mark) -> str:
            kept = any(match[0] in value for value in spared)
            return match[0] if kept else match[0][:SHOWN] + mark

        text = pattern.sub(hide, text)
    return text
