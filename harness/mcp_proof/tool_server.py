"""What every driven server offers to the engine, whatever dialect it speaks.

The engine lists tools, calls them and reads failures through this alone; what goes over the wire
for it is the dialect's own.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mcp_proof.example import example_of
from mcp_proof.recorder import Recorder
from mcp_proof.targets import Reachable
from mcp_proof_contracts.contract_verify import VerifyContract
from mcp_proof_contracts.dialect import Spoken
from mcp_proof_contracts.json_value import Json, JsonObject
from mcp_proof_contracts.rule import TransportName
from mcp_proof_contracts.rules.tools.called import is_read_only
from mcp_proof_contracts.wire import as_object

MAX_CALLS: Final = 8
"""How many tools are called once in the ordinary conversation."""
UNKNOWN_TOOL: Final = "mcp-proof-no-such-tool"
"""What is called where no tool is to be found."""
MAX_PAGES: Final = 50
"""Pages of one list that are fetched, so that a looping cursor ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTool:
    """A tool, as a server lists it."""

    name: str
    listed: JsonObject
    """All that the server says of it, in its own members."""
    input_schema: JsonObject
    output_schema: JsonObject | None = None

    @property
    def is_read_only(self) -> bool:
        """Whether it declares that it changes nothing (`annotations.readOnlyHint`)."""
        return is_read_only(self.listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFailure:
    """Why a call has no value, as far as the answer tells."""

    text: str
    code: int | None = None
    """The code of a JSON-RPC error."""
    status: int | None = None
    """The status of the HTTP response."""
    retry_after: float | None = None
    """Seconds after which the server wants to be asked again."""
    answered: bool = True
    """Whether the server said anything at all."""
    by_tool: bool = False
    """Whether the tool told of it in a result (`isError`), and not the protocol in an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome:
    """What came of a call."""

    value: Json = None
    """What the tool answered."""
    failure: CallFailure | None = None


class ToolServer(ABC):
    """A server that is driven."""

    target: Reachable
    recorder: Recorder
    timeout: float
    """Seconds to wait for one answer."""
    allowed: frozenset[str] = frozenset()
    """The tools that may be called though they do not declare themselves read-only."""
    hints: VerifyContract = VerifyContract()
    """What the user tells so that more rules can be seen."""

    @property
    @abstractmethod
    def spoken(self) -> Spoken:
        """What it speaks."""

    @property
    @abstractmethod
    def transport(self) -> TransportName:
        """What it is reached over."""

    @property
    @abstractmethod
    def introduction(self) -> JsonObject:
        """What it said of itself: in MCP's form, an object with `serverInfo`."""

    @property
    def lost(self) -> bool:
        """Whether the server was given up: nothing more can be sent."""
        return False

    async def ready(self) -> str:
        """Have a session, begun anew where the server has ended it; return its name.

        Raises:
            PeerError: the server cannot be brought back.
        """
        return ""

    async def answers(self) -> bool:
        """Whether the server answers an ordinary request now, on a new session if need be."""
        return bool(await self.list_tools())

    async def renew(self) -> None:
        """Let the next request be the first of a new session, where there are sessions."""
        return

    def beside(self) -> "ToolServer":
        """Return another client of the same server, with sessions of its own.

        It records in the same transcript. Where there are no sessions, it is this one.
        """
        return self

    async def lists(self) -> JsonObject:
        """Return all that the server lists, by the name of the list."""
        return {"tools": [tool.listed for tool in await self.list_tools()]}

    def wait_at_most(self, seconds: float) -> None:
        """Wait so long for one answer from now on."""
        self.timeout = seconds

    @abstractmethod
    async def list_tools(self) -> list[ListedTool]:
        """Return its tools, as far as it lists any."""

    @abstractmethod
    async def call(self, name: str, arguments: JsonObject) -> CallOutcome:
        """Call a tool and read what came back."""

    @abstractmethod
    async def survey(self) -> None:
        """Have the ordinary conversation that a run begins with: nothing in it is odd."""

    @abstractmethod
    async def close(self) -> None:
        """Close all connections."""

    def may_call(self, tool: ListedTool) -> bool:
        """Whether a tool may be called unasked."""
        return tool.is_read_only or tool.name in self.allowed


def listed_tool(listed: JsonObject) -> ListedTool:
    """Return a tool that is listed with MCP's member names, or with underscores.

    Its name is empty where the server says none.
    """
    output = listed.get("outputSchema", listed.get("output_schema"))
    return ListedTool(
        name=str(listed.get("name") or ""),
        listed=listed,
        input_schema=as_object(listed.get("inputSchema", listed.get("input_schema"))),
        output_schema=as_object(output) if output is not None else None,
    )


def example_arguments(tool: ListedTool) -> JsonObject | None:
    """Return arguments that satisfy the tool's schema; `None` where none were found."""
    arguments = example_of(tool.input_schema)
    return arguments if isinstance(arguments, Mapping) else None
