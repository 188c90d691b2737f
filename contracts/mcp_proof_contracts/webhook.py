"""Webhooks: how a delivery is signed, and what can be wrong with one.

The signature is the HMAC-SHA256 of the body, byte for byte, under a secret that both sides have,
in hexadecimal digits (docs/dialects/events.md).
"""

import hmac
import math
from collections.abc import Mapping, MutableSet
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.wire import as_object, parse

SIGNATURE: Final = "X-MCP-Signature"
"""The header that carries the signature."""
EXECUTED: Final = "tool_executed"
TOLERANCE: Final = 300.0
"""Seconds by which the time of a delivery may differ from that of its receiver."""


class WebhookFault(StrEnum):
    """Why a delivery is not to be taken; each is found only where none before it is."""

    MISSING = "missing"
    """It has no signature."""
    ALTERED = "altered"
    """The signature is not that of the body under this secret."""
    LATE = "late"
    """Its timestamp is too far from now, or says no time."""
    REPLAYED = "replayed"
    """The very same delivery was taken before."""


def executed(tool: str, params: JsonObject, result: Json, at: datetime) -> JsonObject:
    """Return the event of a tool that was executed, as webhooks and streams carry it."""
    return {
        "event": EXECUTED,
        "tool": tool,
        "params": params,
        "result": result,
        "timestamp": at.isoformat(timespec="microseconds"),
    }


def webhook_signature(body: bytes, secret: str) -> str:
    """Return the signature of a body."""
    return hmac.new(secret.encode(), body, sha256).hexdigest()


def verify_webhook(  # noqa: PLR0913  # a delivery, and what it is judged by, most by keyword
    headers: Mapping[str, str],
    body: bytes,
    secret: str,
    now: float,
    *,
    tolerance: float = TOLERANCE,
    seen: MutableSet[str] | None = None,
) -> WebhookFault | None:
    """Return what is wrong with a delivery, or `None`.

    Args:
        headers: those of the request; their names in any case.
        body: the request's body, byte for byte.
        secret: what the deliveries are signed with.
        now: the time, in seconds since 1970.
        tolerance: seconds by which the body's `timestamp` may differ from `now`.
        seen: the signatures that were taken before; this one is added when nothing is wrong.
            Without it a replay goes unnoticed until it is late.
    """
    given = {name.lower(): value for name, value in headers.items()}.get(SIGNATURE.lower(), "")
    signature = webhook_signature(body, secret)
    if not given:
        return WebhookFault.MISSING
    if not hmac.compare_digest(given.strip().lower().encode(errors="replace"), signature.encode()):
        return WebhookFault.ALTERED
    if not abs(now - _time(body)) <= tolerance:
        return WebhookFault.LATE
    if seen is not None:
        if signature in seen:
            return WebhookFault.REPLAYED
        seen.add(signature)
    return None


def _time(body: bytes) -> float:
    """The time that a body says, of UTC where it names no zone; not a number where it says none."""
    said = as_object(parse(body).value).get("timestamp")
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return math.nan
    return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()
