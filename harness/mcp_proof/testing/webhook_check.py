"""Check a receiver of webhooks: what it takes, and what it must refuse."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import httpx2

from mcp_proof.errors import PeerError
from mcp_proof.targets.url import harmless_url
from mcp_proof_contracts.rule import Level, Outcome
from mcp_proof_contracts.webhook import SIGNATURE, TOLERANCE, executed, webhook_signature
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.loopback import is_loopback

TOOL: Final = "mcp-proof-check"
"""The tool that the deliveries name, so that a receiver can tell them."""
TIMEOUT: Final = 5.0
OK: Final = range(200, 300)
TAKEN: Final = "a status of 200 to 299"
REFUSED: Final = "401"
NOT_TAKEN: Final = "no status of 200 to 299"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookVerdict:
    """What a receiver made of one delivery."""

    case: str
    level: Level
    outcome: Outcome
    expected: str
    actual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    name: str
    body: bytes
    signature: str | None
    level: Level = Level.MUST
    expected: str = REFUSED

    def keeps(self, status: int) -> bool:
        """Whether the receiver answered as it should."""
        if self.expected == TAKEN:
            return status in OK
        return status == HTTPStatus.UNAUTHORIZED if self.expected == REFUSED else status not in OK


def check_webhook_receiver(
    url: str, secret: str, *, now: datetime | None = None
) -> list[WebhookVerdict]:
    """Send a receiver deliveries that it must take and others that it must refuse; judge each.

    A bad signature must be answered by 401. That the very same delivery, and an old one, are not
    taken is advice: the signature alone does not tell.

    Args:
        url: the receiver. What is sent is about a tool named `mcp-proof-check`.
        secret: what its deliveries are signed with.
        now: the receiver's time, where that is not the time of this machine.

    Raises:
        PeerError: nothing answers at the URL.
    """
    cases = _cases(secret, now or datetime.now(UTC))
    try:
        local = is_loopback(urlsplit(url).hostname or "")
        with httpx2.Client(timeout=TIMEOUT, trust_env=not local) as client:
            return [_verdict(case, _status(client, url, case)) for case in cases]
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise PeerError(
            f"no answer of {harmless_url(url)}: {error or type(error).__name__}"
        ) from error


def _cases(secret: str, now: datetime) -> Iterator[_Case]:
    first, second, old = (
        _body(now - timedelta(seconds=ago)) for ago in (0.002, 0.001, 2 * TOLERANCE)
    )
    signed = webhook_signature(first, secret)
    altered = first.replace(TOOL.encode(), TOOL.upper().encode())
    yield _Case(name="signed", body=first, signature=signed, expected=TAKEN)
    yield _Case(name="without a signature", body=second, signature=None)
    yield _Case(name="with an empty signature", body=second, signature="")
    yield _Case(name="with a signature that is none", body=second, signature="mcp-proof")
    yield _Case(name="altered", body=altered, signature=signed)
    other = webhook_signature(second, f"not {secret}")
    yield _Case(name="signed with another secret", body=second, signature=other)
    own = webhook_signature(second, secret)
    yield _Case(name="signed, after all these", body=second, signature=own, expected=TAKEN)
    advice, not_taken = Level.ADVICE, NOT_TAKEN
    yield _Case(name="replayed", body=first, signature=signed, level=advice, expected=not_taken)
    late = webhook_signature(old, secret)
    yield _Case(name="late", body=old, signature=late, level=advice, expected=not_taken)


def _body(at: datetime) -> bytes:
    return encode(executed(TOOL, {}, {}, at))


def _status(client: httpx2.Client, url: str, case: _Case) -> int:
    headers = {"Content-Type": "application/json"}
    if case.signature is not None:
        headers[SIGNATURE] = case.signature
    return client.post(url, content=case.body, headers=headers).status_code


def _verdict(case: _Case, status: int) -> WebhookVerdict:
    return WebhookVerdict(
        case=case.name,
        level=case.level,
        outcome=Outcome.PASSED if case.keeps(status) else Outcome.VIOLATED,
        expected=case.expected,
        actual=str(status),
    )
