"""Which tools a load run calls, and why it leaves the others alone."""

from collections.abc import Sequence
from typing import Final

from mcp_proof.approach import UNAUTHORIZED, wants_a_credential
from mcp_proof.errors import PeerError, UsageError
from mcp_proof.fuzz.given import SKIPPED, Given
from mcp_proof.fuzz.operation import Operation
from mcp_proof.fuzz.operations.tools import listed
from mcp_proof.tool_server import ToolServer
from mcp_proof_contracts.suggestion import did_you_mean
from mcp_proof_load.survey.options import SurveyOptions

SHOWN: Final = 8
"""Names of tools in one sentence."""
FORBIDDEN: Final = (
    "not declared read-only (annotations.readOnlyHint); --tool NAME or --allow-destructive calls it"
)
NEVER: Final = "the contract gives it the weight 0"
NOT_LISTED: Final = "the server does not list it"
NOT_NAMED: Final = "--tool names others"
NOTHING: Final = (
    "there is no tool that may be called: none declares itself read-only "
    "(annotations.readOnlyHint). Name tools with --tool, or allow all of them with "
    "--allow-destructive"
)


class Choice:
    """What the options allow to be called of what a server lists."""

    def __init__(self, tools: Sequence[Operation], options: SurveyOptions, given: Given) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._options = options
        self._given = given

    def refusal(self, name: str) -> str:
        """Return why a tool is not called; empty where it may be."""
        tool, named = self._tools.get(name), self._options.tools
        if tool is None:
            return f"{NOT_LISTED}.{did_you_mean(name, self._tools)}".removesuffix(".")
        if named:
            return "" if name in named else NOT_NAMED
        if self._given.skips(tool):
            return SKIPPED
        if self.weight(name) == 0:
            return NEVER
        return "" if tool.permitted or self._options.allow_destructive else FORBIDDEN

    def weight(self, name: str) -> int | None:
        """Return the weight that the contract gives; `None` where it says nothing."""
        contract = self._options.contract
        return contract.load.weights.get(name) if contract is not None else None

    @property
    def allowed(self) -> list[Operation]:
        """The tools that may be called, in the order of the list."""
        return [tool for name, tool in self._tools.items() if not self.refusal(name)]

    @property
    def left_alone(self) -> list[str]:
        """A sentence for each reason for which tools are not called; those not named need none."""
        reasons: dict[str, list[str]] = {}
        for name in self._tools:
            reasons.setdefault(self.refusal(name), []).append(name)
        told = {why: names for why, names in reasons.items() if why not in ("", NOT_NAMED)}
        return [f"{several(names)}: {why}" for why, names in told.items()]


def several(names: Sequence[str]) -> str:
    """Return the names of tools for a sentence; of many the first ones, and how many others."""
    others = len(names) - SHOWN
    return ", ".join(names if others <= 1 else [*names[:SHOWN], f"and {others} others"])


async def choice_of(server: ToolServer, options: SurveyOptions, given: Given) -> Choice:
    """Ask a server for its tools.

    Raises:
        PeerError: it lists none.
        UsageError: a tool is named that there is not, or none may be called.
    """
    server.allowed = frozenset(options.tools) | given.read_only
    tools = [tool for tool in await listed(server) if tool.name]
    if not tools:
        hint = f" {UNAUTHORIZED}" if wants_a_credential(server.recorder) else ""
        raise PeerError(f"the server lists no tool that could be called.{hint}")
    names = [tool.name for tool in tools]
    places = [("--tool", name) for name in options.tools]
    if options.contract is not None:
        weights = options.contract.load.weights
        places += [(f"the contract's load.tools.{name}", name) for name in weights]
    for place, name in places:
        if name not in names:
            raise UsageError(f"{place}: there is no tool {name!r}.{did_you_mean(name, names)}")
    given.check(tools)
    choice = Choice(tools, options, given)
    if not choice.allowed:
        told = "".join(f"\n{reason}" for reason in choice.left_alone)
        raise UsageError(f"{NOTHING}.{told}")
    return choice
