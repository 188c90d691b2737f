"""Whether the name of an option, variable, header or parameter says that its value is secret."""

import re
from itertools import pairwise
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""A word of `API_KEY`, `x-api-key` or `apiKey`."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SECRET: Final = _set("""
    accesskey accesstoken apikey apikeys apitoken authkey authorization authtoken bearer
    clientsecret cookie cookies credential credentials jwt passcode passphrase passwd password
    passwords privatekey pwd secret secretkey secrets token tokens
""")
_OF_KEYS: Final = _set("""
    access account admin api app auth client encryption integration license master private secret
    service session signing subscription webhook
""")
"""What makes a secret of the `key` behind it; a key alone may be that of a table."""
_DOUBTFUL: Final = _set("""
    assertion auth code creds key otp pass pat pin session sid sig signature verifier
""")
"""The last word of names whose values are secret now and then."""
_ABOUT: Final = _set("""
    address algorithm audience backend budget bus cmd command count dir directory disabled domain
    enabled endpoint env expiration expires expiry field file format helper host id ids in
    issuer length limit location manager max method min mode name names path policy port prefix
    provider realm required role scheme scope scopes server size sock socket storage store style
    suffix timeout ttl type uri url usage user username variable version
""")
"""The last word of names of what is about a secret: `TOKEN_FILE`, `AUTH_MODE`, `SECRET_NAME`."""
_SWITCHES: Final = _set("allow disable enable no require skip use with without")
"""The first word of options that switch something on or off."""


def names_a_secret(name: str) -> bool:
    """Whether the value of what is called so is secret."""
    words = _words(name)
    keys = (second in ("key", "keys") and first in _OF_KEYS for first, second in pairwise(words))
    return not _SECRET.isdisjoint(words) or any(keys)


def may_name_a_secret(name: str) -> bool:
    """Whether the value of what is called so is secret when it looks like it."""
    return not _DOUBTFUL.isdisjoint(_words(name)[-1:])


def is_about_something(name: str) -> bool:
    """Whether what is called so tells about a secret, as `issuer` does."""
    words = _WORD.findall(name)
    return bool(words) and words[-1].lower() in _ABOUT


def _words(name: str) -> list[str]:
    """Return the words of a name, or none when it cannot be that of a secret."""
    words = [word.lower() for word in _WORD.findall(name)]
    innocent = not words or words[-1] in _ABOUT or words[0] in _SWITCHES or name == "PWD"
    return [] if innocent else words
