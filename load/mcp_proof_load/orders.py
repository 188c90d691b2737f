"""What a load process is started with: one line of JSON on its standard input."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

import orjson

from mcp_proof_contracts.json_value import Json
from mcp_proof_load.plan import Plan

Role: TypeAlias = Literal["local", "master", "worker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a load process is to be."""

    role: Role
    plan: Plan | None = None
    """What to do; a worker hears it from its master."""
    secret: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """What belongs to the plan's place and may be secret: it never leaves the machine."""
    owned: bool = False
    """Whether a worker may load what is not on its machine."""
    host: str = "127.0.0.1"
    """Where a master listens, or where it is."""
    port: int = 0
    """0 has a master take a free one, which it tells."""
    expect_workers: int = 1
    """How many workers a master waits for."""
    ledgers: str = ""
    """The folder for what is counted."""
    web_port: int | None = None
    """Where locust's own web interface is served, on loopback."""

    def to_json(self) -> bytes:
        """Return it as one line."""
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: bytes) -> "Orders":
        """Return the orders that `to_json` wrote."""
        members: dict[str, Any] = orjson.loads(text)
        plan = members.pop("plan")
        return cls(**members, plan=plan and Plan.from_json(orjson.dumps(plan)))
