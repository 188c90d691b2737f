"""The mock server without I/O: one contract, any number of conversations, both eras.

A shell (stdio, HTTP, in memory) hands each message to a conversation and gets what goes back. The
mock cites a rule's id wherever it obeys it, so that a fault can suspend exactly that duty.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from random import Random
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from mcp_proof_contracts.contract import Contract, ServerContract, Tool
from mcp_proof_contracts.declared_capabilities import settled_parts
from mcp_proof_contracts.dialect import Dialect
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.revision import Era, Revision
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_contracts.tool_schema import schema_problem
from mcp_proof_mocks.active_faults import ActiveFault, ActiveFaults
from mcp_proof_mocks.audience import Audience
from mcp_proof_mocks.audit import AuditEntry
from mcp_proof_mocks.contract_source import ContractSource, contract_of
from mcp_proof_mocks.documents import Dataset
from mcp_proof_mocks.executions import Executions
from mcp_proof_mocks.fault_choice import choose, choose_any, declared
from mcp_proof_mocks.journal.journal import Journal, ToolCall
from mcp_proof_mocks.offering.handler import HandledAnswer, Handler
from mcp_proof_mocks.offering.prompt import ScriptedPrompt
from mcp_proof_mocks.offering.resource import ScriptedResource, ScriptedTemplate
from mcp_proof_mocks.offering.tool import ScriptedTool
from mcp_proof_mocks.pass_through.pass_through import PassThrough
from mcp_proof_mocks.script.latency import duration
from mcp_proof_mocks.signer import Signer
from mcp_proof_mocks.stream.choice import ChosenFault
from mcp_proof_mocks.tasks.store import TaskStore
from mcp_proof_mocks.webhooks import Webhooks

if TYPE_CHECKING:
    from mcp_proof_mocks.authorization.authorization import Authorization
    from mcp_proof_mocks.replay.playback import Playback
    from mcp_proof_mocks.replay.player import Player

T = TypeVar("T")
Chosen: TypeAlias = list[ActiveFault | ChosenFault]
GUARDED: Final = {
    Dialect.REST: ("/mcp/execute",),
    Dialect.CONTEXTFRAME: ("/mcp/v1/jsonrpc", "/mcp/v1/sse/"),
    Dialect.OPENAPI_JSONRPC: ("/mcp", "/mcp/stream"),
    Dialect.WEBSOCKET: ("/ws", "/mcp/stream"),
    Dialect.GATEWAY: ("/servers", "/servers/"),
    Dialect.QUEUE: (),
}
"""The paths of the other dialects for which a request must present something; one that ends in a
slash stands for all below it."""
MANY: Final = 1000
"""Unforeseen requests, and executions, that are remembered."""


class MockServer:
    """One server: what it offers, and which duties its faults suspend.

    Args:
        source: a contract file, the name of one in the library, a document, or nothing: then the
            server is empty until `register_mock_tool`.
        faults: how it misbehaves, `NAME[:key=value,…]` each, besides the contract's own.
        strict: whether `verify` fails on calls that the contract does not foresee, and on handlers
            that raise.
        clock: the time that rate limits and expiries go by, in seconds.
        dialect: what it speaks, in place of what the contract says.
        journal: where what crosses the wire is kept, when that is not to be the usual one.

    Raises:
        FileNotFoundError: there is no such file, and no contract of that name in the library.
        ContractError: the contract is wrong.
        FaultTextError: there is no such fault, or it does not take what was given.
        TypeError: the source is no contract, or `faults` is one text.
    """

    shaken_hands = False
    """Whether a handshake was agreed to."""

    def __init__(  # noqa: PLR0913  # all by keyword but the first two
        self,
        source: ContractSource = None,
        faults: Sequence[str | ActiveFault] = (),
        *,
        strict: bool = False,
        clock: Callable[[], float] = time.time,
        dialect: Dialect | None = None,
        journal: Journal | None = None,
    ) -> None:
        contract, chosen = _read(source, faults)
        self.contract = contract = replace(contract, dialect=dialect or contract.dialect)
        self.faults = ActiveFaults(each for each in chosen if isinstance(each, ActiveFault))
        self.stream_faults = [each for each in chosen if isinstance(each, ChosenFault)]
        """What disturbs the bytes; a relay in front of the server does it."""
        self.journal = journal or Journal()
        """What crossed the wire; shells write it."""
        self.journal.mask.hide(contract.secrets.values)
        self.strict = strict
        self.clock = clock
        self.random = Random(contract.seed)  # noqa: S311  # repeatable on purpose
        self.state = contract.state
        self.latency = None if contract.latency is None else duration(contract.latency)
        self.audience = Audience(self.keeps)
        self.url = ""
        """Where clients reach it while `running` serves it."""
        self.home: asyncio.AbstractEventLoop | None = None
        """The loop of the thread that serves, where it is not the caller's own: `running`."""
        self.tasks = TaskStore(contract.tasks, clock)
        self.dataset = Dataset(contract.documents, contract.changes, self.random, self._say)
        """The documents of a ContextFrame server."""
        self.tools = {tool.name: ScriptedTool(tool) for tool in contract.tools}
        self.resources = {r.uri: ScriptedResource(r) for r in contract.resources}
        self.resource_templates = [ScriptedTemplate(t) for t in contract.resource_templates]
        self.prompts = {prompt.name: ScriptedPrompt(prompt) for prompt in contract.prompts}
        self.authorization = _authorization(contract, clock)
        """Who may call over HTTP; `None` when everybody may."""
        self.audit: deque[AuditEntry] = deque(maxlen=MANY)
        """The tools that were executed, in dialects whose results are bare values."""
        self.pass_through = None if contract.pass_through is None else PassThrough()
        self.playback: Playback | None = None
        """A cassette that is played in place of what the contract offers."""
        self.player: Player | None = None
        """Who plays it to clients of MCP."""
        self.unexpected_calls: deque[str] = deque(maxlen=MANY)
        """What clients asked for that the contract does not foresee."""
        self.heed: Callable[[str], object] | None = None
        """Told of each of them at once."""
        self.signer = Signer()
        self.executions = Executions(clock)
        """Tells event streams and webhooks what was executed."""
        self.webhooks = Webhooks(contract.webhooks)
        if self.webhooks:
            self.executions.listeners.add(self.webhooks)
        self.behind = self._behind(contract.servers)
        """The servers of a gateway's contract, by name."""
        self._settled = settled_parts(contract)

    @cached_property
    def stateless_revisions(self) -> list[Revision]:
        """The offered revisions of the stateless era."""
        return [r for r in self.contract.revisions if r.era is Era.STATELESS]

    @cached_property
    def stateful_revisions(self) -> list[Revision]:
        """The offered revisions of the stateful era."""
        return [r for r in self.contract.revisions if r.era is Era.STATEFUL]

    def keeps(self, duty: str) -> bool:
        """Whether the mock does what the rule `duty` demands."""
        return duty not in self.faults.suspended  # asked several times for each request

    def inject(self, fault: str, /, **settings: str | float) -> int:
        """Turn a fault on while the server runs: `inject("late-response", tool="echo", seconds=2)`.

        Returns:
            The number by which `faults.remove` turns it off.

        Raises:
            FaultTextError: there is no such fault, or it does not take these settings.
            FixedFaultError: it would have to be there before the contract is read.
        """
        return self.faults.add(choose(fault, **settings))

    def clear_faults(self) -> None:
        """Turn every fault off, save those that are settled at the start."""
        self.faults.clear()

    def _behind(self, servers: Sequence[ServerContract]) -> "dict[str, MockServer]":
        """Return the servers of a gateway's contract; what becomes of their calls is told here too.

        Raises:
            ContractError: one is wrong.
            FileNotFoundError: one names a contract that is not there.
        """
        behind: dict[str, MockServer] = {}
        for each in servers if self.contract.dialect is Dialect.GATEWAY else ():
            tools: JsonObject = {"info": {"name": each.name, "version": "1"}, "tools": each.tools}
            # Whatever it speaks elsewhere: in this process it is not asked over a wire.
            server = MockServer(
                each.contract or tools, clock=self.clock, dialect=Dialect.MCP, journal=self.journal
            )
            server.unexpected_calls = self.unexpected_calls
            server.audit = self.audit
            if self.webhooks:
                server.executions.listeners.add(self.webhooks)
            behind[each.name] = server
        return behind

    # What it offers

    def offers(self, part: str) -> bool:
        """Whether the server has anything of this kind."""
        if self.player is not None:
            return self.player.offers(part)
        passes = self.pass_through is not None and self.pass_through.offers(part)
        return passes or self._offers(part)

    def _offers(self, part: str) -> bool:
        match part:
            case "tools":
                return bool(self.tools)
            case "resources":
                return bool(self.resources or self.resource_templates)
            case "prompts":
                return bool(self.prompts)
            case "discovery":
                return self.keeps("discover-implemented")
            case _:
                return part in self._settled

    def announces(self, name: str) -> bool:
        """Whether clients are told when the list of `name` changes."""
        if self.player is not None:
            return self.player.announces(name)
        passes = self.pass_through is not None and self.pass_through.announces(name)
        return passes or name in self.contract.announces

    # What changes

    def announce(self, changed: str) -> None:
        """Tell clients that a list (tools, resources, prompts) has changed, if that is declared."""
        if self.announces(changed) and self.keeps(f"{changed}-list-changed-sent"):
            self._say(self.audience.announce, changed)

    def offer(self, names: Sequence[str], *, offered: bool, kind: str = "tools") -> None:
        """List tools, prompts, or resources by their URIs, or no longer, and announce it.

        Raises:
            KeyError: there is no such thing.
        """
        for name in names:
            match kind:
                case "prompts":
                    self.prompts[name].offered = offered
                case "resources":
                    self.resources[name].offered = offered
                case _:
                    self._tool(name).offered = offered
        self.announce(kind)

    def update(self, uri: str) -> None:
        """Tell subscribers that the resource with this URI has changed."""
        if self.keeps("resources-updated-delivered"):
            told_to_all = not self.keeps("resources-updated-only-subscribed")
            self._say(partial(self.audience.update, to_all=told_to_all), uri)

    def _say(self, say: Callable[[T], None], what: T) -> None:
        if self.home is None or self.home is _current_loop():
            say(what)
        else:
            self.home.call_soon_threadsafe(say, what)

    def overhear(self, method: str, params: JsonObject) -> None:
        """Tell clients what the real server has told them all."""
        match method.split("/"):
            case ["notifications", "tools" | "resources" | "prompts" as changed, "list_changed"]:
                self.announce(changed)
            case ["notifications", "resources", "updated"]:
                self.update(str(params.get("uri")))
            case _:
                pass  # nothing else is for all

    def set_tool_response(self, name: str, response: "Json | Handler") -> None:
        """Let a tool answer with a value, or with what a function makes of its arguments.

        A string becomes text, an object with `content` is the whole result, anything else is
        structured content. What a function raises makes the call fail, and `verify` too when the
        server is strict; a `RefusalError` is an answer like another.

        Raises:
            KeyError: there is no such tool.
            TypeError: JSON cannot hold the value, or its `content` is no list of blocks.
        """
        self._tool(name).script = HandledAnswer(response)

    def register_mock_tool(
        self, name: str, handler: "Json | Handler", schema: JsonObject | None = None, **listed: Json
    ) -> None:
        """Offer a tool, in place of one of the same name; `listed` are its further members.

        Raises:
            ValueError: the schema cannot be used, or is not of an object.
        """
        input_schema = schema or {"type": "object"}
        if (problem := schema_problem(input_schema)) is not None:
            raise ValueError(f"no usable JSON Schema for {name!r}: {problem}")
        if input_schema.get("type") != "object":
            raise ValueError(f"the schema of {name!r} needs `type: object`: arguments are one")
        members: JsonObject = {**listed, "name": name, "inputSchema": input_schema}
        tool = ScriptedTool(Tool(listed=members))
        tool.script = HandledAnswer(handler)
        self.tools[name] = tool
        self.announce("tools")

    def _tool(self, name: str) -> ScriptedTool:
        if name not in self.tools:
            hint = did_you_mean(name, self.tools)
            raise KeyError(f"there is no tool {name!r}.{hint} `register_mock_tool` adds one.")
        return self.tools[name]

    # What there was

    @property
    def call_history(self) -> list[ToolCall]:
        """The tool calls of all clients, as far as the journal reaches."""
        return self.journal.tool_calls()

    # What was not foreseen

    def unexpected(self, what: str) -> None:
        """Note that a client asked for what the contract does not foresee."""
        self.unexpected_calls.append(what)
        if self.heed is not None:
            self.heed(what)

    def verify(self) -> None:
        """Fail when the server is strict and something was not foreseen.

        Raises:
            AssertionError: it names each of those requests.
        """
        __tracebackhide__ = True
        if self.strict and self.unexpected_calls:
            listed = "\n".join(f"  {what}" for what in self.unexpected_calls)
            raise AssertionError(f"the contract does not foresee:\n{listed}")

    async def close(self) -> None:
        """End in order what clients wait for, for the server stops."""
        if self.keeps("cancel-26-server-teardown"):
            self.audience.close()
        self.executions.close()
        self.dataset.close()
        await asyncio.sleep(0)  # whoever waits was woken before, and answers before this returns
        self.tasks.close()
        for server in self.behind.values():
            await server.close()
        await self.webhooks.settle()


def _current_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:  # there is none in this thread
        return None


def _read(source: ContractSource, faults: Sequence[str | ActiveFault]) -> tuple[Contract, Chosen]:
    """Read a contract that its own faults, and these, have changed; return them all with it."""
    if isinstance(faults, str):
        raise TypeError(f"`faults` is a list: write [{faults!r}], not {faults!r}")
    chosen = [choose_any(fault) if isinstance(fault, str) else fault for fault in faults]
    if isinstance(source, Contract):
        return source, [*declared({"faults": source.faults}), *chosen]

    def edit(document: dict[str, Json]) -> None:
        chosen[:0] = declared(document)
        for each in chosen:
            if isinstance(each, ActiveFault) and each.fault.contract is not None:
                each.fault.contract(document)

    return contract_of(source, edit), chosen


def _authorization(contract: Contract, clock: Callable[[], float]) -> "Authorization | None":
    if contract.authorization is None:
        return None
    # Few servers are guarded, and keys take a library of their own.
    from mcp_proof_mocks.authorization.authorization import Authorization  # noqa: PLC0415

    demanded = dict.fromkeys(each for tool in contract.tools for each in tool.permissions)
    paths = _guarded(contract)
    return Authorization(contract.authorization, clock, paths=paths, permissions=[*demanded])


def _guarded(contract: Contract) -> tuple[str, ...]:
    """The paths for which a request must present something."""
    if contract.dialect is not Dialect.MCP:
        return GUARDED[contract.dialect]
    stateful = any(revision.era is Era.STATEFUL for revision in contract.revisions)
    return ("/mcp", "/sse", "/messages") if stateful else ("/mcp",)
