"""How a recorded server has introduced itself, whichever era its client spoke."""

from dataclasses import dataclass
from typing import Final, Self

import orjson

from mcp_proof_contracts.headers import META_SERVER_INFO
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.opening import server_info
from mcp_proof_contracts.revision import LATEST, STATEFUL, Era, Revision, published
from mcp_proof_contracts.wire import Kind, as_object
from mcp_proof_mocks.replay.cassette import Cassette
from mcp_proof_mocks.replay.meaning import key

OF_METHODS: Final = ("tools", "resources", "prompts", "completion", "logging")
"""What methods that were asked say of the capabilities, where the server has not told them."""
OF_ONE_ERA: Final = ("tasks", "extensions")
"""Capabilities that mean nothing in the other era."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a cassette tells of its server."""

    revision: Revision
    result: JsonObject
    """Of `initialize` or `server/discover`; made of what else is known where neither was asked."""
    number: int = -1
    """The interaction; -1 where there is none."""

    @classmethod
    def of(cls, cassette: Cassette) -> Self:
        """Look it up: the newer era where there are both."""
        for method, revision in (("server/discover", LATEST), ("initialize", None)):
            for number in cassette.index.find(key([method])):
                message = cassette.told(number) if cassette.index.told[number] else None
                if message is not None and message.kind is Kind.RESULT:
                    spoken = revision or published(message.result.get("protocolVersion"))
                    return cls(
                        revision=spoken or STATEFUL[-1], result=message.result, number=number
                    )
        return cls(revision=LATEST, result=_inferred(cassette))

    @property
    def capabilities(self) -> JsonObject:
        """What the server declares."""
        return as_object(self.result.get("capabilities"))

    @property
    def info(self) -> JsonObject:
        """The server's name and version."""
        return server_info(self.result) or {"name": "unknown", "version": "0"}

    def told_at(self, revision: Revision) -> JsonObject:
        """Return the members that a result of `initialize` or `server/discover` has at a revision.

        Besides the version that is agreed on, and what every result of the stateless era has.
        """
        if revision.era is self.revision.era:
            return self.result
        members: dict[str, Json] = {
            name: value
            for name, value in self.result.items()
            if name in ("capabilities", "instructions")
        }
        declared = {n: v for n, v in self.capabilities.items() if n not in OF_ONE_ERA}
        members["capabilities"] = declared
        if revision.era is Era.STATELESS:
            members["supportedVersions"] = [str(revision)]
        return members


def _inferred(cassette: Cassette) -> JsonObject:
    methods = {_method(known) for known in cassette.index.keys()}  # noqa: SIM118  # no mapping
    areas = {method.partition("/")[0] for method in methods}
    declared: JsonObject = {
        "completions" if area == "completion" else area: {} for area in OF_METHODS if area in areas
    }
    return {"capabilities": declared, "_meta": {META_SERVER_INFO: _info(cassette)}}


def _info(cassette: Cassette) -> JsonObject:
    for number in range(min(len(cassette.index), 100)):
        if cassette.index.told[number]:
            info = server_info(cassette.told(number).result)
            if info:
                return info
    return {"name": "unknown", "version": "0"}


def _method(known: bytes) -> str:
    text, comma, _ = known.partition(b",")
    try:
        return str(orjson.loads(text)) if comma else ""
    except orjson.JSONDecodeError:  # a hash
        return ""
