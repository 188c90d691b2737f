"""Secrets: those known by their issuers' prefixes, and those that the user gave."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Final

from mcp_proof_contracts.json_value import Json
from mcp_proof_contracts.spelling import CUT, HEAD, base64_parts, core, cut_spellings, spellings

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
SHORTEST: Final = 6
"""Characters of the shortest value that is hidden wherever it stands: a shorter one is a word."""
PART: Final = 8
"""Characters of the shortest part of a secret that is taken for one."""
MOST_LEARNT: Final = 50
"""Secrets of a peer that are remembered: some give out another cookie with each response."""
HIDDEN: Final = "[hidden]"
SECRET_HEADERS: Final = frozenset(
    {"authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key"}
)
"""Headers, in lower case, whose values never enter a transcript."""
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
    """Hides the secrets of one run, whatever repeats them and however, besides all known kinds."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._given: list[_Secret] = []
        self._learnt: dict[str, _Secret] = {}
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """Hide these too, from now on."""
        known = {secret.text for secret in self._given}
        new = {text for text in secrets if len(text) >= SHORTEST} - known
        # The longest first: one may be a part of another.
        both = [*self._given, *map(_Secret, new)]
        self._given = sorted(both, key=lambda secret: -len(secret.text))

    def learn(self, secrets: Iterable[str]) -> None:
        """Hide what a peer treats as a secret, as it does cookies: the last of many."""
        new = {text: _Secret(text) for text in secrets if len(text) >= SHORTEST}
        self._learnt = dict([*self._learnt.items(), *new.items()][-MOST_LEARNT:])

    def __call__(self, text: str, spared: Collection[str] = ()) -> str:
        """Return `text` without them: spelled in any way, and cut off or cut in two.

        Args:
            text: any text.
            spared: values that a protocol needs: what only looks like a secret, or comes from the
                peer, stays in them. What the user gave does not.
        """
        learnt = [secret for text, secret in self._learnt.items() if text not in spared]
        secrets = [*self._given, *learnt]
        for secret in secrets:
            text = secret.hidden_in(text)
        for secret in secrets:  # not before: one may begin as another does
            text = secret.parts_hidden_in(text)
        return masked(text, spared)


class _Spelled:
    """A text that is looked for in all its spellings."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._core = core(text)
        self._core_of_head = core(text[:HEAD])

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        return spellings(self._text)

    @cached_property
    def _cut(self) -> re.Pattern[str]:
        return cut_spellings(self._text)

    def hidden_in(self, text: str) -> str:
        return self._whole.sub(HIDDEN, text) if self._core in text else text

    def parts_hidden_in(self, text: str) -> str:
        if CUT in text and self._core_of_head in text:
            text = self._cut.sub(HIDDEN, text)
        if self._text[:HEAD] in text:
            text = _without_beginning(text, self._text, HIDDEN)
        if self._text[-HEAD:] in text:  # a beginning, too, when everything is read backwards
            backwards = _without_beginning(text[::-1], self._text[::-1], HIDDEN[::-1])
            text = backwards[::-1]
        return text


class _Secret:
    """One secret, and what else would betray it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._betrayals = [_Spelled(each) for each in (text, *sorted(base64_parts(text)))]

    def hidden_in(self, text: str) -> str:
        for betrayal in self._betrayals:
            text = betrayal.hidden_in(text)
        return text

    def parts_hidden_in(self, text: str) -> str:
        for betrayal in self._betrayals:
            text = betrayal.parts_hidden_in(text)
        return text


def _without_beginning(text: str, secret: str, hidden: str) -> str:
    """Hide beginnings of the secret that are half of it or more."""
    pieces: list[str] = []
    done, at = 0, text.find(secret[:HEAD])
    while at >= 0:
        end = at + _shared(text[at : at + len(secret)], secret)
        if end - at >= max(PART, len(secret) // 2):
            pieces += [text[done:at], hidden]
            done = end
        at = text.find(secret[:HEAD], end)
    return "".join([*pieces, text[done:]])


def _shared(text: str, secret: str) -> int:
    """Return how many characters a text has in common with the secret, from its beginning."""
    pairs = enumerate(zip(text, secret, strict=False))
    return next((number for number, (one, other) in pairs if one != other), len(text))
