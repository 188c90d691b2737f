"""A text of each `format` (validation §7.3), and of what `contentEncoding` asks for."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from random import Random
from typing import Final
from uuid import UUID

from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_mocks.generate.words import a_word


def content(schema: JsonObject, random: Random) -> str | None:
    """Text of the schema's media type in the schema's encoding; None if it names neither."""
    encoding, media_type = schema.get("contentEncoding"), schema.get("contentMediaType")
    if encoding is None and media_type is None:
        return None
    text = f'{{"name": "{a_word(random)}"}}' if media_type == "application/json" else a_word(random)
    return b64encode(text.encode()).decode() if encoding == "base64" else text


def _date(random: Random) -> str:
    # Day 28 is the last that every month has.
    return f"{random.randint(2020, 2030)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"


def _time(random: Random) -> str:
    return f"{random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02}Z"


def _date_time(random: Random) -> str:
    return f"{_date(random)}T{_time(random)}"


def _duration(random: Random) -> str:
    return random.choice(("P{}D", "PT{}H", "PT{}M", "P{}W")).format(random.randint(1, 30))


def _hostname(random: Random) -> str:
    return f"{a_word(random)}.example"


def _email(random: Random) -> str:
    return f"{a_word(random)}@{_hostname(random)}"


def _ipv4(random: Random) -> str:
    return f"192.0.2.{random.randint(1, 254)}"  # reserved for documentation (RFC 5737)


def _ipv6(random: Random) -> str:
    return f"2001:db8::{random.randint(1, 0xFFFF):x}"  # likewise (RFC 3849)


def _uri(random: Random) -> str:
    return f"https://{_hostname(random)}/{a_word(random)}"


def _uri_template(random: Random) -> str:
    return f"{_uri(random)}/{{id}}"


def _path(random: Random) -> str:
    return f"/{a_word(random)}"


def _relative_json_pointer(random: Random) -> str:
    return f"{random.randrange(4)}/{a_word(random)}"


def _regex(random: Random) -> str:
    return f"^{a_word(random)}$"


def _uuid(random: Random) -> str:
    return str(UUID(int=random.getrandbits(128), version=4))


def _base64(random: Random) -> str:
    return b64encode(a_word(random).encode()).decode()


FORMATS: Final[Mapping[str, Callable[[Random], str]]] = {
    "byte": _base64,
    "date": _date,
    "date-time": _date_time,
    "duration": _duration,
    "email": _email,
    "hostname": _hostname,
    "idn-email": _email,
    "idn-hostname": _hostname,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "iri": _uri,
    "iri-reference": _path,
    "json-pointer": _path,
    "regex": _regex,
    "relative-json-pointer": _relative_json_pointer,
    "time": _time,
    "uri": _uri,
    "uri-reference": _path,
    "uri-template": _uri_template,
    "uuid": _uuid,
}
