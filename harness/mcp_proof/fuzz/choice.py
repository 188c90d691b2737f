"""Which operations are tried, and what is told of the others."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from mcp_proof.approach import UNAUTHORIZED, wants_a_credential
from mcp_proof.errors import PeerError, UsageError
from mcp_proof.fuzz.events import NotTried
from mcp_proof.fuzz.fuzzed import Fuzzed
from mcp_proof.fuzz.given import NOT_LISTED, SKIPPED
from mcp_proof.fuzz.operation import Operation, OperationKind
from mcp_proof_contracts.suggestion import did_you_mean

if TYPE_CHECKING:
    from mcp_proof.fuzz.campaign import Campaign

FORBIDDEN: Final = "it does not declare itself read-only: --tool NAME or --allow-destructive"
NOT_NAMED: Final = "--tool names others"
NOTHING: Final = (
    "there is nothing that may be tried: no tool declares itself read-only, and there is no "
    "resource template and no prompt. Name tools with --tool, or allow all of them with "
    "--allow-destructive"
)


class Choice:
    """What the options allow to be tried."""

    def __init__(self, campaign: "Campaign") -> None:
        self._campaign = campaign
        self._options = campaign.options
        self._told: set[NotTried] = set()
        self._operations_wanted = True
        """Whether operations are wanted; what is tried of the whole server needs all of them."""

    def first(self, fuzzed: Sequence[Fuzzed]) -> list[Fuzzed]:
        """Return what of all that a server offers is tried.

        Raises:
            UsageError: that is nothing, or something was asked for that there is not.
            PeerError: the server offers nothing.
        """
        if not fuzzed:
            refused = wants_a_credential(self._campaign.peer.server.recorder)
            hint = f" {UNAUTHORIZED}" if refused else ""
            raise PeerError(f"the server lists nothing that could be tried.{hint}")
        operations = [each.operation for each in fuzzed]
        names = [each.name for each in operations if each.kind is OperationKind.TOOL]
        for wanted in self._options.tools:
            if wanted not in names:
                raise UsageError(f"there is no tool {wanted!r}.{did_you_mean(wanted, names)}")
        self._options.given.check(operations)
        for label in self._options.given.missing(operations):
            self._campaign.tell(NotTried(label=label, reason=NOT_LISTED))
        self._operations_wanted = any(self._options.wants(each.label) for each in operations)
        if not (chosen := self.allowed(fuzzed)) and not self._options.operations:
            raise UsageError(NOTHING)
        return chosen

    def allowed(self, fuzzed: Sequence[Fuzzed]) -> list[Fuzzed]:
        """Return what of this may be tried, and tell of the rest."""
        wanted = [each for each in fuzzed if self._is_wanted(each.operation)]
        for each in wanted:
            if reason := self.why_not(each.operation) or each.generator.problem:
                self._tell(NotTried(label=each.operation.label, reason=reason))
        return [each for each in wanted if not self.why_not(each.operation)]

    def _tell(self, why: NotTried) -> None:
        """Tell why something is not tried, once however often it is listed."""
        if why not in self._told:
            self._told.add(why)
            self._campaign.tell(why)

    def _is_wanted(self, operation: Operation) -> bool:
        named = operation.kind is OperationKind.TOOL and operation.name in self._options.tools
        if self._options.tools and not named:
            return False
        return self._options.wants(operation.label) or not self._operations_wanted

    def why_not(self, operation: Operation) -> str:
        """Return why an operation may not be called; empty where it may."""
        tools = self._options.tools
        if tools and operation.kind is OperationKind.TOOL and operation.name not in tools:
            return NOT_NAMED
        if self._options.given.skips(operation) and not self._options.tools:
            return SKIPPED
        allowed = operation.permitted or self._options.allow_destructive
        return "" if allowed else FORBIDDEN
