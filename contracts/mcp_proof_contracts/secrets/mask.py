"""Hides the secrets of one run, whatever repeats them and however."""

import re
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Final

from mcp_proof_contracts.secrets.known import masked
from mcp_proof_contracts.secrets.spelling import (
    CUT,
    HEAD,
    base64_parts,
    core,
    cut_spellings,
    spellings,
)

SHORTEST: Final = 6
"""Characters of the shortest value that is hidden wherever it stands: a shorter one is a word."""
PART: Final = 8
"""Characters of the shortest part of a secret that is taken for one."""
MOST_LEARNT: Final = 50
"""Secrets of a peer that are remembered: some give out another cookie with each response."""
HIDDEN: Final = "[hidden]"


class Mask:
    """Hides the secrets of one run, whatever repeats them and however, besides all known kinds."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._given: list[_Secret] = []
        self._learnt: dict[str, _Secret] = {}
        self._named: set[str] = set()
        """What only looks like a secret, as names of commits do."""
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """Hide these too, from now on."""
        known = {secret.text for secret in self._given}
        new = {text for text in secrets if len(text) >= SHORTEST} - known - self._named
        # The longest first: one may be a part of another.
        both = [*self._given, *map(_Secret, new)]
        self._given = sorted(both, key=lambda secret: -len(secret.text))

    def show(self, name: str) -> None:
        """Show this from now on: the user gave it as the name of something."""
        self._named.add(name)
        self._given = [secret for secret in self._given if secret.text != name]

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
