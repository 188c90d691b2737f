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
from mcp_proof_mocks.outgoing import NoAnswerError, post

TIMEOUT: Final = 5.0
"""Seconds after an execution within which a receiver must have answered."""
AT_ONCE: Final = 100
"""Deliveries that are under way at a time; the others wait for their turn."""
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
    """Delivers events to the webhooks of a contract.

    Raises:
        ContractError: a URL is none, or leads to another machine without leave.
    """

    def __init__(self, hooks: Sequence[Webhook]) -> None:
        for number, hook in enumerate(hooks):
            _check(hook, f"webhooks[{number}].url")
        self._hooks = list(hooks)
        self._waiting: deque[tuple[Webhook, bytes, float]] = deque()
        """What is to be delivered until when, by the clock of the loop."""
        self._under_way: set[asyncio.Task[None]] = set()
        self.deliveries: deque[WebhookDelivery] = deque(maxlen=KEPT)
        """What was delivered, or could not be, in the order in which that was known: the newest."""

    def __bool__(self) -> bool:
        return bool(self._hooks)

    def hear(self, event: JsonObject) -> None:
        """Begin to deliver an event to all."""
        body = encode(event)
        loop = asyncio.get_running_loop()
        for hook in self._hooks:
            self._waiting.append((hook, body, loop.time() + TIMEOUT))
            if sum(not task.done() for task in self._under_way) < AT_ONCE:
                task = loop.create_task(self._deliver_waiting())
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    def end(self) -> None:
        """What is under way is waited for by `settle`."""

    async def settle(self) -> None:
        """Wait for what is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _deliver_waiting(self) -> None:
        while self._waiting:
            hook, body, until = self._waiting.popleft()
            await self._deliver(hook, body, until - asyncio.get_running_loop().time())

    async def _deliver(self, hook: Webhook, body: bytes, seconds: float) -> None:
        signature = webhook_signature(body, hook.secret)
        headers = {SIGNATURE: signature}
        status, problem = None, ""
        try:
            status = await post(hook.url, body, headers, seconds=seconds, proxied=hook.remote)
        except NoAnswerError as error:
            problem = str(error)
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
