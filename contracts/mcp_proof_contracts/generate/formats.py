"""A text of each `format` (validation §7.3), and of what `contentEncoding` asks for."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from random import Random
from typing import Final
from uuid import UUID

from mcp_proof_contracts.generate.words import a_word
from mcp_proof_contracts.json_value import JsonObject


def content(schema: JsonObject, random: Random) -> str | None:
    """Text of the schema's media type in the schema's encoding; None if it names neither."""
    encoding, media_type = schema.get("contentEncoding"), schema.get("contentMediaType")
    if encoding is None and media_type is None:
        return None
    text = f'{{"name": "{a_word(random)}"}}' if media_type == "application/json" else a_word(random)
    return _base64(text) if encoding == "base64" else text


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _date(random: Random) -> str:
    # Day 28 is the last that every month has.
    return f"{random.randint(2020, 2030)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"


def _time(random: Random) -> str:
    return f"{random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02}Z"


def _duration(random: Random) -> str:
    return random.choice(("P{}D", "PT{}H", "PT{}M", "P{}W")).format(random.randint(1, 30))


def _hostname(random: Random) -> str:
    return f"{a_word(random)}.example"


def _email(random: Random) -> str:
    return f"{a_word(random)}@{_hostname(random)}"


def _uri(random: Random) -> str:
    return f"https://{_hostname(random)}/{a_word(random)}"


def _path(random: Random) -> str:
    return f"/{a_word(random)}"


FORMATS: Final[Mapping[str, Callable[[Random], str]]] = {
    "byte": lambda random: _base64(a_word(random)),
    "date": _date,
    "date-time": lambda random: f"{_date(random)}T{_time(random)}",
    "duration": _duration,
    "email": _email,
    "hostname": _hostname,
    "idn-email": _email,
    "idn-hostname": _hostname,
    # Reserved for documentation (RFC 5737, RFC 3849)
    "ipv4": lambda random: f"192.0.2.{random.randint(1, 254)}",
    "ipv6": lambda random: f"2001:db8::{random.randint(1, 0xFFFF):x}",
    "iri": _uri,
    "iri-reference": _path,
    "json-pointer": _path,
    "regex": lambda random: f"^{a_word(random)}$",
    "relative-json-pointer": lambda random: f"{random.randrange(4)}/{a_word(random)}",
    "time": _time,
    "uri": _uri,
    "uri-reference": _path,
    "uri-template": lambda random: f"{_uri(random)}/{{id}}",
    "uuid": lambda random: str(UUID(int=random.getrandbits(128), version=4)),
}
