"""Whether a value can be a secret, by what it looks like."""

import re
from typing import Final

from mcp_proof_contracts.secrets.mask import SHORTEST

LONG_WORD: Final = 12
"""Characters of a row of letters that is hardly one word."""
LONG: Final = 20
"""Characters of a text that is random when it mixes capitals, small letters and digits."""
_COMMON: Final = """
    admin administrator anonymous application authorization basic bearer boolean capabilities
    changeme client completion complete completions content cookie default description development
    digest disabled dummy-key dummy-token elicitation enabled everything example failed false guest
    hidden initialize initialized integer invalid localhost message method mcp-proof missing mysql
    not-needed notification notifications null number oauth oauth2 object optional params passed
    password placeholder postgres postgresql production progress progresstoken prompts protocol
    public readonly read-only request required resource resources response result results root
    sampling schema secret server session staging stateful stateless string structuredcontent
    test-key test-token testing text tools/call tools/list transcript transport true undefined
    unknown unset untested username verdict verdicts version violated your-api-key your-token
"""
_WORDS: Final = frozenset(_COMMON.split())
"""What stands in the place of a secret that nobody has set, and the words of reports."""
_HARMLESS: Final = (
    re.compile(r"(?!(?:\D*\d){8})[\d\s.,:/+_-]*"),  # a number of few digits
    re.compile(r"\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"),  # a date
    re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?"),  # an address
    re.compile(r"v?\d+(?:\.\d+)+(?:[.-]?[a-z]+\d*)?"),  # a version
    re.compile(r"\$\{.*\}|\$[A-Z_]+|%[A-Z_]+%|<[^<>]*>|\{\{.*\}\}"),  # a place to be filled
    re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"),  # the name of a variable
    re.compile(r"(.)\1*"),  # xxxxxxxx, ********
    re.compile(r"[A-Za-z][\w+.-]*://.*", re.DOTALL),  # a URL: what is secret in it is looked for
    re.compile(r"(?:application|audio|image|multipart|text|video)/.*"),
)
_PATH: Final = re.compile(r"(?:~|\.{1,2}|[A-Za-z]:)?[/\\][^+=]*")
_MIXED: Final = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9_~.=+-]+")
_HEXADECIMAL: Final = re.compile(
    r"(?:[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE
)


def is_commonplace(value: str) -> bool:
    """Whether everybody could guess a value, so that it is no secret whatever it is called."""
    if value.lower() in _WORDS:
        return True
    if _PATH.fullmatch(value):
        return not any(map(is_random, re.split(r"[/\\]", value)))
    return any(form.fullmatch(value) for form in _HARMLESS)


def is_secretive(value: str) -> bool:
    """Whether a value can be hidden wherever it stands."""
    return len(value) >= SHORTEST and not is_commonplace(value)


def is_no_word(value: str) -> bool:
    """Whether a value is no single word either."""
    return is_secretive(value) and (len(value) >= LONG_WORD or not value.isalpha())


def is_random(value: str) -> bool:
    """Whether a value can hardly be anything but a key, a token or an identifier."""
    mixed = len(value) >= LONG and _MIXED.fullmatch(value) is not None
    return mixed or _HEXADECIMAL.fullmatch(value) is not None
