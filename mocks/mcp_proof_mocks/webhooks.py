"""The webhooks of one mock: each execution of a tool is POSTed to them, signed."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from mcp_proof_contracts.contract import Webhook
from mcp_proof_contracts.contract_file import ContractError
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.webhook import SIGNATURE, webhook_signature
from mcp_proof_contracts.wire import encode
from mcp_proof_mocks.loopback import is_loopback

TIMEOUT: Final = 5.0
"""Seconds that a receiver gets to answer."""
KEPT: Final = 1000
"""Deliveries that are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDelivery:
    """One POST to a webhook, and what came of it."""

    url: str
    body: bytes
    signature: str
    status: int | None = None
    """What the receiver answered; `None` when nothing came."""
    problem: str = ""
    """Why nothing came."""


class Webhooks:
    """Delivers events to the webhooks of a contract, and to those that are added.

    Raises:
        ContractError: a URL is none, or leads to another machine without leave.
    """

    def __init__(self, hooks: Sequence[Webhook]) -> None:
        for number, hook in enumerate(hooks):
            _check(hook, f"webhooks[{number}].url")
        self._hooks = list(hooks)
        self._under_way: set[asyncio.Task[None]] = set()
        self.deliveries: deque[WebhookDelivery] = deque(maxlen=KEPT)
        """What was delivered, or could not be, in the order in which that was known: the newest."""

    def __bool__(self) -> bool:
        return bool(self._hooks)

    def hear(self, event: JsonObject) -> None:
        """Begin to deliver an event to all."""
        body = encode(event)
        for hook in self._hooks:
            task = asyncio.get_running_loop().create_task(self._deliver(hook, body))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    def end(self) -> None:
        """What is under way is waited for by `settle`."""

    async def settle(self) -> None:
        """Wait for what is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _deliver(self, hook: Webhook, body: bytes) -> None:
        import httpx2  # noqa: PLC0415  # slow to import, and few mocks need it

        signature = webhook_signature(body, hook.secret)
        headers = {"Content-Type": "application/json", SIGNATURE: signature}
        status, problem = None, ""
        try:
            # The timeout of the client is one for each read, and a receiver may never end.
            async with (
                asyncio.timeout(TIMEOUT),
                httpx2.AsyncClient(timeout=TIMEOUT, trust_env=hook.remote) as client,
            ):
                status = (await client.post(hook.url, content=body, headers=headers)).status_code
        except (httpx2.HTTPError, TimeoutError) as error:
            problem = f"{type(error).__name__}: {error}".removesuffix(": ")
        self.deliveries.append(
            WebhookDelivery(
                url=hook.url, body=body, signature=signature, status=status, problem=problem
            )
        )


def _check(hook: Webhook, where: str) -> None:
    try:
        parts = urlsplit(hook.url)
        usable = parts.scheme in ("http", "https") and parts.port != 0
        host = parts.hostname if usable else None
    except ValueError:
        host = None
    if not host:
        raise ContractError(f"{where}: expected an http or https URL")
    if not (hook.remote or is_loopback(host)):
        raise ContractError(
            f"{where}: {host} is another machine; write `remote: true` if results may go there"
        )
