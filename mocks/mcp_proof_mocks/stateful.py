"""The stateful era: what a handshake agrees on, and what is gone by after it."""

import contextlib

from mcp_proof_contracts.error_codes import INVALID_PARAMS
from mcp_proof_contracts.json_value import JsonObject
from mcp_proof_contracts.listing import introduced
from mcp_proof_contracts.revision import LATEST_STATEFUL, Revision, published
from mcp_proof_contracts.wire import Message, as_object
from mcp_proof_contracts.wire import message as as_message
from mcp_proof_mocks.call import LOG_LEVELS, Ask, Call, Disconnect, Send, Waiting, stay, stay_silent
from mcp_proof_mocks.introduction import introduction
from mcp_proof_mocks.questions import Questions
from mcp_proof_mocks.refusal import RefusalError
from mcp_proof_mocks.script.run import Run, UnableError
from mcp_proof_mocks.script.steps import prepared
from mcp_proof_mocks.server import MockServer


class StatefulSession:
    """What one client has agreed on, and what it has asked to hear of."""

    def __init__(self, server: MockServer) -> None:
        self.server = server
        self.revision: Revision | None = None
        """Set by `initialize`."""
        self.client: JsonObject = {}
        """The capabilities that the client declared at `initialize`."""
        self.ready = False
        """Set by `notifications/initialized`: nothing is said unasked before (lifecycle)."""
        self.lasts = False
        """Whether a later request finds this session again: not over HTTP without session ids."""
        self.tell: Send = stay_silent
        """Sends what belongs to no request; set by a shell that has a way to."""
        self.log_level = "info"
        self.subscribed: set[str] = set()
        self.questions = Questions(server)

    def agree(self, message: Message) -> JsonObject:
        """Answer `initialize` (lifecycle, Version Negotiation).

        Raises:
            RefusalError: the client names no version.
        """
        wanted = message.params.get("protocolVersion")
        if not isinstance(wanted, str):
            raise RefusalError(INVALID_PARAMS, "initialize needs a `protocolVersion`")
        offered = self.server.stateful_revisions
        known = published(wanted)
        agreed = known if known in offered and known is not None else max(offered)
        self.revision = agreed
        self.lasts = self.server.shaken_hands = True
        self.client = as_object(message.params.get("capabilities"))
        self.server.audience.sessions.add(self)
        if self.server.player is not None:
            self.log_level = LOG_LEVELS[0]  # what was told had been asked for
            told = {"serverInfo": introduced(self.server.contract.info, agreed)}
            return {**told, **self.server.player.introduction(agreed), "protocolVersion": agreed}
        return {
            "protocolVersion": agreed,
            "serverInfo": introduced(self.server.contract.info, agreed),
            **introduction(self.server, agreed),
        }

    def call(
        self, message: Message, send: Send, waiting: Waiting, disconnect: Disconnect = stay
    ) -> Call:
        """Return the call that a request makes after the handshake."""
        return Call(
            id=message.id,
            method=message.method,
            params=message.params,
            revision=self.revision or LATEST_STATEFUL,
            client=self.client,
            send=send,
            ask=self.asker(send, waiting),
            session=self,
            disconnect=disconnect,
            log_level=self.log_level,
            waiting=waiting,
        )

    def asker(self, send: Send, waiting: Waiting) -> Ask:
        """Return the way to ask the client something by `send`."""
        return self.questions.asker(send, waiting)

    async def greet(self) -> None:
        """Do what the contract lets happen once the handshake is done."""
        if self.server.player is not None:
            await self.server.player.greet(self)
            return
        greeting = as_message({"jsonrpc": "2.0", "method": "notifications/initialized"})
        call = self.call(greeting, self.tell, Waiting())
        run = Run(server=self.server, call=call, arguments={}, state=self.server.state)
        # Nobody waits for an answer that could say that the client was not able.
        with contextlib.suppress(UnableError):
            for step in prepared(self.server.contract.on_initialized):
                await step(run)
