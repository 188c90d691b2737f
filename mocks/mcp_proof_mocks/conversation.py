"""One client's conversation with the mock, message by message, in whichever era it speaks."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from mcp_proof_contracts.error_codes import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    UNSUPPORTED_VERSION,
)
from mcp_proof_contracts.headers import META_CAPABILITIES, META_SERVER_INFO, META_VERSION
from mcp_proof_contracts.json_value import Json, JsonArray, JsonObject
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision, published
from mcp_proof_contracts.wire import Kind, Message, as_object, id_key
from mcp_proof_contracts.wire import message as as_message
from mcp_proof_mocks.features.dispatch import feature
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.request_metadata import request_metadata
from mcp_proof_mocks.server import Ask, Call, MockServer, Send

CACHED = frozenset(
    {
        "server/discover",
        "tools/list",
        "prompts/list",
        "resources/list",
        "resources/templates/list",
        "resources/read",
    }
)
"""The results that carry caching hints in 2026-07-28 (utilities/caching)."""
REMOVED = frozenset({"ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"})
"""The methods that 2026-07-28 has removed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back for one message: nothing, or messages, with the HTTP status they go by."""

    messages: list[Json]
    status: int = 200


class Conversation:
    """State of one stdio process or one HTTP session; stateless requests leave none."""

    def __init__(self, server: MockServer) -> None:
        self.server = server
        self.revision: Revision | None = None
        """Set by `initialize`."""
        self.client: JsonObject = {}
        """The capabilities that the client declared at `initialize`."""
        self.ready = False
        """Whether `notifications/initialized` has come."""
        self.tell: Send = _to_nobody
        """Sends what belongs to no request; set by a shell that has a way to."""
        self._gone = False
        self._metadata: JsonObject = {}
        """The metadata of the last stateless request; only faults go by it."""
        self._ids = itertools.count(1)
        self._asked: dict[tuple[str, str], asyncio.Future[JsonObject]] = {}

    async def handle(self, message: Message, send: Send) -> Reply:
        """Take one message and return what goes back for it."""
        if message.kind is Kind.BATCH:
            return await self._batch(message, send)
        if message.is_response or (message.fault and not self.server.keeps("jsonrpc-parse-error")):
            self._settle(message)
            return Reply([])
        if message.kind is Kind.NOTIFICATION and not _ill_formed(message):
            if message.method == "notifications/initialized":
                self.ready = True
                self._announce()
            elif not self.server.keeps("jsonrpc-unknown-notification-survived"):
                raise SystemExit(f"unknown notification {message.method}")
            if self.server.keeps("jsonrpc-no-response-to-notification"):
                return Reply([])
            return Reply([{"jsonrpc": "2.0", "id": None, "result": {}}])
        try:
            result = await self._result(message, send)
            reply: JsonObject = {"jsonrpc": "2.0", "id": message.id, "result": result}
            status = 200
        except RefusalError as refusal:
            reply = self.refused(message, refusal)
            status = refusal.status
        faults = self.server.faults
        replies: list[Json] = await faults.replies(message.members, reply) if faults else [reply]
        return Reply(replies, status)

    def hang_up(self) -> None:
        """The client is gone: nobody answers what was asked, or will be."""
        self._gone = True
        for answer in self._asked.values():
            answer.cancel()

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

    async def _result(self, message: Message, send: Send) -> JsonObject:
        if message.fault:
            raise RefusalError(PARSE_ERROR, "Parse error", status=400)
        if (problem := _ill_formed(message)) and self.server.keeps("jsonrpc-invalid-request"):
            raise RefusalError(INVALID_REQUEST, problem, status=400)
        positional = not isinstance(message.members.get("params", {}), Mapping)
        if positional and self.server.keeps("jsonrpc-invalid-params"):
            raise RefusalError(INVALID_PARAMS, "`params` is no object", status=400)
        if self._is_stateless(message):
            return await self._stateless(message, send)
        return await self._stateful(message, send)

    def _is_stateless(self, message: Message) -> bool:
        if message.method == "initialize" and self.server.stateful_revisions:
            return False
        if self.revision is not None and not self.server.keeps("dual-era-modern-stays-stateless"):
            return False
        modern_only = not self.server.stateful_revisions
        return modern_only or message.method == "server/discover" or self._claims_version(message)

    def _claims_version(self, message: Message) -> bool:
        meta = message.params.get("_meta")
        return isinstance(meta, Mapping) and any(
            name in meta for name in (META_VERSION, META_CAPABILITIES)
        )

    # The stateless era

    async def _stateless(self, message: Message, send: Send) -> JsonObject:
        server = self.server
        meta = request_metadata(server, message, self._metadata)
        version = meta.get(META_VERSION)
        offered = server.stateless_revisions
        if version not in offered and server.keeps("version-unsupported-error"):
            raise RefusalError(
                UNSUPPORTED_VERSION,
                f"Unsupported protocol version: {version}",
                data={"supported": list(server.contract.revisions), "requested": version},
                status=400 if server.keeps("version-unsupported-http-400") else 200,
            )
        self._metadata = meta
        revision = published(version) or max(offered)
        if message.method == "server/discover" and server.keeps("discover-implemented"):
            result = self._discovered()
        else:
            call = Call(
                method=message.method,
                params=message.params,
                revision=revision,
                client=as_object(meta.get(META_CAPABILITIES)),
                send=send,
                ask=None,
            )
            result = await self._feature(call)
        return self._finished(message.method, result)

    def _discovered(self) -> JsonObject:
        shared = self.server.introduction()
        if self.server.contract.extensions:
            extensions = self.server.contract.extensions
            shared["capabilities"] = {**self.server.capabilities(), "extensions": extensions}
        return {
            **shared,
            "supportedVersions": list(self.server.stateless_revisions),
        }

    def _finished(self, method: str, result: JsonObject) -> JsonObject:
        """Add what every result of the era has."""
        finished: dict[str, Json] = {"resultType": "complete", **result}
        discovered = method == "server/discover"
        duty = "discover-server-info-in-meta" if discovered else "server-info-every-result"
        if self.server.keeps(duty):
            given = as_object(finished.get("_meta"))
            finished["_meta"] = {**given, META_SERVER_INFO: self.server.contract.info}
        if method in CACHED and finished["resultType"] == "complete":
            finished.setdefault("ttlMs", 0)
            finished.setdefault("cacheScope", "public")
        return finished

    # The stateful era

    async def _stateful(self, message: Message, send: Send) -> JsonObject:
        if message.method == "initialize":
            return self._initialize(message)
        if message.method == "ping":
            if not (self.ready or self.server.keeps("ping-before-initialized")):
                raise RefusalError(INVALID_REQUEST, "the handshake is not complete")
            return {}
        call = Call(
            method=message.method,
            params=message.params,
            revision=self.revision or LATEST_STATEFUL,
            client=self.client,
            send=send,
            ask=self._asker(send),
        )
        return await self._feature(call)

    def _initialize(self, message: Message) -> JsonObject:
        wanted = message.params.get("protocolVersion")
        if not isinstance(wanted, str):
            raise RefusalError(INVALID_PARAMS, "initialize needs a `protocolVersion`")
        offered = self.server.stateful_revisions
        known = published(wanted)
        agreed = known if known in offered and known is not None else max(offered)
        self.revision = agreed
        self.client = as_object(message.params.get("capabilities"))
        return {
            "protocolVersion": agreed,
            "serverInfo": self.server.contract.info,
            **self.server.introduction(),
        }

    def _announce(self) -> None:
        """Tell of the changes that the contract announces, once the client may be spoken to."""
        for name in self.server.contract.announces:
            self.tell({"jsonrpc": "2.0", "method": f"notifications/{name}/list_changed"})

    def _asker(self, send: Send) -> Ask:
        async def ask(method: str, params: JsonObject) -> JsonObject:
            request_id = self._next_id()
            answer: asyncio.Future[JsonObject] = asyncio.get_running_loop().create_future()
            self._asked[id_key(request_id)] = answer
            send({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params})
            if self._gone:
                answer.cancel()
            return await answer

        return ask

    def _next_id(self) -> Json:
        if not self.server.keeps("jsonrpc-request-id-not-null"):
            return None
        if not self.server.keeps("jsonrpc-request-id-unique-session"):
            return "mock"
        number = next(self._ids)
        return f"mock-{number}" if self.server.keeps("jsonrpc-request-id-type") else number + 0.5

    def _settle(self, message: Message) -> None:
        answer = self._asked.pop(id_key(message.id), None)
        if answer is not None and not answer.done():
            answer.set_result(message.result)

    # Both

    async def _feature(self, call: Call) -> JsonObject:
        answer = feature(self.server, call.method)
        if answer is None:
            if not self.server.keeps("jsonrpc-method-not-found"):
                return {}
            if call.method in REMOVED and not self.server.keeps("removed-methods-not-found"):
                return {}
            status = 404 if call.stateless and self.server.keeps("h26-unknown-method-404") else 200
            raise RefusalError(METHOD_NOT_FOUND, f"Method not found: {call.method}", status=status)
        return await answer(self.server, call)

    async def _batch(self, message: Message, send: Send) -> Reply:
        """Answer a batch where the revision has them, otherwise refuse it as one message."""
        items = message.value
        assert isinstance(items, list)
        if not items or not self._takes_batch(items):
            error = RefusalError(INVALID_REQUEST, "batches are not supported").error
            return Reply([{"jsonrpc": "2.0", "error": error}], 400)
        replies = [await self.handle(as_message(item), send) for item in items]
        answers = [reply for each in replies for reply in each.messages]
        return Reply([answers] if answers else [])

    def _takes_batch(self, items: JsonArray) -> bool:
        if any(as_object(item).get("method") == "initialize" for item in items):
            return not self.server.keeps("jsonrpc-batch-no-initialize")
        if self.revision is not None and self.revision.features.batches:
            return self.server.keeps("jsonrpc-batch-receive")
        return not self.server.keeps("jsonrpc-batch-post-rejected")


def _to_nobody(value: Json) -> None:
    """Say nothing: the shell has no way to speak unasked."""


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
