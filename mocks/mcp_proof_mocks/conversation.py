"""One client's conversation with the mock, message by message, in whichever era it speaks."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final

from mcp_proof_contracts.error_codes import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
)
from mcp_proof_contracts.headers import META_CAPABILITIES, META_VERSION, NAMED_BY
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.wire import PROGRESS, Kind, Message, as_object, id_key
from mcp_proof_contracts.wire import message as as_message
from mcp_proof_mocks.call import Call, Disconnect, Send, Waiting, stay
from mcp_proof_mocks.features.dispatch import feature
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.server import MockServer
from mcp_proof_mocks.stateful import StatefulSession
from mcp_proof_mocks.stateless import StatelessRequests, finished

REMOVED: Final = frozenset(
    {"ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"}
)
"""The methods that 2026-07-28 has removed."""
LATE: Final = 0.1
"""Seconds after which a faulty server speaks of a request that was cancelled."""
UNKNOWN_REQUEST: Final[JsonObject] = {"code": INVALID_REQUEST, "message": "no such request"}
REMOVED_WITH_TASKS: Final = ("tasks/result", "tasks/list")
"""Those that the tasks extension no longer has."""


@dataclass(slots=True)
class Reply:
    """What goes back for one message: nothing, or messages, with the HTTP status they go by."""

    messages: list[Json]
    status: int = 200
    cancelled: bool = False
    """Whether nothing goes back because the client said that it no longer waits."""


class Conversation:
    """State of one stdio process or one HTTP session; stateless requests leave none.

    Args:
        server: whose conversation it is.
        principal: who asks in the stateless era; "" for nobody in particular.
    """

    def __init__(self, server: MockServer, principal: str = "") -> None:
        self.server = server
        self.session = StatefulSession(server)
        self._stateless = StatelessRequests(server, principal)
        self._running: dict[Waiting, Json] = {}
        """The requests under way, with their ids: two may have the same, and one none."""
        self._background: set[asyncio.Task[None]] = set()
        self._finished: tuple[str, str] | None = None
        """The id of the last request: a cancellation may come just after its answer."""
        self._cancels_next = False
        """Whether a faulty server takes that for one of the next request."""

    async def handle(self, message: Message, send: Send, disconnect: Disconnect = stay) -> Reply:
        """Take one message and return what goes back for it."""
        if message.kind is Kind.REQUEST:
            return await self._request(message, send, disconnect)
        if message.kind is Kind.BATCH:
            return await self._batch(message, send)
        if message.is_response or (message.fault and not self.server.keeps("jsonrpc-parse-error")):
            if message.kind is Kind.ERROR and not self.server.keeps("conduct-bad-message-survived"):
                raise SystemExit(f"the client says: {message.error}")
            self.session.questions.settle(message)
            return Reply([])
        if message.kind is Kind.NOTIFICATION and not _ill_formed(message):
            self._notice(message)
            return Reply(self._objections(message))
        return await self._request(message, send, disconnect)

    def hang_up(self) -> None:
        """The client is gone: nobody answers what was asked, or will be."""
        self.session.questions.hang_up()
        for waiting in list(self._running):
            waiting.cancel()
        for task in self._background:
            task.cancel()
        self.server.tasks.forget(self.session)

    def refused(self, message: Message, refusal: RefusalError) -> JsonObject:
        """Return the reply that refuses a message, with its id where that could be read."""
        error = dict(refusal.error)
        modern_only = not self.server.stateful_revisions
        names_versions = modern_only and self.server.keeps("initialize-error-names-versions")
        if message.method == "initialize" and names_versions:
            offered = ", ".join(self.server.contract.revisions)
            error["message"] = f"{refusal} (supported protocol versions: {offered})"
        if isinstance(message.id, str | int) and not isinstance(message.id, bool):
            return {"jsonrpc": "2.0", "id": message.id, "error": error}
        return {"jsonrpc": "2.0", "error": error}

    def _notice(self, message: Message) -> None:
        match message.method:
            case "notifications/initialized" if self.session.revision is not None:
                self.session.ready = True
                if self.server.contract.on_initialized or self.server.player is not None:
                    task = asyncio.create_task(self.session.greet())
                    self._background.add(task)
                    task.add_done_callback(self._background.discard)
            case "notifications/cancelled":
                self._cancel(id_key(message.params.get("requestId")))
            case "notifications/progress":
                pass  # of requests of ours that nobody waits for
            case method if not self.server.keeps("jsonrpc-unknown-notification-survived"):
                raise SystemExit(f"unknown notification {method}")
            case _:
                pass

    def _objections(self, message: Message) -> list[Json]:
        """What a faulty server answers to a notification."""
        cancels = message.method == "notifications/cancelled"
        if cancels and not self.server.keeps("cancel-unknown-ignored"):
            return [{"jsonrpc": "2.0", "error": UNKNOWN_REQUEST}]
        if cancels or self.server.keeps("jsonrpc-no-response-to-notification"):
            return []
        return [{"jsonrpc": "2.0", "id": None, "result": {}}]

    def _cancel(self, meant: tuple[str, str]) -> None:
        """End a request that is under way; what is not is passed over (utilities/cancellation)."""
        for waiting, request_id in list(self._running.items()):
            if id_key(request_id) == meant and self.server.keeps("cancel-honoured"):
                waiting.cancel()
        if meant == self._finished and not self.server.keeps("cancel-race-survived"):
            self._cancels_next = True

    def _cancelled(self, message: Message, send: Send) -> Reply:
        """Answer nothing to a request that was cancelled."""
        token = message.progress_token
        if token is not None and not self.server.keeps("stdio-no-messages-after-cancel"):
            late: JsonObject = {"progressToken": token, "progress": 1_000_000}
            told: JsonObject = {"jsonrpc": "2.0", "method": PROGRESS, "params": late}
            asyncio.get_running_loop().call_later(LATE, send, told)
        return Reply([], cancelled=True)

    async def _request(self, message: Message, send: Send, disconnect: Disconnect) -> Reply:
        status = 200
        self._finished = id_key(message.id)
        waiting = Waiting()
        self._running[waiting] = message.id
        try:
            self._check(message)
            if self._is_stateless(message):
                call = self._stateless.call(message, send, waiting)
                result = await self._feature(call)
                if self.server.player is None:
                    result = finished(self.server, message.method, result)
            elif (simple := self._handshake(message)) is not None:
                result = simple
            else:
                call = self.session.call(message, send, waiting, disconnect)
                result = await self._feature(call)
            reply: JsonObject = {"jsonrpc": "2.0", "id": message.id, "result": result}
        except RefusalError as refusal:
            reply, status = self.refused(message, refusal), refusal.status
        except asyncio.CancelledError:
            if waiting.cancelled:
                return self._cancelled(message, send)
            raise
        finally:
            del self._running[waiting]
        if self.server.faults:
            return Reply(await self.server.faults.replies(message.members, reply), status)
        return Reply([reply], status)

    def _check(self, message: Message) -> None:
        """Refuse what is no request (JSON-RPC 2.0, sections 4 and 5.1)."""
        if self._cancels_next:
            self._cancels_next = False
            raise RefusalError(INTERNAL_ERROR, "cancelled")
        if message.fault:
            raise RefusalError(PARSE_ERROR, "Parse error", status=400)
        if (problem := _ill_formed(message)) and self.server.keeps("jsonrpc-invalid-request"):
            raise RefusalError(INVALID_REQUEST, problem, status=400)
        positional = not isinstance(message.members.get("params", {}), dict)
        if positional and self.server.keeps("jsonrpc-invalid-params"):
            raise RefusalError(INVALID_PARAMS, "`params` is no object", status=400)

    def _handshake(self, message: Message) -> JsonObject | None:
        """Answer what a session takes before its handshake is done; `None` for all else."""
        if message.method == "initialize":
            return self.session.agree(message)
        if message.method != "ping":
            return None
        if not (self.session.ready or self.server.keeps("ping-before-initialized")):
            raise RefusalError(INVALID_REQUEST, "the handshake is not complete")
        return {}

    def _is_stateless(self, message: Message) -> bool:
        if not self.server.stateless_revisions:
            return False
        if message.method == "initialize" and self.server.stateful_revisions:
            return META_VERSION in as_object(message.params.get("_meta"))
        if self.server.shaken_hands and not self.server.keeps("dual-era-modern-stays-stateless"):
            self.server.shaken_hands = False  # whoever comes next is taken for the same client
            raise RefusalError(INVALID_REQUEST, "this client speaks an earlier revision")
        modern_only = not self.server.stateful_revisions
        return modern_only or message.method == "server/discover" or _claims_version(message)

    def _feature(self, call: Call) -> Awaitable[JsonObject]:
        if self.server.player is not None:
            return self.server.player.answer(call)
        answer = feature(self.server, call.method, call.revision)
        return self._unknown(call) if answer is None else answer(self.server, call)

    async def _unknown(self, call: Call) -> JsonObject:
        if call.method in NAMED_BY:  # whoever names a thing expects it
            name = call.params.get(NAMED_BY[call.method])
            self.server.unexpected(f"{call.method} {name}: nothing of the kind is offered")
        if not self.server.keeps("jsonrpc-method-not-found"):
            return {}
        if call.method in REMOVED and not self.server.keeps("removed-methods-not-found"):
            return {}
        if call.method in REMOVED_WITH_TASKS and not self.server.keeps("task26-removed-methods"):
            return {"tasks": []}
        status = 404 if call.stateless and self.server.keeps("h26-unknown-method-404") else 200
        raise RefusalError(METHOD_NOT_FOUND, f"Method not found: {call.method}", status=status)

    async def _batch(self, message: Message, send: Send) -> Reply:
        """Answer a batch where the revision has them, otherwise refuse it as one message."""
        items = message.value
        assert isinstance(items, list)
        if not items or not self._takes_batch(items):
            error = RefusalError(INVALID_REQUEST, "batches are not supported").error
            return Reply([{"jsonrpc": "2.0", "error": error}], 400)
        # A batch in a batch is no request, and is refused like anything else that is none.
        messages = [as_message(None if isinstance(item, list) else item) for item in items]
        replies = [await self.handle(message, send) for message in messages]
        answers = [reply for each in replies for reply in each.messages]
        return Reply([answers] if answers else [])

    def _takes_batch(self, items: JsonArray) -> bool:
        if any(as_object(item).get("method") == "initialize" for item in items):
            return not self.server.keeps("jsonrpc-batch-no-initialize")
        if self.session.revision is not None and self.session.revision.features.batches:
            return self.server.keeps("jsonrpc-batch-receive")
        return not self.server.keeps("jsonrpc-batch-post-rejected")


def _claims_version(message: Message) -> bool:
    meta = message.params.get("_meta")
    return isinstance(meta, dict) and (META_VERSION in meta or META_CAPABILITIES in meta)


def _ill_formed(message: Message) -> str:
    """Why a decoded message is no request (JSON-RPC 2.0, section 4), or ""."""
    members = message.members
    if members.get("jsonrpc") != "2.0":
        return '`jsonrpc` is not "2.0"'
    if not isinstance(members.get("method"), str):
        return "`method` is missing or no string"
    request_id = members.get("id", 0)
    if isinstance(request_id, bool) or not isinstance(request_id, str | int):
        return "`id` is neither a string nor an integer"
    return ""
